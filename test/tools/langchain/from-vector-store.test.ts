import { Document, type DocumentInterface } from '@langchain/core/documents';
import { maximalMarginalRelevance } from '@langchain/core/utils/math';
import { FakeVectorStore, SyntheticEmbeddings } from '@langchain/core/utils/testing';
import type { MaxMarginalRelevanceSearchOptions } from '@langchain/core/vectorstores';
import { beforeAll, describe, expect, test } from 'vitest';
import { knowledgeBaseFromVectorStore } from '../../../src/tools/langchain/from-vector-store.ts';
import { KnowledgeBaseVectorStore } from '../../../src/tools/langchain/vector-store.ts';
import { createKnowledgeBase } from '../../../src/tools/store-knowledge-base.ts';
import { memoryStore } from '../fixtures.ts';
import { Recorder } from './recorder.ts';

const CARD = { name: 'Vectors', description: 'Animals.' };
const embeddings = new SyntheticEmbeddings({ vectorSize: 8 });
const documents = ['A zebra has stripes.', 'A zebra has stripes!', 'Leopards are spotted.', 'The otter swims.'].map(
  (pageContent, i) =>
    new Document({ pageContent, metadata: { title: `T${i}`, source: `https://example.org/${i}`, i } }),
);
type Filter = (document: DocumentInterface) => boolean;

/** LangChain's in-memory store with the maximal marginal relevance that its stores of the same name have. */
class MmrStore extends FakeVectorStore {
  calls: MaxMarginalRelevanceSearchOptions<this['FilterType']>[] = [];

  override async maxMarginalRelevanceSearch(
    query: string,
    options: MaxMarginalRelevanceSearchOptions<this['FilterType']>,
  ) {
    this.calls.push(options);
    const vector = await this.embeddings.embedQuery(query);
    const found = await this.similaritySearchVectorWithScore(vector, options.fetchK ?? 20, options.filter);
    const vectors = await this.embeddings.embedDocuments(found.map(([{ pageContent }]) => pageContent));
    const chosen = maximalMarginalRelevance(vector, vectors, options.lambda, options.k);
    return chosen.map((i) => found[i]![0]);
  }
}

let store: MmrStore;
beforeAll(async () => {
  store = new MmrStore(embeddings);
  await store.addDocuments(documents);
});

describe('similarity', () => {
  test("documents in the store's order with its scores as they are", async () => {
    const expected = await store.similaritySearchWithScore('A zebra has stripes.', 3);
    const passages = await knowledgeBaseFromVectorStore(store, CARD).search(
      { text: 'A zebra has stripes.' },
      { limit: 3 },
    );
    expect(passages.map(({ text, score, rank, url, title }) => ({ text, score, rank, url, title }))).toEqual(
      expected.map(([{ pageContent, metadata }, score], rank) => {
        return { text: pageContent, score, rank, url: metadata.source, title: metadata.title };
      }),
    );
  });

  test('a distance stays a distance: the nearest first, its score the smallest', async () => {
    const euclid = (a: number[], b: number[]) => -Math.hypot(...a.map((value, i) => value - b[i]!));
    const distances = new FakeVectorStore(embeddings, { similarity: euclid });
    await distances.addDocuments(documents);
    const asDistances = {
      similaritySearchWithScore: async (text: string, k?: number) =>
        (await distances.similaritySearchWithScore(text, k)).map(([document, score]): [DocumentInterface, number] => [
          document,
          -score,
        ]),
    };
    const passages = await knowledgeBaseFromVectorStore(asDistances, CARD).search({ text: 'The otter swims.' });
    expect(passages[0]).toMatchObject({ text: 'The otter swims.', rank: 0 });
    expect(passages[0]!.score).toBeCloseTo(0);
    expect(passages.map(({ score }) => score)).toEqual(passages.map(({ score }) => score).toSorted((a, b) => a - b));
  });

  test('a filter of the card, or of the search; never one in place of the other', async () => {
    const even: Filter = ({ metadata }) => metadata.i % 2 === 0;
    const always = knowledgeBaseFromVectorStore(store, { ...CARD, filter: even });
    expect((await always.search({ text: 'zebra' })).map(({ metadata }) => metadata?.i).sort()).toEqual([0, 2]);
    const search = { filter: even as never };
    expect(await knowledgeBaseFromVectorStore(store, CARD).search({ text: 'zebra' }, search)).toHaveLength(2);
    await expect(always.search({ text: 'zebra' }, search)).rejects.toMatchObject({ code: 'filter-unsupported' });
  });
});

describe('mmr', () => {
  test("is the store's own, with its settings", async () => {
    const card = { ...CARD, searchType: 'mmr', mmr: { fetchK: 4, lambda: 0.1 } } as const;
    const passages = await knowledgeBaseFromVectorStore(store, card).search(
      { text: 'A zebra has stripes.' },
      { limit: 2 },
    );
    const expected = await store.maxMarginalRelevanceSearch('A zebra has stripes.', { k: 2, fetchK: 4, lambda: 0.1 });
    expect(passages.map(({ text }) => text)).toEqual(expected.map(({ pageContent }) => pageContent));
    expect(store.calls[0]).toMatchObject({ k: 2, fetchK: 4, lambda: 0.1 });
    expect(passages.map(({ score }) => score)).toEqual([1, 1 / 2]);
  });

  test('is refused where the store has none', () => {
    const plain = new FakeVectorStore(embeddings);
    expect(() => knowledgeBaseFromVectorStore(plain, { ...CARD, searchType: 'mmr' })).toThrow(
      /maxMarginalRelevanceSearch/,
    );
  });
});

test("as LangChain's own retriever over it, a search leaves no second run", async () => {
  const recorder = new Recorder();
  const knowledgeBase = knowledgeBaseFromVectorStore(store, CARD);
  await knowledgeBase.search({ text: 'zebra' }, { config: { callbacks: [recorder] } });
  expect(recorder.tree()).toEqual([]);
});

test('ours, handed out as a vector store and taken in again, keeps ids, links and metadata', async () => {
  const own = await memoryStore();
  const inner = await createKnowledgeBase({ store: own, card: { name: 'Inner', description: 'x', modality: 'text' } });
  const vectorStore = await KnowledgeBaseVectorStore.fromDocuments(documents, undefined, { knowledgeBase: inner });
  const [passage] = await knowledgeBaseFromVectorStore(vectorStore, CARD).search({ text: 'otter' });
  const [direct] = await inner.search({ text: 'otter' });
  expect(passage).toMatchObject({
    id: direct!.id,
    url: direct!.url,
    title: 'T3',
    score: direct!.score,
    metadata: { i: 3 },
  });
  await own.close();
});
