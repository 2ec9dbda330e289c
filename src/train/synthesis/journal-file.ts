/**
 * The file of a journal: a first line that says what is being made, then one line a result. What is appended is on the disk before it
 * counts; what a kill has torn is cut off when the file is opened again.
 */
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf, systemError } from '../../common/errors.ts';
import { jsonIn } from '../../common/json.ts';

export interface JournalFileOptions<Line> {
  /** Stands in the first line. */
  format: string;
  /** What the results depend on: a file of others is not gone on with. */
  settings: string;
  line: z.ZodType<Line>;
  /** How many of the whole lines count; the others are done again. */
  counted?(lines: number): number;
  /** The errors of each kind, as they are thrown. */
  errors: {
    unreadable(why: string, cause: unknown): Error;
    unwritable(why: string, cause: unknown): Error;
    foreign(): Error;
    otherSettings(): Error;
    /** `number` from 1; `field` is the first that is wrong. */
    damaged(number: number, field: string | undefined): Error;
  };
}

export interface JournalFile<Line> {
  /** What stood there. */
  readonly lines: Line[];
  /** On the disk when it resolves. Throws `write-failed`. */
  append(added: readonly Line[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens it to go on, or begins one. */
export async function openJournalFile<Line>(
  file: string,
  { format, settings, line: schema, counted = (lines) => lines, errors }: JournalFileOptions<Line>,
): Promise<JournalFile<Line>> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw errors.unreadable(messageOf(error), error);
  });
  const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1).toString('utf8');
  const [first, ...rest] = whole.split('\n').slice(0, -1);
  if (first !== undefined) {
    const head = headOf(format).safeParse(jsonIn(first));
    if (!head.success) throw errors.foreign();
    if (head.data.settings !== settings) throw errors.otherSettings();
  }
  const kept = rest.slice(0, counted(rest.length));
  const lines = kept.map((text, index) => {
    const parsed = schema.safeParse(jsonIn(text));
    if (!parsed.success) throw errors.damaged(index + 2, parsed.error.issues[0]?.path.join('.'));
    return parsed.data;
  });
  const handle = await open(file, 'a').catch((error: unknown) => {
    throw errors.unwritable(messageOf(error), error);
  });
  const standing = first === undefined ? [] : [first, ...kept];
  await handle.truncate(Buffer.byteLength(standing.map((text) => `${text}\n`).join('')));
  if (first === undefined) await appendLines(handle, file, [{ format, version: 1, settings }]);
  return {
    lines,
    append: (added) => appendLines(handle, file, added),
    close: () => handle.close(),
  };
}

const headOf = (format: string) => z.object({ format: z.literal(format), version: z.literal(1), settings: z.string() });

async function appendLines(handle: FileHandle, file: string, lines: readonly unknown[]): Promise<void> {
  try {
    await handle.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await handle.datasync();
  } catch (error) {
    throw systemError(
      'write-failed',
      `cannot write ${file}: ${messageOf(error)}; what was there before is intact`,
      error,
    );
  }
}
