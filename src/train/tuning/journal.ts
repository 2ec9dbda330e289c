/**
 * What a tuning has paid for so far, so that a kill costs nothing twice: an append-only file, a first line that says what is being tuned and then one line a
 * result, under a key. Results are written in the order they are asked for, so that a resumed tuning ends in the same file.
 */
import { z } from 'zod';
import { systemError, userError } from '../../common/errors.ts';
import { openJournalFile } from '../synthesis/journal-file.ts';
import {
  addTokens,
  type Budget,
  noTokens,
  type SpentUp,
  spentUp,
  type Tokens,
  TokensSchema,
} from '../synthesis/spending.ts';

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
  const { lines, append, close } = await openJournalFile(file, {
    format: 'r1-router-tuning',
    settings,
    line: LineSchema,
    errors: {
      unreadable: (why, cause) =>
        userError('tuning-file', `${file}: cannot be read (${why}); choose another --out`, cause),
      unwritable: (why, cause) =>
        userError('tuning-file', `${file}: cannot be written (${why}); choose another --out`, cause),
      foreign: () => userError('tuning-file', `${file}: it is no tuning; choose another --out`),
      otherSettings: () =>
        userError(
          'tuning-settings',
          `${file}: it was begun with other settings, questions or descriptions; give the same again, or choose another --out`,
        ),
      damaged: (number) =>
        systemError(
          'tuning-damaged',
          `${file}:${number}: damaged; delete this line and all below it, and run the command again`,
        ),
    },
  });
  const known = new Map(lines.map((line) => [line.key, line]));
  // Not spread: its tokens are a getter.
  return Object.assign(journalOver(known, append, budget), { close });
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
