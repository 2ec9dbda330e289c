/**
 * Resident memory of a store that was opened and searched, above that of Node alone, as a multiple of its raw vectors:
 *
 *   node --expose-gc bench/stores/memory.ts [--count 100000] [--sparse] [--ann]
 *
 * Filling happens in a process of its own, so that only the open store is measured.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { keyedRandom } from '../../src/common/random.ts';
import { openLocalQdrant } from '../../src/tools/stores/local-qdrant/index.ts';

const SIZE = 384;
const { values: flags } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    sparse: { type: 'boolean', default: false },
    ann: { type: 'boolean', default: false },
    fill: { type: 'string' },
  },
});
const count = Number(flags.count);
const open = (location: string) => openLocalQdrant({ location, ...(flags.ann ? { annFrom: 20_000 } : {}) });

async function fill(location: string): Promise<void> {
  const random = keyedRandom('bench-memory', count);
  const store = await open(location);
  await store.createCollection('bench', {
    vectors: { dense: { size: SIZE, distance: 'Cosine' } },
    ...(flags.sparse ? { sparse_vectors: { words: { modifier: 'idf' as const } } } : {}),
  });
  for (let from = 0; from < count; from += 1000) {
    const points = Array.from({ length: Math.min(1000, count - from) }, (_, i) => {
      const indices = [...new Set(Array.from({ length: 40 }, () => Math.floor(30_000 ** random.next())))];
      const dense = Array.from({ length: SIZE }, () => random.next() - 0.5);
      const words = { indices, values: indices.map(() => 1) };
      return { id: from + i, vector: flags.sparse ? { dense, words } : { dense }, payload: { n: i } };
    });
    await store.upsert('bench', { points });
  }
  await store.optimize('bench');
  await store.close();
}

async function measure(location: string): Promise<void> {
  const settle = () => {
    for (let i = 0; i < 5; i++) globalThis.gc?.();
    return process.memoryUsage().rss / 1e6;
  };
  const base = settle();
  const store = await open(location);
  const query = Array.from({ length: SIZE }, (_, i) => Math.sin(i));
  await store.optimize('bench');
  for (let i = 0; i < 20; i++)
    await store.query('bench', { query, using: 'dense', limit: 10, params: { exact: i % 2 === 0 } });
  if (flags.sparse) await store.query('bench', { query: { indices: [5], values: [1] }, using: 'words', limit: 10 });
  const used = settle() - base;
  const raw = (count * SIZE * 4) / 1e6;
  console.log(
    `${count} points: ${used.toFixed(0)} MB above Node's ${base.toFixed(0)} MB, ${(used / raw).toFixed(2)} of the raw ${raw.toFixed(0)} MB`,
  );
  await store.close();
}

if (flags.fill) {
  await fill(flags.fill);
} else {
  const location = mkdtempSync(join(tmpdir(), 'bench-memory-'));
  try {
    const filled = spawnSync(process.execPath, [...process.argv.slice(1), '--fill', location], { stdio: 'inherit' });
    if (filled.status !== 0) throw new Error('filling failed');
    await measure(location);
  } finally {
    rmSync(location, { recursive: true, force: true });
  }
}
