/**
 * What a tuning has paid for so far, so that a kill costs nothing twice: an append-only file, a first line that says what is being tuned and then one line a
 * result, under a key. Results are written in the order they are asked for, so that a resumed tuning ends in the same file.
 */
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf, systemError, userError } from '../../common/errors.ts';
import {
  addTokens,
  type Budget,
  noTokens,
  type SpentUp,
  spentUp,
  type Tokens,
  TokensSchema,
} from '../synthesis/spending.ts';

const HeadSchema = z.object({ format: z.literal('r1-router-tuning'), version: z.literal(1), settings: z.string() });
const LineSchema = z.object({ key: z.string(), value: z.unknown(), tokens: TokensSchema });
type Line = z.output<typeof LineSchema>;

/** Thrown where a budget is used up; what stands then is the result. */
export class BudgetSpent extends Error {
  readonly end: SpentUp;

  constructor(end: SpentUp) {
    super(`the budget of ${end} is used up`);
    this.name = 'BudgetSpent';
    this.end = end;
  }
}

export type Spend = (tokens: Tokens) => void;

export interface TuneJournal {
  /** What was taken up to here, in the order of the results. */
  readonly tokens: Tokens;
  /** Each result as it was recorded, or else computed, recorded and flushed. Together, since they may be computed side by side. */
  all<Schema extends z.ZodType>(
    schema: Schema,
    entries: readonly { key: string; compute(spend: Spend): Promise<z.input<Schema>> }[],
  ): Promise<z.output<Schema>[]>;
  close(): Promise<void>;
}

/** A journal that nobody reads again. */
export const memoryJournal = (budget: Budget = {}): TuneJournal => journalOver(new Map(), async () => {}, budget);

/** Opens it to go on, or begins one. Throws `tuning-settings` where the file is of another tuning, `tuning-file` where it is none. */
export async function openTuneJournal(file: string, settings: string, budget: Budget = {}): Promise<TuneJournal> {
  const head = `${JSON.stringify({ format: 'r1-router-tuning', version: 1, settings })}\n`;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw userError('tuning-file', `${file}: cannot be read (${messageOf(error)}); choose another --out`, error);
  });
  // What a kill has torn is not there.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const [first, ...rest] = whole.split('\n').slice(0, -1);
  if (first !== undefined) checkHead(file, first, settings);
  const lines = rest.map((line, place) => parsedLine(file, line, place + 2));
  const handle = await open(file, 'a').catch((error: unknown) => {
    throw userError('tuning-file', `${file}: cannot be written (${messageOf(error)}); choose another --out`, error);
  });
  await handle.truncate(Buffer.byteLength(whole));
  if (first === undefined) await write(handle, file, head);
  const known = new Map(lines.map((line) => [line.key, line]));
  const append = (added: readonly Line[]) =>
    write(handle, file, added.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return { ...journalOver(known, append, budget), close: () => handle.close() };
}

function journalOver(
  known: Map<string, Line>,
  append: (lines: readonly Line[]) => Promise<void>,
  budget: Budget,
): TuneJournal {
  const began = performance.now();
  let tokens = noTokens();
  return {
    get tokens() {
      return tokens;
    },
    async all(schema, entries) {
      // Asked of what was used up to here, recorded or not: a resumed tuning ends at the same place.
      const end = spentUp(budget, tokens, performance.now() - began);
      if (end) throw new BudgetSpent(end);
      const lines = await Promise.all(
        entries.map(async ({ key, compute }) => known.get(key) ?? computed(key, compute)),
      );
      const fresh = lines.filter(({ key }) => !known.has(key));
      if (fresh.length > 0) await append(fresh);
      for (const line of lines) {
        known.set(line.key, line);
        tokens = addTokens(tokens, line.tokens);
      }
      return lines.map(({ value }) => schema.parse(value));
    },
    async close() {},
  };
}

async function computed(key: string, compute: (spend: Spend) => Promise<unknown>): Promise<Line> {
  let tokens = noTokens();
  const value = await compute((more) => {
    tokens = addTokens(tokens, more);
  });
  return { key, value, tokens };
}

function checkHead(file: string, text: string, settings: string): void {
  const head = HeadSchema.safeParse(jsonOf(text));
  if (!head.success) throw userError('tuning-file', `${file}: it is no tuning; choose another --out`);
  if (head.data.settings !== settings) {
    throw userError(
      'tuning-settings',
      `${file}: it was begun with other settings, questions or descriptions; give the same again, or choose another --out`,
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

function parsedLine(file: string, text: string, number: number): Line {
  const parsed = LineSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw systemError(
    'tuning-damaged',
    `${file}:${number}: damaged; delete this line and all below it, and run the command again`,
  );
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
