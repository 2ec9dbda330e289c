/**
 * What another policy would have earned on runs that were served, without serving it: importance weights from the chances that both policies give to what
 * was done (Precup et al. 2000), normalised by their sum, and doubly robust with what each first knowledge base earned (Dudik et al. 2011). Only what the
 * served policy sometimes did can be judged: the effective sample size says how much that is.
 */
import { keyedRandom } from '../../common/random.ts';

export interface LoggedRun {
  /** In [0, 1], as people judged it. */
  reward: number;
  searches: number;
  /** Natural logarithm of the chance of all that was done, by the policy that served and by the other. */
  served: number;
  other: number;
  /** What was done first: a knowledge base, or `stop`. */
  first: string;
  /** Chances that the other policy gives to each first move. */
  otherFirst: Readonly<Record<string, number>>;
}

export interface Estimate {
  mean: number;
  low: number;
  high: number;
}

export interface OffPolicyEstimate {
  runs: number;
  /** (sum of weights)^2 / sum of squared weights: so many runs of the other policy are as telling. */
  effectiveRuns: number;
  /** Runs whose weight was cut. */
  cut: number;
  /** As it was served. */
  served: { reward: Estimate; searches: Estimate };
  weighted: { reward: Estimate; searches: Estimate };
  doublyRobust: { reward: Estimate; searches: Estimate };
}

export interface OffPolicyOptions {
  /** Weights above are cut to it: less variance, some bias. Default 20. */
  mostWeight?: number;
  /** Default 2,000. */
  resamples?: number;
  seed?: number;
}

/** Null for no runs. Intervals are 95 % bootstrap intervals over runs. */
export function offPolicyEstimate(
  runs: readonly LoggedRun[],
  { mostWeight = 20, resamples = 2000, seed = 0 }: OffPolicyOptions = {},
): OffPolicyEstimate | null {
  if (runs.length === 0) return null;
  const raw = runs.map(({ served, other }) => Math.exp(Math.min(700, other - served)));
  const weights = raw.map((weight) => Math.min(mostWeight, weight));
  const sum = weights.reduce((a, b) => a + b, 0);
  const squares = weights.reduce((a, b) => a + b * b, 0);
  const columns = (value: (run: LoggedRun) => number) => {
    const rows = runs.map((run, place) => ({ run, value: value(run), weight: weights[place]! }));
    const of = (statistic: (rows: readonly Row[]) => number): Estimate =>
      interval(rows, statistic, { resamples, seed });
    return { plain: of(meanOf), weighted: of(weightedMean), robust: of(doublyRobust) };
  };
  const reward = columns((run) => run.reward);
  const searches = columns((run) => run.searches);
  return {
    runs: runs.length,
    effectiveRuns: squares === 0 ? 0 : (sum * sum) / squares,
    cut: raw.filter((weight) => weight > mostWeight).length,
    served: { reward: reward.plain, searches: searches.plain },
    weighted: { reward: reward.weighted, searches: searches.weighted },
    doublyRobust: { reward: reward.robust, searches: searches.robust },
  };
}

interface Row {
  run: LoggedRun;
  value: number;
  weight: number;
}

const meanOf = (rows: readonly Row[]): number => rows.reduce((sum, { value }) => sum + value, 0) / rows.length;

function weightedMean(rows: readonly Row[]): number {
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  return total === 0 ? Number.NaN : rows.reduce((sum, { value, weight }) => sum + weight * value, 0) / total;
}

/** What a first move earned on average, corrected by what the runs earned beyond it. */
function doublyRobust(rows: readonly Row[]): number {
  const overall = meanOf(rows);
  const means = new Map<string, number>();
  for (const [first, own] of Map.groupBy(rows, ({ run }) => run.first)) means.set(first, meanOf(own));
  const expected = (first: string): number => means.get(first) ?? overall;
  const total = rows.reduce((sum, { weight }) => sum + weight, 0) / rows.length || 1;
  const each = rows.map(({ run, value, weight }) => {
    const direct = Object.entries(run.otherFirst).reduce((sum, [first, chance]) => sum + chance * expected(first), 0);
    return direct + (weight / total) * (value - expected(run.first));
  });
  return each.reduce((a, b) => a + b, 0) / each.length;
}

function interval(
  rows: readonly Row[],
  statistic: (rows: readonly Row[]) => number,
  { resamples, seed }: { resamples: number; seed: number },
): Estimate {
  const random = keyedRandom('off-policy', seed, rows.length);
  const drawn = Array.from({ length: resamples }, () => statistic(rows.map(() => rows[random.below(rows.length)]!)))
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
  const at = (share: number): number => drawn[Math.round(share * (drawn.length - 1))] ?? Number.NaN;
  return { mean: statistic(rows), low: at(0.025), high: at(0.975) };
}
