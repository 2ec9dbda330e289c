/**
 * Large scans through onnxruntime against the plain scan, ties included; and the store in a thread of its own.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../src/common/random.ts';
import { registerStoreContract } from '../../../src/tools/contract/index.ts';
import { Bitmap } from '../../../src/tools/stores/local-qdrant/index/bitmap.ts';
import { DenseIndex } from '../../../src/tools/stores/local-qdrant/index/dense-index.ts';
import { TopK } from '../../../src/tools/stores/local-qdrant/index/top-k.ts';
import { openLocalQdrant } from '../../../src/tools/stores/local-qdrant/index.ts';
import { onnxScan, onnxScanFits, prepareOnnxScan } from '../../../src/tools/stores/local-qdrant/scan/onnx-scan.ts';

describe('the scan through onnxruntime', () => {
  const SIZE = 24;
  // 21 blocks: calls of sixteen, of four and of one.
  const COUNT = 170_000;
  const random = keyedRandom('scan-test');
  const ids = Array.from({ length: COUNT }, (_, slot) => (slot * 7919) % COUNT);
  const index = new DenseIndex(SIZE, 'Dot');
  beforeAll(async () => {
    const repeated = Array.from({ length: 40 }, () => vector());
    for (let slot = 0; slot < COUNT; slot++) index.set(slot, slot % 3 === 0 ? repeated[slot % 40]! : vector());
    for (let slot = 0; slot < COUNT; slot += 11) index.remove(slot);
    await prepareOnnxScan();
  });
  const vector = () => Float32Array.from({ length: SIZE }, () => random.normal());

  it.each([
    ['everything', undefined, -Infinity, 10],
    ['more hits than a tie', undefined, -Infinity, 300],
    ['a threshold', undefined, 9, 500],
    ['a filter', 2, -Infinity, 25],
  ] as const)('finds what the plain scan finds: %s', async (_, step, threshold, limit) => {
    let allowed: Bitmap | undefined;
    if (step !== undefined) {
      allowed = new Bitmap(COUNT);
      for (let slot = 0; slot < COUNT; slot += step) allowed.set(slot);
    }
    expect(onnxScanFits(index, allowed, limit)).toBe(true);
    for (let round = 0; round < 5; round++) {
      const query = vector();
      const plain = new TopK(limit, ids);
      index.scan(query, allowed, threshold, plain);
      const fast = new TopK(limit, ids);
      await onnxScan(index, query, allowed, threshold, fast);
      const expected = plain.take();
      expect(expected.length).toBeGreaterThan(0);
      expect(fast.take()).toEqual(expected);
    }
  });

  it('is left to small or strongly filtered scans, and to distances', () => {
    const few = new Bitmap(COUNT);
    few.set(5);
    expect(onnxScanFits(index, few, 10)).toBe(false);
    expect(onnxScanFits(new DenseIndex(SIZE, 'Dot'), undefined, 10)).toBe(false);
    const euclid = new DenseIndex(2, 'Euclid');
    for (let slot = 0; slot < COUNT; slot++) euclid.set(slot, new Float32Array(2));
    expect(onnxScanFits(euclid, undefined, 10)).toBe(false);
  });
});

registerStoreContract(
  { describe, it, expect },
  {
    name: 'LocalQdrant in a worker thread',
    open: async () => {
      const store = await openLocalQdrant({ location: ':memory:', worker: true });
      return { store, close: () => store.close() };
    },
  },
);

describe('a store in a worker thread', () => {
  it('passes typed errors on, also from opening', async () => {
    await expect(
      openLocalQdrant({ location: '/nonexistent/store', readOnly: true, worker: true }),
    ).rejects.toMatchObject({
      code: 'local-qdrant-missing',
      kind: 'user',
      status: 404,
    });
    const store = await openLocalQdrant({ location: ':memory:', worker: true });
    await expect(store.count('nothing')).rejects.toMatchObject({
      code: 'local-qdrant-not-found',
      data: { status: {} },
    });
    await expect(store.upsert('nothing', { points: [{ id: (() => 1) as never, vector: {} }] })).rejects.toThrow();
    await store.close();
    await store.close();
    await expect(store.count('nothing')).rejects.toMatchObject({ code: 'local-qdrant-closed' });
  });

  it('leaves the event loop free', async () => {
    const store = await openLocalQdrant({ location: ':memory:', worker: true });
    await store.createCollection('c', {
      vectors: { late: { size: 64, distance: 'Dot', multivector_config: { comparator: 'max_sim' } } },
    });
    const rows = Array.from({ length: 40 }, (_, r) => Array.from({ length: 64 }, (_, i) => Math.sin(r * 64 + i)));
    await store.upsert('c', { points: Array.from({ length: 300 }, (_, id) => ({ id, vector: { late: rows } })) });
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 2);
    const start = performance.now();
    while (performance.now() - start < 150) await store.query('c', { query: rows, using: 'late', limit: 3 });
    clearInterval(timer);
    await store.close();
    // Held up by scans of tens of milliseconds, only a few ticks would come through.
    expect(ticks).toBeGreaterThan(15);
  });
});
