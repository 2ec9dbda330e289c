/**
 * JSON Lines files as people really have them: a byte order mark, Windows line ends, blank lines and a broken line here and
 * there. Every line comes back with its number, and a broken one with what is wrong, so that nothing is dropped in silence.
 * Numbers keep their spelling where asked: to a scorer that compares texts, `2.0` and `2` are different answers.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { z } from 'zod';
import { messageOf, userError } from '../../common/errors.ts';
import { textLines } from '../../common/text-lines.ts';

export interface BrokenLine {
  file: string;
  /** From 1. */
  line: number;
  message: string;
}

/** What to do with a broken line: `skip` hands it to `onBroken` and goes on, `fail` throws `broken-line`. */
export type BrokenLinePolicy = 'skip' | 'fail';

interface JsonlLine {
  line: number;
  text: string;
}

/** Lines that are not blank, with their numbers. Throws `file-not-found` where there is no such file. */
export async function* jsonlLines(file: string): AsyncGenerator<JsonlLine> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile())
    throw userError('file-not-found', `dataset: there is no file ${file}; give the path of a JSONL file`);
  const input = createReadStream(file);
  let number = 0;
  try {
    for await (const raw of textLines(input)) {
      number += 1;
      const text = number === 1 ? raw.replace(/^\ufeff/, '') : raw;
      if (text.trim() !== '') yield { line: number, text };
    }
  } finally {
    input.destroy();
  }
}

export interface JsonlOptions {
  onBrokenLine?: BrokenLinePolicy;
  onBroken?: (broken: BrokenLine) => void;
}

/** Rows of a file, checked against a schema; `broken` lines go where the options say. */
export async function* jsonlRows<S extends z.ZodType>(
  file: string,
  schema: S,
  { onBrokenLine = 'fail', onBroken = () => {} }: JsonlOptions = {},
): AsyncGenerator<{ line: number; text: string; row: z.output<S> }> {
  for await (const { line, text } of jsonlLines(file)) {
    const checked = checkedLine(text, schema);
    if ('row' in checked) yield { line, text, row: checked.row };
    else reportBroken({ file, line, message: checked.message }, { onBrokenLine, onBroken });
  }
}

/** Skips (and reports) or throws, as asked. */
export function reportBroken(broken: BrokenLine, { onBrokenLine = 'fail', onBroken = () => {} }: JsonlOptions): void {
  onBroken(broken);
  if (onBrokenLine === 'fail') throw userError('broken-line', describeBroken(broken));
}

/** `path/to/file.jsonl:17: answers: expected array` */
export function describeBroken({ file, line, message }: BrokenLine): string {
  return `${file}:${line}: ${message}`;
}

function checkedLine<S extends z.ZodType>(text: string, schema: S): { row: z.output<S> } | { message: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { message: notJson(error) };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { row: parsed.data };
  const [issue] = parsed.error.issues;
  return { message: `${issue?.path.join('.') || 'row'}: ${issue?.message ?? 'does not fit'}` };
}

/** The parser counts lines of its own, which would contradict ours. */
export function notJson(error: unknown): string {
  return `not JSON (${messageOf(error).replace(/ \(line \d+ column \d+\)/, '')})`;
}

/** A number with its spelling in the file; `JSON.stringify` writes it back as it stood. */
interface RawNumber {
  rawJSON: string;
}

// Part of the language since 2024 (JSON.parse source text access) and in Node from 22 on; the compiler's library lags behind.
const json = JSON as unknown as {
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
};

/** `JSON.parse` in which numbers that JavaScript would spell otherwise (`2.0`, `1e3`, long integers) keep their spelling. */
export function parseKeepingNumbers(text: string): unknown {
  return json.parse(text, (_key, value, context) =>
    typeof value === 'number' && context.source !== undefined && context.source !== String(value)
      ? json.rawJSON(context.source)
      : value,
  );
}

/** The spelling of a number, or undefined where the value is none. */
export function numberSpelling(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return json.isRawJSON(value) ? value.rawJSON : undefined;
}
