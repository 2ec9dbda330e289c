import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../../src/common/random.ts';
import { GradientEngine, NonFiniteError } from '../../src/engine/gradient-engine.ts';
import { Graph } from '../../src/engine/graph.ts';
import { add, linear, log, mean, multiply, subtract, tanh } from '../../src/engine/operators/index.ts';
import { adamW } from '../../src/engine/optimiser.ts';
import { Parameters } from '../../src/engine/parameters.ts';

function regression() {
  const parameters = new Parameters([
    { name: 'w1', shape: [8, 2] },
    { name: 'b1', shape: [8] },
    { name: 'w2', shape: [1, 8] },
  ]);
  parameters.fillNormal('w1', 0.5, keyedRandom('w1'));
  parameters.fillNormal('w2', 0.5, keyedRandom('w2'));
  const engine = new GradientEngine<{ batch: number }>({
    parameters,
    cacheSize: 2,
    build({ graph, bucket, weight }) {
      const x = graph.input('x', [bucket.batch, 2]);
      const y = graph.input('y', [bucket.batch, 1]);
      const difference = subtract(linear(tanh(linear(x, weight('w1'), weight('b1'))), weight('w2')), y);
      return { loss: mean(multiply(difference, difference)), metrics: { difference } };
    },
  });
  return { parameters, engine };
}

function batchOf(size: number, key: number) {
  const random = keyedRandom('batch', key);
  const x = Float32Array.from({ length: size * 2 }, () => random.next() * 2 - 1);
  return { x, y: Float32Array.from({ length: size }, (_, i) => x[2 * i]! * x[2 * i + 1]!) };
}

describe('GradientEngine', () => {
  it('fits x*y with weights updated in place', async () => {
    const { parameters, engine } = regression();
    const optimiser = adamW(parameters, { rate: 0.02 });
    const losses: number[] = [];
    for (let step = 0; step < 400; step++) {
      losses.push((await engine.run({ batch: 32 }, batchOf(32, step))).loss);
      optimiser.update(engine.gradient);
    }
    expect(losses.slice(-20).reduce((a, b) => a + b) / 20).toBeLessThan(losses[0]! / 20);
    await engine.release();
  });

  it('keeps only as many buckets as it may, and gives the same numbers after one was dropped', async () => {
    const { engine } = regression();
    const first = await engine.run({ batch: 4 }, batchOf(4, 0));
    const gradient = engine.gradient.slice();
    for (const batch of [5, 6, 7]) await engine.run({ batch }, batchOf(batch, 0));
    expect(engine.cachedBuckets).toBe(2);
    expect((await engine.run({ batch: 4 }, batchOf(4, 0))).loss).toBe(first.loss);
    expect(engine.gradient).toEqual(gradient);
    await engine.release();
  });

  it('throws a typed error for a loss that is not a number', async () => {
    const parameters = new Parameters([{ name: 'w', shape: [1] }]);
    parameters.fill('w', -1);
    const engine = new GradientEngine({ parameters, build: ({ weight }) => ({ loss: log(weight('w')) }) });
    await expect(engine.run({}, {})).rejects.toThrowError(NonFiniteError);
    await engine.release();
  });

  it('leaves weights as they were when the gradient is not finite', () => {
    const parameters = new Parameters([{ name: 'w', shape: [2] }]);
    parameters.fill('w', 3);
    const optimiser = adamW(parameters, { rate: 1 });
    const gradient = parameters.like();
    gradient[1] = Number.NaN;
    expect(() => optimiser.update(gradient)).toThrowError(NonFiniteError);
    expect([...parameters.values('w')]).toEqual([3, 3]);
    expect(optimiser.state.step).toBe(0);
  });

  it('names what is wrong: shapes, feeds, parameters, graphs', async () => {
    const graph = new Graph();
    const a = graph.input('a', [2, 3]);
    expect(() => add(a, graph.input('b', [4]))).toThrowError(/engine.add.*\[2,3\].*\[4\]/);
    expect(() => add(a, new Graph().input('c', [3]))).toThrowError(/another graph/);
    const { engine } = regression();
    await expect(engine.run({ batch: 2 }, { x: new Float32Array(4) })).rejects.toThrowError(/input y/);
    await expect(engine.run({ batch: 2 }, { ...batchOf(3, 0) })).rejects.toThrowError(/input x wants \[2,2\]/);
    await engine.release();
  });
});
