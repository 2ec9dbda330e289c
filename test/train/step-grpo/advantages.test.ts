import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupAdvantages, groupTokens, rewardsToGo, sampledSequence } from '../../../src/train/step-grpo.ts';

const rewardsOfGroup = fc.array(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 5 }), {
  minLength: 2,
  maxLength: 6,
});
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe('groupAdvantages', () => {
  it('by hand: the baseline is the mean of the others still running', () => {
    const rewards = [[1, 2], [0, 4], [5]];
    // R = [[3, 2], [4, 4], [5]]
    expect(groupAdvantages(rewards, { stepWeight: 1 }).advantages).toEqual([
      [3 - 4.5, 2 - 4],
      [4 - 4, 4 - 2],
      [5 - 3.5],
    ]);
    expect(groupAdvantages(rewards, { stepWeight: 1, baseline: 'all' }).advantages).toEqual([
      [3 - 4.5, 2 - 2],
      [4 - 4, 4 - 1],
      [5 - 3.5],
    ]);
    expect(groupAdvantages(rewards, { stepWeight: 0 }).advantages).toEqual([[-1.5, -1.5], [0, 0], [1.5]]);
  });

  it('has a baseline of 0 for the only member still running, and for a group of one', () => {
    expect(groupAdvantages([[1, 1, 7], [2]]).advantages[0]!.slice(1)).toEqual([8, 7]);
    expect(groupAdvantages([[2, 3]]).advantages).toEqual([[5, 3]]);
  });

  it('paper, by hand: mean and unbiased deviation of the group', () => {
    const { advantages } = groupAdvantages([[1], [0], [0], [1]], { estimator: 'paper' });
    const deviation = Math.sqrt(1 / 3);
    [0.5, -0.5, -0.5, 0.5].forEach((value, i) => {
      expect(advantages[i]![0]).toBeCloseTo(value / (deviation + 1e-6), 10);
    });
  });

  it('credits a step with its own reward or with what is still to come, under either estimator', () => {
    const rewards = [[1, 2], [0, 4], [5]];
    const steps = (options: Parameters<typeof groupAdvantages>[1]) => groupAdvantages(rewards, options).advantages;
    // The immediate rewards [[1, 2], [0, 4], [5]], each less the mean of the others that have that step.
    expect(steps({ stepReturn: 'immediate' })).toEqual([[1 - 2.5, 2 - 4], [0 - 3, 4 - 2], [5 - 0.5]]);
    expect(steps({ stepReturn: 'to-go' })).toEqual(steps({}));
    // What is still to come [[3, 2], [4, 4], [5]], standardised: mean 4 and deviation 1 at the first step.
    const toGo = steps({ estimator: 'paper', stepReturn: 'to-go' });
    expect(toGo.map(([first]) => Math.round(first! * 1e4) / 1e4)).toEqual([-1, 0, 1]);
    expect(steps({ estimator: 'paper', stepReturn: 'immediate' })).toEqual(steps({ estimator: 'paper' }));
    const ofRuns = (stepReturn: 'immediate' | 'to-go') => steps({ stepReturn, stepWeight: 0 });
    expect(ofRuns('immediate')).toEqual(ofRuns('to-go'));
  });

  it('a step of a member never changes with that member own earlier rewards, and its baseline never with its own', () => {
    fc.assert(
      fc.property(rewardsOfGroup, fc.double({ min: -5, max: 5, noNaN: true }), (rewards, shift) => {
        const before = groupAdvantages(rewards, { stepWeight: 1 }).advantages[0]!;
        const changed = [[rewards[0]![0]! + shift, ...rewards[0]!.slice(1)], ...rewards.slice(1)];
        const after = groupAdvantages(changed, { stepWeight: 1 }).advantages[0]!;
        expect(after[0]! - before[0]!).toBeCloseTo(shift, 9);
        after.slice(1).forEach((value, t) => {
          expect(value).toBeCloseTo(before[t + 1]!, 9);
        });
      }),
    );
  });

  it('turn sums equal the trajectory reward, and w mixes linearly', () => {
    fc.assert(
      fc.property(rewardsOfGroup, fc.double({ min: 0, max: 1, noNaN: true }), (rewards, stepWeight) => {
        for (const member of rewards) expect(rewardsToGo(member)[0]).toBeCloseTo(sum(member), 9);
        for (const estimator of ['leave-one-out', 'paper'] as const) {
          const at = (w: number) => groupAdvantages(rewards, { estimator, stepWeight: w }).advantages;
          const [mixed, none, all] = [at(stepWeight), at(0), at(1)];
          mixed.forEach((member, i) => {
            member.forEach((value, t) => {
              expect(value).toBeCloseTo((1 - stepWeight) * none[i]![t]! + stepWeight * all[i]![t]!, 6);
            });
          });
        }
      }),
    );
  });

  it('counts groups that teach nothing', () => {
    expect(groupAdvantages([[1], [1]]).zeroVariance).toBe(true);
    expect(groupAdvantages([[1], [1]], { estimator: 'paper' }).zeroVariance).toBe(true);
    expect(groupAdvantages([[1], [0]]).zeroVariance).toBe(false);
  });

  it('refuses empty groups, empty members and weights outside of [0, 1]', () => {
    expect(() => groupAdvantages([])).toThrowError(/at least one member/);
    expect(() => groupAdvantages([[1], []])).toThrowError(/at least one step/);
    expect(() => groupAdvantages([[1]], { stepWeight: 1.5 })).toThrowError(/between 0 and 1/);
  });
});

describe('tokens of a group', () => {
  const group = groupAdvantages([[1, 0], [3]]);
  const sampled = [[2, 3], [4]];

  it('are exactly the sampled ones, each with the advantage of its step', () => {
    const tokens = groupTokens(group, sampled, { normalisation: { type: 'constant', tokens: 10 }, groups: 2 });
    expect(tokens.length).toBe(9);
    for (const { member, step, advantage, weight } of tokens) {
      expect(advantage).toBe(group.advantages[member]![step]);
      expect(weight).toBe(1 / (2 * 2 * 10));
    }
    expect(tokens.filter(({ member, step }) => member === 0 && step === 1).map(({ token }) => token)).toEqual([
      0, 1, 2,
    ]);
  });

  it('weigh the same for each member under the sequence mean', () => {
    const tokens = groupTokens(group, sampled, { normalisation: { type: 'sequence-mean' }, groups: 1 });
    for (const member of [0, 1]) {
      expect(sum(tokens.filter((token) => token.member === member).map(({ weight }) => weight))).toBeCloseTo(0.5, 12);
    }
  });

  it('a sequence masks everything but what was sampled', () => {
    const { ids, mask } = sampledSequence({ promptTokenIds: [7, 8, 9], tokenIds: [1, 2] });
    expect(ids.filter((_, at) => mask[at] === 1)).toEqual([1, 2]);
    expect(mask).toEqual([0, 0, 0, 1, 1]);
  });
});
