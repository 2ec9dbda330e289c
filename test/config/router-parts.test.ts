/** Which policy, reader and answerer settings mean; and that eval's method `default` has the same. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createEvaluationMethods } from '../../src/cli/eval/methods.ts';
import { parseConfig } from '../../src/config/load.ts';
import { shippedScorer } from '../../src/config/policies.ts';
import { type RouterPartsSettings, routerParts } from '../../src/config/router-parts.ts';
import { createRouterGraph } from '../../src/graph/graph.ts';
import { memoryImageStore } from '../../src/graph/image-store.ts';
import type { RouterContext } from '../../src/graph/run-state.ts';
import { fakeKnowledgeBase } from '../../src/test/fakes.ts';
import type { KnowledgeBase } from '../../src/tools/knowledge-base.ts';
import { type ScriptedReply, startOpenAiServer } from '../graph/openai-server.ts';

const QUESTION = 'Who wrote Emma?';
const base = () => fakeKnowledgeBase('Texts', { [QUESTION]: ['Jane Austen wrote Emma.'] });
const END =
  '{"thought": "it says so", "next": {"do": "answer", "quote": "Jane Austen wrote Emma", "answer": "Jane Austen"}}';

let server: Awaited<ReturnType<typeof startOpenAiServer>> | undefined;
afterAll(async () => server?.close());

/** The graph of these settings over one knowledge base, with a model that plays the replies. */
async function run(
  replies: readonly ScriptedReply[],
  settings: RouterPartsSettings,
  config: Record<string, unknown> = {},
) {
  await server?.close();
  server = await startOpenAiServer(replies);
  const loaded = { config: parseConfig(JSON.stringify(config)), directory: tmpdir() };
  const maker = routerParts({ store: '/elsewhere', baseUrl: server.url, ...settings }, loaded);
  const knowledgeBases = [base()];
  const parts = await maker.parts(maker.policyName, ['Texts']);
  const graph = createRouterGraph({ knowledgeBases, ...parts });
  return { maker, parts, output: await graph.invoke({ question: QUESTION }), requests: server.requests };
}

describe('without a model', () => {
  test.each<[string, RouterPartsSettings, string]>([
    ['the atlas', {}, 'scorer'],
    ['a store of one’s own', { store: '/elsewhere' }, 'files'],
    ['a policy that is named', { policy: 'all-once' }, 'all-once'],
  ])('%s', (_, settings, policyName) => {
    expect(routerParts(settings, { config: {}, directory: tmpdir() }).policyName).toBe(policyName);
  });
});

describe('with a model', () => {
  const model = 'openai:some';
  const search = { content: null, toolCalls: [{ name: 'search_Texts', arguments: `{"query": "${QUESTION}"}` }] };
  const finish = {
    content: null,
    toolCalls: [
      {
        name: 'finish',
        arguments: '{"quote": "Jane Austen wrote Emma", "answer": "Jane Austen", "citations": ["p1"]}',
      },
    ],
  };

  test('the call that decides also reads: two calls', async () => {
    const { output, parts } = await run([search, finish], { model, protocol: 'tools' });
    expect(output).toMatchObject({ answer: 'Jane Austen', usage: { modelCalls: 2 } });
    expect(parts.reader.passesOn).toBe(true);
  });

  test.each<[string, RouterPartsSettings]>([
    ['with --look-first and a schema', { protocol: 'structured', lookFirst: true }],
    ['on a server of one’s own, which holds replies to their schema', {}],
  ])('%s: one', async (_, settings) => {
    const { output, requests } = await run([{ content: END }], { model, ...settings });
    expect(output).toMatchObject({ answer: 'Jane Austen', usage: { modelCalls: 1, searches: 1 } });
    expect(requests[0]!.messages.at(-1)!.content).toBe(`p1: Jane Austen wrote Emma.\nQuestion: ${QUESTION}`);
  });

  test('the settings of the file count, and flags before them', async () => {
    const tags = '<think>a</think><sub-question>None</sub-question><ret>None</ret>';
    const config = {
      models: { default: model },
      protocol: 'tags',
      naming: 'reference',
      fallback: 'stop',
      imageAt: 'never',
    };
    const { output, parts, requests } = await run([{ content: tags }], {}, config);
    expect(parts).toMatchObject({ fallback: 'stop' });
    expect(requests[0]!.messages[0]!.content).toContain('- Text Retriever: ');
    expect(output).toMatchObject({ answer: null, stopReason: 'policy' });
    const flags = await run([search, finish], { protocol: 'tools', naming: 'own', fallback: 'Texts' }, config);
    expect(flags.parts).toMatchObject({ fallback: { knowledgeBase: 'Texts' } });
    expect(flags.output.answer).toBe('Jane Austen');
  });

  test('a reader of its own reads, and the policy only decides', async () => {
    const answer = {
      content: null,
      toolCalls: [
        {
          name: 'give_answer',
          arguments: '{"quote": "Jane Austen wrote Emma", "answer": "Jane Austen", "citations": ["p1"]}',
        },
      ],
    };
    const end = { content: null, toolCalls: [{ name: 'finish', arguments: '{}' }] };
    const config = { models: { policy: 'openai:planner', reader: 'openai:reader' } };
    const { requests, parts } = await run([search, answer, end, answer], { protocol: 'tools' }, config);
    expect(parts.reader.passesOn).toBeUndefined();
    expect(requests.map(({ model: name }) => name)).toEqual(['planner', 'reader', 'planner', 'reader']);
  });
});

describe('eval', () => {
  const knowledgeBases = () => [
    { ...base(), stats: async () => ({ documents: 1, passages: 1 }) } as unknown as KnowledgeBase,
  ];
  const methodsOf = async (
    name: string,
    settings: RouterPartsSettings,
    config: Record<string, unknown>,
    context?: RouterContext,
  ) => {
    const loaded = { config: parseConfig(JSON.stringify(config)), directory: tmpdir() };
    const maker = routerParts({ store: '/elsewhere', ...settings }, loaded);
    const images = memoryImageStore();
    return createEvaluationMethods([name], { knowledgeBases: knowledgeBases(), images, maker, context });
  };

  test('default is what ask does: policy, reader and answerer', async () => {
    const [method] = await methodsOf('default', {}, {});
    expect(method!.fingerprint).toMatchObject({ policy: 'files 1', reader: 'files', answerer: 'files' });
  });

  test('a policy in a directory reads as ask --policy reads; methods with a name share one reader', async () => {
    const [own] = await methodsOf(shippedScorer(), {}, {});
    const policy = expect.stringMatching(/^scorer /);
    expect(own!.fingerprint).toMatchObject({ policy, reader: 'files', answerer: 'files' });
    const [named] = await methodsOf('scorer', {}, {});
    expect(named!.fingerprint).toMatchObject({ policy, reader: 'extractive', answerer: 'extractive' });
  });

  test('a directory without a policy is an unknown method', async () => {
    await expect(methodsOf(join(tmpdir(), 'nothing-here'), {}, {})).rejects.toMatchObject({ code: 'unknown-method' });
  });

  test('a policy in a directory keeps the steps and budgets of ask', async () => {
    const [own] = await methodsOf(shippedScorer(), {}, {}, { maxSteps: 0 });
    expect(await own!.invoke({ question: QUESTION }, {})).toMatchObject({ usage: { searches: 0 } });
    const [named] = await methodsOf('scorer', {}, {}, { maxSteps: 0 });
    expect(await named!.invoke({ question: QUESTION }, {})).not.toMatchObject({ usage: { searches: 0 } });
  });

  test('models.policy and models.reader are asked, each for its part', async () => {
    await server?.close();
    const said = { content: '<answer>Jane Austen</answer>' };
    server = await startOpenAiServer([said, said]);
    const entry = (name: string) => ({ model: `openai:${name}`, baseUrl: server!.url });
    const config = { models: { policy: entry('planner'), reader: entry('reader') } };
    const [method] = await methodsOf('all-once', {}, config);
    expect(method!.fingerprint).toMatchObject({
      model: { model: 'openai:planner' },
      readerModel: { model: 'openai:reader' },
    });
    expect(await method!.invoke({ question: QUESTION }, {})).toMatchObject({ answer: 'Jane Austen' });
    expect(server.requests.map(({ model: name }) => name)).toEqual(['reader', 'reader']);
  });
});

describe('a server whose stream fails', () => {
  const failures: Record<string, (response: ServerResponse) => void> = {
    'says nothing': (response) => response.end(),
    'sends no stream': (response) => response.end('{"id":"a","object":"chat.completion","choices":[]}'),
    'ends within a piece': (response) => response.end('data: {"id":"a","choices":[{"index":0,"delta":{"con'),
    refuses: (response) => {
      response.statusCode = 400;
      response.end('{"error":{"message":"response_format is not known here"}}');
    },
  };
  test.each(Object.entries(failures))(
    'that %s is a failed or an odd reply, and no promise is left behind',
    async (_, fail) => {
      const left: unknown[] = [];
      const listen = (reason: unknown) => left.push(reason);
      process.on('unhandledRejection', listen);
      const broken = createServer((request, response) => request.on('data', () => {}).on('end', () => fail(response)));
      await new Promise<void>((listening) => broken.listen(0, '127.0.0.1', listening));
      const baseUrl = `http://127.0.0.1:${(broken.address() as AddressInfo).port}/v1`;
      const maker = routerParts(
        { store: '/elsewhere', baseUrl, model: 'openai:some' },
        { config: {}, directory: tmpdir() },
      );
      const parts = await maker.parts(maker.policyName, ['Texts']);
      const graph = createRouterGraph({ knowledgeBases: [base()], ...parts });
      const events = await graph.stream(
        { question: QUESTION },
        { streamMode: 'custom', context: { streamAnswer: true } },
      );
      const drained = (async () => {
        for await (const _ of events);
      })();
      await drained.catch((error: Error) =>
        expect(error.message).toMatch(/response_format is not known|reply of the model cannot be read|JSON/),
      );
      await new Promise((settled) => setTimeout(settled, 50));
      process.off('unhandledRejection', listen);
      await new Promise((closed) => broken.close(closed));
      expect(left).toEqual([]);
    },
  );
});
