/** Rewards of runs that were made elsewhere: exactly those of the training, from the step records and the gold of the question. */
import { z } from 'zod';
import { userError } from '../../common/errors.ts';
import { QuestionSchema } from '../../eval/datasets/question.ts';
import { DecisionSchema } from '../../graph/decision.ts';
import { REWARD_PRESETS, type RewardConfig, RewardConfigSchema, type RunRewards, scoreRun } from '../rewards/index.ts';
import type { Tasks } from './reset.ts';

const StepSchema = z.object({
  decision: DecisionSchema,
  fallback: z.boolean().optional(),
  repeatOf: z.number().int().nonnegative().optional(),
  attempts: z.array(z.looseObject({ invalid: z.string().optional() })).optional(),
  passages: z.array(z.looseObject({ documentId: z.string(), id: z.string().optional() })).default([]),
  usage: z.looseObject({ reads: z.number(), cost: z.number() }),
});

const RunSchema = z.object({
  /** Of the server's questions; or the question itself, with its gold. */
  question_id: z.string().optional(),
  question: QuestionSchema.optional(),
  steps: z.array(StepSchema),
  answer: z.string().nullable(),
  failure: z.string().optional(),
});

const RewardsRequestSchema = z.strictObject({
  /** A preset by name, or weights; default those of the environment. */
  rewards: z
    .union([z.enum(Object.keys(REWARD_PRESETS) as [keyof typeof REWARD_PRESETS]), RewardConfigSchema])
    .optional(),
  runs: z.array(RunSchema).min(1).max(1024),
});

/** Throws the user errors `invalid-rewards` and `unknown-question`. */
export function rewardsOf(
  body: unknown,
  { tasks, rewards }: { tasks: Tasks; rewards: RewardConfig },
): { rewards: RunRewards[] } {
  const parsed = RewardsRequestSchema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw userError(
      'invalid-rewards',
      `body.${issue?.path.join('.') ?? ''}: ${issue?.message}; send {"runs": [{"question_id", "steps", "answer"}]}`,
    );
  }
  const { rewards: asked = rewards, runs } = parsed.data;
  const config: RewardConfig = typeof asked === 'string' ? REWARD_PRESETS[asked] : asked;
  return {
    rewards: runs.map(({ question_id: id, question: given, failure, ...run }, place) => {
      const question = given ?? (id === undefined ? undefined : tasks.find(id)?.question);
      if (!question) {
        throw userError(
          'unknown-question',
          `body.runs.${place}: ${id === undefined ? 'it names no question' : `no question "${id.slice(0, 100)}" here`}; give question_id or question`,
        );
      }
      const steps = run.steps as Parameters<typeof scoreRun>[0]['steps'];
      return scoreRun({ question, steps, answer: run.answer, ...(failure !== undefined && { failure }) }, config);
    }),
  };
}
