/**
 * The candidate stage: good recall, exact scores, right after writes, filters and restarts, and disposable.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../src/common/random.ts';
import { loadUsearch } from '../../../src/tools/stores/local-qdrant/ann/usearch.ts';
import { type LocalQdrant, openLocalQdrant } from '../../../src/tools/stores/local-qdrant/index.ts';

const installed = (await loadUsearch()) !== undefined;
if (!installed) console.info('skipped: the optional package usearch is not installed');

it.skipIf(!installed).each([
  ['a flag of V8', ['--expose-gc']],
  ['a program on the command line', ['--input-type=module']],
  ['both', ['--expose-gc', '--input-type=module']],
])('is built, and a store runs in a thread, under %s', (_, flags) => {
  const directory = mkdtempSync(join(tmpdir(), 'local-qdrant-flags-'));
  const entry = new URL('../../../src/tools/stores/local-qdrant/index.ts', import.meta.url).href;
  const points = Array.from({ length: 40 }, (_, id) => ({ id, vector: { dense: [Math.cos(id), Math.sin(id)] } }));
  const program = `
    const { openLocalQdrant } = await import(${JSON.stringify(entry)});
    const store = await openLocalQdrant({ location: ${JSON.stringify(directory)}, annFrom: 10, worker: true });
    await store.createCollection('c', { vectors: { dense: { size: 2, distance: 'Cosine' } } });
    await store.upsert('c', { points: ${JSON.stringify(points)} });
    await store.optimize('c');
    await store.close();`;
  const file = join(directory, 'program.mjs');
  writeFileSync(file, program);
  const argv = flags.includes('--input-type=module') ? [...flags, '--eval', program] : [...flags, file];
  const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(readdirSync(join(directory, 'ann')).filter((name) => name.endsWith('.usearch'))).toHaveLength(1);
  rmSync(directory, { recursive: true, force: true });
});

describe.skipIf(!installed)('the candidate stage', () => {
  const SIZE = 32;
  const COUNT = 6000;
  const random = keyedRandom('ann-test');
  const centers = Array.from({ length: 60 }, () => Array.from({ length: SIZE }, () => random.normal()));
  const vector = () => random.pick(centers).map((x) => x + 0.4 * random.normal());
  let location: string;
  let store: LocalQdrant;

  const search = async (query: number[], extra: object = {}) =>
    (await store.query('c', { query, using: 'dense', limit: 10, ...extra })).points.map(({ id, score }) => ({
      id,
      score,
    }));
  async function recall(extra: object = {}): Promise<number> {
    let found = 0;
    for (let q = 0; q < 40; q++) {
      const query = vector();
      const exact = await search(query, { ...extra, params: { exact: true } });
      const near = await search(query, extra);
      const ids = new Map(near.map(({ id, score }) => [id, score]));
      found += exact.filter(({ id }) => ids.has(id)).length;
      // Whatever is found carries its exact score.
      for (const { id, score } of exact) if (ids.has(id)) expect(ids.get(id)).toBe(score);
    }
    return found / 400;
  }

  beforeAll(async () => {
    location = mkdtempSync(join(tmpdir(), 'r1-ann-'));
    store = await openLocalQdrant({ location, annFrom: 1000 });
    await store.createCollection('c', { vectors: { dense: { size: SIZE, distance: 'Cosine' } } });
    const points = Array.from({ length: COUNT }, (_, id) => ({
      id,
      vector: { dense: vector() },
      payload: { half: id % 2, rare: id % 50 },
    }));
    await store.upsert('c', { points });
    await store.optimize('c');
  });
  afterAll(async () => {
    await store.close();
    rmSync(location, { recursive: true, force: true });
  });
  const files = () => readdirSync(join(location, 'ann'));

  it('finds at least 99 of 100, filtered or not', async () => {
    expect(files().length).toBe(1);
    expect(await recall()).toBeGreaterThanOrEqual(0.99);
    expect(await recall({ filter: { must: [{ key: 'half', match: { value: 1 } }] } })).toBeGreaterThanOrEqual(0.99);
    expect(await recall({ filter: { must: [{ key: 'rare', match: { value: 7 } }] } })).toBe(1);
  });

  it('sees every write at once', async () => {
    const query = vector();
    const before = await search(query);
    await store.upsert('c', { points: [{ id: 90_000, vector: { dense: query } }] });
    expect((await search(query))[0]?.id).toBe(90_000);
    await store.delete('c', { points: [90_000, before[0]!.id] });
    const after = await search(query);
    expect(after.map(({ id }) => id)).not.toContain(before[0]!.id);
    expect(after.map(({ id }) => id)).not.toContain(90_000);
    const moved = before[1]!.id;
    await store.upsert('c', { points: [{ id: moved, vector: { dense: query.map((x) => -x) } }] });
    expect((await search(query)).map(({ id }) => id)).not.toContain(moved);
  });

  it('is used again after a restart, built again when it is gone or too old', async () => {
    const [built] = files();
    await store.close();
    store = await openLocalQdrant({ location, annFrom: 1000 });
    await store.optimize('c');
    expect(files()).toEqual([built]);
    expect(await recall()).toBeGreaterThanOrEqual(0.99);
    await store.upsert('c', {
      points: Array.from({ length: 2500 }, (_, i) => ({ id: 100_000 + i, vector: { dense: vector() } })),
    });
    expect(await recall()).toBeGreaterThanOrEqual(0.99);
    await store.optimize('c');
    expect(files().length).toBe(1);
    expect(files()).not.toEqual([built]);
    await store.close();
    rmSync(join(location, 'ann'), { recursive: true });
    store = await openLocalQdrant({ location, annFrom: 1000 });
    expect(await recall()).toBeGreaterThanOrEqual(0.99);
    await store.optimize('c');
    expect(existsSync(join(location, 'ann'))).toBe(true);
  });

  it('goes with its collection', async () => {
    await store.createCollection('d', { vectors: { dense: { size: 2, distance: 'Dot' } } });
    const points = Array.from({ length: 1200 }, (_, id) => ({ id, vector: { dense: [Math.cos(id), Math.sin(id)] } }));
    await store.upsert('d', { points });
    await store.optimize('d');
    expect(files()).toHaveLength(2);
    await store.deleteCollection('d');
    expect(files()).toHaveLength(1);
  });

  it('falls back to exact search where the file is damaged', async () => {
    await store.close();
    for (const file of files()) writeFileSync(join(location, 'ann', file), 'nonsense');
    const warnings: string[] = [];
    const listen = ({ message }: Error) => warnings.push(message);
    process.on('warning', listen);
    store = await openLocalQdrant({ location, annFrom: 1000, readOnly: true });
    await store.optimize('c');
    expect(await recall()).toBe(1);
    process.off('warning', listen);
    expect(warnings).toEqual([expect.stringContaining('dense search stays exact')]);
    await store.close();
    // A writer makes it anew.
    store = await openLocalQdrant({ location, annFrom: 1000 });
    await store.optimize('c');
    expect(readFileSync(join(location, 'ann', files()[0]!)).length).toBeGreaterThan(COUNT * SIZE);
    expect(await recall()).toBeGreaterThanOrEqual(0.99);
  });
});
