import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../src/common/random.ts';
import { type LoggedRun, offPolicyEstimate } from '../../../src/eval/off-policy/off-policy.ts';

/** A world whose truth is known: `a` earns 0.9, `b` 0.2; the served policy takes `a` in three of ten runs. */
const CHANCES = { a: 0.3, b: 0.7 };
const EARNS = { a: 0.9, b: 0.2 };
const SEARCHES = { a: 1, b: 3 };

function logged(count: number, other: { a: number; b: number }): LoggedRun[] {
  const random = keyedRandom('logged', count);
  return Array.from({ length: count }, () => {
    const first = random.next() < CHANCES.a ? 'a' : 'b';
    return {
      reward: Number(random.next() < EARNS[first]),
      searches: SEARCHES[first],
      served: Math.log(CHANCES[first]),
      other: Math.log(other[first]),
      first,
      otherFirst: other,
    };
  });
}

describe('what another policy would have earned', () => {
  it.each([
    { a: 0.8, b: 0.2 },
    { a: 0.1, b: 0.9 },
  ])('is found from runs of the served one: $a', (other) => {
    const truth = other.a * EARNS.a + other.b * EARNS.b;
    const searches = other.a * SEARCHES.a + other.b * SEARCHES.b;
    const estimate = offPolicyEstimate(logged(600, other), { resamples: 500 })!;
    for (const { reward, searches: found } of [estimate.weighted, estimate.doublyRobust]) {
      expect(Math.abs(reward.mean - truth)).toBeLessThan(0.06);
      expect(reward.low).toBeLessThan(truth);
      expect(reward.high).toBeGreaterThan(truth);
      expect(Math.abs(found.mean - searches)).toBeLessThan(0.2);
    }
    expect(Math.abs(estimate.served.reward.mean - (0.3 * 0.9 + 0.7 * 0.2))).toBeLessThan(0.06);
    expect(estimate.effectiveRuns).toBeLessThan(600);
  });

  it('covers the truth about as often as it says', () => {
    const other = { a: 0.8, b: 0.2 };
    const truth = other.a * EARNS.a + other.b * EARNS.b;
    let weighted = 0;
    let robust = 0;
    for (let turn = 0; turn < 60; turn++) {
      const estimate = offPolicyEstimate(logged(150 + turn, other), { resamples: 300, seed: turn })!;
      weighted += Number(estimate.weighted.reward.low <= truth && truth <= estimate.weighted.reward.high);
      robust += Number(estimate.doublyRobust.reward.low <= truth && truth <= estimate.doublyRobust.reward.high);
    }
    expect(weighted).toBeGreaterThanOrEqual(52);
    expect(robust).toBeGreaterThanOrEqual(52);
  });

  it('is the served one itself where both policies are the same', () => {
    const estimate = offPolicyEstimate(logged(50, CHANCES))!;
    expect(estimate.weighted.reward.mean).toBeCloseTo(estimate.served.reward.mean, 12);
    expect(estimate.effectiveRuns).toBeCloseTo(50, 9);
    expect(offPolicyEstimate([])).toBeNull();
  });

  it('cuts a weight that would speak for all', () => {
    const runs = [...logged(20, CHANCES), { ...logged(1, CHANCES)[0]!, served: -20, other: 0 }];
    expect(offPolicyEstimate(runs, { mostWeight: 5 })).toMatchObject({ cut: 1 });
  });
});
