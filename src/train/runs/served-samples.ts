/**
 * Decisions of runs that were served, as samples: what people thought of a run is its reward, less the price of its searches. The policy that served is not
 * the one that learns; the update's ratio of the two chances corrects for that, clipped as for every other sample (PPO, arXiv 1707.06347).
 */
import { keyedRandom } from '../../common/random.ts';
import type { JudgedRun } from '../../graph/runs/kept-runs.ts';
import { keptChoices, type LeftOut } from '../../offline/policies/scorer/kept-choices.ts';
import { logSoftmax, type ScorerNetwork, scorerForward } from '../../offline/policies/scorer/network.ts';
import type { ScorerShape } from '../../offline/policies/scorer/shape.ts';
import type { ScorerChoice } from '../../offline/policies/scorer/trace.ts';
import type { DecisionSample } from '../trainer/decision-batch.ts';

export interface ServedRun {
  runId: string;
  choices: ScorerChoice[];
  /** Against the mean of the other runs. */
  advantage: number;
}

export interface ServedRuns {
  runs: ServedRun[];
  left: LeftOut;
}

/** `searchPrice` is what a search takes from the reward. */
export function servedRuns(
  runs: readonly JudgedRun[],
  { shape, searchPrice }: { shape: ScorerShape; searchPrice: number },
): ServedRuns {
  const { traced, left } = keptChoices(runs, shape);
  const rewards = traced.map(({ run }) => run.reward - searchPrice * run.usage.searches);
  const total = rewards.reduce((sum, reward) => sum + reward, 0);
  const others = Math.max(1, traced.length - 1);
  return {
    left,
    runs: traced.map(({ run: { runId }, choices }, place) => ({
      runId,
      choices,
      advantage: traced.length < 2 ? 0 : rewards[place]! - (total - rewards[place]!) / others,
    })),
  };
}

/** Runs drawn for one update, by seed and iteration, as samples that weigh as much as `size` groups would. */
export function servedBatch(
  runs: readonly ServedRun[],
  {
    seed,
    iteration,
    size,
    maxSteps,
    reference,
  }: { seed: number; iteration: number; size: number; maxSteps: number; reference: ScorerNetwork },
): DecisionSample[] {
  const drawn = keyedRandom('served', seed, iteration).shuffle(runs).slice(0, size);
  return drawn.flatMap(({ choices, advantage }) =>
    choices.map(({ input, actionId, logProbability }) => ({
      input,
      actionId,
      // Of a policy that always took the best this is the chance it gave it: the nearest there is to a correction.
      oldLogProbability: logProbability,
      referenceLogProbability: logSoftmax(scorerForward(reference, input))[actionId]!,
      advantage,
      weight: 1 / (drawn.length * maxSteps),
    })),
  );
}
