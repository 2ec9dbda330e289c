/**
 * Contract of points: writing, replacing, reading back, deleting, paging.
 */
import type { StorePort } from '../stores/port.ts';
import type { ContractContext } from './context.ts';

const UUID = '6f0c1a52-8d1e-4c2b-9a53-0a7d5f1c2e3b';

async function createPlain(store: StorePort, name: string): Promise<void> {
  await store.createCollection(name, {
    vectors: { dense: { size: 3, distance: 'Dot' }, cosine: { size: 2, distance: 'Cosine' } },
    sparse_vectors: { words: {} },
  });
}

export function registerPointContract({ runner: { describe, it, expect }, withStore }: ContractContext): void {
  describe('points', () => {
    it(
      'come back as they were stored, whatever they lack',
      withStore(async (store, name) => {
        await createPlain(store, name);
        const words = { indices: [3, 70, 4_000_000_000], values: [0.5, 1, 2] };
        await store.upsert(name, {
          wait: true,
          points: [
            {
              id: 1,
              vector: { dense: [1, 2, 3], cosine: [3, 4], words },
              payload: { title: 'Über', list: [1, null], deep: { a: {} } },
            },
            { id: UUID, vector: { words } },
            { id: 9_007_199_254_740_991, vector: {}, payload: {} },
          ],
        });
        const points = await store.retrieve(name, {
          ids: [UUID, 1, 5, 9_007_199_254_740_991],
          with_vector: true,
          with_payload: true,
        });
        const byId = new Map(points.map((point) => [point.id, point]));
        expect(points.length).toBe(3);
        expect(byId.get(1)?.payload).toEqual({ title: 'Über', list: [1, null], deep: { a: {} } });
        const vector = byId.get(1)?.vector as Record<string, number[]>;
        expect(vector.dense).toEqual([1, 2, 3]);
        // Cosine vectors are stored at length one.
        expect(vector.cosine?.[0]).toBeCloseTo(0.6, 6);
        expect(vector.cosine?.[1]).toBeCloseTo(0.8, 6);
        expect(byId.get(UUID)?.vector).toEqual({ words });
        expect(byId.get(9_007_199_254_740_991) === undefined).toBe(false);
        expect((await store.count(name, { exact: true })).count).toBe(3);
      }),
    );

    it(
      'are replaced whole by an upsert, the last of equal ids winning',
      withStore(async (store, name) => {
        await createPlain(store, name);
        await store.upsert(name, {
          wait: true,
          points: [{ id: 1, vector: { dense: [1, 0, 0] }, payload: { a: 1, b: 2 } }],
        });
        await store.upsert(name, {
          wait: true,
          points: [
            { id: 1, vector: { dense: [0, 1, 0] }, payload: { c: 3 } },
            { id: 1, vector: { cosine: [0, 2] }, payload: { d: 4 } },
          ],
        });
        const [point] = await store.retrieve(name, { ids: [1], with_vector: true });
        expect(point?.payload).toEqual({ d: 4 });
        expect(point?.vector).toEqual({ cosine: [0, 1] });
        expect((await store.count(name, { exact: true })).count).toBe(1);
        const { points } = await store.query(name, { query: [1, 1, 1], using: 'dense' });
        expect(points.length).toBe(0);
      }),
    );

    it(
      'can be sent as columns',
      withStore(async (store, name) => {
        await createPlain(store, name);
        await store.upsert(name, {
          wait: true,
          batch: {
            ids: [4, 5],
            vectors: {
              dense: [
                [1, 0, 0],
                [0, 1, 0],
              ],
            },
            payloads: [{ n: 4 }, { n: 5 }],
          },
        });
        const { points } = await store.query(name, { query: [0, 1, 0], using: 'dense', limit: 1, with_payload: true });
        expect(points.map((point) => [point.id, point.score, point.payload])).toEqual([[5, 1, { n: 5 }]]);
      }),
    );

    it(
      'are deleted by id and by filter, and their ids can return',
      withStore(async (store, name) => {
        await createPlain(store, name);
        const points = Array.from({ length: 20 }, (_, id) => ({
          id,
          vector: { dense: [id, 1, 0], words: { indices: [id % 4], values: [1] } },
          payload: { odd: id % 2 },
        }));
        await store.upsert(name, { wait: true, points });
        await store.delete(name, { wait: true, points: [0, 1, 999] });
        await store.delete(name, { wait: true, filter: { must: [{ key: 'odd', match: { value: 1 } }] } });
        expect((await store.count(name, { exact: true })).count).toBe(9);
        const dense = await store.query(name, { query: [1, 0, 0], using: 'dense', limit: 20 });
        expect(dense.points.map((point) => point.id)).toEqual([18, 16, 14, 12, 10, 8, 6, 4, 2]);
        const sparse = await store.query(name, { query: { indices: [1], values: [1] }, using: 'words', limit: 20 });
        expect(sparse.points.length).toBe(0);
        await store.upsert(name, { wait: true, points: [{ id: 1, vector: { dense: [100, 0, 0] } }] });
        const again = await store.query(name, { query: [1, 0, 0], using: 'dense', limit: 1 });
        expect(again.points[0]?.id).toBe(1);
      }),
    );

    it(
      'are paged through once each, in order of their ids',
      withStore(async (store, name) => {
        await createPlain(store, name);
        const ids = [...Array.from({ length: 25 }, (_, i) => i * 3), UUID];
        await store.upsert(name, {
          wait: true,
          points: ids.map((id) => ({ id, vector: {}, payload: { id } })).reverse(),
        });
        const seen: (string | number)[] = [];
        let offset: string | number | undefined;
        for (let page = 0; page < 10; page++) {
          const { points, next_page_offset: next } = await store.scroll(name, {
            limit: 7,
            ...(offset === undefined ? {} : { offset }),
          });
          seen.push(...points.map((point) => point.id));
          if (next === null || next === undefined) break;
          offset = next as string | number;
        }
        expect(seen).toEqual(ids);
      }),
    );

    it(
      'are ordered by a payload field that has an index',
      withStore(async (store, name) => {
        await createPlain(store, name);
        await store.createPayloadIndex(name, { wait: true, field_name: 'year', field_schema: 'integer' });
        const years = [1999, 1950, 2020, 1980];
        const points = years.map((year, id) => ({ id, vector: {}, payload: { year } }));
        await store.upsert(name, { wait: true, points: [...points, { id: 9, vector: {}, payload: { other: 1 } }] });
        const order = async (direction: 'asc' | 'desc', start_from?: number) =>
          (
            await store.scroll(name, { order_by: { key: 'year', direction, ...(start_from ? { start_from } : {}) } })
          ).points.map(({ id }) => id);
        expect(await order('asc')).toEqual([1, 3, 0, 2]);
        expect(await order('desc')).toEqual([2, 0, 3, 1]);
        expect(await order('desc', 1990)).toEqual([3, 1]);
      }),
    );
  });
}
