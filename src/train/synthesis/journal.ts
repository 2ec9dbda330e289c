/**
 * What a synthesis has tried so far: an append-only file, a first line that says what is being made and then one line an item, in the order of the
 * items. A kill leaves whole batches and perhaps a torn one, which is cut off and tried again; so a resumed synthesis writes the same bytes.
 */
import { z } from 'zod';
import { systemError, userError } from '../../common/errors.ts';
import { DraftSchema } from './draft.ts';
import { REASONS, type Reason } from './filters.ts';
import { openJournalFile } from './journal-file.ts';
import { TROUBLES, type Trouble } from './retry.ts';
import { TokensSchema } from './spending.ts';
import { TrajectorySchema } from './trajectory.ts';

const ReasonSchema = z.enum(Object.keys(REASONS) as [Reason, ...Reason[]]);

const TrialSchema = z.object({
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
  const { lines, append, close } = await openJournalFile(file, {
    format: 'r1-router-synthesis',
    settings,
    line: JournalLineSchema,
    // Only the last batch of all may be shorter.
    counted: (count) => (count === items ? count : count - (count % batch)),
    errors: {
      unreadable: (why, cause) =>
        userError('synthesis-file', `${file}: cannot be read (${why}); choose another --out`, cause),
      unwritable: (why, cause) =>
        userError('synthesis-file', `${file}: cannot be written (${why}); choose another --out`, cause),
      foreign: () => userError('synthesis-file', `${file}: it is no synthesis; choose another --out`),
      otherSettings: () =>
        userError(
          'synthesis-settings',
          `${file}: it was begun with other settings or other knowledge bases; give the same again, or choose another --out`,
        ),
      damaged: (number, field) =>
        systemError(
          'synthesis-damaged',
          `${file}:${number}: damaged (${field}); delete this line and all below it, and run the command again`,
        ),
    },
  });
  return {
    lines,
    async append(added) {
      await append(added);
      lines.push(...added);
    },
    close,
  };
}
