/**
 * Collapse alarms. Reward is a lagging sign: a policy that is about
 * to collapse first leaps away from itself, stops exploring before it has learned, or earns reward that better answers do not earn.
 * Each alarm is a pure function of the metrics so far; it fires once and says what to do. The bounds were set on runs that were
 * made to collapse and on healthy ones: bench/train/alarms.ts.
 */
import type { IterationMetrics } from './iteration-metrics.ts';

export type AlarmKind = 'leap' | 'entropy' | 'no-signal' | 'reward-hacking' | 'reward-drop' | 'invalid' | 'forgetting';

export interface Alarm {
  kind: AlarmKind;
  iteration: number;
  message: string;
}

/** Half-life of the smoothed reward, in iterations. */
const HALF_LIFE = 5;

/** Exponential moving average; the first value starts it. */
export function smoothed(values: readonly number[], halfLife = HALF_LIFE): number[] {
  const keep = 0.5 ** (1 / halfLife);
  const out: number[] = [];
  for (const value of values) out.push(out.length === 0 ? value : keep * out.at(-1)! + (1 - keep) * value);
  return out;
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
};

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Iterations that say what is usual: alarms that compare with the beginning wait for them. */
const BASELINE = 6;

/** One update that moves a decision's log-probability this far, or three in a row this much, is no longer a step of a gradient. */
const LEAP = { once: 1, usually: 0.3 };

/** Standard error of a difference of smoothed rewards, from that of one iteration: 2 (1 - k) / (1 + k) of the variance. */
function smoothedError(history: readonly IterationMetrics[]): number {
  const keep = 0.5 ** (1 / HALF_LIFE);
  return median(history.map(({ rewardError }) => rewardError)) * Math.sqrt((2 * (1 - keep)) / (1 + keep));
}

/** Whether the reward stands above where it began by more than luck. */
function hasLearned(history: readonly IterationMetrics[]): boolean {
  const began = sum(history.slice(0, BASELINE).map(({ reward }) => reward)) / BASELINE;
  const now = smoothed(history.map(({ reward }) => reward)).at(-1)!;
  return now > began + 2 * smoothedError(history);
}

/** Whether the answers of late are nearly all right: then groups without variance and a sure policy are success, not a collapse. */
function answersWell(history: readonly IterationMetrics[]): boolean {
  const recent = history.slice(-5);
  return sum(recent.map(({ answerScore }) => answerScore)) > 0.95 * recent.length;
}

/** Whether three iterations have earned less than the best three in a row, by a tenth and by more than luck. */
function isLosing(history: readonly IterationMetrics[]): boolean {
  const threes = history
    .slice(2)
    .map((_, start) => sum(history.slice(start, start + 3).map(({ reward }) => reward)) / 3);
  const best = Math.max(...threes);
  const error = median(history.map(({ rewardError }) => rewardError)) * Math.sqrt(2 / 3);
  return threes.at(-1)! < best - Math.max(0.1 * Math.abs(best), 3 * error);
}

/** Share of the best validation score that may be lost; by the curves of bench/train/causal-lm/atlas.json. */
const FORGOTTEN = 0.2;
const points = (score: number): string => `${(100 * score).toFixed(1)}%`;

type Check = (history: readonly IterationMetrics[]) => string | undefined;

const checks: Record<AlarmKind, Check> = {
  leap: (history) => {
    const last = history.at(-1)!.leap;
    const usual = history.length < 3 ? 0 : median(history.slice(-3).map(({ leap }) => leap));
    return last > LEAP.once || usual > LEAP.usually
      ? `an update moved the policy by ${last.toFixed(2)} nats a decision; lower grpo.rate or grpo.updates`
      : undefined;
  },
  entropy: (history) => {
    if (history.length <= BASELINE) return undefined;
    const usual = median(history.slice(0, 3).map(({ entropy }) => entropy));
    const now = smoothed(
      history.map(({ entropy }) => entropy),
      2,
    ).at(-1)!;
    if (usual <= 0.01) return undefined;
    const stuck = now < 0.5 * usual && !hasLearned(history) && !answersWell(history);
    // Here the reward may have risen before: what it earned by exploring it now gives up for being sure.
    const surerAndWorse = now < 0.75 * usual && isLosing(history);
    return stuck || surerAndWorse
      ? `the policy stops exploring (entropy ${now.toFixed(3)} after ${usual.toFixed(3)}) and ${stuck ? 'has not learned' : 'earns less than it did'}; raise grpo.entropyWeight or lower grpo.rate`
      : undefined;
  },
  'no-signal': (history) => {
    const recent = history.slice(-5);
    return history.length > BASELINE &&
      recent.every(({ zeroVariance }) => zeroVariance > 0.95) &&
      !hasLearned(history) &&
      !answersWell(history)
      ? 'nearly every group earns the same for all its members, so nothing is learned; raise grpo.entropyWeight or choose harder questions'
      : undefined;
  },
  'reward-hacking': (history) => {
    const recent = history.slice(-8).map(({ alignment }) => alignment);
    if (sum(recent.map(({ groups }) => groups)) < 10) return undefined;
    const scale = Math.sqrt(
      sum(recent.map(({ rewardVariance }) => rewardVariance)) * sum(recent.map(({ answerVariance }) => answerVariance)),
    );
    const correlation = scale === 0 ? 0 : sum(recent.map(({ covariance }) => covariance)) / scale;
    return correlation < 0.15
      ? `the reward is not earned by better answers (correlation ${correlation.toFixed(2)} within groups); look at the reward's weights`
      : undefined;
  },
  'reward-drop': (history) => {
    if (history.length <= BASELINE) return undefined;
    const values = smoothed(history.map(({ reward }) => reward));
    const best = Math.max(...values.slice(BASELINE - 1));
    const fall = best - values.at(-1)!;
    return fall > Math.max(0.1 * Math.abs(best), 4 * smoothedError(history))
      ? `the smoothed reward has fallen from ${best.toFixed(3)} to ${values.at(-1)!.toFixed(3)}; the best policy so far is kept`
      : undefined;
  },
  invalid: (history) => {
    const recent = median(history.slice(-3).map(({ invalid }) => invalid));
    const usual = median(history.slice(0, BASELINE).map(({ invalid }) => invalid));
    return history.length > BASELINE && recent > usual + 0.15
      ? `${Math.round(recent * 100)}% of the decisions cannot be used; raise the weight of the format reward or lower grpo.rate`
      : undefined;
  },
  forgetting: (history) => {
    const last = history.at(-1)!;
    if (!last.validation) return undefined;
    const scores = history.flatMap(({ validation }) => validation?.score ?? []);
    const best = Math.max(...scores);
    // Twice in a row: one validation of a hundred questions falls by chance.
    const isWorse = scores.length > 2 && Math.max(...scores.slice(-2)) < (1 - FORGOTTEN) * best;
    return isWorse && !isLosing(history)
      ? `validation answers have fallen from ${points(best)} to ${points(scores.at(-1)!)} while the reward has not: train is learnt at the cost of other questions; the best policy so far is kept, raise grpo.klWeight or lower grpo.rate`
      : undefined;
  },
};

/** The alarms that the last line of `history` raises and that have not fired before. */
export function newAlarms(history: readonly IterationMetrics[], fired: ReadonlySet<AlarmKind>): Alarm[] {
  const last = history.at(-1);
  if (!last) return [];
  return (Object.keys(checks) as AlarmKind[]).flatMap((kind) => {
    const message = fired.has(kind) ? undefined : checks[kind](history);
    return message === undefined ? [] : [{ kind, iteration: last.iteration, message }];
  });
}

/** All alarms of a whole run, in order: what a bench or a replay of `metrics.jsonl` looks at. */
export function allAlarms(history: readonly IterationMetrics[]): Alarm[] {
  const fired = new Set<AlarmKind>();
  return history.flatMap((_, end) => {
    const alarms = newAlarms(history.slice(0, end + 1), fired);
    for (const { kind } of alarms) fired.add(kind);
    return alarms;
  });
}
