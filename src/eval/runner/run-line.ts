/**
 * One line of an evaluation's log: everything that one method did on one question with one seed, as StepRecords (of whatever version: they are brought up to date). Scores are
 * not in it, so that scoring can be done again, and differently, from the log alone.
 */
import { z } from 'zod';
import { StoredRouterOutputSchema } from '../../graph/step-record-migration.ts';

export const RUN_LINE_VERSION = 1;

/** What every knowledge base would have brought for the sub-question of a step; the evaluation's own searches, not the method's. */
const AlternativeSchema = z.object({
  step: z.number().int().nonnegative(),
  /** Ids of the documents found, best first, by name of the knowledge base. */
  documents: z.record(z.string(), z.array(z.string())),
});
export type Alternative = z.infer<typeof AlternativeSchema>;

export const RunLineSchema = z.object({
  schemaVersion: z.literal(RUN_LINE_VERSION),
  method: z.string(),
  questionId: z.string(),
  seed: z.number().int(),
  /** Absent where the run failed. */
  output: StoredRouterOutputSchema.optional(),
  /** Why the run failed. A failed run counts as a wrong answer. */
  error: z.object({ code: z.string(), kind: z.enum(['user', 'model', 'system']), message: z.string() }).optional(),
  alternatives: z.array(AlternativeSchema).optional(),
  timings: z.object({ milliseconds: z.number().nonnegative() }),
});
export type RunLine = z.infer<typeof RunLineSchema>;

/** What a line is about; at most one line of a log has a given key. */
export function runKey({ method, questionId, seed }: Pick<RunLine, 'method' | 'questionId' | 'seed'>): string {
  return JSON.stringify([method, questionId, seed]);
}
