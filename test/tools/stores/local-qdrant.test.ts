/**
 * What is LocalQdrant's own: files, locks, readers beside a writer, damage, a full disk, what it does not support.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../src/common/random.ts';
import { isLocalQdrantError, type LocalQdrant, openLocalQdrant } from '../../../src/tools/stores/local-qdrant/index.ts';

const CONFIG = {
  vectors: { dense: { size: 4, distance: 'Dot' as const } },
  sparse_vectors: { words: { modifier: 'idf' as const } },
};
const point = (id: number, text = 'a') => ({
  id,
  vector: { dense: [id, 1, 0, 0], words: { indices: [id % 5, 10 + (id % 7)], values: [1, 2] } },
  payload: { text, group: id % 3 },
});
const points = (count: number, from = 0) => Array.from({ length: count }, (_, i) => point(from + i));

let location: string;
const open: LocalQdrant[] = [];
async function openStore(options: Partial<Parameters<typeof openLocalQdrant>[0]> = {}): Promise<LocalQdrant> {
  const store = await openLocalQdrant({ location, ...options });
  open.push(store);
  return store;
}
beforeEach(() => {
  location = mkdtempSync(join(tmpdir(), 'r1-local-'));
});
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  rmSync(location, { recursive: true, force: true });
});

const answers = async (store: LocalQdrant) => ({
  count: await store.count('c'),
  dense: await store.query('c', { query: [1, 2, 3, 4], using: 'dense', limit: 20, with_payload: true }),
  words: await store.query('c', { query: { indices: [1, 12], values: [1, 1] }, using: 'words', limit: 20 }),
  filtered: await store.scroll('c', { filter: { must: [{ key: 'group', match: { value: 1 } }] }, limit: 20 }),
});

describe('files', () => {
  it('hold everything across a restart, with and without the cache of postings', async () => {
    const store = await openStore();
    await store.createCollection('c', CONFIG);
    await store.upsert('c', { points: points(300) });
    await store.delete('c', { points: [3, 4, 5] });
    await store.upsert('c', { points: [point(4, 'again'), point(1000, 'new')] });
    const before = await answers(store);
    await store.close();
    expect(readdirSync(location).sort()).toEqual(['store.sqlite', 'writer.lock']);

    const cached = await openStore();
    expect(await answers(cached)).toEqual(before);
    // A few writes later the cache is older than the rows, and is still used.
    await cached.delete('c', { points: [1000, 7] });
    await cached.upsert('c', { points: [point(8, 'changed'), point(2000)] });
    const changed = await answers(cached);
    await cached.close();
    const behind = await openStore();
    expect(await answers(behind)).toEqual(changed);
    await behind.close();

    const file = new DatabaseSync(join(location, 'store.sqlite'));
    file.exec("UPDATE cache SET data = x'0102' WHERE name LIKE 'sparse%'");
    file.close();
    const rebuilt = await openStore();
    expect(await answers(rebuilt)).toEqual(changed);
  });

  it('hold large collections in blocks, and see through damage to them', async () => {
    const store = await openStore({ durability: 'process' });
    await store.createCollection('c', CONFIG);
    for (let from = 0; from < 24_000; from += 4000) await store.upsert('c', { points: points(4000, from) });
    const before = await answers(store);
    await store.close();
    const blocks = await openStore();
    expect(await answers(blocks)).toEqual(before);
    await blocks.upsert('c', { points: [point(5, 'changed'), point(30_000)] });
    await blocks.delete('c', { points: [23_999, 9000] });
    const changed = await answers(blocks);
    await blocks.close();
    const behind = await openStore();
    expect(await answers(behind)).toEqual(changed);
    await behind.close();
    const file = new DatabaseSync(join(location, 'store.sqlite'));
    expect(file.prepare("SELECT count(*) AS parts FROM cache WHERE name = 'dense:dense'").get()?.parts).toBe(3);
    file.exec("DELETE FROM cache WHERE name = 'dense:dense' AND part = 1");
    file.close();
    expect(await answers(await openStore())).toEqual(changed);
  });

  it('reuse the places of deleted points', async () => {
    const store = await openStore();
    await store.createCollection('c', CONFIG);
    for (let round = 0; round < 20; round++) {
      await store.upsert('c', { points: points(50, round * 50) });
      await store.delete('c', { filter: { must: [{ is_empty: { key: 'nothing' } }] } });
    }
    await store.upsert('c', { points: points(50) });
    expect((await store.count('c')).count).toBe(50);
    await store.close();
    const file = new DatabaseSync(join(location, 'store.sqlite'));
    expect(file.prepare('SELECT max(slot) AS slot FROM points_1').get()?.slot).toBe(49);
    file.close();
  });

  it('read from a directory that cannot be written, and leave nothing there', async () => {
    const writer = await openStore();
    await writer.createCollection('c', CONFIG);
    await writer.upsert('c', { points: points(20) });
    const before = await answers(writer);
    await writer.close();
    const shipped = join(location, 'shipped');
    mkdirSync(shipped);
    copyFileSync(join(location, 'store.sqlite'), join(shipped, 'store.sqlite'));
    chmodSync(shipped, 0o555);
    try {
      const reader = await openStore({ location: shipped, readOnly: true });
      expect(await answers(reader)).toEqual(before);
      expect(readdirSync(shipped)).toEqual(['store.sqlite']);
      await reader.close();
    } finally {
      chmodSync(shipped, 0o755);
    }
    expect(readdirSync(shipped)).toEqual(['store.sqlite']);
  });

  it('open from the cache of postings, without looking at a single vector', async () => {
    const store = await openStore();
    await store.createCollection('c', { sparse_vectors: { words: { modifier: 'idf' } } });
    const sparse = ({ id, vector: { words }, payload }: ReturnType<typeof point>) => ({
      id,
      vector: { words },
      payload,
    });
    await store.upsert('c', { points: points(3000).map(sparse) });
    const query = { query: { indices: [1, 12], values: [1, 1] }, using: 'words', with_payload: true };
    const before = await store.query('c', query);
    await store.close();
    const file = new DatabaseSync(join(location, 'store.sqlite'));
    file.exec("UPDATE vectors_1 SET data = x'ff'");
    file.close();
    expect(await (await openStore({ readOnly: true })).query('c', query)).toEqual(before);
  });
});

describe('one writer, many readers', () => {
  it('refuses a second writer and names the first', async () => {
    const first = await openStore();
    await expect(openStore()).rejects.toMatchObject({
      code: 'local-qdrant-locked',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    await first.close();
    const second = await openStore();
    expect((await second.getCollections()).collections).toEqual([]);
  });

  it('shows readers what is committed: points, configuration, aliases, deletion', async () => {
    const writer = await openStore();
    await writer.createCollection('c', CONFIG);
    const reader = await openStore({ readOnly: true });
    expect((await reader.count('c')).count).toBe(0);
    await writer.upsert('c', { points: points(30) });
    expect(await answers(reader)).toEqual(await answers(writer));
    await writer.delete('c', { points: [1, 2] });
    await writer.upsert('c', { points: [point(2, 'back'), point(99)] });
    await writer.setPayload('c', { points: [5], payload: { group: 1 } });
    expect(await answers(reader)).toEqual(await answers(writer));
    await writer.createPayloadIndex('c', { field_name: 'group', field_schema: 'integer' });
    expect((await reader.facet('c', { key: 'group' })).hits).toEqual((await writer.facet('c', { key: 'group' })).hits);
    await writer.updateCollectionAliases({ actions: [{ create_alias: { alias_name: 'now', collection_name: 'c' } }] });
    expect((await reader.count('now')).count).toBe(30);
    await writer.deleteCollection('c');
    await expect(reader.count('c')).rejects.toMatchObject({ code: 'local-qdrant-not-found' });
  });

  it('keeps a reader right when the writer has closed, pruned its log and come again', async () => {
    const writer = await openStore();
    await writer.createCollection('c', CONFIG);
    await writer.upsert('c', { points: points(50) });
    const reader = await openStore({ readOnly: true });
    await answers(reader);
    await writer.upsert('c', { points: points(2000, 40) });
    await writer.close();
    const again = await openStore();
    await again.delete('c', { points: [45] });
    expect(await answers(reader)).toEqual(await answers(again));
  });

  it('refuses writes of readers and use after closing', async () => {
    const writer = await openStore();
    await writer.createCollection('c', CONFIG);
    const reader = await openStore({ readOnly: true });
    await expect(reader.upsert('c', { points: [] })).rejects.toMatchObject({ code: 'local-qdrant-read-only' });
    await reader.close();
    await reader.close();
    await expect(reader.count('c')).rejects.toMatchObject({ code: 'local-qdrant-closed' });
  });
});

describe('damage', () => {
  async function storeOf(count: number): Promise<void> {
    const store = await openStore();
    await store.createCollection('c', CONFIG);
    await store.upsert('c', { points: points(count) });
    await store.close();
  }

  it('is named for a store that is not there', async () => {
    await expect(openStore({ readOnly: true })).rejects.toMatchObject({ code: 'local-qdrant-missing', kind: 'user' });
    expect(existsSync(join(location, 'store.sqlite'))).toBe(false);
  });

  it.each([true, false])('is named for a file that is no store (readOnly: %s)', async (readOnly) => {
    writeFileSync(
      join(location, 'store.sqlite'),
      'this is not a database, but it is long enough to look like a file'.repeat(50),
    );
    await expect(openStore({ readOnly })).rejects.toMatchObject({ code: 'local-qdrant-corrupt', kind: 'system' });
  });

  it.each([
    ['an empty directory', undefined],
    ['a file of no bytes', () => writeFileSync(join(location, 'store.sqlite'), '')],
    [
      'a file without tables',
      () => {
        const file = new DatabaseSync(join(location, 'store.sqlite'));
        file.exec('PRAGMA journal_mode = WAL');
        file.close();
      },
    ],
  ])('is the same for what a kill leaves before a store is made: %s', async (_, leave) => {
    leave?.();
    await expect(openStore({ readOnly: true })).rejects.toMatchObject({ code: 'local-qdrant-missing' });
    const store = await openStore();
    await store.createCollection('c', CONFIG);
    expect((await (await openStore({ readOnly: true })).count('c')).count).toBe(0);
  });

  it('is named for a file that was cut', async () => {
    await storeOf(2000);
    truncateSync(join(location, 'store.sqlite'), 30_000);
    const work = async () => answers(await openStore({ readOnly: true }));
    await expect(work()).rejects.toMatchObject({ code: 'local-qdrant-corrupt' });
  });

  it('is named for bytes and payloads that do not decode', async () => {
    await storeOf(5);
    const file = new DatabaseSync(join(location, 'store.sqlite'));
    file.exec("UPDATE vectors_1 SET data = x'09000000ffffff7f0000000000000000' WHERE slot = 2");
    file.exec("UPDATE points_1 SET payload = '{broken' WHERE slot = 3");
    file.close();
    const store = await openStore({ readOnly: true });
    await expect(store.query('c', { query: [1, 0, 0, 0], using: 'dense' })).rejects.toMatchObject({
      code: 'local-qdrant-corrupt',
    });
    await store.close();
  });

  it('is named for a row that is missing', async () => {
    await storeOf(50);
    const file = new DatabaseSync(join(location, 'store.sqlite'));
    file.exec('DELETE FROM vectors_1 WHERE slot = 2; DELETE FROM cache');
    file.close();
    const store = async () => answers(await openStore({ readOnly: true }));
    await expect(store()).rejects.toMatchObject({ code: 'local-qdrant-corrupt' });
  });

  it('is named for a store of a newer version of the package', async () => {
    await storeOf(1);
    const file = new DatabaseSync(join(location, 'store.sqlite'));
    file.exec("UPDATE meta SET value = '99' WHERE key = 'format'");
    file.close();
    for (const readOnly of [true, false]) {
      await expect(openStore({ readOnly })).rejects.toMatchObject({
        code: 'local-qdrant-newer',
        kind: 'user',
        message: expect.stringMatching(/format 99.*update/),
      });
    }
  });

  it('of bytes inside rows and indexes is found: no answer is wrong without a word', async () => {
    await storeOf(400);
    const file = join(location, 'store.sqlite');
    const whole = readFileSync(file);
    const store = await openStore({ readOnly: true });
    const before = JSON.stringify(await answers(store));
    expect(await store.verify({ full: true })).toEqual([]);
    await store.close();
    const random = keyedRandom('flips', 1);
    const silent: number[] = [];
    for (let round = 0; round < 120; round++) {
      const bytes = Buffer.from(whole);
      const at = random.below(bytes.length - 64);
      for (let i = at; i < at + 64; i++) bytes[i]! ^= 0x55;
      writeFileSync(file, bytes);
      const seen = async () => {
        const damaged = await openStore({ readOnly: true });
        return JSON.stringify(await answers(damaged)) === before;
      };
      const found = await seen().catch((error: unknown) => (isLocalQdrantError(error) ? true : Promise.reject(error)));
      if (!found) silent.push(at);
    }
    expect(silent).toEqual([]);
  });

  it('does not concern a store of the format before: it is read, and migrated by the next writer', async () => {
    await storeOf(50);
    const path = join(location, 'store.sqlite');
    const file = new DatabaseSync(path);
    for (const table of ['collections', 'cache', 'points_1', 'vectors_1', 'log_1']) {
      file.exec(`ALTER TABLE ${table} DROP COLUMN sum`);
    }
    file.exec("UPDATE meta SET value = '1' WHERE key = 'format'");
    file.close();
    const reader = await openStore({ readOnly: true });
    const before = await answers(reader);
    expect(await reader.verify({ full: true })).toEqual([]);
    const writer = await openStore();
    expect(await answers(writer)).toEqual(before);
    await writer.upsert('c', { points: [point(7, 'new')] });
    expect((await writer.retrieve('c', { ids: [7] }))[0]?.payload).toMatchObject({ text: 'new' });
    expect(await writer.verify({ full: true })).toEqual([]);
    await writer.close();
    const migrated = new DatabaseSync(path, { readOnly: true });
    expect(migrated.prepare("SELECT value FROM meta WHERE key = 'format'").get()).toEqual({ value: '2' });
    expect(migrated.prepare('SELECT count(sum) AS sums FROM points_1').get()).toEqual({ sums: 1 });
    migrated.close();
  });
});

describe('what stands in the way', () => {
  it('is named: a file in place of the directory', async () => {
    const file = join(location, 'file');
    writeFileSync(file, 'text');
    symlinkSync(file, join(location, 'link'));
    for (const path of [file, join(location, 'link')]) {
      for (const readOnly of [true, false]) {
        await expect(openLocalQdrant({ location: path, readOnly })).rejects.toMatchObject({
          code: 'local-qdrant-not-a-directory',
          kind: 'user',
        });
      }
    }
    await expect(openLocalQdrant({ location: join(file, 'below') })).rejects.toMatchObject({
      code: 'local-qdrant-not-a-directory',
    });
  });

  it('is named: a lock file that is none', async () => {
    writeFileSync(join(location, 'writer.lock'), 'not a lock but long enough to be read as a database '.repeat(40));
    await expect(openStore()).rejects.toMatchObject({ code: 'local-qdrant-lock-damaged', kind: 'user' });
  });

  it.skipIf(process.getuid?.() === 0)(
    'is named: a folder that cannot be written (skipped for root, who can write anywhere)',
    async () => {
      chmodSync(location, 0o500);
      await expect(openStore()).rejects.toMatchObject({ code: 'local-qdrant-not-writable', kind: 'user' });
      chmodSync(location, 0o700);
    },
  );

  it('is a writer on another path to the same file', async () => {
    const first = await openStore();
    await first.createCollection('c', CONFIG);
    const folder = mkdtempSync(join(tmpdir(), 'r1-links-'));
    symlinkSync(location, join(folder, 'whole'));
    mkdirSync(join(folder, 'file'));
    symlinkSync(join(location, 'store.sqlite'), join(folder, 'file', 'store.sqlite'));
    for (const name of ['whole', 'file']) {
      const refused = openLocalQdrant({ location: join(folder, name) });
      await expect(refused).rejects.toMatchObject({ code: 'local-qdrant-locked' });
    }
    rmSync(folder, { recursive: true });
  });

  it('is a request nested beyond what a server parses', async () => {
    const store = await openStore({ location: ':memory:' });
    await store.createCollection('c', CONFIG);
    let filter: object = { must: [{ key: 'a', match: { value: 1 } }] };
    for (let depth = 0; depth < 20_000; depth++) filter = { must: [filter] };
    let payload: object = {};
    for (let depth = 0; depth < 20_000; depth++) payload = { a: payload };
    const refused = { code: 'local-qdrant-bad-request', status: 400, message: expect.stringContaining('nested') };
    await expect(store.count('c', { filter })).rejects.toMatchObject(refused);
    await expect(store.query('c', { filter })).rejects.toMatchObject(refused);
    await expect(store.upsert('c', { points: [{ id: 1, vector: {}, payload } as never] })).rejects.toMatchObject(
      refused,
    );
  });
});

describe('a full disk', () => {
  it('refuses the write, keeps what was stored, and takes writes again when there is room', async () => {
    const store = await openStore({ pageLimit: 120 });
    await store.createCollection('c', CONFIG);
    await store.upsert('c', { points: points(10) });
    const before = await answers(store);
    const big = points(200, 5).map((item) => ({ ...item, payload: { text: 'x'.repeat(10_000) } }));
    await expect(store.upsert('c', { points: big })).rejects.toMatchObject({
      code: 'local-qdrant-disk-full',
      kind: 'system',
    });
    expect(await answers(store)).toEqual(before);
    await store.upsert('c', { points: [point(11)] });
    await store.close();
    const again = await openStore();
    expect((await again.count('c')).count).toBe(11);
  });
});

describe('a refused upsert', () => {
  it.each([
    ['wrong dimension', { dense: [1, 2] }],
    ['unknown vector', { other: [1, 2, 3, 4] }],
    ['not a number', { dense: [1, Number.NaN, 3, 4] }],
    ['repeated index', { words: { indices: [5, 5], values: [1, 2] } }],
  ])('stores none of its points: %s', async (_, vector) => {
    const store = await openStore({ location: ':memory:' });
    await store.createCollection('c', CONFIG);
    await expect(store.upsert('c', { points: [point(1), { id: 2, vector }] })).rejects.toMatchObject({ kind: 'user' });
    expect((await store.count('c')).count).toBe(0);
  });
});

describe('what is missing', () => {
  it.each([
    ['discover', { query: { discover: { target: 1, context: [] } } }],
    ['inference', { query: { text: 'words', model: 'qdrant/bm25' } }],
    ['mmr', { query: { nearest: { indices: [1], values: [1] }, mmr: {} }, using: 'words' }],
    ['relevance_feedback', { query: { relevance_feedback: {} } }],
    ['shard_key', { query: [1, 0, 0, 0], using: 'dense', shard_key: 'a' }],
    ['slice', { filter: { must: [{ slice: { total: 2, index: 0 } }] } }],
  ])('is named: %s', async (name, request) => {
    const store = await openStore({ location: ':memory:' });
    await store.createCollection('c', CONFIG);
    await store.upsert('c', { points: points(3) });
    await expect(store.query('c', request as Parameters<LocalQdrant['query']>[1])).rejects.toMatchObject({
      code: 'local-qdrant-unsupported',
      status: 501,
      message: expect.stringContaining(name),
    });
  });
});
