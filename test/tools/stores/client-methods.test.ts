/**
 * The client's methods that LocalQdrant has and the port does not need, on LocalQdrant and through the real client over HTTP.
 */
import { QdrantClient } from '@qdrant/js-client-rest';
import { describe, expect, it } from 'vitest';
import { openLocalQdrant } from '../../../src/tools/stores/local-qdrant/index.ts';
import type { ClientFace } from './client-face.ts';
import { startQdrantDouble } from './qdrant-http-double.ts';

const CONFIG = {
  vectors: { dense: { size: 2, distance: 'Dot' as const } },
  sparse_vectors: { words: { modifier: 'idf' as const } },
};
const point = (id: number | string, payload: Record<string, unknown> = {}) => ({
  id,
  vector: { dense: [Number(id) || 0, 1] },
  payload,
});

async function withLocal(body: (store: ClientFace) => Promise<void>): Promise<void> {
  const store = await openLocalQdrant({ location: ':memory:' });
  await body(store).finally(() => store.close());
}

async function withClient(body: (store: ClientFace) => Promise<void>): Promise<void> {
  const double = await startQdrantDouble();
  const client = new QdrantClient({ url: double.url, checkCompatibility: false });
  await body(client as ClientFace).finally(() => double.close());
  expect(double.badResponses).toEqual([]);
}

describe.each([
  ['LocalQdrant', withLocal],
  ['QdrantClient over HTTP', withClient],
] as const)('%s', (_, withStore) => {
  const payloadOf = async (store: ClientFace, id: number) =>
    (await store.retrieve('c', { ids: [id], with_payload: true }))[0]?.payload ?? {};

  it('updates a collection and keeps its points', () =>
    withStore(async (store) => {
      await store.createCollection('c', CONFIG);
      await store.upsert('c', { wait: true, points: [point(1)] });
      expect(await store.updateCollection('c', { hnsw_config: { m: 24 } })).toBe(true);
      const info = await store.getCollection('c');
      expect(info.config.hnsw_config.m).toBe(24);
      expect(info.points_count).toBe(1);
      await store.recreateCollection('c', CONFIG);
      expect((await store.getCollection('c')).points_count).toBe(0);
    }));

  it('tells the aliases of a collection, none of a missing one, and drops a payload index', () =>
    withStore(async (store) => {
      await store.createCollection('c', CONFIG);
      await store.updateCollectionAliases({ actions: [{ create_alias: { collection_name: 'c', alias_name: 'a' } }] });
      expect((await store.getCollectionAliases('c')).aliases).toEqual([{ alias_name: 'a', collection_name: 'c' }]);
      expect((await store.getCollectionAliases('nothing')).aliases).toEqual([]);
      await store.createPayloadIndex('c', { wait: true, field_name: 'color', field_schema: 'keyword' });
      await store.deletePayloadIndex('c', 'color', { wait: true });
      expect((await store.getCollection('c')).payload_schema).toEqual({});
    }));

  it('sets, overwrites, cuts and clears payloads', () =>
    withStore(async (store) => {
      await store.createCollection('c', CONFIG);
      const points = [1, 2, 3].map((id) => point(id, { n: id, keep: true, o: { x: 1 } }));
      await store.upsert('c', { wait: true, points });
      await store.setPayload('c', { wait: true, points: [1], payload: { n: 10, more: 'yes' } });
      expect(await payloadOf(store, 1)).toEqual({ n: 10, more: 'yes', keep: true, o: { x: 1 } });
      await store.setPayload('c', { wait: true, points: [1], key: 'o', payload: { y: 2 } });
      expect((await payloadOf(store, 1)).o).toEqual({ x: 1, y: 2 });
      await store.setPayload('c', { wait: true, points: [1], payload: { more: null } });
      expect(await payloadOf(store, 1)).toEqual({ n: 10, keep: true, o: { x: 1, y: 2 } });
      const filter = { must: [{ key: 'n', range: { gte: 3 } }] };
      await store.deletePayload('c', { wait: true, filter, keys: ['keep', 'o.x'] });
      expect(await payloadOf(store, 1)).toEqual({ n: 10, o: { y: 2 } });
      expect(await payloadOf(store, 2)).toEqual({ n: 2, keep: true, o: { x: 1 } });
      expect(await payloadOf(store, 3)).toEqual({ n: 3, o: {} });
      await store.overwritePayload('c', { wait: true, points: [2], payload: { only: 1 } });
      expect(await payloadOf(store, 2)).toEqual({ only: 1 });
      await store.clearPayload('c', { wait: true, points: [2] });
      expect(await payloadOf(store, 2)).toEqual({});
      const ten = await store.count('c', { exact: true, filter: { must: [{ key: 'n', match: { value: 10 } }] } });
      expect(ten.count).toBe(1);
    }));

  it('does several writes in one request, in order', () =>
    withStore(async (store) => {
      await store.createCollection('c', CONFIG);
      const results = await store.batchUpdate('c', {
        wait: true,
        operations: [
          { upsert: { points: [point(1, { a: 1 }), point(2, { a: 2 }), point(3)] } },
          { set_payload: { payload: { b: 5 }, points: [1] } },
          { delete_payload: { keys: ['a'], points: [2] } },
          { delete: { points: [3] } },
        ],
      });
      expect(results.map(({ status }) => status)).toEqual(Array(4).fill('completed'));
      expect(await payloadOf(store, 1)).toEqual({ a: 1, b: 5 });
      expect(await payloadOf(store, 2)).toEqual({});
      expect((await store.count('c', { exact: true })).count).toBe(2);
    }));

  it('names what it lacks: the distance matrix', () =>
    withStore(async (store) => {
      await store.createCollection('c', CONFIG);
      for (const method of ['searchMatrixPairs', 'searchMatrixOffsets'] as const) {
        const refused = await store[method]('c', { sample: 2, limit: 1 }).catch((error) => error);
        expect(refused.status).toBe(501);
        expect(refused.data.status.error).toContain(method);
      }
    }));

  it('counts values, and groups hits best first', () =>
    withStore(async (store) => {
      await store.createCollection('c', CONFIG);
      await store.createPayloadIndex('c', { wait: true, field_name: 'city', field_schema: 'keyword' });
      const cities = ['Rome', 'Paris', 'Oslo', 'Lima', 'Rome'];
      await store.upsert('c', {
        wait: true,
        points: cities.map((city, id) => point(id, { city, even: id % 2 === 0 })),
      });
      const all = await store.facet('c', { key: 'city', exact: true });
      expect(all.hits[0]).toEqual({ value: 'Rome', count: 2 });
      expect(all.hits.length).toBe(4);
      const even = { must: [{ key: 'even', match: { value: true } }] };
      const some = await store.facet('c', { key: 'city', exact: true, filter: even });
      expect(some.hits.map(({ value, count }) => `${value} ${count}`)).toEqual(['Rome 2', 'Oslo 1']);
      const query = { query: [1, 0], using: 'dense', group_by: 'city', group_size: 2, limit: 2 };
      const { groups } = await store.queryGroups('c', { ...query, filter: { must_not: [{ has_id: [3] }] } });
      expect(groups.map((group) => [group.id, group.hits.map(({ id }) => id)])).toEqual([
        ['Rome', [4, 0]],
        ['Oslo', [2]],
      ]);
      const looked = await store.queryGroups('c', { ...query, with_lookup: 'c' });
      expect(looked.groups.every((group) => group.lookup === undefined)).toBe(true);
    }));
});
