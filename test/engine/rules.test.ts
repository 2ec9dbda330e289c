import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../src/engine/graph.ts';
import * as op from '../../src/engine/operators/index.ts';
import { gradientError, type RuleCase } from './finite-differences.ts';

const one = (
  shape: readonly number[],
  build: (x: Tensor) => Tensor,
  more: Partial<RuleCase['inputs'][string]> = {},
) => ({
  inputs: { x: { shape, ...more } },
  build: ({ x }: Record<string, Tensor>) => build(x!),
});
const two = (
  a: readonly number[],
  b: readonly number[],
  build: (a: Tensor, b: Tensor) => Tensor,
  more: Partial<RuleCase['inputs'][string]> = {},
) => ({
  inputs: { a: { shape: a, ...more }, b: { shape: b, ...more } },
  build: ({ a, b }: Record<string, Tensor>) => build(a!, b!),
});
const positive = { low: 0.5, high: 2 };
// Values away from the kinks of relu, clip, abs, min and max.
const apart = { values: [-1.4, -0.7, -0.3, 0.2, 0.6, 1.3] };

const CASES: Record<string, RuleCase> = {
  add: two([2, 3], [2, 3], op.add),
  'add, broadcast both ways': two([4, 1, 3], [2, 1], op.add),
  'add a number': one([2, 2], (x) => op.add(1.5, x)),
  subtract: two([2, 3], [3], op.subtract),
  'subtract from a number': one([3], (x) => op.subtract(1, x)),
  multiply: two([2, 3], [2, 1], op.multiply),
  divide: two([2, 3], [3], op.divide, positive),
  'divide a number': one([3], (x) => op.divide(2, x), positive),
  minimum: {
    inputs: { a: { shape: [6], ...apart }, b: { shape: [1], values: [0] } },
    build: ({ a, b }) => op.minimum(a!, b!),
  },
  maximum: {
    inputs: { a: { shape: [6], ...apart }, b: { shape: [1], values: [0] } },
    build: ({ a, b }) => op.maximum(a!, b!),
  },
  where: two([2, 3], [3], (a, b) => op.where(a.graph.constant([1, 0, 0, 0, 1, 1], [2, 3], 'bool'), a, b)),
  negate: one([3], op.negate),
  exp: one([2, 2], op.exp),
  log: one([2, 2], op.log, positive),
  sqrt: one([4], op.sqrt, positive),
  absolute: one([6], op.absolute, apart),
  tanh: one([5], op.tanh),
  sigmoid: one([5], op.sigmoid),
  relu: one([6], op.relu, apart),
  silu: one([5], op.silu),
  gelu: one([5], op.gelu),
  'power 3': one([5], (x) => op.power(x, 3)),
  'power 0.7': one([5], (x) => op.power(x, 0.7), positive),
  clip: one([6], (x) => op.clip(x, -0.5, 0.5), apart),
  reshape: one([2, 6], (x) => op.reshape(x, [3, -1])),
  transpose: one([2, 3, 4], (x) => op.transpose(x, [2, 0, 1])),
  'slice, first axis': one([5, 2], (x) => op.slice(x, 0, 1, 3)),
  'slice, last axis': one([2, 5], (x) => op.slice(x, -1, 2, 5)),
  concat: two([2, 1], [2, 3], (a, b) => op.concat([a, b], 1)),
  expand: one([2, 1], (x) => op.expand(x, [3, 2, 4])),
  sum: one([2, 3], (x) => op.sum(x)),
  'sum, axis kept': one([2, 3, 2], (x) => op.sum(x, { axes: [1], keepAxes: true })),
  'sum, last axis': one([2, 3], (x) => op.sum(x, { axes: [-1] })),
  mean: one([2, 3, 2], (x) => op.mean(x, { axes: [0, 2] })),
  max: one([2, 3], (x) => op.max(x, { axes: [1] }), apart),
  min: one([2, 3], (x) => op.min(x, { axes: [0] }), apart),
  'matmul, plain': two([2, 3], [3, 4], op.matmul),
  'matmul, batched': two([2, 2, 3], [2, 3, 2], op.matmul),
  'matmul, broadcast batch': two([2, 3, 2, 3], [1, 3, 2], op.matmul),
  linear: two([2, 3, 4], [5, 4], (a, b) => op.linear(a, b)),
  'linear with bias': {
    inputs: { x: { shape: [3, 4] }, w: { shape: [2, 4] }, b: { shape: [2] } },
    build: ({ x, w, b }) => op.linear(x!, w!, b!),
  },
  'gatherRows, repeated rows': {
    inputs: { table: { shape: [4, 3] } },
    indices: { rows: { shape: [2, 3], values: [0, 2, 2, 2, 0, 1] } },
    build: ({ table, rows }) => op.gatherRows(table!, rows!),
  },
  'gatherElements, repeated': {
    inputs: { x: { shape: [2, 4] } },
    indices: { at: { shape: [2, 3], values: [1, 1, 3, 0, 2, 2] } },
    build: ({ x, at }) => op.gatherElements(x!, at!, 1),
  },
  softmax: one([2, 4], (x) => op.softmax(x)),
  'softmax, first axis': one([3, 2], (x) => op.softmax(x, 0)),
  logSoftmax: one([2, 4], (x) => op.logSoftmax(x)),
  logProbability: {
    inputs: { logits: { shape: [3, 4] } },
    indices: { chosen: { shape: [3], values: [2, 0, 2] } },
    build: ({ logits, chosen }) => op.logProbability(logits!, chosen!),
  },
  linearLogProbability: {
    inputs: { x: { shape: [3, 5] }, weight: { shape: [4, 5] } },
    indices: { chosen: { shape: [3], values: [2, 0, 2] } },
    build: ({ x, weight, chosen }) => op.linearLogProbability(x!, weight!, chosen!),
  },
  'attention, grouped and masked': {
    inputs: { q: { shape: [2, 4, 3, 2] }, k: { shape: [2, 2, 3, 2] }, v: { shape: [2, 2, 3, 2] } },
    build: ({ q, k, v }, graph) => {
      const mask = graph.constant([0, -1e9, -1e9, 0, 0, -1e9, 0, 0, 0], [3, 3]);
      return op.attention({ query: q!, key: k!, value: v!, mask });
    },
  },
  rmsNorm: two([2, 3, 6], [6], (x, w) => op.rmsNorm(x, w)),
  layerNorm: {
    inputs: { x: { shape: [3, 6] }, w: { shape: [6] }, b: { shape: [6] } },
    build: ({ x, w, b }) => op.layerNorm(x!, w!, b!),
  },
  rotary: one([2, 2, 3, 4], (x) => {
    const { cosine, sine } = op.rotaryTables({ positions: 3, headSize: 4, base: 100 });
    return op.rotary(x, x.graph.constant(cosine, [3, 2]), x.graph.constant(sine, [3, 2]));
  }),
  'rotary, angles of its own for each sequence': one([2, 3, 1, 4], (x) => {
    const { cosine, sine } = op.rotaryTables({ positions: 2, headSize: 4, base: 100 });
    return op.rotary(x, x.graph.constant(cosine, [2, 1, 1, 2]), x.graph.constant(sine, [2, 1, 1, 2]));
  }),
  'a value used twice': one([3], (x) => op.multiply(op.exp(x), op.add(x, op.sigmoid(x)))),
};

describe('every gradient rule against finite differences', () => {
  it.each(Object.entries(CASES))('%s', async (_name, rule) => {
    expect(await gradientError(rule)).toBeLessThan(2e-3);
  });

  it('covers every operator that the engine exports', () => {
    const helpers = ['reduceTo', 'scatterAdd', 'rotaryTables', 'stopGradient'];
    const tested = Object.keys(CASES).map((name) => name.split(/[ ,]/)[0]!);
    expect(Object.keys(op).filter((name) => !helpers.includes(name) && !tested.includes(name))).toEqual([]);
  });
});
