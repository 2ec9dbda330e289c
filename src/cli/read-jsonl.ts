/** Rows of a JSONL file (or of standard input, as `-`) for a command, checked; the first broken line is an error that names it. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { z } from 'zod';
import { messageOf, userError } from '../common/errors.ts';
import { textLines } from '../common/text-lines.ts';

export async function* readJsonl<S extends z.ZodType>(file: string, schema: S): AsyncGenerator<z.output<S>> {
  if (file !== '-') {
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) throw userError('file-not-found', `${file}: no such file`);
  }
  const input = file === '-' ? process.stdin : createReadStream(file);
  const name = file === '-' ? 'standard input' : file;
  let number = 0;
  for await (const line of textLines(input)) {
    number++;
    const text = number === 1 ? line.replace(/^\uFEFF/, '') : line;
    if (text.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw userError('broken-line', `${name}:${number}: not valid JSON (${messageOf(error)})`, error);
    }
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      throw userError('broken-line', `${name}:${number}: ${issue.path.join('.') || 'row'}: ${issue.message}`);
    }
    yield parsed.data;
  }
  if (number === 0) throw userError('empty-file', `${name}: it holds no row`);
}
