/**
 * From an embedded store to a server and back, nothing changes; and the schema files are what a server takes.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Schemas } from '@qdrant/js-client-rest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyStore } from '../../../src/tools/stores/copy-store.ts';
import { openLocalQdrant } from '../../../src/tools/stores/local-qdrant/index.ts';
import type { StorePort } from '../../../src/tools/stores/port.ts';
import { openQdrant } from '../../../src/tools/stores/qdrant/index.ts';
import { fillGolden, golden } from './golden-support.ts';
import { type QdrantDouble, startQdrantDouble } from './qdrant-http-double.ts';

const ROOT = join(import.meta.dirname, '../../..');
const everything = async (store: StorePort, name: string) =>
  (await store.scroll(name, { limit: 1000, with_vector: true, with_payload: true })).points;

describe('copying a store', () => {
  let double: QdrantDouble;
  let location: string;
  beforeEach(async () => {
    double = await startQdrantDouble();
    location = mkdtempSync(join(tmpdir(), 'r1-copy-'));
  });
  afterEach(async () => {
    await double.close();
    rmSync(location, { recursive: true, force: true });
  });

  it('keeps points, indexes and aliases, there and back', async () => {
    const source = await openLocalQdrant({ location: ':memory:' });
    await fillGolden(source, 'golden');
    await source.updateCollectionAliases({
      actions: [{ create_alias: { alias_name: 'now', collection_name: 'golden' } }],
    });
    const server = await openQdrant({ url: double.url });
    const progress: number[] = [];
    const options = {
      shards: 3,
      replicas: 2,
      quantization: true,
      onProgress: ({ written }: { written: number }) => progress.push(written),
    };
    expect(await copyStore(source, server, options)).toBe(golden.points.length);
    expect(progress.at(-1)).toBe(golden.points.length);
    const back = await openLocalQdrant({ location: ':memory:' });
    await copyStore(server, back);
    expect(await everything(back, 'now')).toEqual(await everything(source, 'golden'));
    const info = await server.getCollection('golden');
    expect(info.config.params).toMatchObject({ shard_number: 3, replication_factor: 2 });
    expect(Object.keys(info.payload_schema).sort()).toEqual(Object.keys(golden.indexes).sort());
    expect(double.badResponses).toEqual([]);
    await expect(copyStore(source, server)).rejects.toMatchObject({ code: 'collection-exists', kind: 'user' });
    await expect(copyStore(source, server, { collections: ['none'] })).rejects.toMatchObject({
      code: 'collection-unknown',
    });
    expect(await copyStore(source, server, { overwrite: true })).toBe(golden.points.length);
    await source.close();
    await back.close();
  });

  it('copies ids and numbers above 2^53 to the digit, over page ends', async () => {
    const source = await openLocalQdrant({ location: ':memory:' });
    await source.createCollection('c', {});
    const idOf = (i: number) => (i < 500 ? i : 2n ** 53n + BigInt(i));
    const points = Array.from({ length: 1200 }, (_, i) => ({
      id: idOf(i) as number,
      vector: {},
      payload: { serial: 2n ** 60n + BigInt(i) },
    }));
    await source.upsert('c', { points });
    const server = await openQdrant({ url: double.url });
    expect(await copyStore(source, server)).toBe(1200);
    const back = await openLocalQdrant({ location: ':memory:' });
    expect(await copyStore(server, back)).toBe(1200);
    expect((await back.count('c')).count).toBe(1200);
    const [last] = await back.retrieve('c', { ids: [idOf(1199) as number] });
    expect([last?.id, last?.payload]).toEqual([idOf(1199), { serial: 2n ** 60n + 1199n }]);
    await source.close();
    await back.close();
  });

  it('refuses settings that a collection which is there does not have', async () => {
    const source = await openLocalQdrant({ location: ':memory:' });
    await source.createCollection('c', {});
    const server = await openQdrant({ url: double.url });
    await copyStore(source, server, { shards: 2 });
    expect(await copyStore(source, server, { shards: 2, overwrite: true })).toBe(0);
    for (const [options, message] of [
      [{ shards: 3 }, /2 shards instead of 3/],
      [{ replicas: 2 }, /1 replicas instead of 2/],
      [{ quantization: true }, /no quantisation/],
    ] as const) {
      await expect(copyStore(source, server, { ...options, overwrite: true })).rejects.toMatchObject({
        code: 'collection-settings',
        kind: 'user',
        message: expect.stringMatching(message),
      });
    }
    await source.close();
  });

  it('says so where points are missing in the end', async () => {
    const source = await openLocalQdrant({ location: ':memory:' });
    await source.createCollection('c', {});
    await source.upsert('c', { points: [1, 2].map((id) => ({ id, vector: {} })) });
    const short: StorePort = Object.assign(Object.create(source) as StorePort, {
      getCollections: () => source.getCollections(),
      getCollection: (name: string) => source.getCollection(name),
      count: (name: string) => source.count(name),
      scroll: async () => ({ points: [{ id: 1, payload: {}, vector: {} }], next_page_offset: null }),
    });
    const target = await openLocalQdrant({ location: ':memory:' });
    await expect(copyStore(short, target)).rejects.toMatchObject({ code: 'copy-incomplete', kind: 'system' });
    await source.close();
    await target.close();
  });

  it('is one command', async () => {
    const source = await openLocalQdrant({ location });
    await source.createCollection('c', { vectors: { dense: { size: 2, distance: 'Dot' } } });
    await source.upsert('c', { points: [{ id: 1, vector: { dense: [1, 2] } }] });
    await source.close();
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [
      join(ROOT, 'qdrant', 'fill.ts'),
      '--from',
      location,
      '--to',
      double.url,
    ]);
    expect(stdout).toBe(`1 points copied to ${double.url}\n`);
    expect((await double.store.count('c')).count).toBe(1);
    await expect(
      run(process.execPath, [join(ROOT, 'qdrant', 'fill.ts'), '--from', location, '--to', 'http://127.0.0.1:9']),
    ).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot be reached'),
    });
  });
});

describe('schema files', () => {
  const directory = join(ROOT, 'qdrant', 'schema');
  it.each(readdirSync(directory))('%s creates a collection', async (file) => {
    const schema = JSON.parse(readFileSync(join(directory, file), 'utf8')) as {
      collection: Schemas['CreateCollection'];
      indexes: Record<string, Schemas['PayloadFieldSchema']>;
    };
    const double = await startQdrantDouble();
    try {
      const store = await openQdrant({ url: double.url });
      await store.createCollection('kb', schema.collection);
      for (const [field_name, field_schema] of Object.entries(schema.indexes)) {
        await store.createPayloadIndex('kb', { wait: true, field_name, field_schema });
      }
      const { payload_schema } = await store.getCollection('kb');
      expect(Object.keys(payload_schema).sort()).toEqual(Object.keys(schema.indexes).sort());
      expect(double.badResponses).toEqual([]);
    } finally {
      await double.close();
    }
  });
});
