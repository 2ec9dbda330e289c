import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../src/common/random.ts';
import { type OutputCreditOptions, outputCredit } from '../../../src/train/causal-lm/output-credit.ts';
import { groupAdvantages } from '../../../src/train/step-grpo.ts';
import {
  addOutputScore,
  enumerateGame,
  exactGameGradient,
  GAME_LOGITS,
  type GameRun,
  PENALTY,
  sampleGame,
} from './output-game.ts';
import { sample } from './toy.ts';

const creditOf = (runs: readonly GameRun[], options: Partial<OutputCreditOptions>) =>
  outputCredit(
    runs.map(({ rewards }) => rewards),
    runs.map(({ steps }) =>
      steps.map((outputs) => ({
        invalid: outputs.filter(({ move }) => move === 'invalid').length,
        accepted: outputs.at(-1)!.move !== 'invalid',
      })),
    ),
    { penalty: PENALTY, states: runs.map(({ steps }) => steps.map(([first]) => first!.state)), ...options },
  ).advantages;

describe('credit of outputs', () => {
  it.each([
    {},
    { stepWeight: 0.3 },
    { stepWeight: 0 },
    { baseline: 'all' },
    { stepReturn: 'immediate' },
    { estimator: 'paper' },
    { estimator: 'paper', stepReturn: 'to-go' },
  ] as const)('is that of the steps where each has one output: %o', (options) => {
    const random = keyedRandom('one output');
    const rewards = Array.from({ length: 5 }, () => sample(random).rewards);
    const { advantages } = outputCredit(
      rewards,
      rewards.map((steps) => steps.map(() => ({ invalid: 0, accepted: true }))),
      { penalty: 0.5, ...options },
    );
    for (const [i, member] of groupAdvantages(rewards, options).advantages.entries())
      for (const [t, advantage] of member.entries()) expect(advantages[i]![t]).toEqual([expect.closeTo(advantage, 9)]);
  });

  it('blames an output that could not be used for itself, and what follows it for nothing before', () => {
    const one = { invalid: 0, accepted: true };
    const rewards = [[0.5], [1], [1]];
    const outputs = [[{ invalid: 1, accepted: true }], [one], [one]];
    const { advantages } = outputCredit(rewards, outputs, { penalty: 0.5 });
    expect(advantages).toEqual([[[-0.5, 0]], [[0.25]], [[0.25]]]);
    const immediate = outputCredit(rewards, outputs, { penalty: 0.5, stepReturn: 'immediate' });
    expect(immediate.advantages).toEqual([[[-1.5, 0]], [[0.75]], [[0.75]]]);
  });

  it('gives the fallback, which nobody sampled, no output', () => {
    const outputs = [[{ invalid: 2, accepted: false }], [{ invalid: 0, accepted: true }]];
    const { advantages, zeroVariance } = outputCredit([[-1], [1]], outputs, { penalty: 0.5 });
    expect(advantages).toEqual([[[-2, -1.5]], [[2]]]);
    expect(zeroVariance).toBe(false);
  });

  it('compares members at the same state, wherever they reached it, and needs the states for that', () => {
    const one = { invalid: 0, accepted: true };
    const rewards = [
      [0, 1],
      [0, 0, 3],
      [5, 2],
    ];
    const outputs = rewards.map((member) => member.map(() => one));
    const states = [
      ['a', 'b'],
      ['a', 'c', 'b'],
      ['a', 'd'],
    ];
    const { advantages } = outputCredit(rewards, outputs, { penalty: 0, baseline: 'same-state', states });
    // Member 0 at b: 1 against 3. Member 1 at b: 3 against 1. Nobody else is at c or d: against those still running.
    expect(advantages[0]![1]).toEqual([-2]);
    expect(advantages[1]![2]).toEqual([2]);
    expect(advantages[1]![1]).toEqual([3 - 1.5]);
    expect(advantages[2]![1]).toEqual([2 - 2]);
    const unknown = () => outputCredit(rewards, outputs, { penalty: 0, baseline: 'same-state' });
    expect(unknown).toThrow(/needs the states/);
  });
});

const GROUPS = 8_000;
const SIZE = 4;

/** The largest distance of the mean gradient from the exact one, in standard errors, and the gradients along the exact one. */
function compare(options: Partial<OutputCreditOptions>) {
  const exact = exactGameGradient();
  const sums = GAME_LOGITS.map(() => 0);
  const squares = GAME_LOGITS.map(() => 0);
  for (let group = 0; group < GROUPS; group++) {
    const random = keyedRandom('outputs', group);
    const runs = Array.from({ length: SIZE }, () => sampleGame(random));
    const advantages = creditOf(runs, options);
    const gradient = GAME_LOGITS.map(() => 0);
    for (const [i, { steps }] of runs.entries())
      for (const [t, outputs] of steps.entries())
        for (const [k, output] of outputs.entries()) addOutputScore(gradient, output, advantages[i]![t]![k]! / SIZE);
    for (const [place, value] of gradient.entries()) {
      sums[place]! += value;
      squares[place]! += value * value;
    }
  }
  const means = sums.map((sum) => sum / GROUPS);
  const errors = squares.map((square, i) => Math.sqrt((square / GROUPS - means[i]! ** 2) / GROUPS));
  const worst = Math.max(...means.map((value, i) => Math.abs(value - exact[i]!) / errors[i]!));
  const along = means.reduce((sum, value, i) => sum + value * exact[i]!, 0) / exact.reduce((s, v) => s + v * v, 0);
  return { worst, along };
}

describe('mean gradient of outputs against the exact gradient of the game', () => {
  it('the game is what it claims: probabilities sum to 1, states come again, outputs fail', () => {
    const runs = enumerateGame();
    expect(runs.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
    expect(runs.some(({ run }) => run.steps[1]?.[0]?.state === run.steps[2]?.[0]?.state)).toBe(true);
    expect(new Set(runs.flatMap(({ run }) => run.steps.map((outputs) => outputs.length)))).toEqual(new Set([1, 2]));
  });

  it.each([
    ['others still running', {}],
    ['all others', { baseline: 'all' }],
    ['those at the same state', { baseline: 'same-state' }],
    ['half the trajectory', { stepWeight: 0.5 }],
  ] as const)('leave-one-out, %s: within 4 standard errors', (_name, options) => {
    const { worst, along } = compare(options);
    expect(worst).toBeLessThan(4);
    expect(along).toBeGreaterThan(0.97);
    expect(along).toBeLessThan(1.03);
  });

  it('shows the bias of immediate rewards', () => {
    expect(compare({ stepReturn: 'immediate' }).worst).toBeGreaterThan(6);
  });
});
