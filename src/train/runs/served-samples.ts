/**
 * Decisions of runs that were served, as samples: what people thought of a run is its reward, less the price of its searches. The policy that served is not
 * the one that learns; the update's ratio of the two chances corrects for that, clipped as for every other sample (PPO, arXiv 1707.06347).
 */

import { keyedRandom } from '../../common/random.ts';
import type { JudgedRun } from '../../graph/runs/kept-runs.ts';
import { logSoftmax, type ScorerNetwork, scorerForward } from '../../offline/policies/scorer/network.ts';
import { featureNames, type ScorerShape } from '../../offline/policies/scorer/shape.ts';
import { type ScorerChoice, ScorerTraceSchema, scorerChoices } from '../../offline/policies/scorer/trace.ts';
import type { DecisionSample } from '../trainer/decision-batch.ts';

export interface ServedRun {
  runId: string;
  choices: ScorerChoice[];
  /** Against the mean of the other runs. */
  advantage: number;
}

export interface ServedRuns {
  runs: ServedRun[];
  left: ServedCounts;
}

export interface ServedCounts {
  /** Nobody said what they thought of it. */
  unjudged: number;
  /** Its policy keeps no features: it was no scorer, or was served without --keep-runs. */
  untraced: number;
  /** Its policy sees other features than the one that learns. */
  otherFeatures: number;
}

/** `searchPrice` is what a search takes from the reward. */
export function servedRuns(
  runs: readonly JudgedRun[],
  { shape, searchPrice }: { shape: ScorerShape; searchPrice: number },
): ServedRuns {
  const left: ServedCounts = { unjudged: 0, untraced: 0, otherFeatures: 0 };
  const names = featureNames(shape);
  const found = runs.flatMap((run) => {
    if (run.reward === undefined) {
      left.unjudged++;
      return [];
    }
    const choices = choicesOf(run);
    if (choices === undefined) {
      left.untraced++;
      return [];
    }
    if (!choices.every((choice) => fits(choice, names, shape))) {
      left.otherFeatures++;
      return [];
    }
    return [{ runId: run.runId, choices, reward: run.reward - searchPrice * run.usage.searches }];
  });
  const total = found.reduce((sum, { reward }) => sum + reward, 0);
  const others = Math.max(1, found.length - 1);
  return {
    left,
    runs: found.map(({ reward, ...run }) => ({
      ...run,
      advantage: found.length < 2 ? 0 : reward - (total - reward) / others,
    })),
  };
}

/** Of every step, in order; undefined where a step has none. */
export function choicesOf({ steps }: Pick<JudgedRun, 'steps'>): ScorerChoice[] | undefined {
  if (steps.length === 0) return undefined;
  const perStep = steps.map(({ policy: { trace } }) =>
    ScorerTraceSchema.safeParse(trace).data?.features === undefined ? undefined : scorerChoices(trace),
  );
  return perStep.every((choices) => choices !== undefined) ? perStep.flat() : undefined;
}

function fits({ input }: ScorerChoice, names: ReturnType<typeof featureNames>, shape: ScorerShape): boolean {
  const actions = input.subQuestions.length * input.descriptions.length;
  const bags = [input.question, ...input.subQuestions];
  return (
    input.stop.length === names.stop.length &&
    input.dense.length === actions * names.dense.length &&
    bags.every(({ ids }) => ids.every((id) => id < shape.questionBuckets))
  );
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
