import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DenseTextEncoder } from '../../src/tools/encoders/encoder.ts';
import { openKnowledgeBase } from '../../src/tools/open.ts';
import {
  createKnowledgeBase,
  deleteKnowledgeBase,
  describeKnowledgeBase,
  listKnowledgeBases,
} from '../../src/tools/store-knowledge-base.ts';
import type { StorePort } from '../../src/tools/stores/port.ts';
import { QdrantError } from '../../src/tools/stores/qdrant/errors.ts';
import { PROVIDERS, RIVERS, TEXTS } from './fixtures.ts';

const textCard = { name: 'Nature notes', description: 'Animals and plants', modality: 'text' as const };
const tableCard = { name: 'tables', description: 'Numbers', modality: 'table' as const };

/** Three dimensions, one for each subject; records what it was asked. */
function fakeDense(id = 'fake/1'): DenseTextEncoder & { queries: string[] } {
  const encode = (text: string) => {
    const vector = [/otter|animal|mammal/i, /oak|tree|plant/i, /river|water|stream/i].map((word) =>
      word.test(text) ? 1 : 0.1,
    );
    const norm = Math.hypot(...vector);
    return Float32Array.from(vector, (value) => value / norm);
  };
  const queries: string[] = [];
  return {
    id,
    dimension: 3,
    queries,
    encodeDocuments: async (texts) => texts.map(encode),
    encodeQuery: async (text) => {
      queries.push(text);
      return encode(text);
    },
  };
}

/** The methods bound, so that one can be replaced. */
function portOf(store: StorePort): StorePort {
  return new Proxy(store, {
    ownKeys: () =>
      [...new Set([...Object.keys(store), ...Object.getOwnPropertyNames(Object.getPrototypeOf(store))])].filter(
        (name) => name !== 'constructor',
      ),
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe.each(PROVIDERS)('on $name', ({ open }) => {
  let store: StorePort;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ store, close } = await open());
  });
  afterEach(() => close());

  describe('text', () => {
    test('ingest, search, get, delete, stats', async () => {
      const kb = await createKnowledgeBase({ store, card: textCard });
      expect(await kb.ingest(TEXTS)).toMatchObject({ documents: 3, passages: 3, duplicates: 0, errors: [] });
      const hits = await kb.search({ text: 'Which trees have an acorn?' });
      expect(hits.map(({ id, rank }) => [id, rank])).toEqual([['oak', 0]]);
      expect(hits[0]).toMatchObject({
        documentId: 'oak',
        knowledgeBase: 'Nature notes',
        title: 'Oak',
        text: TEXTS[1]!.text,
      });
      expect(hits[0]!.score).toBeGreaterThan(0);
      expect(await kb.get(['river', 'nothing', 'otter'])).toEqual([TEXTS[2], TEXTS[0]]);
      expect(await kb.stats()).toMatchObject({ documents: 3, passages: 3 });
      expect(await kb.delete(['oak', 'nothing'])).toBe(1);
      expect(await kb.search({ text: 'acorn' })).toEqual([]);
    });

    test('the score is BM25 with the measured average length', async () => {
      const kb = await createKnowledgeBase({ store, card: textCard });
      await kb.ingest(TEXTS);
      const { averageLength } = kb.index.sparse;
      expect(kb.index.measured).toBe(true);
      // "otter" occurs twice in 6 words (title, otter, carnivorous, mammal, swim, river) of one document in three.
      const idf = Math.log((3 - 1 + 0.5) / (1 + 0.5) + 1);
      const norm = 1.2 * (0.25 + (0.75 * 6) / averageLength);
      const [hit] = await kb.search({ text: 'otter' });
      expect(hit!.score).toBeCloseTo((idf * 2 * 2.2) / (2 + norm), 4);
    });

    test('filters pass down to the store', async () => {
      const kb = await createKnowledgeBase({ store, card: textCard });
      await kb.ingest(TEXTS);
      const filter = { must: [{ key: 'metadata.kind', match: { value: 'plant' } }] };
      expect((await kb.search({ text: 'otter oak river' }, { filter })).map(({ id }) => id)).toEqual(['oak']);
    });

    test('a query of stop words searches for them, an empty one is an error, an abort is an abort', async () => {
      const kb = await createKnowledgeBase({ store, card: textCard });
      await kb.ingest(TEXTS);
      expect((await kb.search({ text: 'what is the' })).map(({ id }) => id).sort()).toEqual(['oak', 'river']);
      expect(await kb.search({ text: 'xyzzy' })).toEqual([]);
      await expect(kb.search({ text: '  ' })).rejects.toMatchObject({ code: 'empty-query', kind: 'user' });
      await expect(kb.search({ text: 'oak' }, { limit: 0 })).rejects.toMatchObject({ code: 'bad-limit' });
      await expect(kb.search({ text: 'oak' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
        name: 'AbortError',
      });
    });

    test('long texts are cut, come back whole, and are capped per document', async () => {
      const text = Array.from({ length: 200 }, (_, i) => `The otter number ${i} swims well.`).join(' ');
      const kb = await createKnowledgeBase({ store, card: textCard });
      const report = await kb.ingest([{ id: 'long', title: 'Otters', text }, ...TEXTS]);
      expect(report.passages).toBeGreaterThan(6);
      expect(await kb.get(['long'])).toEqual([{ id: 'long', title: 'Otters', text }]);
      expect(
        (await kb.search({ text: 'otter' }, { perDocument: 1 })).map(({ documentId }) => documentId).sort(),
      ).toEqual(['long', 'otter']);
      expect((await kb.search({ text: 'otter' })).filter(({ documentId }) => documentId === 'long')).toHaveLength(3);
      // Shorter under the same id: the passages beyond are gone.
      await kb.ingest([{ id: 'long', text: 'Short now.' }]);
      expect(await kb.stats()).toEqual({ documents: 4, passages: 4 });
    });

    test('searchMany answers in order', async () => {
      const kb = await createKnowledgeBase({ store, card: textCard });
      await kb.ingest(TEXTS);
      const results = await kb.searchMany([{ text: 'acorn' }, { text: 'zebra' }, { text: 'mammals' }], { limit: 1 });
      expect(results.map((list) => list[0]?.id)).toEqual(['oak', undefined, 'otter']);
    });
  });

  describe('ingestion', () => {
    test('duplicates by content, errors by document, progress', async () => {
      const kb = await createKnowledgeBase({ store, card: textCard });
      const progress: number[] = [];
      const report = await kb.ingest(
        [...TEXTS, { ...TEXTS[0]!, id: 'copy' }, { id: 'empty', text: '' }, { id: '', text: 'no id' }, TEXTS[1]!],
        { onProgress: ({ read }) => progress.push(read) },
      );
      expect(report).toMatchObject({ documents: 3, duplicates: 2 });
      expect(report.errors.map(({ id }) => id)).toEqual(['empty', '']);
      expect(progress.at(-1)).toBe(7);
      expect(await kb.ingest(TEXTS)).toMatchObject({ documents: 0, duplicates: 3 });
      expect(await kb.ingest([{ ...TEXTS[0]!, id: 'copy' }], { duplicates: 'keep' })).toMatchObject({ documents: 1 });
    });

    test('ragged tables are named errors', async () => {
      const kb = await createKnowledgeBase({ store, card: tableCard });
      const { errors } = await kb.ingest([{ id: 'bad', header: ['a', 'b'], rows: [['1', '2'], ['3']] }]);
      expect(errors).toEqual([
        { id: 'bad', message: expect.stringContaining('rows.1: has 1 cells, the header has 2') },
      ]);
    });

    test('a knowledge base of texts holds tables too, and keeps them when it is indexed anew', async () => {
      const kb = await createKnowledgeBase({ store, card: textCard });
      const table = { id: 'menu', header: ['Food', 'Price'], rows: [['Pea soup', '7']] };
      // What a text of a program carries besides does not make it a table.
      const text = { id: 'note', text: 'We open at noon.', rows: 3 };
      expect(await kb.ingest([text, table])).toMatchObject({ documents: 2, errors: [] });
      await kb.reindex();
      expect(await kb.get(['menu', 'note'])).toMatchObject([table, { id: 'note', text: 'We open at noon.' }]);
      const [found] = await kb.search({ text: 'pea soup' });
      expect(found).toMatchObject({ documentId: 'menu', table: { rows: [['Pea soup', '7']] } });
    });

    test('an interrupted run continues to the same store as an uninterrupted one', async () => {
      const many = Array.from({ length: 700 }, (_, i) => ({
        id: `d${i}`,
        text: `Document number ${i} about topic${i % 7}.`,
      }));
      const whole = await createKnowledgeBase({ store, card: { ...textCard, name: 'whole' } });
      await whole.ingest(many);
      const broken = await createKnowledgeBase({ store, card: { ...textCard, name: 'broken' } });
      const abort = new AbortController();
      await expect(broken.ingest(many, { signal: abort.signal, onProgress: () => abort.abort() })).rejects.toThrow();
      const before = (await broken.stats()).documents;
      expect(before).toBeGreaterThan(0);
      expect(before).toBeLessThan(700);
      const report = await broken.ingest(many);
      expect(report).toMatchObject({ documents: 700 - before, duplicates: before });
      const scores = async (name: string) =>
        (await (await openKnowledgeBase({ store, name })).search({ text: 'topic3 number 10' })).map(({ id, score }) => [
          id,
          score,
        ]);
      expect(await scores('broken')).toEqual(await scores('whole'));
    });
  });

  describe('tables', () => {
    test('row chunks carry their cells; one hit a table on demand; get gives the whole table', async () => {
      const kb = await createKnowledgeBase({ store, card: tableCard });
      await kb.ingest([RIVERS]);
      const [best] = await kb.search({ text: 'How long is River17?' });
      expect(best).toMatchObject({ id: 'rivers#1', documentId: 'rivers' });
      expect(best!.table!.rows).toEqual(RIVERS.rows.slice(10, 20));
      expect(best!.text).toContain('River: River17; Length (km): 5830; Continent: Asia');
      expect(await kb.search({ text: 'longest rivers' }, { perDocument: 1 })).toHaveLength(1);
      expect(await kb.get(['rivers'])).toEqual([RIVERS]);
    });
  });

  describe('hybrid', () => {
    test('a dense encoder adds what words miss; the BM25 score stays visible', async () => {
      const dense = fakeDense();
      const kb = await createKnowledgeBase({ store, card: textCard, encoders: { dense } });
      await kb.ingest(TEXTS);
      const hits = await kb.search({ text: 'plant' });
      expect(hits[0]!.id).toBe('oak');
      const mixed = await kb.search({ text: 'mammals and trees' });
      expect(
        mixed
          .map(({ id }) => id)
          .slice(0, 2)
          .sort(),
      ).toEqual(['oak', 'otter']);
      expect(mixed[0]!.scores!.sparse).toBeGreaterThan(0);
      expect(dense.queries).toEqual(['plant', 'mammals and trees']);
    });

    test('another encoder is refused by name, none at all searches by words', async () => {
      await (await createKnowledgeBase({ store, card: textCard, encoders: { dense: fakeDense() } })).ingest(TEXTS);
      const open = (id: string) =>
        openKnowledgeBase({ store, name: textCard.name, encoders: { dense: fakeDense(id) } });
      await expect(open('other/2')).rejects.toMatchObject({
        code: 'encoder-mismatch',
        message: expect.stringContaining('fake/1'),
      });
      const lexical = await openKnowledgeBase({ store, name: textCard.name });
      expect((await lexical.search({ text: 'acorn' }))[0]!.id).toBe('oak');
      expect(() => lexical.ingest(TEXTS)).toThrow(/fake\/1/);
    });

    test('a reranker has the last word', async () => {
      const reranker = {
        id: 'fake',
        score: async (_: string, texts: readonly string[]) => texts.map((text) => -text.length),
      };
      const kb = await createKnowledgeBase({ store, card: textCard, encoders: { reranker } });
      await kb.ingest(TEXTS);
      const hits = await kb.search({ text: 'otter oak river' });
      expect(hits.map(({ score }) => score)).toEqual([...hits.map(({ score }) => score)].sort((a, b) => b - a));
      expect(hits[0]!.scores!.retrieval).toBeGreaterThan(0);
    });
  });

  test('a document that is too large for the server costs only itself', async () => {
    const limited: StorePort = {
      ...portOf(store),
      upsert: async (collection, request) => {
        if ('points' in request && request.points.length > 4) {
          throw new QdrantError('too large', { code: 'qdrant-too-large', kind: 'user', status: 413 });
        }
        return store.upsert(collection, request);
      },
    };
    const index = { chunking: { by: 'windows' as const, words: 20, stride: 20 } };
    const kb = await createKnowledgeBase({ store: limited, card: textCard, index });
    const long = { id: 'long', text: 'a word of many words here. '.repeat(40) };
    const report = await kb.ingest([...TEXTS, long, { id: 'last', text: 'The end of it.' }]);
    expect(report).toMatchObject({
      documents: 4,
      errors: [{ id: 'long', message: expect.stringContaining('passages') }],
    });
    expect(await kb.get(['long', 'last', 'oak'])).toHaveLength(2);
  });

  describe('registry', () => {
    test('list, describe, delete', async () => {
      await createKnowledgeBase({ store, card: textCard });
      await createKnowledgeBase({ store, card: tableCard });
      await expect(createKnowledgeBase({ store, card: tableCard })).rejects.toMatchObject({
        code: 'knowledge-base-exists',
      });
      expect((await listKnowledgeBases(store)).map(({ name }) => name)).toEqual(['Nature notes', 'tables']);
      await describeKnowledgeBase(store, 'tables', { description: 'Better', cost: 3 });
      expect(await openKnowledgeBase({ store, name: 'tables' })).toMatchObject({ description: 'Better', cost: 3 });
      expect(await deleteKnowledgeBase(store, 'tables')).toBe(true);
      await expect(openKnowledgeBase({ store, name: 'tables' })).rejects.toMatchObject({
        code: 'unknown-knowledge-base',
        message: expect.stringContaining('Nature notes'),
      });
    });

    test('names that look alike do not share a collection', async () => {
      for (const name of ['Über', 'über', '知识', '图片'])
        await createKnowledgeBase({ store, card: { ...textCard, name } });
      await (await openKnowledgeBase({ store, name: '知识' })).ingest(TEXTS);
      expect((await (await openKnowledgeBase({ store, name: '图片' })).stats()).documents).toBe(0);
    });

    test('a bad card names the field', async () => {
      const card = { ...textCard, description: '' };
      await expect(createKnowledgeBase({ store, card })).rejects.toMatchObject({
        message: expect.stringContaining('description'),
      });
    });
  });

  describe('re-indexing', () => {
    test('switches to the new settings and keeps the documents', async () => {
      const kb = await createKnowledgeBase({ store, card: tableCard });
      await kb.ingest([RIVERS]);
      expect(await kb.reindex({ index: { tableRows: 5 } })).toMatchObject({ documents: 1, passages: 5, errors: [] });
      expect((await kb.search({ text: 'River17' }))[0]!.id).toBe('rivers#3');
      const again = await openKnowledgeBase({ store, name: 'tables' });
      expect(again.index.tableRows).toBe(5);
      expect(await again.get(['rivers'])).toEqual([RIVERS]);
      const { collections } = await store.getCollections();
      expect(collections.filter(({ name }) => name.startsWith('kb-'))).toHaveLength(1);
    });

    test('adds dense vectors to a knowledge base that had none', async () => {
      await (await createKnowledgeBase({ store, card: textCard })).ingest(TEXTS);
      const kb = await openKnowledgeBase({ store, name: textCard.name, encoders: { dense: fakeDense() } });
      await kb.reindex();
      expect((await kb.search({ text: 'plant' }))[0]!.id).toBe('oak');
    });

    test('changes the encoder, takes it out, and never loses it by the way', async () => {
      const first = fakeDense();
      const second = fakeDense('other/2');
      const kb = await createKnowledgeBase({ store, card: textCard, encoders: { dense: first } });
      await kb.ingest(TEXTS);
      const refused = openKnowledgeBase({ store, name: textCard.name, encoders: { dense: second } });
      await expect(refused).rejects.toThrow('reindex({ encoders: { dense } })');
      const lexical = await openKnowledgeBase({ store, name: textCard.name });
      await expect(lexical.reindex()).rejects.toMatchObject({ code: 'encoder-missing' });
      expect((await kb.search({ text: 'plant' }))[0]!.id).toBe('oak');

      await lexical.reindex({ encoders: { dense: second } });
      expect(lexical.index.dense).toEqual({ id: 'other/2', dimension: 3 });
      expect((await lexical.search({ text: 'plant' }))[0]!.id).toBe('oak');
      expect(second.queries).toEqual(['plant']);

      await lexical.reindex({ encoders: { dense: null } });
      expect(lexical.index.dense).toBeUndefined();
      expect(await lexical.search({ text: 'plant' })).toEqual([]);
    });
  });

  test('an index made with older rules for words goes on with them until it is rebuilt', async () => {
    const hash = 'a1'.repeat(32);
    const kb = await createKnowledgeBase({ store, card: textCard, index: { sparse: { terms: 2 } } });
    await kb.ingest([{ id: 'hash', text: `${hash} is a hash` }]);
    const opened = await openKnowledgeBase({ store, name: textCard.name });
    expect(opened.index.sparse.terms).toBe(2);
    await opened.ingest([{ id: 'lodz', text: 'Łódź is a city' }]);
    expect(await opened.search({ text: hash })).toEqual([]);
    expect(await opened.search({ text: 'lodz' })).toEqual([]);
    await opened.reindex();
    expect(opened.index.sparse.terms).toBe(3);
    expect((await opened.search({ text: hash }))[0]?.id).toBe('hash');
    expect((await opened.search({ text: 'lodz' }))[0]?.id).toBe('lodz');
    expect((await opened.search({ text: 'is a' })).map(({ id }) => id).sort()).toEqual(['hash', 'lodz']);
  });

  test('the average length is measured also where a language is chosen, and anew by a re-index', async () => {
    const kb = await createKnowledgeBase({ store, card: textCard, index: { sparse: { language: 'german' } } });
    await kb.ingest(TEXTS);
    const { averageLength } = kb.index.sparse;
    expect(averageLength).toBeLessThan(50);
    await kb.reindex();
    expect(kb.index.sparse).toMatchObject({ language: 'german', averageLength });
  });
});
