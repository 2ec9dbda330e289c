/** The same protocols through Ollama's own format: lines of JSON, arguments as objects, names in the place of ids. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ChatOllama } from '@langchain/ollama';
import { afterEach, describe, expect, it } from 'vitest';
import { createRouterAgent } from '../../../../src/graph/agent.ts';
import type { Protocol } from '../../../../src/graph/chat-model/protocols/protocol.ts';
import { memoryImageStore } from '../../../../src/graph/image-store.ts';
import { readBody } from '../../openai-server.ts';
import { QUESTION, world } from './world.ts';

interface OllamaReply {
  content?: string;
  tool_calls?: { function: { name: string; arguments: Record<string, unknown> } }[];
}

interface OllamaRequest {
  messages: { role: string; content: string; images?: string[]; tool_calls?: unknown[] }[];
  tools?: { function: { name: string } }[];
  format?: Record<string, unknown>;
}

let close = async () => {};
afterEach(() => close());

async function ollama(replies: readonly OllamaReply[]) {
  const requests: OllamaRequest[] = [];
  const server = createServer(async (request, response) => {
    requests.push(JSON.parse((await readBody(request)).toString('utf8')) as OllamaRequest);
    const reply = replies[requests.length - 1];
    if (!reply) {
      response.statusCode = 418;
      response.end(JSON.stringify({ error: 'the script has run out' }));
      return;
    }
    const line = (message: OllamaReply, rest: Record<string, unknown>) => {
      const full = { role: 'assistant', content: '', ...message };
      response.write(
        `${JSON.stringify({ model: 'small', created_at: '2026-01-01T00:00:00Z', message: full, ...rest })}\n`,
      );
    };
    response.setHeader('content-type', 'application/x-ndjson');
    for (const content of reply.content?.match(/[\s\S]{1,9}/g) ?? []) line({ content }, { done: false });
    if (reply.tool_calls) line({ tool_calls: reply.tool_calls }, { done: false });
    line({}, { done: true, done_reason: 'stop', prompt_eval_count: 90, eval_count: 10 });
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  close = async () => {
    server.closeAllConnections();
    server.close();
  };
  const { port } = server.address() as AddressInfo;
  return { model: new ChatOllama({ model: 'small', baseUrl: `http://127.0.0.1:${port}`, maxRetries: 0 }), requests };
}

async function ask(replies: readonly OllamaReply[], protocol: Protocol, bytes?: Uint8Array) {
  const { model, requests } = await ollama(replies);
  const images = memoryImageStore();
  const agent = createRouterAgent({ model, protocol, images, knowledgeBases: world().all });
  const image = bytes && (await images.put(bytes));
  return { output: await agent.invoke({ question: QUESTION, ...(image && { image }) }), requests };
}

const calling = (name: string, args: Record<string, unknown>): OllamaReply => ({
  tool_calls: [{ function: { name, arguments: args } }],
});
const austen = calling('search_People_and_places', { query: 'When was Jane Austen born?' });
const END = calling('finish', { quote: '1775', answer: '1775', citations: ['p1'] });

describe("a model behind Ollama's format", () => {
  it('calls tools, and sees the image', async () => {
    const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);
    const { output, requests } = await ask([austen, END], 'auto', bytes);
    expect(output).toMatchObject({ answer: '1775', usage: { modelCalls: 2, tokens: { input: 180, output: 20 } } });
    expect(requests[0]!.tools).toHaveLength(5);
    expect(JSON.stringify(requests[0])).toContain(Buffer.from(bytes).toString('base64'));
    expect(requests[1]!.messages.slice(-2).map(({ role }) => role)).toEqual(['assistant', 'tool']);
  });

  it('fills a schema that the server holds it to', async () => {
    const search = { thought: '', searches: [{ knowledgeBase: 'People and places', query: 'Austen' }] };
    const { output, requests } = await ask(
      [
        { content: JSON.stringify(search) },
        { content: '{"quote": "1775", "answer": "1775", "citations": ["p1"]}' },
        { content: '{"thought": "", "searches": []}' },
        { content: '{"quote": "1775", "answer": "1775", "citations": ["p1"]}' },
      ],
      'structured',
    );
    expect(output).toMatchObject({ answer: '1775', usage: { modelCalls: 4 } });
    expect(JSON.stringify(requests[0])).toContain('"enum":["Books","People and places","Prices"]');
  });

  it.each<[string, OllamaReply]>([
    ['prose', { content: 'I would look into the books.' }],
    ['nothing', {}],
    ['an unknown tool', calling('browse', { url: 'x' })],
    ['a call without a query', calling('search_Books', {})],
  ])('asks again after %s', async (_, odd) => {
    const { output } = await ask([odd, austen, END], 'tools');
    expect(output.steps[0]!.attempts[0]!.invalid).toBeDefined();
    expect(output.answer).toBe('1775');
  });

  it('writes calls as text, which are understood', async () => {
    const text = '{"name": "search_People_and_places", "parameters": {"query": "When was Jane Austen born?"}}';
    const { output } = await ask([{ content: text }, END], 'tools');
    expect(output).toMatchObject({ answer: '1775', usage: { modelCalls: 2 } });
  });
});
