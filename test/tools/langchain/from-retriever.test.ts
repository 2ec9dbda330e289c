import type { CallbackManagerForRetrieverRun } from '@langchain/core/callbacks/manager';
import { Document, type DocumentInterface } from '@langchain/core/documents';
import { BaseRetriever, type BaseRetrieverInput } from '@langchain/core/retrievers';
import { RunnableLambda } from '@langchain/core/runnables';
import { FakeEmbeddings, FakeRetriever, FakeVectorStore } from '@langchain/core/utils/testing';
import { describe, expect, test } from 'vitest';
import { createRouterGraph } from '../../../src/graph/graph.ts';
import { search as decided, fakeAnswerer, fakeReader, scriptedPolicy, stop } from '../../../src/test/fakes.ts';
import { knowledgeBaseFromRetriever } from '../../../src/tools/langchain/from-retriever.ts';
import { KnowledgeBaseRetriever } from '../../../src/tools/langchain/retriever.ts';
import { PassageSchema } from '../../../src/tools/passage.ts';
import { Recorder } from './recorder.ts';

const CARD = { name: 'Own', description: 'What we wrote ourselves.' };
const fixed = (...output: Document[]) => knowledgeBaseFromRetriever(new FakeRetriever({ output }), CARD);
const search = (...output: Document[]) => fixed(...output).search({ text: 'zebra' });

describe('documents', () => {
  test('ids, links, titles and metadata come up; the order is the rank', async () => {
    const metadata = {
      title: 'Zebra',
      source: 'https://example.org/zebra',
      loc: { lines: { from: 1, to: 3 } },
      score: 0.25,
    };
    const passages = await search(
      new Document({ id: '7f', pageContent: 'Stripes.', metadata }),
      new Document({ pageContent: 'Spots.', metadata: { source: '/home/ann/docs/leopard.md', id: 12 } }),
      new Document({ pageContent: 'Neither.' }),
    );
    expect(passages).toEqual([
      {
        id: '7f',
        documentId: '7f',
        knowledgeBase: 'Own',
        score: 0.25,
        rank: 0,
        title: 'Zebra',
        url: 'https://example.org/zebra',
        metadata,
        text: 'Stripes.',
      },
      {
        id: expect.stringMatching(/^12~[0-9a-f]{12}$/),
        documentId: '12',
        knowledgeBase: 'Own',
        score: 1 / 2,
        rank: 1,
        title: 'leopard.md',
        url: '/home/ann/docs/leopard.md',
        metadata: { source: '/home/ann/docs/leopard.md', id: 12 },
        text: 'Spots.',
      },
      expect.objectContaining({ id: expect.stringMatching(/^[0-9a-f]{32}$/), rank: 2, score: 1 / 3 }),
    ]);
    for (const passage of passages) expect(PassageSchema.parse(passage)).toEqual(passage);
  });

  test('without an id the name is the content, in every process and whatever score it got', async () => {
    const document = (score: number, page = 1) =>
      new Document({ pageContent: 'Stripes.', metadata: { source: 'a.pdf', page, relevanceScore: score } });
    const [first] = await search(document(0.1));
    const [again] = await search(document(0.9));
    expect(again!.id).toBe(first!.id);
    const both = await search(document(0.5, 1), document(0.5, 2));
    expect(new Set(both.map(({ id }) => id)).size).toBe(2);
  });

  test('two passages of one id are kept apart, on this search and the next, with a warning; the same one is given once', async () => {
    const warnings: string[] = [];
    const listen = (warning: Error & { code?: string }) => warnings.push(warning.code ?? '');
    process.on('warning', listen);
    const one = new Document({ id: 'x', pageContent: 'Stripes.' });
    const other = new Document({ id: 'x', pageContent: 'Spots.' });
    let output = [one, one, other];
    const knowledgeBase = knowledgeBaseFromRetriever(
      RunnableLambda.from(() => output),
      CARD,
    );
    const passages = await knowledgeBase.search({ text: 'animal' });
    expect(passages.map(({ text }) => text)).toEqual(['Stripes.', 'Spots.']);
    expect(passages[0]!.id).toBe('x');
    expect(passages[1]!.id).toMatch(/^x~/);
    output = [other];
    expect((await knowledgeBase.search({ text: 'animal' }))[0]!.id).toBe(passages[1]!.id);
    await new Promise(setImmediate);
    process.off('warning', listen);
    expect(warnings).toEqual(['R1_ROUTER_REPEATED_ID']);
  });

  test('metadata that JSON does not hold becomes what it can, and a script is no link', async () => {
    const cyclic: Record<string, unknown> = { name: 'x' };
    cyclic.self = cyclic;
    const metadata = {
      when: new Date(0),
      size: 9007199254740993n,
      ratio: Number.NaN,
      call: () => 1,
      cyclic,
      list: [1, undefined],
      url: 'javascript:alert(1)',
      id: 9007199254740993n,
    };
    const [passage] = await search(new Document({ pageContent: 'Stripes.', metadata }));
    expect(passage).toMatchObject({
      documentId: '9007199254740993',
      metadata: { when: '1970-01-01T00:00:00.000Z', size: '9007199254740993', cyclic: { name: 'x' }, list: [1, null] },
    });
    expect(passage!.url).toBeUndefined();
    expect(PassageSchema.parse(passage)).toEqual(passage);
  });

  test('what is no list of documents is said so', async () => {
    const wrong = (output: unknown) =>
      knowledgeBaseFromRetriever(RunnableLambda.from(() => output) as unknown as FakeRetriever, CARD);
    for (const output of ['text', [{ text: 'x' }], null, { documents: [] }]) {
      await expect(wrong(output).search({ text: 'a' })).rejects.toMatchObject({ code: 'malformed-documents' });
    }
  });
});

test('limit, perDocument, and what a retriever cannot do', async () => {
  const chunk = (documentId: string, i: number) => new Document({ pageContent: `part ${i}`, metadata: { documentId } });
  const knowledgeBase = fixed(chunk('a', 1), chunk('a', 2), chunk('b', 3));
  expect(await knowledgeBase.search({ text: 'x' }, { limit: 2 })).toHaveLength(2);
  const distinct = await knowledgeBase.search({ text: 'x' }, { perDocument: 1 });
  expect(distinct.map(({ documentId, rank }) => [documentId, rank])).toEqual([
    ['a', 0],
    ['b', 1],
  ]);
  await expect(knowledgeBase.search({ text: ' ' })).rejects.toMatchObject({ code: 'empty-query' });
  await expect(knowledgeBase.search({ text: 'x' }, { limit: 0 })).rejects.toMatchObject({ code: 'bad-limit' });
  const filter = { must: [{ key: 'tenant', match: { value: 'a' } }] };
  await expect(knowledgeBase.search({ text: 'x' }, { filter })).rejects.toMatchObject({ code: 'filter-unsupported' });
  expect(() => knowledgeBaseFromRetriever(new FakeRetriever(), { name: '/', description: 'x' })).toThrow(/name/);
});

describe('in a trace', () => {
  /** Calls another retriever, as a multi-query or a reranking one does. */
  class Outer extends BaseRetriever {
    lc_namespace = ['test'];
    readonly inner = new FakeRetriever({ output: [new Document({ id: 'z', pageContent: 'Stripes.' })] });
    override async _getRelevantDocuments(
      query: string,
      run?: CallbackManagerForRetrieverRun,
    ): Promise<DocumentInterface[]> {
      return this.inner.invoke(query, { callbacks: run?.getChild() });
    }
  }
  const rewrite = RunnableLambda.from((text: string) => text.toUpperCase()).withConfig({ runName: 'rewrite' });
  const plain = () => new FakeRetriever({ output: [new Document({ id: 'z', pageContent: 'Stripes.' })] });

  async function traced(retriever: Parameters<typeof knowledgeBaseFromRetriever>[0]) {
    const recorder = new Recorder();
    const graph = createRouterGraph({
      knowledgeBases: [knowledgeBaseFromRetriever(retriever, CARD)],
      policy: scriptedPolicy([decided('What has stripes?', 'Own'), stop]),
      reader: fakeReader(),
      answerer: fakeAnswerer(),
    });
    const { steps } = await graph.invoke({ question: 'What has stripes?' }, { callbacks: [recorder] });
    expect(steps[0]).toMatchObject({ outcome: 'passages' });
    return recorder;
  }

  test('a retriever is one run a search: the search', async () => {
    const recorder = await traced(plain());
    expect(recorder.roots).toHaveLength(1);
    expect(recorder.all('retriever').map(({ name }) => name)).toEqual(['Own']);
    expect(recorder.all('retriever')[0]!.outputs).toMatchObject({ documents: [{ id: 'z', pageContent: 'Stripes.' }] });
  });

  test('what it calls nests below the search, and its owner still hears of it', async () => {
    const heard: string[] = [];
    const owner: BaseRetrieverInput = {
      callbacks: [
        { handleRetrieverStart: () => void heard.push('start'), handleRetrieverEnd: () => void heard.push('end') },
      ],
    };
    const recorder = await traced(new Outer(owner));
    expect(recorder.roots).toHaveLength(1);
    const [search, ...others] = recorder.all('retriever');
    expect(search!.name).toBe('Own');
    expect(search!.child_runs.map(({ name }) => name)).toEqual(['FakeRetriever']);
    expect(others).toEqual(search!.child_runs);
    expect(heard).toEqual(['start', 'end']);
  });

  test.each<[string, () => Parameters<typeof knowledgeBaseFromRetriever>[0]]>([
    ['with a configuration bound to it', () => plain().withConfig({ tags: ['mine'] })],
    [
      'with an invoke of its own',
      () => new KnowledgeBaseRetriever({ knowledgeBase: knowledgeBaseFromRetriever(plain(), CARD) }),
    ],
    [
      'of a vector store',
      () => {
        const store = new FakeVectorStore(new FakeEmbeddings());
        void store.addDocuments([new Document({ pageContent: 'Stripes.', metadata: {} })]);
        return store.asRetriever();
      },
    ],
  ])('a retriever %s is one run too', async (_, make) => {
    const recorder = await traced(make());
    expect(recorder.roots).toHaveLength(1);
    expect(recorder.all('retriever').map(({ name, child_runs }) => [name, child_runs.length])).toEqual([['Own', 0]]);
  });

  test("a failing one ends the search's run once, and what failed below is shown failed", async () => {
    class Failing extends Outer {
      override async _getRelevantDocuments(
        query: string,
        run?: CallbackManagerForRetrieverRun,
      ): Promise<DocumentInterface[]> {
        await super._getRelevantDocuments(query, run);
        throw new Error('index is gone');
      }
    }
    const recorder = new Recorder();
    const ours = new KnowledgeBaseRetriever({ knowledgeBase: knowledgeBaseFromRetriever(new Failing(), CARD) });
    await expect(ours.invoke('zebra', { callbacks: [recorder] })).rejects.toThrow('index is gone');
    expect(recorder.tree()).toEqual([['retriever:Own', 'retriever:FakeRetriever']]);
    expect(recorder.roots[0]!.error).toContain('index is gone');
  });

  test('a chain nests as a chain', async () => {
    const recorder = await traced(rewrite.pipe(plain()));
    expect(recorder.roots).toHaveLength(1);
    const search = recorder.all('retriever').find(({ name }) => name === 'Own');
    expect(search!.child_runs.map(({ run_type, name }) => `${run_type}:${name}`)).toEqual(['chain:RunnableSequence']);
  });

  test('outside of a trace it is asked as it stands, and a signal reaches it', async () => {
    const recorder = new Recorder();
    const retriever = new FakeRetriever();
    retriever.callbacks = [recorder];
    await knowledgeBaseFromRetriever(retriever, CARD).search({ text: 'x' });
    expect(recorder.tree()).toEqual(['retriever:FakeRetriever']);

    const seen: (AbortSignal | undefined)[] = [];
    const spy = RunnableLambda.from((_: string, config) => {
      seen.push(config.signal);
      return [] as Document[];
    });
    const { signal } = new AbortController();
    await knowledgeBaseFromRetriever(spy, CARD).search({ text: 'x' }, { signal });
    expect(seen).toEqual([signal]);
  });

  test('ours as a LangChain retriever over one of theirs is one run too', async () => {
    const recorder = new Recorder();
    const ours = new KnowledgeBaseRetriever({ knowledgeBase: knowledgeBaseFromRetriever(plain(), CARD) });
    await ours.invoke('zebra', { callbacks: [recorder] });
    expect(recorder.tree()).toEqual(['retriever:Own']);
    expect(recorder.roots[0]!.extra?.metadata).toMatchObject({ ls_retriever_name: 'Own' });
  });
});
