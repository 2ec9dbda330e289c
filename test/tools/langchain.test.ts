import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import type { DocumentInterface } from '@langchain/core/documents';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SearchableKnowledgeBase } from '../../src/tools/knowledge-base.ts';
import {
  createRetrieverTools,
  KnowledgeBaseRetriever,
  KnowledgeBaseVectorStore,
  passageOfDocument,
} from '../../src/tools/langchain.ts';
import { createKnowledgeBase, type StoreKnowledgeBase } from '../../src/tools/store-knowledge-base.ts';
import type { LocalQdrant } from '../../src/tools/stores/local-qdrant/index.ts';
import { memoryStore, RIVERS, TEXTS } from './fixtures.ts';

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
