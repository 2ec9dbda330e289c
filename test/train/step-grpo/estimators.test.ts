import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../src/common/random.ts';
import { groupAdvantages, rewardsToGo, type StepRewards } from '../../../src/train/step-grpo.ts';
import { addScore, enumerate, exactGradient, LOGITS, type Run, sample } from './toy.ts';

type Advantages = (rewards: StepRewards) => number[][];
const GROUPS = 20_000;
const SIZE = 4;

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** Known to be biased: the means of verl#7244, subtracted turn by turn and summed over a member's own remaining turns. */
const turnMeans: Advantages = (rewards) =>
  rewards.map((member) =>
    rewardsToGo(
      member.map((reward, t) => reward - mean(rewards.flatMap((other) => (t < other.length ? [other[t]!] : [])))),
    ),
  );

/** Known to be biased: the mean over the members still running, the member itself among them. */
const runningMeanWithSelf: Advantages = (rewards) => {
  const toGo = rewards.map(rewardsToGo);
  return toGo.map((own) =>
    own.map((value, t) => value - mean(toGo.flatMap((other) => (t < other.length ? [other[t]!] : [])))),
  );
};

/** The same for every estimator: drawn once. */
let drawn: readonly Run[][] | undefined;
function sampledGroups(): readonly Run[][] {
  drawn ??= Array.from({ length: GROUPS }, (_, group) => {
    const random = keyedRandom('estimators', group);
    return Array.from({ length: SIZE }, () => sample(random));
  });
  return drawn;
}

/** The largest distance of the mean gradient from the exact one, in standard errors, and the gradients along the exact one. */
function compare(advantages: Advantages) {
  const exact = exactGradient();
  const sums = LOGITS.map(() => 0);
  const squares = LOGITS.map(() => 0);
  for (const runs of sampledGroups()) {
    const a = advantages(runs.map((run) => run.rewards));
    const gradient = LOGITS.map(() => 0);
    runs.forEach((run, i) => {
      for (const [t, action] of run.actions.entries()) addScore(gradient, t, action, a[i]![t]! / SIZE);
    });
    gradient.forEach((value, index) => {
      sums[index]! += value;
      squares[index]! += value * value;
    });
  }
  const means = sums.map((sum) => sum / GROUPS);
  const errors = squares.map((square, i) => Math.sqrt((square / GROUPS - means[i]! ** 2) / GROUPS));
  const worst = Math.max(...means.map((value, i) => Math.abs(value - exact[i]!) / errors[i]!));
  const along = means.reduce((total, value, i) => total + value * exact[i]!, 0) / exact.reduce((t, v) => t + v * v, 0);
  return { worst, along };
}

describe('mean gradient of each estimator against the exact gradient of the toy', () => {
  it('the toy is what it claims: probabilities sum to 1, lengths vary', () => {
    const runs = enumerate();
    expect(runs.reduce((total, { probability }) => total + probability, 0)).toBeCloseTo(1, 12);
    expect(new Set(runs.map(({ run }) => run.actions.length))).toEqual(new Set([1, 2, 3, 4]));
  });

  it.each([
    ['steps, others still running', { stepWeight: 1 }],
    ['steps, all others', { stepWeight: 1, baseline: 'all' }],
    ['trajectory', { stepWeight: 0 }],
    ['half and half', { stepWeight: 0.5 }],
  ] as const)('leave-one-out, %s: within 4 standard errors', (_name, options) => {
    const { worst, along } = compare((rewards) => groupAdvantages(rewards, options).advantages);
    expect(worst).toBeLessThan(4);
    expect(along).toBeGreaterThan(0.97);
    expect(along).toBeLessThan(1.03);
  });

  it.each([
    ['turn means summed over the remaining turns (verl#7244)', turnMeans],
    ['mean over the still running, itself included', runningMeanWithSelf],
    [
      'leave-one-out, immediate rewards',
      (rewards: StepRewards) => groupAdvantages(rewards, { stepReturn: 'immediate' }).advantages,
    ],
    [
      'paper, rewards to go',
      (rewards: StepRewards) => groupAdvantages(rewards, { estimator: 'paper', stepReturn: 'to-go' }).advantages,
    ],
    [
      'paper, steps',
      (rewards: StepRewards) => groupAdvantages(rewards, { estimator: 'paper', stepWeight: 1 }).advantages,
    ],
    [
      'paper, trajectory',
      (rewards: StepRewards) => groupAdvantages(rewards, { estimator: 'paper', stepWeight: 0 }).advantages,
    ],
  ])('%s: biased, far outside of 4 standard errors', (_name, advantages) => {
    expect(compare(advantages).worst).toBeGreaterThan(8);
  });
});
