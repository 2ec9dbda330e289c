/**
 * Contract of searching: scores, stages, fusion, pages. Expectations are computed here from the definitions, slowly and plainly.
 */

import { keyedRandom } from '../../common/random.ts';
import type { StorePort } from '../stores/port.ts';
import type { ContractContext } from './context.ts';

interface Row {
  id: number;
  dense: number[];
  words: Map<number, number>;
}

const SIZE = 6;
const exact = { params: { exact: true } };

function rowsOf(seed: number, count: number): Row[] {
  const random = keyedRandom('store-contract', seed);
  return Array.from({ length: count }, (_, id) => ({
    id,
    dense: Array.from({ length: SIZE }, () => random.normal()),
    words: new Map(Array.from({ length: 6 }, () => [random.below(30), 0.1 + random.next()])),
  }));
}

const sparse = (words: Map<number, number>) => ({ indices: [...words.keys()], values: [...words.values()] });

async function fill(store: StorePort, name: string, rows: readonly Row[]): Promise<void> {
  await store.createCollection(name, {
    vectors: {
      cosine: { size: SIZE, distance: 'Cosine' },
      dot: { size: SIZE, distance: 'Dot' },
      euclid: { size: SIZE, distance: 'Euclid' },
      manhattan: { size: SIZE, distance: 'Manhattan' },
      late: { size: SIZE, distance: 'Dot', multivector_config: { comparator: 'max_sim' } },
    },
    sparse_vectors: { words: { modifier: 'idf' }, plain: {} },
  });
  const points = rows.map(({ id, dense, words }) => ({
    id,
    vector: {
      cosine: dense,
      dot: dense,
      euclid: dense,
      manhattan: dense,
      late: [dense, dense.map((x) => -x / 2)],
      words: sparse(words),
      plain: sparse(words),
    },
    payload: { id, third: id % 3 },
  }));
  await store.upsert(name, { wait: true, points });
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const length = (a: readonly number[]) => Math.sqrt(dot(a, a));

type Ranked = { id: number; score: number }[];

function rank(rows: readonly Row[], score: (row: Row) => number | undefined, direction = -1): Ranked {
  return rows
    .flatMap((row) => {
      const value = score(row);
      return value === undefined ? [] : [{ id: row.id, score: value }];
    })
    .sort((a, b) => direction * (a.score - b.score) || a.id - b.id);
}

function sparseScore(row: Row, query: Map<number, number>, weight: (token: number) => number): number | undefined {
  let sum: number | undefined;
  for (const [token, value] of query) {
    const stored = row.words.get(token);
    if (stored !== undefined) sum = (sum ?? 0) + value * weight(token) * stored;
  }
  return sum;
}

function fuse(lists: readonly Ranked[], k: number, weights: readonly number[] = lists.map(() => 1)): Ranked {
  const totals = new Map<number, number>();
  lists.forEach((list, l) => {
    list.forEach(({ id }, position) => {
      totals.set(id, (totals.get(id) ?? 0) + 1 / ((position + 1) / weights[l]! + k - 1));
    });
  });
  return Array.from(totals, ([id, score]) => ({ id, score })).sort((a, b) => b.score - a.score || a.id - b.id);
}

export function registerQueryContract({ runner: { describe, it, expect }, withStore }: ContractContext): void {
  /** Same scores; same ids wherever neighbours are not tied. */
  const expectHits = (points: readonly { id: number | string; score: number }[], expected: Ranked, what: string) => {
    expect([what, points.length]).toEqual([what, expected.length]);
    points.forEach((point, i) => {
      expect(point.score).toBeCloseTo(expected[i]!.score, 4);
      const tied = [expected[i - 1], expected[i + 1]].some(
        (other) => other && Math.abs(other.score - expected[i]!.score) < 1e-5,
      );
      if (!tied && i < expected.length - 1) expect([what, i, point.id]).toEqual([what, i, expected[i]!.id]);
    });
  };

  const rows = rowsOf(1, 60);
  const [query, second] = rowsOf(2, 2) as [Row, Row];
  const frequency = (token: number) => rows.filter((row) => row.words.has(token)).length;
  const idf = (token: number) => Math.log((rows.length - frequency(token) + 0.5) / (frequency(token) + 0.5) + 1);
  const byCosine = rank(rows, (row) => dot(row.dense, query.dense) / (length(row.dense) * length(query.dense)));
  const byWords = rank(rows, (row) => sparseScore(row, query.words, idf));

  describe('queries', () => {
    it(
      'score every distance as defined',
      withStore(async (store, name) => {
        await fill(store, name, rows);
        const ask = async (using: string, value: number[] | number[][]) =>
          (await store.query(name, { query: value, using, limit: 25, ...exact })).points;
        expectHits(await ask('cosine', query.dense), byCosine.slice(0, 25), 'cosine');
        expectHits(await ask('dot', query.dense), rank(rows, (row) => dot(row.dense, query.dense)).slice(0, 25), 'dot');
        const difference = (row: Row) => row.dense.map((x, i) => x - query.dense[i]!);
        expectHits(
          await ask('euclid', query.dense),
          rank(rows, (row) => length(difference(row)), 1).slice(0, 25),
          'euclid',
        );
        const manhattan = rank(rows, (row) => difference(row).reduce((sum, x) => sum + Math.abs(x), 0), 1);
        expectHits(await ask('manhattan', query.dense), manhattan.slice(0, 25), 'manhattan');
        const tokens = [query.dense, second.dense];
        const late = rank(rows, (row) =>
          tokens.reduce((sum, token) => sum + Math.max(dot(row.dense, token), -dot(row.dense, token) / 2), 0),
        );
        expectHits(await ask('late', tokens), late.slice(0, 25), 'late interaction');
      }),
    );

    it(
      'score sparse vectors, with and without inverse document frequency',
      withStore(async (store, name) => {
        await fill(store, name, rows);
        const ask = async (using: string) =>
          (await store.query(name, { query: sparse(query.words), using, limit: 100, ...exact })).points;
        expectHits(await ask('words'), byWords, 'idf');
        expectHits(
          await ask('plain'),
          rank(rows, (row) => sparseScore(row, query.words, () => 1)),
          'plain',
        );
      }),
    );

    it(
      'fuse by reciprocal rank, weighted or not, with the first place worth 1/k',
      withStore(async (store, name) => {
        await fill(store, name, rows);
        const prefetch = [
          { query: query.dense, using: 'cosine', limit: 12, ...exact },
          { query: sparse(query.words), using: 'words', limit: 12, ...exact },
        ];
        const lists = [byCosine.slice(0, 12), byWords.slice(0, 12)];
        const plain = await store.query(name, { prefetch, query: { fusion: 'rrf' }, limit: 30 });
        expectHits(plain.points, fuse(lists, 2), 'rrf');
        const weighted = await store.query(name, { prefetch, query: { rrf: { k: 20, weights: [2, 0.7] } }, limit: 30 });
        expectHits(weighted.points, fuse(lists, 20, [2, 0.7]), 'weighted rrf');
      }),
    );

    it(
      'fuse by score distribution',
      withStore(async (store, name) => {
        await fill(store, name, rows);
        const prefetch = [
          { query: query.dense, using: 'cosine', limit: 12, ...exact },
          { query: sparse(query.words), using: 'words', limit: 12, ...exact },
        ];
        const totals = new Map<number, number>();
        for (const list of [byCosine.slice(0, 12), byWords.slice(0, 12)]) {
          const mean = list.reduce((sum, { score }) => sum + score, 0) / list.length;
          const deviation = Math.sqrt(
            list.reduce((sum, { score }) => sum + (score - mean) ** 2, 0) / (list.length - 1),
          );
          for (const { id, score } of list) {
            totals.set(id, (totals.get(id) ?? 0) + (score - mean + 3 * deviation) / (6 * deviation));
          }
        }
        const expected = Array.from(totals, ([id, score]) => ({ id, score })).sort((a, b) => b.score - a.score);
        const { points } = await store.query(name, { prefetch, query: { fusion: 'dbsf' }, limit: 30 });
        expectHits(points, expected, 'dbsf');
      }),
    );

    it(
      'rescore what a prefetch found, also nested and filtered',
      withStore(async (store, name) => {
        await fill(store, name, rows);
        const first = { query: query.dense, using: 'cosine', limit: 15, ...exact };
        const ids = new Set(byCosine.slice(0, 15).map(({ id }) => id));
        const expected = rank(
          rows.filter(({ id }) => ids.has(id)),
          (row) => dot(row.dense, second.dense),
        );
        const one = await store.query(name, { prefetch: first, query: second.dense, using: 'dot', limit: 5 });
        expectHits(one.points, expected.slice(0, 5), 'rescored');
        const nested = { prefetch: [first], query: second.dense, using: 'dot', limit: 8 };
        const two = await store.query(name, { prefetch: nested, query: query.dense, using: 'cosine', limit: 20 });
        const inner = new Set(expected.slice(0, 8).map(({ id }) => id));
        expectHits(
          two.points,
          byCosine.filter(({ id }) => inner.has(id)),
          'nested',
        );
        const filter = { must: [{ key: 'third', match: { value: 1 } }] };
        const filtered = await store.query(name, {
          prefetch: first,
          query: query.dense,
          using: 'cosine',
          filter,
          limit: 50,
        });
        expectHits(
          filtered.points,
          byCosine.filter(({ id }) => id % 3 === 1).slice(0, 15),
          'filter reaches the prefetch',
        );
      }),
    );

    it(
      'compute formulas over scores and payload',
      withStore(async (store, name) => {
        await fill(store, name, rows);
        const prefetch = { query: query.dense, using: 'cosine', limit: 20, ...exact };
        const boost = { mult: [0.3, { key: 'third', match: { value: 2 } }] };
        const { points } = await store.query(name, {
          prefetch,
          query: { formula: { sum: ['$score', boost] } },
          limit: 20,
        });
        const expected = byCosine
          .slice(0, 20)
          .map(({ id, score }) => ({ id, score: score + (id % 3 === 2 ? 0.3 : 0) }))
          .sort((a, b) => b.score - a.score);
        expectHits(points, expected, 'formula');
      }),
    );

    it(
      'cut by limit, offset and threshold and send what was asked for',
      withStore(async (store, name) => {
        await fill(store, name, rows);
        const base = { query: query.dense, using: 'cosine', ...exact };
        expect((await store.query(name, base)).points.length).toBe(10);
        const page = await store.query(name, {
          ...base,
          limit: 4,
          offset: 6,
          with_payload: ['third'],
          with_vector: ['dot'],
        });
        expectHits(page.points, byCosine.slice(6, 10), 'page');
        const [hit] = page.points;
        expect(hit?.payload).toEqual({ third: Number(hit?.id) % 3 });
        expect(Object.keys(hit?.vector ?? {})).toEqual(['dot']);
        const bare = await store.query(name, { ...base, limit: 1 });
        expect(bare.points[0]?.payload ?? null).toBe(null);
        const threshold = (byCosine[4]!.score + byCosine[5]!.score) / 2;
        const near = await store.query(name, { ...base, limit: 50, score_threshold: threshold });
        expectHits(near.points, byCosine.slice(0, 5), 'threshold');
      }),
    );

    it(
      'take the vector of a stored point and leave that point out',
      withStore(async (store, name) => {
        await fill(store, name, rows);
        const { points } = await store.query(name, { query: 3, using: 'dot', limit: 10, ...exact });
        const expected = rank(
          rows.filter(({ id }) => id !== 3),
          (row) => dot(row.dense, rows[3]!.dense),
        );
        expectHits(points, expected.slice(0, 10), 'by id');
      }),
    );

    it(
      'are answered in order when sent together',
      withStore(async (store, name) => {
        await fill(store, name, rows);
        const searches = [
          { query: query.dense, using: 'cosine', limit: 3, ...exact },
          { query: sparse(query.words), using: 'words', limit: 5, ...exact },
          { limit: 2 },
        ];
        const answers = await store.queryBatch(name, { searches });
        expect(answers.map(({ points }) => points.length)).toEqual([3, 5, 2]);
        expectHits(answers[0]!.points, byCosine.slice(0, 3), 'first of the batch');
        expect(answers[2]!.points.map(({ id }) => id)).toEqual([0, 1]);
      }),
    );
  });
}
