/**
 * Routing metrics: does a run ask the knowledge bases that its gold route names, in that order? A route is the list of
 * knowledge bases searched; where it ends, the step is `stop`. Steps of one search are compared place by place.
 */

/** What stands in a confusion matrix for a step that does not search. */
export const STOP = 'stop';

/** 1 where the first searches agree (or neither searches). */
export function firstStepAccuracy(route: readonly string[], gold: readonly string[]): 0 | 1 {
  return (route[0] ?? STOP) === (gold[0] ?? STOP) ? 1 : 0;
}

/**
 * Share of the decisions that agree, the stop after the last search among them, out of those of the longer route, so that a
 * search too many and one too few both cost. A gold route of two searches has three decisions.
 */
export function perStepAccuracy(route: readonly string[], gold: readonly string[]): number {
  const decisions = Math.max(route.length, gold.length) + 1;
  let right = 0;
  for (let i = 0; i <= Math.min(route.length, gold.length); i++)
    if ((route[i] ?? STOP) === (gold[i] ?? STOP)) right += 1;
  return right / decisions;
}

/** Rows are gold, columns what the method did; `labels` names both, sorted, `stop` last. */
export interface ConfusionMatrix {
  labels: string[];
  counts: number[][];
}

/** Counts the decisions that both routes make, up to and with the first stop, over all runs. */
export function confusionMatrix(
  runs: readonly { route: readonly string[]; gold: readonly string[] }[],
): ConfusionMatrix {
  const names = new Set<string>();
  for (const { route, gold } of runs) for (const name of [...route, ...gold]) names.add(name);
  names.delete(STOP);
  const labels = [...[...names].sort(), STOP];
  const place = new Map(labels.map((label, index) => [label, index]));
  const counts = labels.map(() => labels.map(() => 0));
  for (const { route, gold } of runs) {
    for (let i = 0; i <= Math.min(route.length, gold.length); i++) {
      const row = counts[place.get(gold[i] ?? STOP)!]!;
      const column = place.get(route[i] ?? STOP)!;
      row[column] = row[column]! + 1;
    }
  }
  return { labels, counts };
}

/** One decision with every alternative tried: the value (say, needs newly met) that each knowledge base would have brought. */
export interface CounterfactualStep {
  chosen: string;
  values: Readonly<Record<string, number>>;
}

/**
 * Mean regret: value of the best knowledge base less that of the chosen one, over the steps; `oracle` is the mean of the best
 * and `achieved` the mean of the chosen. Null where no step has alternatives.
 */
export function regret(
  steps: readonly CounterfactualStep[],
): { regret: number; oracle: number; achieved: number } | null {
  let best = 0;
  let achieved = 0;
  let count = 0;
  for (const { chosen, values } of steps) {
    const all = Object.values(values);
    if (all.length === 0) continue;
    best += Math.max(...all);
    achieved += values[chosen] ?? 0;
    count += 1;
  }
  return count === 0 ? null : { regret: (best - achieved) / count, oracle: best / count, achieved: achieved / count };
}
