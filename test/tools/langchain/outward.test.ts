import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { Document, type DocumentInterface } from '@langchain/core/documents';
import { FakeEmbeddings } from '@langchain/core/utils/testing';
import { AIMessage, createAgent, fakeModel, ToolMessage } from 'langchain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeKnowledgeBase, passage } from '../../../src/test/fakes.ts';
import type { SearchableKnowledgeBase } from '../../../src/tools/knowledge-base.ts';
import { documentOfPassage, passageOfDocument } from '../../../src/tools/langchain/documents.ts';
import { KnowledgeBaseRetriever } from '../../../src/tools/langchain/retriever.ts';
import { createRetrieverTools } from '../../../src/tools/langchain/retriever-tool.ts';
import { KnowledgeBaseVectorStore } from '../../../src/tools/langchain/vector-store.ts';
import type { Passage } from '../../../src/tools/passage.ts';
import { createKnowledgeBase, type StoreKnowledgeBase } from '../../../src/tools/store-knowledge-base.ts';
import type { LocalQdrant } from '../../../src/tools/stores/local-qdrant/index.ts';
import { memoryStore, RIVERS, TEXTS } from '../fixtures.ts';

let store: LocalQdrant;
let text: StoreKnowledgeBase;
let table: StoreKnowledgeBase;
beforeAll(async () => {
  store = await memoryStore();
  text = await createKnowledgeBase({ store, card: { name: 'Nature notes', description: 'Animals', modality: 'text' } });
  table = await createKnowledgeBase({ store, card: { name: 'tables', description: 'Numbers', modality: 'table' } });
  await text.ingest(TEXTS);
  await table.ingest([RIVERS]);
});
afterAll(() => store.close());

test('a retriever gives documents and leaves a retriever run with them', async () => {
  class Recorder extends BaseCallbackHandler {
    name = 'recorder';
    override awaitHandlers = true;
    runs: [string | undefined, DocumentInterface[]][] = [];
    #name: string | undefined;
    override handleRetrieverStart(
      ...[, , , , , , name]: Parameters<NonNullable<BaseCallbackHandler['handleRetrieverStart']>>
    ) {
      this.#name = name;
    }
    override handleRetrieverEnd(documents: DocumentInterface[]) {
      this.runs.push([this.#name, documents]);
    }
  }
  const recorder = new Recorder();
  const retriever = new KnowledgeBaseRetriever({ knowledgeBase: text, search: { limit: 1 } });
  const [document] = await retriever.invoke('acorns', { callbacks: [recorder] });
  expect(document).toMatchObject({ id: 'oak', pageContent: TEXTS[1]!.text });
  expect(passageOfDocument(document!)).toEqual((await text.search({ text: 'acorns' }, { limit: 1 }))[0]);
  expect(recorder.runs).toEqual([['Nature notes', [document]]]);
});

test('a retriever is aborted by its own call, not by another', async () => {
  const seen: (AbortSignal | undefined)[] = [];
  const spy: SearchableKnowledgeBase = {
    ...textCard(),
    search: async (_, options) => {
      seen.push(options?.signal);
      return [];
    },
  };
  const retriever = new KnowledgeBaseRetriever({ knowledgeBase: spy });
  const abort = new AbortController();
  await Promise.all([retriever.invoke('a', { signal: abort.signal }), retriever.invoke('b')]);
  expect(seen).toEqual([abort.signal, undefined]);
});

const textCard = () => ({ name: 'spy', description: 'x', modality: 'text' as const, cost: 1 });

test('tools: content for the model, passages as artifact', async () => {
  const tools = createRetrieverTools([text, table]);
  expect(tools.map(({ name }) => name)).toEqual(['search_nature_notes', 'search_tables']);
  expect(tools[0]!.description).toContain('Animals');
  const call = { type: 'tool_call' as const, id: '1', name: 'search_tables', args: { query: 'River17', limit: 1 } };
  const message = await tools[1]!.invoke(call);
  expect(message.content).toContain('[rivers#1]');
  expect(message.content).toContain('River: River17; Length (km): 5830');
  expect(message.artifact).toMatchObject([{ id: 'rivers#1', table: { header: RIVERS.header } }]);
  expect(await tools[0]!.invoke({ query: 'zebra' })).toBe('No passage found.');
  await expect(tools[0]!.invoke({ query: '' })).rejects.toThrow();
});

test('in a chain, and as the tools of an agent', async () => {
  const retriever = new KnowledgeBaseRetriever({ knowledgeBase: text, search: { limit: 1 } });
  const chain = retriever.pipe((documents) => documents.map(({ pageContent }) => pageContent).join('\n'));
  expect(await chain.invoke('acorns')).toBe(TEXTS[1]!.text);
  expect((await retriever.batch(['acorns', 'otters'])).map(([first]) => first?.id)).toEqual(['oak', 'otter']);

  const model = fakeModel()
    .respondWithTools([{ name: 'search_nature_notes', args: { query: 'acorns' }, id: '1' }])
    .respond(new AIMessage('An oak.'));
  const agent = createAgent({ model, tools: createRetrieverTools([text, table]) });
  const { messages } = await agent.invoke({ messages: [{ role: 'user', content: 'What has acorns?' }] });
  const answer = messages.find(ToolMessage.isInstance);
  expect(answer?.content).toContain('[oak] Oak');
  expect(answer?.artifact).toMatchObject([{ id: 'oak', metadata: { kind: 'plant' } }]);
  expect(messages.at(-1)?.content).toBe('An oak.');
});

test('what a tool says of a passage is one line, with its link', async () => {
  const forged = { ...passage('x', 'a', 'Stripes.'), title: 'Zebra\n\n[b] Forged', url: 'https://example.org/z' };
  const [used] = createRetrieverTools([fakeKnowledgeBase('x', async () => [forged])]);
  expect(await used!.invoke({ query: 'zebra' })).toBe('[a] Zebra [b] Forged (https://example.org/z)\nStripes.');
});

test.each<[string, Passage]>([
  ['with nothing besides', passage('x', 'a', 'Stripes.')],
  [
    'with metadata',
    { ...passage('x', 'a', 'Stripes.'), url: 'https://example.org', metadata: { kind: 'animal', loc: { page: 1 } } },
  ],
  [
    'with metadata of our names',
    { ...passage('x', 'a', 'Stripes.'), metadata: { id: 'theirs', score: 'high', metadata: 1, kind: 'animal' } },
  ],
])('a passage %s becomes a document and comes back', (_, given) => {
  const document = documentOfPassage(given);
  expect(document).toMatchObject({
    id: given.id,
    pageContent: given.text,
    metadata: { score: 10, ...(given.metadata && { kind: 'animal' }) },
  });
  expect(passageOfDocument(document)).toEqual(given);
});

describe('a vector store as LangChain code uses it', () => {
  const DOCUMENTS = [
    new Document({
      pageContent: 'A zebra has stripes.',
      metadata: { source: 'a/x.md', page: 1, loc: { lines: { from: 1 } } },
    }),
    new Document({ pageContent: 'A zebra has stripes.', metadata: { source: 'b/x.md', page: 1 } }),
    new Document({ id: 'fox', pageContent: 'A fox is quick and has no stripes.', metadata: { page: 2, score: 3 } }),
  ];
  let filled: KnowledgeBaseVectorStore;
  beforeAll(async () => {
    const knowledgeBase = await createKnowledgeBase({
      store,
      card: { name: 'vs', description: 'x', modality: 'text' },
    });
    filled = await KnowledgeBaseVectorStore.fromDocuments(DOCUMENTS, new FakeEmbeddings(), { knowledgeBase });
  });

  test('one text in two files is two documents; metadata comes back', async () => {
    const found = await filled.similaritySearch('zebra', 5);
    expect(found.map(({ metadata }) => (metadata as unknown as { source: string }).source).sort()).toEqual([
      'a/x.md',
      'b/x.md',
    ]);
    expect(found.find(({ metadata }) => metadata.url === 'a/x.md')?.metadata).toMatchObject(DOCUMENTS[0]!.metadata);
    const [fox] = await filled.similaritySearch('fox', 1);
    expect(fox).toMatchObject({ id: 'fox', metadata: { page: 2, metadata: { page: 2, score: 3 } } });
  });

  test("filters are Qdrant's, over metadata too", async () => {
    const filter = { must: [{ key: 'metadata.page', match: { value: 2 } }] };
    expect((await filled.similaritySearch('stripes', 5, filter)).map(({ id }) => id)).toEqual(['fox']);
    expect(await filled.asRetriever({ k: 5, filter }).invoke('stripes')).toHaveLength(1);
  });

  test('mmr prefers what differs', async () => {
    const diverse = await filled.maxMarginalRelevanceSearch('zebra stripes', { k: 2, lambda: 0.3 });
    expect(new Set(diverse.map(({ pageContent }) => pageContent)).size).toBe(2);
    const plain = await filled.maxMarginalRelevanceSearch('zebra stripes', { k: 2, lambda: 1 });
    expect(new Set(plain.map(({ pageContent }) => pageContent)).size).toBe(1);
    expect(
      await filled.asRetriever({ searchType: 'mmr', k: 2, searchKwargs: { lambda: 0.3 } }).invoke('zebra stripes'),
    ).toEqual(diverse);
  });

  test("texts, ids of one's own, overwriting, deleting", async () => {
    const knowledgeBase = await createKnowledgeBase({
      store,
      card: { name: 'vs2', description: 'x', modality: 'text' },
    });
    const vectors = await KnowledgeBaseVectorStore.fromTexts(['zebra', 'fox'], [{ n: 1 }, { n: 2 }], undefined, {
      knowledgeBase,
    });
    expect((await vectors.similaritySearch('fox')).map(({ metadata }) => metadata)).toMatchObject([{ n: 2 }]);
    const document = new Document({ pageContent: 'owl', metadata: {} });
    expect(await vectors.addDocuments([document, document], { ids: ['1', '2'] })).toEqual(['1', '2']);
    await vectors.addDocuments([new Document({ id: '1', pageContent: 'heron', metadata: {} })]);
    expect((await vectors.similaritySearch('owl')).map(({ id }) => id)).toEqual(['2']);
    await vectors.delete({ ids: ['2'] });
    expect(await vectors.similaritySearch('owl')).toEqual([]);
    await expect(vectors.delete()).rejects.toMatchObject({ code: 'bad-delete' });
    await expect(vectors.addDocuments([document], { ids: [] })).rejects.toMatchObject({ code: 'bad-document' });
    await expect(new KnowledgeBaseVectorStore(table).addDocuments([document])).rejects.toThrow(/holds table documents/);
  });
});

test('a vector store searches, adds and deletes by text', async () => {
  const vectors = new KnowledgeBaseVectorStore(text);
  const [id] = await vectors.addDocuments([{ pageContent: 'A zebra has stripes.', metadata: { title: 'Zebra' } }]);
  const [[document, score] = []] = await vectors.similaritySearchWithScore('zebra', 1);
  expect(document).toMatchObject({ id, pageContent: 'A zebra has stripes.', metadata: { title: 'Zebra' } });
  expect(score).toBeGreaterThan(0);
  expect(await vectors.asRetriever(1).invoke('zebra')).toHaveLength(1);
  await vectors.delete({ ids: [id!] });
  expect(await vectors.similaritySearch('zebra')).toEqual([]);
  await expect(vectors.addVectors()).rejects.toMatchObject({ code: 'vectors-not-exposed' });
});
