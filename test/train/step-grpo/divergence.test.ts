import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../src/engine/differentiate.ts';
import { Graph } from '../../../src/engine/graph.ts';
import { logProbability, logSoftmax, multiply, sum } from '../../../src/engine/operators/index.ts';
import { compile } from '../../../src/engine/program.ts';
import { truncatedImportance } from '../../../src/train/causal-lm/importance.ts';
import { exactKl, groupTokens, k3 } from '../../../src/train/step-grpo.ts';

const POLICY = [0.3, -1.1, 0.9, 0.2];
const REFERENCE = [-0.4, 0.6, 0.1, 0.5];

function softmax(logits: readonly number[]): number[] {
  const raised = logits.map(Math.exp);
  const total = raised.reduce((a, b) => a + b);
  return raised.map((value) => value / total);
}
const [p, q] = [softmax(POLICY), softmax(REFERENCE)];
/** Of KL(a || b) with respect to the logits of a, and of b. */
const divergence = (a: readonly number[], b: readonly number[]) =>
  a.reduce((total, value, i) => total + value * Math.log(value / b[i]!), 0);

describe('the divergence from a reference policy', () => {
  it('has the value and the gradient of KL(policy || reference) where both are known', async () => {
    const graph = new Graph();
    const logits = graph.input('logits', [1, 4]);
    const kl = exactKl(logSoftmax(logits), logSoftmax(graph.constant(REFERENCE, [1, 4])));
    const [gradient] = differentiate(sum(kl), [logits]);
    const program = await compile({ kl, gradient: gradient! });
    await program.run({ logits: Float32Array.from(POLICY) });
    const exact = divergence(p, q);
    expect(program.outputs.kl![0]).toBeCloseTo(exact, 6);
    for (const [i, value] of p.entries())
      expect(program.outputs.gradient![i]).toBeCloseTo(value * (Math.log(value / q[i]!) - exact), 6);
    await program.release();
  });

  it('is estimated by k3 with its value, and with the gradient of KL(reference || policy)', async () => {
    const graph = new Graph();
    const logits = graph.input('logits', [4, 4]);
    const every = graph.constant([0, 1, 2, 3], [4], 'int32');
    const repeated = graph.constant([...REFERENCE, ...REFERENCE, ...REFERENCE, ...REFERENCE], [4, 4]);
    const estimate = k3(logProbability(logits, every), logProbability(repeated, every));
    // Each action as often as the policy takes it.
    const expected = sum(multiply(estimate, graph.constant(p, [4])));
    const [gradient] = differentiate(expected, [logits]);
    const program = await compile({ expected, gradient: gradient! });
    await program.run({ logits: Float32Array.from([...POLICY, ...POLICY, ...POLICY, ...POLICY]) });
    expect(program.outputs.expected![0]).toBeCloseTo(divergence(p, q), 6);
    for (let i = 0; i < 4; i++) {
      const total = [0, 1, 2, 3].reduce((all, row) => all + program.outputs.gradient![row * 4 + i]!, 0);
      expect(total).toBeCloseTo(p[i]! - q[i]!, 6);
    }
    await program.release();
  });
});

describe('rollouts of another engine', () => {
  const rewards = [1, -0.5, 0.3, 2];
  /** The expected policy gradient when q samples and p is trained. */
  const expectedGradient = (cap: number) => {
    const correction = truncatedImportance({ trainer: p.map(Math.log), sampler: q.map(Math.log), cap });
    return p.map((_, k) =>
      q.reduce((total, chance, a) => total + chance * correction[a]! * rewards[a]! * (Number(a === k) - p[k]!), 0),
    );
  };

  it('give the exact gradient of the trained policy without a cap, and count no token more often than the cap', () => {
    const mean = p.reduce((total, value, a) => total + value * rewards[a]!, 0);
    for (const [k, value] of expectedGradient(1e9).entries())
      expect(value).toBeCloseTo(p[k]! * (rewards[k]! - mean), 6);
    const capped = truncatedImportance({ trainer: [0, -1, -9], sampler: [-3, -1, -1], cap: 2 });
    expect([...capped]).toEqual([2, 1, expect.closeTo(Math.exp(-8), 8)]);
  });
});

describe('the mean over tokens', () => {
  it('weighs each token of the batch alike, however long its run is', () => {
    const group = { advantages: [[1, 2], [3]], zeroVariance: false };
    const counts = [[2, 3], [5]];
    const tokens = groupTokens(group, counts, { normalisation: { type: 'token-mean', tokens: 20 }, groups: 2 });
    expect(tokens).toHaveLength(10);
    expect(new Set(tokens.map(({ weight }) => weight))).toEqual(new Set([0.05]));
    const means = groupTokens(group, counts, { normalisation: { type: 'sequence-mean' }, groups: 2 });
    expect(means.filter(({ member }) => member === 1).map(({ weight }) => weight)).toEqual(Array(5).fill(0.05));
  });
});
