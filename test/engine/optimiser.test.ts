import { describe, expect, it } from 'vitest';
import { adamW } from '../../src/engine/optimiser.ts';
import { Parameters } from '../../src/engine/parameters.ts';
import { warmupCosine } from '../../src/engine/schedule.ts';

/** AdamW in the words of the paper's algorithm 2, in float64. */
function reference(weights: number[], gradients: number[][], decays: boolean[]) {
  const [rate, beta1, beta2, epsilon, decay] = [0.1, 0.9, 0.999, 1e-8, 0.05];
  const m = weights.map(() => 0);
  const v = weights.map(() => 0);
  gradients.forEach((gradient, index) => {
    const t = index + 1;
    for (let i = 0; i < weights.length; i++) {
      m[i] = beta1 * m[i]! + (1 - beta1) * gradient[i]!;
      v[i] = beta2 * v[i]! + (1 - beta2) * gradient[i]! ** 2;
      const mHat = m[i]! / (1 - beta1 ** t);
      const vHat = v[i]! / (1 - beta2 ** t);
      weights[i] = weights[i]! - rate * (mHat / (Math.sqrt(vHat) + epsilon) + (decays[i] ? decay * weights[i]! : 0));
    }
  });
  return weights;
}

describe('adamW', () => {
  it('equals the textbook algorithm, and decays matrices only', () => {
    const parameters = new Parameters([
      { name: 'matrix', shape: [1, 2] },
      { name: 'bias', shape: [1] },
    ]);
    parameters.values('matrix').set([1, -2]);
    parameters.values('bias').set([0.5]);
    const optimiser = adamW(parameters, { rate: 0.1, weightDecay: 0.05 });
    const gradients = [
      [0.3, -0.1, 2],
      [-0.2, 0.4, 1],
      [0.1, 0.1, -3],
    ];
    for (const values of gradients) {
      const gradient = parameters.like();
      parameters.view(gradient, 'matrix').set(values.slice(0, 2));
      parameters.view(gradient, 'bias').set(values.slice(2));
      optimiser.update(gradient);
    }
    const want = reference([1, -2, 0.5], gradients, [true, true, false]);
    const got = [...parameters.values('matrix'), ...parameters.values('bias')];
    got.forEach((value, index) => {
      expect(value).toBeCloseTo(want[index]!, 5);
    });
  });

  it('clips by the global norm: the update is that of the scaled gradient', () => {
    const updated = (gradient: number[], maxNorm: number) => {
      const parameters = new Parameters([{ name: 'w', shape: [2] }]);
      const optimiser = adamW(parameters, { rate: 0.1, maxNorm });
      const flat = parameters.like();
      flat.set(gradient);
      const { norm } = optimiser.update(flat);
      return { norm, mu: [...optimiser.state.mu.slice(0, 2)] };
    };
    const clipped = updated([3, 4], 1);
    expect(clipped.norm).toBe(5);
    expect(clipped.mu[0]).toBeCloseTo(0.06, 6);
    expect(clipped.mu[1]).toBeCloseTo(0.08, 6);
    expect(updated([3, 4], 10).mu[0]).toBeCloseTo(0.3, 6);
  });
});

describe('warmupCosine', () => {
  it('rises to the peak, falls to the floor and stays there', () => {
    const rate = warmupCosine({ peak: 1, warmup: 4, total: 14, floor: 0.1 });
    expect([0, 1, 2, 3].map(rate)).toEqual([0.25, 0.5, 0.75, 1]);
    expect(rate(4)).toBe(1);
    expect(rate(9)).toBeCloseTo(0.55, 10);
    expect(rate(14)).toBeCloseTo(0.1, 10);
    expect(rate(1000)).toBeCloseTo(0.1, 10);
  });
});
