import { Document } from '@langchain/core/documents';
import { DynamicTool, tool } from '@langchain/core/tools';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fakeKnowledgeBase, passage } from '../../../src/test/fakes.ts';
import { knowledgeBaseFromTool, type SearchToolLike } from '../../../src/tools/langchain/from-tool.ts';
import { createRetrieverTool } from '../../../src/tools/langchain/retriever-tool.ts';
import { PassageSchema } from '../../../src/tools/passage.ts';
import { Recorder } from './recorder.ts';

const schema = z.object({ query: z.string(), topic: z.enum(['news', 'general']).optional() });
const toolOf = (output: unknown) =>
  tool(async () => output as string, { name: 'web_search', description: 'The web.', schema });
const artifactTool = (content: unknown, artifact: unknown) =>
  tool(async () => [content as string, artifact], {
    name: 'web_search',
    description: 'The web.',
    schema,
    responseFormat: 'content_and_artifact',
  });
const found = async (used: SearchToolLike) => {
  const passages = await knowledgeBaseFromTool(used).search({ text: 'zebra' });
  for (const one of passages) expect(PassageSchema.parse(one)).toEqual(one);
  return passages;
};

const RESULTS = [
  {
    title: 'Zebra',
    url: 'https://example.org/z',
    content: 'A zebra has stripes.',
    score: 0.9,
    published: '2024-01-01',
  },
  { title: 'Leopard', link: 'https://example.org/l', snippet: 'Leopards are spotted.', id: 7 },
];
const READ = [
  {
    documentId: expect.any(String),
    title: 'Zebra',
    url: 'https://example.org/z',
    text: 'A zebra has stripes.',
    score: 0.9,
    metadata: expect.objectContaining({ published: '2024-01-01' }),
  },
  {
    id: '7',
    documentId: '7',
    title: 'Leopard',
    url: 'https://example.org/l',
    text: 'Leopards are spotted.',
    score: 0.5,
  },
];

describe('output', () => {
  const wrapped: [string, unknown][] = [
    ['a list', RESULTS],
    ['a JSON list', JSON.stringify(RESULTS)],
    ['results in an object', { query: 'zebra', results: RESULTS }],
    ['JSON of it, indented', JSON.stringify({ answer: null, organic: RESULTS }, null, 2)],
    ['parts of a message', [{ type: 'text', text: JSON.stringify(RESULTS) }]],
    ['a list in an object in it', { type: 'search', web: { count: 2, results: RESULTS } }],
    ['lists in a list', [[RESULTS[0]], [RESULTS[1]]]],
  ];
  test.each(wrapped)('%s', async (_, output) => {
    expect(await found(toolOf(output))).toMatchObject(READ);
  });

  test('documents, their JSON and the Python spelling', async () => {
    const document = new Document({ id: 'z', pageContent: 'Stripes.', metadata: { title: 'Zebra' } });
    const expected = [{ id: 'z', title: 'Zebra', text: 'Stripes.', metadata: { title: 'Zebra' } }];
    expect(await found(toolOf([document]))).toMatchObject(expected);
    expect(await found(toolOf(JSON.stringify([document])))).toMatchObject(expected);
    const python = [{ id: 'z', page_content: 'Stripes.', metadata: { title: 'Zebra' } }];
    expect(await found(toolOf(JSON.stringify(python)))).toMatchObject(expected);
  });

  test('hits of a search engine, an object that is one result, and one that is none', async () => {
    const hit = { _index: 'i', _id: '8', _score: 2.5, _source: { title: 'Zebra', body: 'Stripes.', year: 2024 } };
    expect(await found(toolOf({ took: 3, hits: { total: { value: 1 }, hits: [hit] } }))).toMatchObject([
      { id: '8', title: 'Zebra', text: 'Stripes.', score: 2.5, metadata: { year: 2024 } },
    ]);
    expect(await found(toolOf({ title: 'Zebra', content: 'Stripes.', data: [1, 2] }))).toMatchObject([
      { title: 'Zebra', text: 'Stripes.' },
    ]);
    expect(await found(toolOf({ result: 5 }))).toMatchObject([{ text: '{"result":5}' }]);
    expect(await found(toolOf({ hits: { total: 0, hits: [] } }))).toEqual([]);
    const deep = `${'['.repeat(50_000)}"a"${']'.repeat(50_000)}`;
    expect(await found(toolOf(deep))).toHaveLength(1);
  });

  test('plain text is one passage, nothing is none', async () => {
    expect(await found(toolOf('A zebra has stripes.'))).toMatchObject([{ text: 'A zebra has stripes.', rank: 0 }]);
    expect(await found(toolOf('[not json'))).toMatchObject([{ text: '[not json' }]);
    for (const nothing of ['', ' \n', '[]', '{"results":[]}', [], null, undefined])
      expect(await found(toolOf(nothing))).toEqual([]);
  });

  test('long integers keep their digits', async () => {
    const [first, second] = await found(
      toolOf('[{"id":1234567890123456789,"text":"a"},{"id":1234567890123456788,"text":"b"}]'),
    );
    expect([first!.id, second!.id]).toEqual(['1234567890123456789', '1234567890123456788']);
  });

  test('an artifact of documents comes before the content; any other artifact does not', async () => {
    const document = new Document({ id: 'z', pageContent: 'Stripes.' });
    expect(await found(artifactTool('said', [document]))).toMatchObject([{ id: 'z', text: 'Stripes.' }]);
    for (const artifact of [[], undefined, { chart: 1 }, [1, 2]]) {
      expect(await found(artifactTool('said', artifact))).toMatchObject([{ text: 'said' }]);
    }
    expect(
      await found(
        artifactTool(
          [
            { type: 'text', text: 'part one' },
            { type: 'text', text: 'part two' },
          ],
          [],
        ),
      ),
    ).toMatchObject([{ text: 'part one\npart two' }]);
  });

  test('our own search tool, taken in again, keeps passages; nothing found stays nothing', async () => {
    const inner = {
      ...passage('Inner', 'd#1', 'Stripes.'),
      documentId: 'd',
      title: 'Zebra',
      url: 'https://example.org',
      metadata: { a: 1 },
    };
    const full = fakeKnowledgeBase('Inner', async () => [inner]);
    expect(await found(createRetrieverTool(full))).toMatchObject([
      {
        id: 'd#1',
        documentId: 'd',
        title: 'Zebra',
        url: 'https://example.org',
        text: 'Stripes.',
        score: 10,
        metadata: { a: 1 },
      },
    ]);
    expect(await found(createRetrieverTool(fakeKnowledgeBase('Inner')))).toEqual([]);
  });

  test('parse takes its place', async () => {
    const parse = (output: unknown) =>
      String(output)
        .split('|')
        .map((text) => ({ text, id: text }));
    const knowledgeBase = knowledgeBaseFromTool(toolOf('a|b'), { name: 'Web', parse });
    expect(await knowledgeBase.search({ text: 'x' })).toMatchObject([{ id: 'a' }, { id: 'b', rank: 1 }]);
  });
});

describe('input', () => {
  const keys = async (used: SearchToolLike, options = {}) => {
    const seen: unknown[] = [];
    const spy: SearchToolLike = {
      name: used.name,
      description: 'x',
      schema: used.schema,
      invoke: async (input) => void seen.push(input),
    };
    await knowledgeBaseFromTool(spy, options).search({ text: 'zebra' });
    return seen[0];
  };
  const withSchema = (shape: z.ZodRawShape) =>
    tool(async () => '', { name: 't', description: 'x', schema: z.object(shape) });

  test('the argument for the query is found, or named', async () => {
    expect(await keys(toolOf(''))).toEqual({ query: 'zebra' });
    expect(await keys(withSchema({ phrase: z.string(), lang: z.string().optional() }))).toEqual({ phrase: 'zebra' });
    expect(await keys(withSchema({ lang: z.string(), question: z.string() }))).toEqual({ question: 'zebra' });
    expect(await keys(withSchema({ lang: z.string(), wanted: z.string() }), { arguments: { lang: 'en' } })).toEqual({
      wanted: 'zebra',
      lang: 'en',
    });
    expect(await keys(withSchema({ a: z.string(), b: z.string() }), { inputKey: 'b', arguments: { a: '1' } })).toEqual({
      a: '1',
      b: 'zebra',
    });
    expect(() => knowledgeBaseFromTool(withSchema({ a: z.string(), b: z.string() }))).toThrow(
      /Give inputKey; it has a, b/,
    );
    expect(() => knowledgeBaseFromTool(withSchema({ count: z.number() }))).toThrow(/inputKey/);
  });

  test('a tool of one text, and one with a JSON schema', async () => {
    const echo = new DynamicTool({
      name: 'echo',
      description: 'Says it again.',
      func: async (text) => `you said ${text}`,
    });
    expect(await found(echo)).toMatchObject([{ text: 'you said zebra' }]);
    const json = { type: 'object', properties: { q: { type: 'string' } }, required: ['q'] } as const;
    const used = tool(async (input) => `you said ${(input as { q: string }).q}`, {
      name: 'json',
      description: 'x',
      schema: json,
    });
    expect(await found(used)).toMatchObject([{ text: 'you said zebra' }]);
  });
});

test("name and description are the tool's own unless given; a failure is not a passage", async () => {
  expect(knowledgeBaseFromTool(toolOf(''))).toMatchObject({
    name: 'web_search',
    description: 'The web.',
    modality: 'text',
    cost: 1,
  });
  expect(knowledgeBaseFromTool(toolOf(''), { name: 'Web', cost: 3 })).toMatchObject({ name: 'Web', cost: 3 });
  const failing = tool(async () => Promise.reject(new Error('quota used up')), { name: 'f', description: 'x', schema });
  await expect(found(failing)).rejects.toThrow('quota used up');
  const said: SearchToolLike = {
    name: 'said',
    description: 'x',
    schema,
    invoke: async () => ({ content: 'no key', tool_call_id: '1', status: 'error' }),
  };
  await expect(found(said)).rejects.toMatchObject({ code: 'tool-failed' });
});

test('in a trace the tool nests below the search, and no second retriever run appears', async () => {
  const recorder = new Recorder();
  await createRetrieverTool(knowledgeBaseFromTool(toolOf('Stripes.'))).invoke(
    { query: 'zebra' },
    { callbacks: [recorder] },
  );
  expect(recorder.tree()).toEqual([['tool:search_web_search', ['retriever:web_search', 'tool:web_search']]]);
});
