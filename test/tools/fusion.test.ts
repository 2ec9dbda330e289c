/** How hybrid searches join words and vectors, on both providers. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DenseTextEncoder } from '../../src/tools/encoders/encoder.ts';
import { FusionSchema, fused } from '../../src/tools/planner/fusion.ts';
import type { SearchSettingsOptions } from '../../src/tools/planner/search-settings.ts';
import { createKnowledgeBase, listKnowledgeBases, openKnowledgeBase } from '../../src/tools/store-knowledge-base.ts';
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

/** Scores of a list as distribution-based score fusion sees them. */
function standardised(list: ReadonlyMap<string, number>): Map<string, number> {
  const scores = [...list.values()];
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const deviation = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (scores.length - 1));
  return new Map([...list].map(([id, score]) => [id, (score - mean) / (6 * deviation) + 0.5]));
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
  async function weighted(weights: { words: number; vectors: number }): Promise<Map<string, number>> {
    const totals = new Map<string, number>();
    for (const [list, weight] of [
      [await words(), weights.words],
      [new Map(Object.entries(COSINES)), weights.vectors],
    ] as const) {
      for (const [id, score] of standardised(list)) totals.set(id, (totals.get(id) ?? 0) + weight * score);
    }
    return totals;
  }
  function expectScores(actual: Map<string, number>, expected: Map<string, number>) {
    expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [id, score] of expected) expect(actual.get(id), id).toBeCloseTo(score, 5);
  }

  test('score distributions by default, with words counting double', async () => {
    expectScores(await fusedScores(), await weighted({ words: 2, vectors: 1 }));
    expect([...(await fusedScores()).keys()][0]).toBe('words-first');
  });

  test('score distributions with other weights', async () => {
    const weights = { words: 1, vectors: 3 };
    expectScores(await fusedScores({ fusion: { by: 'dbsf', weights } }), await weighted(weights));
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
    const wrong = { fusion: { by: 'dbsf', weights: { words: 1.5 } } } as const;
    await expect(openKnowledgeBase({ store, name: card.name, settings: wrong })).rejects.toMatchObject({
      code: 'bad-search-settings',
      kind: 'user',
      message: expect.stringContaining('settings.fusion.weights.words'),
    });
    const second = createKnowledgeBase({ store, card: { ...card, name: 'second' }, settings: { candidates: 0 } });
    await expect(second).rejects.toMatchObject({ code: 'bad-search-settings' });
    expect((await listKnowledgeBases(store)).map(({ name }) => name)).toEqual([card.name]);
  });
});

describe('the request', () => {
  const word = { using: 'words', query: [1] };
  const vector = { using: 'dense', query: [2] };
  const image = { using: 'image', query: [3] };

  test('a list is there as often as it counts', () => {
    const fusion = FusionSchema.parse({ by: 'dbsf' });
    expect(fused(fusion, { words: [word], vectors: [vector, image] })).toEqual({
      prefetch: [word, word, vector, image],
      query: { fusion: 'dbsf' },
    });
    // A question of stop words has no list by words.
    expect(fused(fusion, { words: [], vectors: [vector, image] }).prefetch).toEqual([vector, image]);
  });

  test('reciprocal ranks have one weight a list', () => {
    const fusion = FusionSchema.parse({ by: 'rrf', weights: { words: 1 } });
    expect(fused(fusion, { words: [word], vectors: [vector, image] })).toEqual({
      prefetch: [word, vector, image],
      query: { rrf: { k: 2, weights: [1, 1, 1] } },
    });
  });
});
