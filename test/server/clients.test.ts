/** Clients that people have already, unmodified, against the server. */

import { ChatOpenAI } from '@langchain/openai';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { EventSource } from 'eventsource';
import OpenAI, { type APIError } from 'openai';
import sharp from 'sharp';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { sha256 } from '../../src/common/content-hash.ts';
import { fakeKnowledgeBase, policyOf, search, stop } from '../../src/test/fakes.ts';
import { startServer, twoStepGraph } from './start.ts';

const RUN_ID = '01890a5d-ac96-774b-bcce-b302099a8057';

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function pngUrl(): Promise<string> {
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#f00' } })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}

/** An answerer that writes its answer in two pieces. */
const inPieces = {
  name: 'in-pieces',
  async answer(_input: unknown, { onAnswer }: { onAnswer?: (delta: string) => void }) {
    onAnswer?.('It is ');
    onAnswer?.('two.');
    return { answer: 'It is two.', citations: [{ passageId: 'Tables-second-0', knowledgeBase: 'Tables' }] };
  },
};

describe('openai', () => {
  async function withClient(options: Parameters<typeof startServer>[0] = {}, apiKey = 'none') {
    const server = await startServer(options);
    return { ...server, client: new OpenAI({ baseURL: `${server.url}/v1`, apiKey, maxRetries: 0 }) };
  }

  test('a completion: answer, usage, citations', async () => {
    const { client } = await withClient();
    const completion = await client.chat.completions.create({
      model: 'r1-router',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'How many?' },
      ],
      temperature: 0,
    });
    expect(completion.choices).toMatchObject([
      { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'two', annotations: [] } },
    ]);
    expect(completion.usage).toEqual({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 });
    expect(completion).toMatchObject({
      object: 'chat.completion',
      citations: [{ passageId: 'Tables-second-0', knowledgeBase: 'Tables' }],
      r1_router: { answer: 'two', stopReason: 'policy' },
    });
  });

  test('a stream: pieces as they are written, then citations and usage', async () => {
    const { client } = await withClient({ graphOptions: { answerer: inPieces } });
    const stream = await client.chat.completions.create({
      model: 'r1-router',
      messages: [{ role: 'user', content: 'How many?' }],
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collect(stream);
    const pieces = chunks.flatMap(({ choices }) => choices[0]?.delta.content || []);
    expect(pieces).toEqual(['It is ', 'two.']);
    expect(chunks[0]!.choices[0]!.delta.role).toBe('assistant');
    expect(chunks.at(-2)).toMatchObject({
      choices: [{ finish_reason: 'stop' }],
      citations: [{ knowledgeBase: 'Tables' }],
    });
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 0 } });
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  });

  test('its own helpers for streams put the answer together', async () => {
    const { client } = await withClient();
    const stream = client.chat.completions.stream({
      model: 'r1-router',
      messages: [{ role: 'user', content: 'How many?' }],
    });
    expect((await stream.finalChatCompletion()).choices[0]!.message.content).toBe('two');
  });

  test('a picture in parts, and a conversation', async () => {
    const images = fakeKnowledgeBase('Images', { 'what is it': ['a red square'] }, { modality: 'text-image' });
    const seen: unknown[] = [];
    const policy = policyOf((state) => {
      seen.push((state as { conversation?: unknown }).conversation);
      return { decision: state.steps.length === 0 ? search('what is it', 'Images') : stop };
    });
    const answerer = {
      name: 'remembering',
      async answer({
        conversation,
        steps,
      }: {
        conversation?: readonly unknown[];
        steps: readonly { answer: string | null }[];
      }) {
        seen.push(conversation);
        return { answer: steps.at(-1)?.answer ?? null, citations: [] };
      },
    };
    const { client } = await withClient({ graphOptions: { knowledgeBases: [images], policy, answerer } });
    await client.chat.completions.create({
      model: 'r1-router',
      messages: [
        { role: 'user', content: 'Hello?' },
        { role: 'assistant', content: 'Hello.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: await pngUrl() } },
          ],
        },
      ],
    });
    expect(images.calls[0]!.query.image?.bytes.length).toBeGreaterThan(0);
    expect(seen).toContainEqual([{ question: 'Hello?', answer: 'Hello.' }]);
  });

  test('models: the router, and with each policy', async () => {
    const policies = { none: twoStepGraph({ policy: policyOf(() => ({ decision: stop })) }) };
    const { client } = await withClient({ policies });
    const { data } = await client.models.list();
    expect(data.map(({ id }) => id)).toEqual(['r1-router', 'r1-router/none']);
    expect(await client.models.retrieve('r1-router/none')).toMatchObject({ id: 'r1-router/none', object: 'model' });
    const said = await client.chat.completions.create({
      model: 'r1-router/none',
      messages: [{ role: 'user', content: 'x' }],
    });
    expect(said.choices[0]!.message.content).toBe('I found no answer to this in the connected knowledge bases.');
    expect(said).toMatchObject({ r1_router: { answer: null } });
  });

  test('errors are those of their client', async () => {
    const { client, url } = await withClient({ apiKeys: [{ name: 'ada', sha256: sha256('right') }] }, 'right');
    const wrong = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'wrong', maxRetries: 0 });
    const failure = async (work: Promise<unknown>) =>
      work.then(
        () => undefined,
        (error: APIError) => error,
      );
    const asks = (more: object = {}) =>
      client.chat.completions.create({ model: 'r1-router', messages: [{ role: 'user', content: 'x' }], ...more });
    expect(await failure(wrong.models.list())).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(await failure(asks({ model: 'gpt-9' }))).toBeInstanceOf(OpenAI.NotFoundError);
    expect(await failure(asks({ model: 'gpt-9' }))).toMatchObject({
      param: 'model',
      code: 'model-not-found',
      type: 'invalid_request_error',
    });
    expect(await failure(asks({ n: 2 }))).toBeInstanceOf(OpenAI.BadRequestError);
    expect(await failure(asks({ messages: [{ role: 'assistant', content: 'x' }] }))).toMatchObject({
      status: 400,
      param: 'messages',
    });
    expect(await failure(asks({ response_format: { type: 'json_object' } }))).toMatchObject({ status: 400 });
    expect((await asks()).choices[0]!.message.content).toBe('two');
  });

  test('a failure in the middle of a stream reaches the client', async () => {
    const policy = policyOf(() => {
      throw new Error('secret words');
    });
    const { client } = await withClient({ graphOptions: { policy } });
    const stream = await client.chat.completions.create({
      model: 'r1-router',
      messages: [{ role: 'user', content: 'x' }],
      stream: true,
    });
    const failure: unknown = await collect(stream).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'policy-failed' });
    expect(String(failure)).not.toContain('secret');
  });
});

describe('@langchain/openai', () => {
  test('a chat model that is the router, invoked and streamed', async () => {
    const { url } = await startServer({ graphOptions: { answerer: inPieces } });
    const model = new ChatOpenAI({
      model: 'r1-router',
      apiKey: 'none',
      configuration: { baseURL: `${url}/v1` },
      maxRetries: 0,
    });
    expect((await model.invoke('How many?')).text).toBe('It is two.');
    const chunks = await collect(await model.stream('How many?'));
    expect(chunks.map(({ text }) => text).join('')).toBe('It is two.');
  });
});

describe('the client of the Model Context Protocol', () => {
  async function connect(options: Parameters<typeof startServer>[0] = {}, headers: Record<string, string> = {}) {
    const server = await startServer(options);
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit: { headers } }));
    onTestFinished(() => client.close());
    return { client, ...server };
  }

  test('finds the router and each knowledge base, and calls them', async () => {
    const knowledgeBases = [fakeKnowledgeBase('House rules', { first: ['one', 'uno'] })];
    const { client } = await connect({ knowledgeBases });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['ask', 'search_House_rules']);
    expect(tools[0]!.description).toContain('Knows things about House rules.');

    const progress: (string | undefined)[] = [];
    const onprogress = ({ message }: { message?: string }) => void progress.push(message);
    const answered = await client.callTool({ name: 'ask', arguments: { question: 'How many?' } }, undefined, {
      onprogress,
    });
    expect(answered.structuredContent).toMatchObject({
      answer: 'two',
      citations: [{ knowledgeBase: 'Tables' }],
      stopReason: 'policy',
    });
    expect(answered.content).toMatchObject([{ type: 'text', text: expect.stringMatching(/^two\nSources:\n- /) }]);
    expect(progress).toEqual(['Texts: first', 'Tables: second']);

    const found = await client.callTool({ name: 'search_House_rules', arguments: { query: 'first' } });
    expect(found.structuredContent).toMatchObject({ passages: [{ text: 'one' }, { text: 'uno' }] });
  });

  test('is told what it did wrong, and nothing of what failed inside', async () => {
    const policy = policyOf(() => {
      throw new Error('secret words');
    });
    const { client, errors } = await connect({ graphOptions: { policy } });
    expect(await client.callTool({ name: 'ask', arguments: { question: '' } })).toMatchObject({ isError: true });
    expect(await client.callTool({ name: 'ask', arguments: { sead: 1 } })).toMatchObject({ isError: true });
    const failed = await client.callTool({ name: 'ask', arguments: { question: 'x' } });
    expect(failed).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('policy-failed') }] });
    expect(JSON.stringify(failed)).not.toContain('secret');
    expect(errors).toHaveLength(1);
  });

  test('needs the key', async () => {
    const options = { apiKey: 'right' };
    await expect(connect(options)).rejects.toThrow(/401|unauthorized/i);
    const { client } = await connect(options, { Authorization: 'Bearer right' });
    expect((await client.listTools()).tools).toHaveLength(1);
  });

  test('one that goes ends its run', async () => {
    const signals: AbortSignal[] = [];
    const hanging = fakeKnowledgeBase('Texts', (_query, options) => {
      signals.push(options!.signal!);
      return new Promise(() => {});
    });
    const policy = policyOf(() => ({ decision: search('a', 'Texts') }));
    const { client } = await connect({ graphOptions: { knowledgeBases: [hanging], policy } });
    const asked = client.callTool({ name: 'ask', arguments: { question: 'x' } }).catch(() => {});
    await vi.waitFor(() => expect(signals).toHaveLength(1));
    await client.close();
    await vi.waitFor(() => expect(signals[0]!.aborted).toBe(true));
    await asked;
  });
});

describe('EventSource', () => {
  test('reads a run again, from the event on that it has', async () => {
    const { ask, url } = await startServer();
    await (await ask({ question: 'How many?', runId: RUN_ID })).json();
    const source = new EventSource(`${url}/v1/runs/${RUN_ID}/events`);
    const types: string[] = [];
    await new Promise<void>((resolve) => {
      for (const type of ['run-start', 'step-end', 'answer-end']) {
        source.addEventListener(type, () => {
          types.push(type);
          if (type === 'answer-end') resolve();
        });
      }
    });
    source.close();
    expect(types).toEqual(['run-start', 'step-end', 'step-end', 'step-end', 'answer-end']);
  });
});

describe('the OpenAPI document', () => {
  test('names every path, and its references lead somewhere', async () => {
    const { url } = await startServer({ apiKey: 'key' });
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, object>;
      components: { schemas: Record<string, object> };
    };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toContain('/v1/ask');
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(10);
    for (const [, name] of references) expect(document.components.schemas).toHaveProperty(name!.split('/')[0]!);
    expect(await (await fetch(`${url}/docs`)).text()).toContain('POST /v1/ask');
  });
});

describe('Prometheus', () => {
  test('reads counts of requests, runs and searches, and no words', async () => {
    const { ask, url } = await startServer();
    await (await ask({ question: 'How many secrets?' })).json();
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    expect(text).toContain('r1_router_requests_total{route="/v1/ask",method="POST",status="200"} 1');
    expect(text).toContain('r1_router_runs_total{end="policy",answered="yes"} 1');
    expect(text).toContain('r1_router_searches_total{knowledge_base="Texts",outcome="passages"} 1');
    expect(text).not.toContain('secrets');
  });
});
