/**
 * Collapse alarms. Reward is a lagging sign (see the re-examination of Search-R1 cited in docs/training.md): a policy that is about
 * to collapse first stops exploring, leaps away from where it was, or earns reward that the validation does not see. Each alarm is
 * a pure function of the metrics so far; it fires once and says what to do.
 */
import type { IterationMetrics } from './iteration-metrics.ts';

export type AlarmKind =
  | 'entropy'
  | 'divergence'
  | 'gradient'
  | 'no-signal'
  | 'reward-hacking'
  | 'reward-drop'
  | 'invalid';

export interface Alarm {
  kind: AlarmKind;
  iteration: number;
  message: string;
}

/** Exponential moving average with half-life in iterations; the first value starts it. */
export function smoothed(values: readonly number[], halfLife = 5): number[] {
  const keep = 0.5 ** (1 / halfLife);
  const out: number[] = [];
  for (const value of values) out.push(out.length === 0 ? value : keep * out.at(-1)! + (1 - keep) * value);
  return out;
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
};

type Check = (history: readonly IterationMetrics[]) => string | undefined;

/** Iterations before an alarm may fire: what came first is the measure of what is usual. */
const BASELINE = 6;

const checks: Record<AlarmKind, Check> = {
  entropy: (history) => {
    const values = smoothed(
      history.map(({ entropy }) => entropy),
      3,
    );
    const usual = median(history.slice(0, BASELINE).map(({ entropy }) => entropy));
    const now = values.at(-1)!;
    return usual > 0.02 && now < 0.2 * usual
      ? `the policy hardly explores any more (entropy ${now.toFixed(3)} against ${usual.toFixed(3)} at the start); raise grpo.entropyWeight or lower grpo.rate`
      : undefined;
  },
  divergence: (history) => {
    const recent = median(history.slice(-3).map(({ kl }) => kl));
    return recent > 0.7
      ? `the policy has moved ${recent.toFixed(2)} nats a decision from its start; raise grpo.klWeight or lower grpo.rate`
      : undefined;
  },
  gradient: (history) => {
    const norms = history.map(({ gradientNorm }) => gradientNorm);
    const usual = median(norms.slice(0, Math.max(BASELINE, norms.length >> 1)));
    const recent = median(norms.slice(-3));
    return usual > 0 && recent > 20 * usual
      ? `gradients are ${Math.round(recent / usual)} times their usual size; lower grpo.rate`
      : undefined;
  },
  'no-signal': (history) => {
    const recent = history.slice(-5);
    return recent.length === 5 && recent.every(({ zeroVariance }) => zeroVariance > 0.95)
      ? 'nearly every group earns the same for all its members, so nothing is learned; raise grpo.entropyWeight or choose harder questions'
      : undefined;
  },
  'reward-hacking': (history) => {
    const validated = history.filter(({ validation }) => validation !== undefined);
    if (validated.length < 3) return undefined;
    const scores = validated.map(({ validation }) => validation!.score);
    const rewards = smoothed(history.map(({ reward }) => reward));
    const best = Math.max(...scores.slice(0, -1));
    const rose = rewards.at(-1)! > rewards[Math.min(BASELINE, rewards.length - 1)]!;
    return rose && scores.at(-1)! < 0.93 * best
      ? `reward rises while the validation score falls (${scores.at(-1)!.toFixed(3)} after ${best.toFixed(3)}); a reward is earned without better answers: look at the reward parts`
      : undefined;
  },
  'reward-drop': (history) => {
    const values = smoothed(history.map(({ reward }) => reward));
    const best = Math.max(...values);
    const spread = median(values.map((value) => Math.abs(value - median(values))));
    const fall = best - values.at(-1)!;
    return fall > Math.max(0.12 * Math.abs(best), 4 * spread, 0.05)
      ? `the smoothed reward has fallen from ${best.toFixed(3)} to ${values.at(-1)!.toFixed(3)}; the best checkpoint is kept`
      : undefined;
  },
  invalid: (history) => {
    const recent = median(history.slice(-3).map(({ invalid }) => invalid));
    const usual = median(history.slice(0, BASELINE).map(({ invalid }) => invalid));
    return recent > usual + 0.15
      ? `${Math.round(recent * 100)}% of the decisions cannot be used; raise the weight of the format reward or lower grpo.rate`
      : undefined;
  },
};

/** The alarms that the last line of `history` raises and that have not fired before. */
export function newAlarms(history: readonly IterationMetrics[], fired: ReadonlySet<AlarmKind>): Alarm[] {
  if (history.length <= BASELINE) return [];
  const { iteration } = history.at(-1)!;
  return (Object.keys(checks) as AlarmKind[]).flatMap((kind) => {
    const message = fired.has(kind) ? undefined : checks[kind](history);
    return message === undefined ? [] : [{ kind, iteration, message }];
  });
}
