/**
 * What a synthesis has tried so far: an append-only file, a first line that says what is being made and then one line an item, in the order of the
 * items. A kill leaves whole batches and perhaps a torn one, which is cut off and tried again; so a resumed synthesis writes the same bytes.
 */
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf, systemError, userError } from '../../common/errors.ts';
import { DraftSchema } from './draft.ts';
import { REASONS, type Reason } from './filters.ts';
import { TROUBLES, type Trouble } from './retry.ts';
import { TokensSchema } from './spending.ts';
import { TrajectorySchema } from './trajectory.ts';

const ReasonSchema = z.enum(Object.keys(REASONS) as [Reason, ...Reason[]]);

export const TrialSchema = z.object({
  draft: DraftSchema,
  verdict: z.union([z.literal('accepted'), ReasonSchema]),
  /** What the teacher said instead, or how it failed. */
  detail: z.string().optional(),
  /** Of an accepted trial the best; of a refused one the last. */
  trajectory: TrajectorySchema.optional(),
  /** Runs of the teacher. */
  samples: z.number().int().nonnegative(),
});
export type Trial = z.infer<typeof TrialSchema>;

export const JournalLineSchema = z.object({
  item: z.number().int().nonnegative(),
  key: z.string(),
  trials: z.array(TrialSchema),
  /** Where nothing was tried: why. */
  refused: ReasonSchema.optional(),
  /** What the last try to write came to, where nothing was tried. */
  detail: z.string().optional(),
  tokens: TokensSchema,
  troubles: z.record(z.enum(TROUBLES as unknown as [Trouble, ...Trouble[]]), z.number()),
});
export type JournalLine = z.infer<typeof JournalLineSchema>;

const HeadSchema = z.object({ format: z.literal('r1-router-synthesis'), version: z.literal(1), settings: z.string() });

/** Items of one write, where they are tried side by side. A resumed synthesis begins at a multiple of it. */
export const BATCH = 8;

export interface Journal {
  readonly lines: readonly JournalLine[];
  /** On the disk when it resolves. */
  append(added: readonly JournalLine[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens it to go on, or begins one; `items` are how many there are in all. Throws `synthesis-settings` where the file is of other settings, `synthesis-damaged` for one that cannot be read. */
export async function openJournal(file: string, settings: string, items: number, batch = BATCH): Promise<Journal> {
  const head = `${JSON.stringify({ format: 'r1-router-synthesis', version: 1, settings })}\n`;
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw userError('synthesis-file', `${file}: cannot be read (${messageOf(error)}); choose another --out`, error);
  });
  const texts = bytes
    .subarray(0, bytes.lastIndexOf(0x0a) + 1)
    .toString('utf8')
    .split('\n')
    .slice(0, -1);
  const [first, ...rest] = texts;
  if (first !== undefined) checkHead(file, first, settings);
  // Only the last batch of all may be shorter.
  const whole = rest.length === items ? rest : rest.slice(0, rest.length - (rest.length % batch));
  const lines = whole.map((text, index) => parsedLine(file, text, index + 2));
  const handle = await openToAppend(file);
  const kept = first === undefined ? 0 : Buffer.byteLength([first, ...whole].map((text) => `${text}\n`).join(''));
  await handle.truncate(kept);
  if (kept === 0) await write(handle, file, head);
  return {
    lines,
    async append(added) {
      await write(handle, file, added.map((line) => `${JSON.stringify(line)}\n`).join(''));
      lines.push(...added);
    },
    close: () => handle.close(),
  };
}

function checkHead(file: string, text: string, settings: string): void {
  const head = HeadSchema.safeParse(jsonOf(text));
  if (!head.success) {
    throw userError('synthesis-file', `${file}: it is no synthesis; choose another --out`);
  }
  if (head.data.settings !== settings) {
    throw userError(
      'synthesis-settings',
      `${file}: it was begun with other settings or other knowledge bases; give the same again, or choose another --out`,
    );
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parsedLine(file: string, text: string, number: number): JournalLine {
  const parsed = JournalLineSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw systemError(
    'synthesis-damaged',
    `${file}:${number}: damaged (${parsed.error.issues[0]?.path.join('.')}); delete this line and all below it, and run the command again`,
  );
}

async function openToAppend(file: string): Promise<FileHandle> {
  return open(file, 'a').catch((error: unknown) => {
    throw userError('synthesis-file', `${file}: cannot be written (${messageOf(error)}); choose another --out`, error);
  });
}

async function write(handle: FileHandle, file: string, text: string): Promise<void> {
  try {
    await handle.appendFile(text);
    await handle.datasync();
  } catch (error) {
    throw systemError(
      'write-failed',
      `cannot write ${file}: ${messageOf(error)}; what was there before is intact`,
      error,
    );
  }
}
