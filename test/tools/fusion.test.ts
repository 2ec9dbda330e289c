/** How hybrid searches join words and vectors, on both providers. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DenseTextEncoder } from '../../src/tools/encoders/encoder.ts';
import { openKnowledgeBase } from '../../src/tools/open.ts';
import { FusionSchema, fusionQuery, sumOfScores } from '../../src/tools/planner/fusion.ts';
import type { SearchSettingsOptions } from '../../src/tools/planner/search-settings.ts';
import { createKnowledgeBase, listKnowledgeBases } from '../../src/tools/store-knowledge-base.ts';
import type { StorePort } from '../../src/tools/stores/port.ts';
import { PROVIDERS } from './fixtures.ts';

const card = { name: 'notes', description: 'Notes', modality: 'text' as const };

/** Words and vectors disagree: `both` is second in either list, the firsts are only in one. */
const TEXTS = [
  { id: 'words-first', text: 'acorn acorn acorn' },
  { id: 'both', text: 'acorn tree and many other things of the wood' },
  { id: 'vectors-first', text: 'oak' },
  { id: 'far', text: 'river' },
];
const COSINES: Record<string, number> = { 'words-first': 0.1, both: 0.7, 'vectors-first': 0.9, far: 0 };

/** The vector of a text has the cosine above with every query. */
const dense: DenseTextEncoder = {
  id: 'fake/1',
  dimension: 2,
  encodeDocuments: async (texts) =>
    texts.map((text) => {
      const cosine = COSINES[TEXTS.find((document) => document.text === text)!.id]!;
      return Float32Array.of(cosine, Math.sqrt(1 - cosine ** 2));
    }),
  encodeQuery: async () => Float32Array.of(1, 0),
};

/** From 0 for the least score to 1 for the best. */
function scaled(list: ReadonlyMap<string, number>, least: number): Map<string, number> {
  const best = Math.max(...list.values());
  return new Map([...list].map(([id, score]) => [id, (score - least) / (best - least)]));
}

const places = (list: ReadonlyMap<string, number>) =>
  [...list].sort((a, b) => b[1] - a[1]).map(([id], place) => [id, place + 1] as const);

describe.each(PROVIDERS)('fusion on $name', ({ open }) => {
  let store: StorePort;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ store, close } = await open());
    await (await createKnowledgeBase({ store, card, encoders: { dense } })).ingest(TEXTS);
  });
  afterEach(() => close());

  const query = { text: 'acorn' };
  async function fusedScores(settings?: SearchSettingsOptions): Promise<Map<string, number>> {
    const kb = await openKnowledgeBase({ store, name: card.name, encoders: { dense }, settings });
    return new Map((await kb.search(query)).map(({ id, score }) => [id, score]));
  }
  async function words(): Promise<Map<string, number>> {
    const kb = await openKnowledgeBase({ store, name: card.name });
    return new Map((await kb.search(query)).map(({ id, score }) => [id, score]));
  }
  /** Every text is in the list by vectors; those that are not in the list by words have a BM25 score of 0. */
  async function weighted(share: number): Promise<Map<string, number>> {
    const totals = new Map<string, number>();
    for (const [list, weight] of [
      [scaled(await words(), 0), share],
      [scaled(new Map(Object.entries(COSINES)), 0), 1 - share],
    ] as const) {
      for (const [id, score] of list) totals.set(id, (totals.get(id) ?? 0) + weight * score);
    }
    return totals;
  }
  function expectScores(actual: Map<string, number>, expected: Map<string, number>) {
    expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [id, score] of expected) expect(actual.get(id), id).toBeCloseTo(score, 5);
  }

  test('by scores where nothing is said, three parts words and one vectors', async () => {
    expectScores(await fusedScores(), await weighted(0.75));
    expect([...(await fusedScores()).keys()][0]).toBe('words-first');
  });

  test('by scores with another share', async () => {
    expectScores(await fusedScores({ fusion: { by: 'scores', words: 0.2 } }), await weighted(0.2));
  });

  test('the scores of the lists stay visible', async () => {
    const kb = await openKnowledgeBase({ store, name: card.name, encoders: { dense } });
    const hits = await kb.search(query);
    const bm25 = await words();
    for (const { id, score, scores } of hits) {
      expect(scores).toEqual({
        fused: score,
        sparse: bm25.get(id) ?? 0,
        dense: expect.closeTo(COSINES[id]!, 5),
      });
    }
  });

  test('score distributions, as the server sums them', async () => {
    const expected = new Map<string, number>();
    for (const list of [await words(), new Map(Object.entries(COSINES))]) {
      const all = [...list.values()];
      const mean = all.reduce((sum, score) => sum + score, 0) / all.length;
      const deviation = Math.sqrt(all.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (all.length - 1));
      for (const [id, score] of list) {
        expected.set(id, (expected.get(id) ?? 0) + (score - mean) / (6 * deviation) + 0.5);
      }
    }
    expectScores(await fusedScores({ fusion: { by: 'dbsf' } }), expected);
  });

  test('reciprocal ranks, weighted', async () => {
    const weights = { words: 1.5, vectors: 0.7 };
    const expected = new Map<string, number>();
    for (const [list, weight] of [
      [places(await words()), weights.words],
      [places(new Map(Object.entries(COSINES))), weights.vectors],
    ] as const) {
      for (const [id, place] of list) expected.set(id, (expected.get(id) ?? 0) + 1 / (place / weight + 5 - 1));
    }
    expectScores(await fusedScores({ fusion: { by: 'rrf', k: 5, weights } }), expected);
  });

  test('filters reach every list', async () => {
    const kb = await openKnowledgeBase({ store, name: card.name, encoders: { dense } });
    const filter = { must: [{ key: 'document', match: { any: ['both', 'far'] } }] };
    expect((await kb.search(query, { filter })).map(({ id }) => id)).toEqual(['both', 'far']);
  });

  test('settings that do not read are refused by field, before anything is made', async () => {
    const wrong = { fusion: { by: 'scores', words: 1.5 } } as const;
    await expect(openKnowledgeBase({ store, name: card.name, settings: wrong })).rejects.toMatchObject({
      code: 'bad-search-settings',
      kind: 'user',
      message: expect.stringContaining('settings.fusion.words'),
    });
    const second = createKnowledgeBase({ store, card: { ...card, name: 'second' }, settings: { candidates: 0 } });
    await expect(second).rejects.toMatchObject({ code: 'bad-search-settings' });
    expect((await listKnowledgeBases(store)).map(({ name }) => name)).toEqual([card.name]);
  });
});

describe('the sum of scores', () => {
  const points = (scores: Record<string, number>) => Object.entries(scores).map(([id, score]) => ({ id, score }));

  test('puts each list on one scale, from its last or from what an absent document has', () => {
    const full = { points: points({ a: 10, b: 6, c: 2 }), weight: 0.5 };
    const whole = { points: points({ b: 4, d: 1 }), weight: 0.5, absent: 0 };
    expect(sumOfScores([full, whole])).toEqual([
      { id: 'b', score: 0.75 },
      { id: 'a', score: 0.5 },
      { id: 'd', score: 0.125 },
      { id: 'c', score: 0 },
    ]);
  });

  test('a list of equal scores, or of one, counts in full; an empty one not at all', () => {
    const equal = { points: points({ b: 3, a: 3 }), weight: 0.7 };
    const one = { points: points({ c: -2 }), weight: 0.3 };
    expect(sumOfScores([equal, one, { points: [], weight: 1 }])).toEqual([
      { id: 'a', score: 0.7 },
      { id: 'b', score: 0.7 },
      { id: 'c', score: 0.3 },
    ]);
  });

  test('does not depend on the order of the lists or of ties', () => {
    const some = { points: points({ b: 1, a: 1, c: 0 }), weight: 0.5 };
    const others = { points: points({ c: 1, d: 1, a: 0 }), weight: 0.5 };
    expect(sumOfScores([others, some]).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    expect(sumOfScores([some, others]).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  });
});

test('reciprocal ranks have one weight a list', () => {
  const fusion = FusionSchema.parse({ by: 'rrf', weights: { words: 2 } });
  if (fusion.by !== 'rrf') expect.unreachable();
  expect(fusionQuery(fusion, { words: 1, vectors: 2 })).toEqual({ rrf: { k: 2, weights: [2, 1, 1] } });
});
