/** What learning brings, as numbers: the one file (learning.json beside this one) that every page's table of it is made from. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { bootstrapMean, pairedTest } from '../../../src/eval/statistics/index.ts';

const FILE = join(import.meta.dirname, 'learning.json');

export const IntervalSchema = z.object({ mean: z.number(), low: z.number(), high: z.number() });
export const DifferenceSchema = IntervalSchema.extend({ p: z.number() });
export type IntervalOf = z.infer<typeof IntervalSchema>;
export type Difference = z.infer<typeof DifferenceSchema>;

const RowSchema = z.object({
  /** Share answered exactly; abstaining counts where there is no answer. */
  right: IntervalSchema,
  /** Mean token F1, abstaining counted likewise. */
  answers: IntervalSchema,
  searches: IntervalSchema,
  reads: z.number(),
  /** Share of first searches that go where the gold trajectory begins; null where none is known. */
  first: z.number().nullable(),
  /** Paired differences of `answers`, by the policy that is compared with. */
  over: z.record(z.string(), DifferenceSchema),
});
export type Row = z.infer<typeof RowSchema>;

export const LearningSchema = z.object({
  sets: z.record(z.string(), z.object({ questions: z.number().int(), policies: z.record(z.string(), RowSchema) })),
  /** Somebody's own files, asked through the command line. */
  own: z
    .object({
      questions: z.number().int(),
      policies: z.record(z.string(), z.object({ right: z.number().int(), wrong: z.number().int() })),
    })
    .nullable(),
});
export type Learning = z.infer<typeof LearningSchema>;

export const readLearning = async (): Promise<Learning> =>
  LearningSchema.parse(JSON.parse(await readFile(FILE, 'utf8').catch(() => '{"sets":{},"own":null}')));

export const writeLearning = (learning: Learning): Promise<void> =>
  writeFile(FILE, `${JSON.stringify(learning, null, 2)}\n`);

/** One policy on one set, question by question. */
export interface Measured {
  right: number[];
  answers: number[];
  searches: number[];
  reads: number[];
  first: (number | null)[];
}

const round = (value: number): number => Number(value.toFixed(4));
const interval = ({ mean, low, high }: IntervalOf): IntervalOf => ({
  mean: round(mean),
  low: round(low),
  high: round(high),
});
const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);

/** Rows of all policies of a set, each compared with `baselines`. */
export function rowsOf(measured: ReadonlyMap<string, Measured>, baselines: readonly string[]): Record<string, Row> {
  const over = (policy: string, own: readonly number[]): Record<string, Difference> =>
    Object.fromEntries(
      baselines
        .filter((name) => name !== policy && measured.has(name))
        .map((name) => {
          const { difference, p } = pairedTest(own, measured.get(name)!.answers, { seed: 'learning' })!;
          return [name, { ...interval(difference), p: round(p) }];
        }),
    );
  return Object.fromEntries(
    [...measured].map(([policy, { right, answers, searches, reads, first }]) => {
      const begun = first.filter((value) => value !== null);
      const bootstrapped = (values: readonly number[]) => interval(bootstrapMean(values, { seed: 'learning' })!);
      const row: Row = {
        right: bootstrapped(right),
        answers: bootstrapped(answers),
        searches: bootstrapped(searches),
        reads: round(meanOf(reads)),
        first: begun.length === 0 ? null : round(meanOf(begun)),
        over: over(policy, answers),
      };
      return [policy, row];
    }),
  );
}
