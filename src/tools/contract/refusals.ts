/**
 * Contract of refusals: wrong input is an error with the HTTP status the server uses. Whether a part of the request is stored is
 * left open: LocalQdrant stores nothing of it, a server may have stored the points before the bad one.
 */
import type { StorePort } from '../stores/port.ts';
import type { ContractContext } from './context.ts';

const CONFIG = {
  vectors: { dense: { size: 3, distance: 'Cosine' as const } },
  sparse_vectors: { words: {} },
};

const statusOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
    return 'no error';
  } catch (error) {
    return typeof error === 'object' && error !== null && 'status' in error ? error.status : String(error);
  }
};

export function registerRefusalContract({ runner: { describe, it, expect }, withStore }: ContractContext): void {
  describe('refusals', () => {
    it(
      'of collections that are missing or exist already',
      withStore(async (store, name) => {
        const missing: [string, (store: StorePort) => Promise<unknown>][] = [
          ['query', (s) => s.query(name, { query: [1, 2, 3], using: 'dense' })],
          ['upsert', (s) => s.upsert(name, { points: [{ id: 1, vector: {} }] })],
          ['getCollection', (s) => s.getCollection(name)],
          ['scroll', (s) => s.scroll(name)],
        ];
        for (const [what, call] of missing) expect([what, await statusOf(call(store))]).toEqual([what, 404]);
        await store.createCollection(name, CONFIG);
        expect(await statusOf(store.createCollection(name, CONFIG))).toBe(409);
      }),
    );

    it(
      'of points that do not fit',
      withStore(async (store, name) => {
        await store.createCollection(name, CONFIG);
        const good = { id: 1, vector: { dense: [1, 2, 3] } };
        const bad: [string, Parameters<StorePort['upsert']>[1]][] = [
          ['wrong dimension', { wait: true, points: [good, { id: 2, vector: { dense: [1, 2] } }] }],
          ['unknown vector', { wait: true, points: [good, { id: 2, vector: { other: [1, 2, 3] } }] }],
          ['not a number', { wait: true, points: [good, { id: 2, vector: { dense: [1, Number.NaN, 3] } }] }],
          ['no id', { wait: true, points: [good, { id: 'abc', vector: { dense: [1, 2, 3] } }] }],
          ['negative id', { wait: true, points: [good, { id: -4, vector: { dense: [1, 2, 3] } }] }],
          [
            'repeated index',
            { wait: true, points: [good, { id: 2, vector: { words: { indices: [5, 5], values: [1, 2] } } }] },
          ],
          [
            'uneven sparse',
            { wait: true, points: [good, { id: 2, vector: { words: { indices: [5], values: [1, 2] } } }] },
          ],
        ];
        for (const [what, request] of bad) {
          const status = await statusOf(store.upsert(name, request));
          // The server answers 422 where a vector fails its validation and 400 where it does not parse.
          expect([what, status === 400 || status === 422]).toEqual([what, true]);
        }
      }),
    );

    it(
      'of queries that make no sense',
      withStore(async (store, name) => {
        await store.createCollection(name, CONFIG);
        await store.upsert(name, { wait: true, points: [{ id: 1, vector: { dense: [1, 2, 3] } }] });
        const bad: [string, Parameters<StorePort['query']>[1]][] = [
          ['dimension', { query: [1, 2], using: 'dense' }],
          ['vector name', { query: [1, 2, 3], using: 'other' }],
          ['fusion of nothing', { query: { fusion: 'rrf' } }],
          ['prefetch for nothing', { prefetch: [{ query: [1, 2, 3], using: 'dense' }] }],
          ['limit', { query: [1, 2, 3], using: 'dense', limit: 0 }],
        ];
        for (const [what, request] of bad) {
          const status = await statusOf(store.query(name, request));
          expect([what, status === 400 || status === 422]).toEqual([what, true]);
        }
      }),
    );
  });
}
