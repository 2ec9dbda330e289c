/** A teacher's run of one question, as it is kept: what it thought, asked, read and answered. Passages by reference. */
import { z } from 'zod';
import type { RouterOutput } from '../../graph/run-state.ts';
import { readingsOf, type StepRecord } from '../../graph/step-record.ts';

export const TrajectorySchema = z.object({
  teacher: z.string(),
  /** Which of the samples it is, from 0. */
  sample: z.number().int().nonnegative(),
  answer: z.string().nullable(),
  steps: z.array(
    z.object({
      thought: z.string().optional(),
      searches: z.array(z.object({ subQuestion: z.string(), knowledgeBase: z.string() })),
      passages: z.array(z.string()),
      answer: z.string().nullable(),
      repeated: z.literal(true).optional(),
    }),
  ),
  searches: z.number(),
  tokens: z.number(),
});
export type Trajectory = z.infer<typeof TrajectorySchema>;

export function trajectoryOf(
  { answer, steps, usage }: Pick<RouterOutput, 'answer' | 'steps' | 'usage'>,
  { teacher, sample }: Pick<Trajectory, 'teacher' | 'sample'>,
): Trajectory {
  return {
    teacher,
    sample,
    answer,
    steps: steps.map(stepOf),
    searches: usage.searches,
    tokens: usage.tokens.input + usage.tokens.output,
  };
}

function stepOf(record: StepRecord): Trajectory['steps'][number] {
  const { decision, passages, thought, repeatOf } = record;
  const answers = readingsOf(record).flatMap(({ answer }) => answer ?? []);
  return {
    ...(thought === undefined ? {} : { thought }),
    searches: decision.type === 'search' ? decision.searches : [],
    passages: passages.map(({ id }) => id),
    answer: answers.at(-1) ?? null,
    ...(repeatOf === undefined ? {} : { repeated: true as const }),
  };
}
