import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SyntheticEmbeddings } from '@langchain/core/utils/testing';
import { QdrantClient } from '@qdrant/js-client-rest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBm25Encoder } from '../../../src/tools/encoders/bm25.ts';
import { type CollectionClient, knowledgeBaseFromCollection } from '../../../src/tools/langchain/from-collection.ts';
import type { StorePort } from '../../../src/tools/stores/port.ts';
import { memoryStore } from '../fixtures.ts';
import { startQdrantDouble } from '../stores/qdrant-http-double.ts';

const CARD = { name: 'Theirs', description: 'Made by somebody else.' };
const embeddings = new SyntheticEmbeddings({ vectorSize: 8 });
const bm25 = createBm25Encoder({ language: 'none' });
const TEXTS = ['A zebra has stripes.', 'Leopards are spotted.', 'The otter swims.'];
const UUID = '00000000-0000-4000-8000-00000000000';

async function fill(
  store: StorePort,
  name: string,
  vectors: object,
  points: { id: number | string; text: string; payload: object; vector: (dense: number[], text: string) => unknown }[],
) {
  await store.createCollection(name, vectors as Parameters<StorePort['createCollection']>[1]);
  const dense = await embeddings.embedDocuments(points.map(({ text }) => text));
  const rows = points.map(({ id, text, payload, vector }, i) => ({ id, payload, vector: vector(dense[i]!, text) }));
  await store.upsert(name, { wait: true, points: rows as never });
}

const one = { vectors: { size: 8, distance: 'Cosine' } };
const nameless = (dense: number[]) => dense;
const node = (text: string, id: string) =>
  JSON.stringify({
    id_: id,
    text,
    metadata: { file_name: 'animals.pdf', file_path: '/docs/animals.pdf', page_label: '2' },
    relationships: { 1: { node_id: 'doc-9' } },
    class_name: 'TextNode',
  });

interface Opened {
  client: CollectionClient;
  store: StorePort;
  close(): Promise<void>;
}
const CLIENTS: [string, () => Promise<Opened>][] = [
  [
    'LocalQdrant',
    async () => {
      const store = await memoryStore();
      return { client: store, store, close: () => store.close() };
    },
  ],
  [
    'a bare QdrantClient',
    async () => {
      const double = await startQdrantDouble();
      const client = new QdrantClient({ url: double.url, checkCompatibility: false });
      return { client, store: client, close: () => double.close() };
    },
  ],
];

describe.each(CLIENTS)('%s', (_, open) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open();
    const { store } = opened;
    await fill(
      store,
      'langchain-js',
      one,
      TEXTS.map((text, i) => ({
        id: `${UUID}${i}`,
        text,
        payload: {
          content: text,
          metadata: { source: `https://example.org/${i}`, title: `T${i}`, loc: { lines: { from: i, to: i } } },
        },
        vector: nameless,
      })),
    );
    await fill(
      store,
      'langchain-python',
      one,
      TEXTS.map((text, i) => ({
        id: i + 1,
        text,
        payload: { page_content: text, metadata: { source: `notes/${i}.md`, _id: `x${i}` } },
        vector: nameless,
      })),
    );
    await fill(
      store,
      'llamaindex',
      one,
      TEXTS.map((text, i) => ({
        id: `${UUID}${i}`,
        text,
        payload: {
          _node_content: node(text, `${UUID}${i}`),
          _node_type: 'TextNode',
          file_name: 'animals.pdf',
          document_id: 'doc-9',
          doc_id: 'None',
          ref_doc_id: 'doc-9',
        },
        vector: nameless,
      })),
    );
    await fill(
      store,
      'own',
      {
        vectors: { body: { size: 8, distance: 'Cosine' }, title: { size: 3, distance: 'Dot' } },
        sparse_vectors: { words: { modifier: 'idf' } },
      },
      TEXTS.map((text, i) => ({
        id: i,
        text,
        payload: {
          page: { body: text, head: `H${i}` },
          where: `https://example.org/own/${i}`,
          tenant: i === 0 ? 'a' : 'b',
          about: { year: 2000 + i },
        },
        vector: (dense: number[]) => ({
          body: dense,
          title: [1, 0, i],
          words: bm25.encodeDocument([{ text, weight: 1 }]),
        }),
      })),
    );
  });
  afterAll(() => opened.close());

  const openKb = (collection: string, more = {}) =>
    knowledgeBaseFromCollection(opened.client, collection, { ...CARD, embeddings, ...more });

  test('filled by LangChain', async () => {
    const [first, ...others] = await (await openKb('langchain-js')).search({ text: TEXTS[1]! });
    expect(first).toMatchObject({
      id: `${UUID}1`,
      documentId: `${UUID}1`,
      knowledgeBase: 'Theirs',
      rank: 0,
      text: TEXTS[1],
      title: 'T1',
      url: 'https://example.org/1',
      metadata: { source: 'https://example.org/1', loc: { lines: { from: 1, to: 1 } } },
    });
    expect(first!.score).toBeCloseTo(1, 5);
    expect(others).toHaveLength(2);
    expect(await (await openKb('langchain-python')).search({ text: TEXTS[2]! }, { limit: 1 })).toMatchObject([
      { id: '3', text: TEXTS[2], title: '2.md', url: 'notes/2.md', metadata: { source: 'notes/2.md', _id: 'x2' } },
    ]);
  });

  test('filled by LlamaIndex', async () => {
    expect(await (await openKb('llamaindex')).search({ text: TEXTS[0]! }, { limit: 1 })).toEqual([
      {
        id: `${UUID}0`,
        documentId: 'doc-9',
        knowledgeBase: 'Theirs',
        rank: 0,
        score: expect.closeTo(1, 5),
        title: 'animals.pdf',
        url: '/docs/animals.pdf',
        metadata: { file_name: 'animals.pdf', file_path: '/docs/animals.pdf', page_label: '2' },
        text: TEXTS[0],
      },
    ]);
  });

  const own = { vector: 'body', textKey: 'page.body', titleKey: 'page.head', urlKey: 'where', metadataKey: 'about' };
  const sparse = { vector: 'words', encode: (text: string) => bm25.encodeQuery(text) };

  test('of a shape of its own: keys and vectors by name, filters joined', async () => {
    const knowledgeBase = await openKb('own', own);
    const [first] = await knowledgeBase.search({ text: TEXTS[1]! });
    expect(first).toMatchObject({
      id: '1',
      text: TEXTS[1],
      title: 'H1',
      url: 'https://example.org/own/1',
      metadata: { year: 2001, tenant: 'b' },
    });
    const tenant = (value: string) => ({ must: [{ key: 'tenant', match: { value } }] });
    const ofA = await openKb('own', { ...own, filter: tenant('a') });
    expect((await ofA.search({ text: TEXTS[1]! })).map(({ id }) => id)).toEqual(['0']);
    expect(await ofA.search({ text: TEXTS[1]! }, { filter: tenant('b') })).toEqual([]);
  });

  test('by words alone, and joined with vectors', async () => {
    const words = await openKb('own', { ...own, embeddings: undefined, vector: undefined, sparse });
    expect((await words.search({ text: 'spotted' })).map(({ id }) => id)).toEqual(['1']);
    expect(await words.search({ text: 'giraffe' })).toEqual([]);
    const both = await openKb('own', { ...own, sparse });
    expect((await both.search({ text: 'The otter swims.' })).map(({ id }) => id)[0]).toBe('2');
  });

  test('what is wrong is said at once, with what is there', async () => {
    await expect(openKb('owm', own)).rejects.toThrow(/owm is not there; the collections are: .*own/);
    await expect(openKb('own')).rejects.toThrow(/give vector, .*body, title/);
    await expect(openKb('own', { vector: 'bdy' })).rejects.toThrow(
      /no dense vector bdy; its dense vectors are: body, title/,
    );
    await expect(openKb('langchain-js', { vector: 'body' })).rejects.toThrow(/one without a name/);
    await expect(openKb('langchain-js', { sparse })).rejects.toThrow(
      /no sparse vector words; it has no sparse vectors/,
    );
    await expect(openKb('langchain-js', { embeddings: undefined })).rejects.toMatchObject({
      code: 'embeddings-missing',
    });
    const encoder = {
      id: 'x',
      dimension: 5,
      encodeDocuments: async () => [],
      encodeQuery: async () => new Float32Array(5),
    };
    await expect(openKb('own', { ...own, embeddings: encoder })).rejects.toThrow(
      /vector body have 8 numbers, but the embeddings give 5/,
    );
    const wrongSize = await openKb('own', { ...own, vector: 'title' });
    await expect(wrongSize.search({ text: 'x' })).rejects.toMatchObject({ code: 'collection-dimension', kind: 'user' });
    const noText = await openKb('own', { ...own, textKey: 'page.text' });
    await expect(noText.search({ text: 'x' })).rejects.toThrow(
      /no text at page.text; give textKey, its payload has: .*page/,
    );
  });
});

test('ids past 2^53 keep every digit, from a server', async () => {
  const config = { config: { params: { vectors: { size: 8, distance: 'Cosine' } } } };
  const points = ['1234567890123456789', '1234567890123456788'].map(
    (id) => `{"id":${id},"version":1,"score":1,"payload":{"content":"same text","number":${id}}}`,
  );
  const server = createServer(({ url }, response) => {
    const result = url?.endsWith('/points/query') ? `{"points":[${points.join(',')}]}` : JSON.stringify(config);
    response.setHeader('content-type', 'application/json').end(`{"result":${result},"status":"ok","time":0}`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new QdrantClient({ url: `http://127.0.0.1:${port}`, checkCompatibility: false });
  const knowledgeBase = await knowledgeBaseFromCollection(client, 'big', { ...CARD, embeddings });
  expect(await knowledgeBase.search({ text: 'x' })).toMatchObject([
    { id: '1234567890123456789', metadata: { number: '1234567890123456789' } },
    { id: '1234567890123456788', metadata: { number: '1234567890123456788' } },
  ]);
  server.close();
});

test('a server that is down is said to be', async () => {
  const client = new QdrantClient({ url: 'http://127.0.0.1:9', checkCompatibility: false });
  await expect(knowledgeBaseFromCollection(client, 'x', { ...CARD, embeddings })).rejects.toMatchObject({
    code: 'qdrant-unreachable',
  });
});
