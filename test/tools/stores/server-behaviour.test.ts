/**
 * Where a real server surprises: what its recorded conversations showed, each as a small case of its own.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerRequest } from '../../../scripts/golden/rest-routes.ts';
import { type LocalQdrant, openLocalQdrant } from '../../../src/tools/stores/local-qdrant/index.ts';

type QueryRequest = Parameters<LocalQdrant['query']>[1];

let store: LocalQdrant;
beforeEach(async () => {
  store = await openLocalQdrant({ location: ':memory:' });
});
afterEach(() => store.close());

const idsOf = async (collection: string, request: QueryRequest) =>
  (await store.query(collection, request)).points.map(({ id }) => id);
const count = async (filter: object) => (await store.count('c', { filter: filter as never })).count;

describe('score_threshold', () => {
  it.each([
    ['Dot', [1, 0], 2, [3]],
    ['Euclid', [0, 0], 2, [1]],
    ['Manhattan', [0, 0], 2, [1]],
    ['Cosine', [1, 0], 1, []],
  ] as const)('excludes its own value for %s', async (distance, query, threshold, expected) => {
    await store.createCollection('c', { vectors: { size: 2, distance } });
    const points = [1, 2, 3].map((id) => ({ id, vector: [id, 0] }));
    await store.upsert('c', { points });
    const request = { query: [...query], score_threshold: threshold };
    expect(await idsOf('c', request)).toEqual(expected);
    expect(await idsOf('c', { ...request, prefetch: [{ query: [...query], limit: 10 }] })).toEqual(expected);
  });

  it('includes it for fusions and formulas', async () => {
    await store.createCollection('c', { vectors: { size: 2, distance: 'Dot' } });
    await store.upsert('c', { points: [1, 2, 3].map((id) => ({ id, vector: [id, 0] })) });
    const prefetch = [{ query: [1, 0], limit: 10 }];
    expect(await idsOf('c', { prefetch, query: { fusion: 'rrf' }, score_threshold: 0.5 })).toEqual([3]);
    expect(await idsOf('c', { prefetch, query: { formula: '$score' }, score_threshold: 2 })).toEqual([3, 2]);
  });
});

describe('text conditions', () => {
  const text = (match: object, key = 'raw') => count({ must: [{ key, match }] });

  beforeEach(async () => {
    await store.createCollection('c', {});
    await store.createPayloadIndex('c', { field_name: 'words', field_schema: 'text' });
    const phrases = { type: 'text', phrase_matching: true } as const;
    await store.createPayloadIndex('c', { field_name: 'phrases', field_schema: phrases });
    await store.createPayloadIndex('c', { field_name: 'key', field_schema: 'keyword' });
    const value = 'The River Stone';
    await store.upsert('c', {
      points: [{ id: 1, vector: {}, payload: { raw: value, words: value, phrases: value, key: value } }],
    });
  });

  it('look for characters where there is no text index', async () => {
    for (const key of ['raw', 'key']) {
      expect(await text({ text: 'iver St' }, key)).toBe(1);
      expect(await text({ text: 'river' }, key)).toBe(0);
      expect(await text({ phrase: 'River Stone' }, key)).toBe(1);
      expect(await text({ text_any: 'Lake Ston' }, key)).toBe(1);
    }
  });

  it('look for words in any case where there is one, and for phrases only if it has them', async () => {
    expect(await text({ text: 'stone river' }, 'words')).toBe(1);
    expect(await text({ text: 'iver' }, 'words')).toBe(0);
    expect(await text({ phrase: 'river stone' }, 'words')).toBe(0);
    expect(await text({ phrase: 'river stone' }, 'phrases')).toBe(1);
  });
});

describe('is_null', () => {
  it('looks into arrays only with an index, or as a field condition', async () => {
    await store.createCollection('c', {});
    const values = [null, [null], 1, []];
    await store.upsert('c', { points: values.map((a, id) => ({ id, vector: {}, payload: { a } })) });
    expect(await count({ must: [{ is_null: { key: 'a' } }] })).toBe(1);
    expect(await count({ must: [{ key: 'a', is_null: true }] })).toBe(2);
    await store.createPayloadIndex('c', { field_name: 'a', field_schema: 'integer' });
    expect(await count({ must: [{ is_null: { key: 'a' } }] })).toBe(2);
    expect((await store.getCollection('c')).payload_schema.a?.points).toBe(1);
  });
});

describe('sparse vectors', () => {
  it('of score 0 are no hits, and empty ones do not count in the document frequency', async () => {
    await store.createCollection('c', { sparse_vectors: { s: { modifier: 'idf' } } });
    const words = (values: number[]) => ({ s: { indices: values.map((_, i) => i), values } });
    await store.upsert('c', {
      points: [
        { id: 1, vector: words([1]) },
        { id: 2, vector: words([0]) },
      ],
    });
    const query = { query: { indices: [0], values: [1] }, using: 's' };
    const before = await store.query('c', query);
    expect(before.points.map(({ id }) => id)).toEqual([1]);
    await store.upsert('c', { points: [3, 4, 5].map((id) => ({ id, vector: words([]) })) });
    expect((await store.query('c', query)).points[0]?.score).toBe(before.points[0]?.score);
    await store.delete('c', { points: [2] });
    expect((await store.query('c', query)).points[0]?.score).toBeCloseTo(Math.log(0.5 / 1.5 + 1), 5);
  });
});

describe('status', () => {
  const DENSE = { size: 2, distance: 'Dot' };
  beforeEach(async () => {
    await store.createCollection('c', {
      vectors: {
        d: { size: 2, distance: 'Dot' },
        m: { size: 2, distance: 'Dot', multivector_config: { comparator: 'max_sim' } },
      },
      sparse_vectors: { s: {} },
    });
    await store.createPayloadIndex('c', { field_name: 'k', field_schema: 'keyword' });
    await store.upsert('c', { points: [{ id: 1, vector: { d: [1, 2] }, payload: { k: 'a' } }] });
    await store.updateCollectionAliases({ actions: [{ create_alias: { collection_name: 'c', alias_name: 'also' } }] });
  });
  const points = '/collections/c/points';
  const where = (condition: object) => ({ filter: { must: [condition] } });
  const prefetch = [{ query: [1, 2], using: 'd' }];

  it.each([
    ['POST', `${points}/query`, { limit: 0 }, 422],
    ['POST', `${points}/scroll`, { limit: 0 }, 422],
    ['POST', `${points}/scroll`, { limit: -1 }, 400],
    ['POST', `${points}/query/groups`, { query: [1, 2], using: 'd', group_by: 'k', limit: 0 }, 422],
    ['POST', `${points}/query/groups`, { query: [1, 2], using: 'd', group_by: 'k', group_size: 0 }, 422],
    ['POST', '/collections/c/facet', { key: 'k', limit: 0 }, 422],
    ['POST', `${points}/query`, { prefetch, query: { rrf: { k: 0 } } }, 422],
    ['POST', `${points}/query`, { prefetch, query: { rrf: { weights: [-1] } } }, 200],
    ['POST', `${points}/query`, { prefetch, query: { fusion: 'rrf' }, using: 'd' }, 400],
    ['POST', `${points}/query`, { query: { indices: [1, 1], values: [1, 2] }, using: 's' }, 422],
    ['POST', `${points}/query`, { query: { indices: [1], values: [] }, using: 's' }, 422],
    ['POST', `${points}/query`, { query: { indices: [-1], values: [1] }, using: 's' }, 400],
    ['POST', `${points}/query`, { query: [[]], using: 'm' }, 422],
    ['POST', `${points}/query`, { query: [], using: 'd' }, 400],
    ['PUT', points, { points: [{ id: 2, vector: { m: [] } }] }, 422],
    ['PUT', points, { batch: { ids: [1, 2], vectors: { d: [[1, 2]] } } }, 422],
    ['PUT', points, { points: [] }, 400],
    ['POST', `${points}/delete`, { points: [] }, 400],
    ['POST', `${points}/scroll`, where({ key: 'k', matches: { value: 1 } }), 422],
    ['POST', `${points}/scroll`, where({ min_should: { conditions: [], min_count: 0 } }), 422],
    ['POST', `${points}/scroll`, where({ key: 'k', match: { any: ['a', 1] } }), 400],
    ['POST', `${points}/scroll`, { filter: { musts: [] } }, 400],
    ['POST', `${points}/query`, { query: [1, 2], using: 'd', params: { exakt: true }, limits: 3 }, 200],
    ['PUT', points, { points: [{ id: 2, vector: {}, payloads: {} }] }, 200],
    ['PUT', '/collections/x', { vectors: { ...DENSE, size: 70_000 } }, 422],
    ['PUT', '/collections/x', { vectors: { ...DENSE, size: 0 } }, 400],
    ['PUT', '/collections/a%2Fb', { vectors: DENSE }, 422],
    ['PUT', `/collections/${'x'.repeat(256)}`, { vectors: DENSE }, 422],
    ['PUT', '/collections/', { vectors: DENSE }, 404],
    ['PUT', '/collections/..', { vectors: DENSE }, 404],
    ['PUT', '/collections/also', { vectors: DENSE }, 400],
    ['PUT', '/collections/c', { vectors: DENSE }, 409],
    ['GET', '/collections/nothing/aliases', undefined, 200],
    ['GET', '/collections/nothing', undefined, 404],
  ])('%s %s %j is %i', async (method, path, body, expected) => {
    const { status, error } = await answerRequest(store, { method, path, body });
    expect([status, error]).toEqual([expected, expected === 200 ? undefined : expect.any(String)]);
  });
});

describe('ids above 2^53', () => {
  const large = 2n ** 64n - 1n;
  it('are kept to the digit, found and ordered', async () => {
    await store.createCollection('c', {});
    const ids = [large, 2n ** 53n + 1n, 2n ** 53n, 7n] as unknown as number[];
    await store.upsert('c', { points: ids.map((id) => ({ id, vector: {}, payload: { n: id } })) });
    const { points, next_page_offset: next } = await store.scroll('c', { limit: 3 });
    expect([...points.map(({ id }) => id), next]).toEqual([7, 2n ** 53n, 2n ** 53n + 1n, large]);
    const [found] = await store.retrieve('c', { ids: [large as never] });
    expect([found?.id, found?.payload]).toEqual([large, { n: large }]);
    expect(await count({ must: [{ has_id: [large] }] })).toBe(1);
    expect(await count({ must: [{ key: 'n', match: { value: large } }] })).toBe(1);
    expect(await idsOf('c', { query: { order_by: 'n' } }).catch((error) => error.status)).toBe(400);
    await expect(store.retrieve('c', { ids: [(2n ** 64n) as never] })).rejects.toMatchObject({ status: 400 });
    await expect(store.retrieve('c', { ids: [-1n as never] })).rejects.toMatchObject({ status: 400 });
  });
});

describe('unknown fields', () => {
  it('are refused by name where the store was opened so', async () => {
    const strict = await openLocalQdrant({ location: ':memory:', unknownFields: 'refuse' });
    await strict.createCollection('c', { vectors: { size: 2, distance: 'Dot' } });
    const misspelt: [string, () => Promise<unknown>][] = [
      ['exakt', () => strict.query('c', { query: [1, 2], params: { exakt: true } as object })],
      ['mach', () => strict.count('c', { filter: { must: [{ key: 'a', mach: 1 } as never] } })],
      ['payloads', () => strict.upsert('c', { points: [{ id: 1, vector: [1, 2], payloads: {} } as never] })],
      ['vectorz', () => strict.createCollection('d', { vectorz: {} } as never)],
      ['limits', () => strict.scroll('c', { limits: 3 } as never)],
    ];
    for (const [field, call] of misspelt) {
      await expect(call()).rejects.toMatchObject({ status: 400, message: expect.stringContaining(field) });
    }
    await strict.close();
  });
});

describe('recommend and mmr', () => {
  beforeEach(async () => {
    await store.createCollection('c', { vectors: { size: 2, distance: 'Dot' } });
    const vectors = [
      [1, 0],
      [0.9, 0.1],
      [0.8, 0.1],
      [0, 1],
      [-1, 0],
    ];
    await store.upsert('c', { points: vectors.map((vector, id) => ({ id, vector })) });
  });

  it('asks with the mean of the examples, which are no answers themselves', async () => {
    expect(await idsOf('c', { query: { recommend: { positive: [0] } }, limit: 2 })).toEqual([1, 2]);
    const away = { query: { recommend: { positive: [0], negative: [3] } }, limit: 3 };
    expect((await store.query('c', away)).points.map(({ score }) => score)).toEqual(
      [2 * 0.9 - 0.1, 2 * 0.8 - 0.1, -2].map((score) => expect.closeTo(score, 5)),
    );
    await expect(store.query('c', { query: { recommend: {} } })).rejects.toMatchObject({ status: 400 });
  });

  it.each([
    ['best_score', [0.9 / 1.9, 0.8 / 1.8].map((x) => 0.5 * (x + 1))],
    ['sum_scores', [0.9 - 0.1, 0.8 - 0.1]],
  ] as const)('scores by all of them: %s', async (strategy, scores) => {
    const query = { recommend: { positive: [0], negative: [3], strategy } };
    const found = await store.query('c', { query, limit: 2 });
    expect(found.points.map(({ id }) => id)).toEqual([1, 2]);
    for (const [i, score] of scores.entries()) expect(found.points[i]!.score).toBeCloseTo(score, 5);
  });

  it('prefers what is new', async () => {
    const nearest = { nearest: [1, 0], mmr: { diversity: 0.9, candidates_limit: 4 } };
    expect(await idsOf('c', { query: nearest, limit: 2 })).toEqual([0, 3]);
    expect(await idsOf('c', { query: { ...nearest, mmr: { diversity: 0 } }, limit: 2 })).toEqual([0, 1]);
  });
});

describe('requests out of all shape', () => {
  it.each([undefined, null, 5, 2n ** 63n, [1], {}])('an index on %s is refused', async (path) => {
    await store.createCollection('c', { vectors: { size: 2, distance: 'Dot' } });
    const body = { field_name: path, field_schema: 'keyword' };
    expect(await answerRequest(store, { method: 'PUT', path: '/collections/c/index', body })).toMatchObject({
      status: 400,
    });
  });

  it('whole numbers above 2^53 are components like others', async () => {
    await store.createCollection('c', { vectors: { size: 2, distance: 'Dot' } });
    const vector = [2n ** 63n, 1.5] as unknown as number[];
    await store.upsert('c', { points: [{ id: 1, vector }] });
    expect((await store.query('c', { query: vector })).points).toMatchObject([{ id: 1 }]);
    const wrong = [2n ** 63n, null] as unknown as number[];
    await expect(store.query('c', { query: wrong })).rejects.toMatchObject({ status: 400 });
  });

  it('one point by its id', async () => {
    await store.createCollection('c', { vectors: { size: 2, distance: 'Dot' } });
    await store.upsert('c', { points: [{ id: 1, vector: [1, 0], payload: { a: 1 } }] });
    const at = (id: string) => answerRequest(store, { method: 'GET', path: `/collections/c/points/${id}` });
    expect(await at('1')).toMatchObject({ status: 200, result: { id: 1, payload: { a: 1 }, vector: [1, 0] } });
    expect(await at('18446744073709551615')).toMatchObject({ status: 404 });
    expect(await at('nothing')).toMatchObject({ status: 400 });
  });
});
