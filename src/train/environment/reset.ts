/** What `reset` may say, and which question it begins: the one it names, else one drawn by its seed, else the next of an order. */
import { z } from 'zod';
import { userError } from '../../common/errors.ts';
import { keyedRandom } from '../../common/random.ts';
import { MAXIMUM_STEPS, type RouterContext } from '../../graph/run-state.ts';
import type { TrainingQuestion } from '../rollouts/roll-out.ts';

/** Trainers hand on whole rows of their data: what is not known here is left alone. */
export const ResetSchema = z.object({
  /** Draws the question where none is named, and keys what the run draws. */
  seed: z.union([z.number().int(), z.string()]).nullish(),
  episode_id: z.string().max(255).nullish(),
  question_id: z.string().nullish(),
  group_id: z.string().max(255).nullish(),
  member: z.number().int().nonnegative().nullish(),
  max_steps: z.number().int().min(1).max(MAXIMUM_STEPS).nullish(),
});
export type Reset = z.infer<typeof ResetSchema>;

export interface Tasks {
  /** Throws the user error `unknown-question`. */
  choose(reset: Reset): TrainingQuestion;
  find(id: string): TrainingQuestion | undefined;
  readonly count: number;
  readonly all: readonly TrainingQuestion[];
}

export function tasksOf(questions: readonly TrainingQuestion[], seed: number | string = 0): Tasks {
  const byId = new Map(questions.map((one) => [one.question.id, one]));
  const order = keyedRandom('environment', seed).shuffle(questions);
  let drawn = 0;
  return {
    count: questions.length,
    all: questions,
    find: (id) => byId.get(id),
    choose({ question_id: id, seed: key }) {
      if (id != null) {
        const found = byId.get(id);
        if (found) return found;
        throw userError(
          'unknown-question',
          `reset: no question "${id.slice(0, 100)}" here; take an id of the questions file`,
        );
      }
      if (key != null) return keyedRandom('environment', seed, key).pick(questions);
      return order[drawn++ % order.length]!;
    },
  };
}

/** Steps beyond the server's own are not given. */
export function contextOf(
  reset: Reset,
  { seed, maxSteps }: { seed: number | string; maxSteps: number },
): RouterContext {
  return {
    seed: reset.seed ?? seed,
    member: reset.member ?? 0,
    ...(reset.group_id != null && { groupId: reset.group_id }),
    maxSteps: Math.min(reset.max_steps ?? maxSteps, maxSteps),
  };
}
