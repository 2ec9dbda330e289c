import { describe, expect, test } from 'vitest';
import { keyedRandom } from '../../../src/common/random.ts';
import { bootstrapMean, pairedTest, spreadOverSeeds } from '../../../src/eval/statistics/index.ts';
import { normalCdf, normalQuantile } from '../../../src/eval/statistics/normal.ts';

const normals = (count: number, ...key: (string | number)[]) => {
  const random = keyedRandom(...key);
  return Array.from({ length: count }, () => random.normal());
};

describe('bootstrap', () => {
  test('is the same for the same seed and differs for another', () => {
    const values = normals(50, 'values');
    expect(bootstrapMean(values, { seed: 1 })).toEqual(bootstrapMean(values, { seed: 1 }));
    expect(bootstrapMean(values, { seed: 1 })).not.toEqual(bootstrapMean(values, { seed: 2 }));
  });

  test.each(['percentile', 'bca'] as const)('%s intervals hold the true mean about 95 times in 100', (method) => {
    let held = 0;
    for (let trial = 0; trial < 300; trial++) {
      const { low, high } = bootstrapMean(normals(60, 'coverage', trial), { seed: trial, resamples: 500, method })!;
      if (low <= 0 && high >= 0) held += 1;
    }
    // 4 standard errors of a proportion of .95 in 300 trials are .05; the bootstrap of 60 values is a little too narrow.
    expect(held / 300).toBeGreaterThan(0.88);
    expect(held / 300).toBeLessThan(0.995);
  });

  test('is as wide as theory says for independent rows', () => {
    const values = normals(400, 'width');
    const { low, high, mean } = bootstrapMean(values, { resamples: 4000 })!;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    expect((high - low) / (2 * 1.96 * (deviation / 20))).toBeCloseTo(1, 1);
  });

  test('rows of one template drawn together give the wider interval they deserve', () => {
    const perTemplate = normals(40, 'template');
    const values = perTemplate.flatMap((value) => Array<number>(25).fill(value));
    const clusters = perTemplate.flatMap((_, template) => Array<string>(25).fill(`t${template}`));
    const naive = bootstrapMean(values)!;
    const honest = bootstrapMean(values, { clusters })!;
    expect(honest.mean).toBeCloseTo(naive.mean, 12);
    expect((honest.high - honest.low) / (naive.high - naive.low)).toBeCloseTo(5, 0);
    expect(honest).toMatchObject({ n: 1000, clusters: 40 });
  });

  test('nothing gives null, one cluster its own mean, wrong keys an error', () => {
    expect(bootstrapMean([])).toBeNull();
    expect(bootstrapMean([1, 3], { clusters: ['a', 'a'], method: 'bca' })).toMatchObject({ mean: 2, low: 2, high: 2 });
    expect(() => bootstrapMean([1], { clusters: [] })).toThrow(/cluster keys/);
  });
});

describe('paired test', () => {
  test('is exact for few rows', () => {
    expect(pairedTest([1, 1, 1, 1, 1], [0, 0, 0, 0, 0])).toMatchObject({ p: 2 / 32, wins: 5, losses: 0, ties: 0 });
    expect(pairedTest([1, 0], [0, 1])!.p).toBe(1);
    expect(pairedTest([1, 1], [1, 1])).toMatchObject({ p: 1, ties: 2 });
  });

  test('draws agree with the enumeration', () => {
    const a = normals(14, 'a');
    const zeros = a.map(() => 0);
    const exact = pairedTest(a, zeros)!.p;
    const doubled = pairedTest([...a, 1e-15], [...zeros, 0], { permutations: 40_000 })!.p;
    expect(Math.abs(doubled - exact)).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / 40_000) + 1e-4);
  });

  test('p-values are uniform when there is no difference', () => {
    let small = 0;
    for (let trial = 0; trial < 300; trial++) {
      const p = pairedTest(normals(30, 'x', trial), normals(30, 'y', trial), {
        seed: trial,
        permutations: 400,
        resamples: 2,
      })!.p;
      if (p <= 0.1) small += 1;
    }
    expect(Math.abs(small / 300 - 0.1)).toBeLessThan(4 * Math.sqrt(0.09 / 300));
  });

  test('repeating every row within its template adds no significance', () => {
    const a = normals(12, 'c').map((value) => value + 0.5);
    const zeros = a.map(() => 0);
    const repeat = (values: readonly number[]) => values.flatMap((value) => [value, value, value]);
    const clusters = a.flatMap((_, i) => [`${i}`, `${i}`, `${i}`]);
    expect(pairedTest(repeat(a), repeat(zeros), { clusters })!.p).toBeCloseTo(pairedTest(a, zeros)!.p, 12);
    expect(() => pairedTest([1], [])).toThrow(/every row/);
  });
});

test('normal quantile inverts the cdf', () => {
  expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 4);
  for (const p of [0.01, 0.3, 0.5, 0.9]) expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 7);
});

test('spread over seeds', () => {
  expect(spreadOverSeeds([1, 2, 3])).toEqual({ mean: 2, deviation: 1, minimum: 1, maximum: 3, seeds: 3 });
  expect(spreadOverSeeds([4])!.deviation).toBeNull();
  expect(spreadOverSeeds([])).toBeNull();
});
