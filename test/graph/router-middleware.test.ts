import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { createAgent } from 'langchain';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { searchFor } from '../../src/graph/decision.ts';
import { routerMiddleware, type Selection } from '../../src/graph/router-middleware.ts';
import { fakeKnowledgeBase, policyOf, stop } from '../../src/test/fakes.ts';
import { startOpenAiServer } from './openai-server.ts';

let close = async () => {};
afterEach(() => close());

const retrievers = Array.from({ length: 8 }, (_, index) =>
  tool(async ({ query }) => `${index} knows of ${query}`, {
    name: `search_${index}`,
    description: `Knows the works of volume ${index}, which are told of at some length here.`,
    schema: z.object({ query: z.string() }),
  }),
);
const clock = tool(async () => '12:00', { name: 'clock', description: 'The time.', schema: z.object({}) });

async function ask(middleware: ReturnType<typeof routerMiddleware>) {
  const tools = [...retrievers, clock];
  const called = { name: 'search_3', arguments: '{"query": "a"}' };
  const server = await startOpenAiServer([{ content: null, toolCalls: [called] }, { content: 'done' }]);
  close = server.close;
  const model = new ChatOpenAI({ model: 'm', apiKey: 'none', maxRetries: 0, configuration: { baseURL: server.url } });
  const agent = createAgent({ model, tools, systemPrompt: 'Be kind.', middleware: [middleware] });
  const { messages } = await agent.invoke({ messages: [{ role: 'user', content: 'q' }] });
  return { requests: server.requests, messages };
}

describe('a policy that picks the tools of an agent', () => {
  it('shows the picked ones and every tool that is no retriever, and names the others', async () => {
    const selections: Selection[] = [];
    const policy = policyOf(({ steps, question }) => ({
      decision: searchFor(question, steps.length === 0 ? 'search_3' : 'search_5'),
    }));
    const onSelection = (selection: Selection) => selections.push(selection);
    const { requests, messages } = await ask(routerMiddleware({ policy, tools: retrievers, onSelection }));
    expect(messages.at(-1)?.text).toBe('done');
    expect(requests.map(({ tools }) => tools!.map((one) => one.function.name))).toEqual([
      ['search_3', 'clock'],
      ['search_5', 'clock'],
    ]);
    expect(JSON.stringify(requests[0]!.messages[0])).toContain(
      'Be kind.\\n\\nMore retrievers are there and are shown when they fit: search_0, search_1, search_2, search_4, search_5, search_6, search_7.',
    );
    const [{ tokens, hidden }] = selections as [Selection];
    expect(hidden).toHaveLength(7);
    expect(tokens.shown).toBeLessThan(tokens.all / 7);
  });

  it('shows all where the policy stops, and as many as it is asked for', async () => {
    const all = await ask(routerMiddleware({ policy: policyOf(() => ({ decision: stop })), tools: retrievers }));
    expect(all.requests[0]!.tools).toHaveLength(9);
    await close();
    const first = policyOf(({ question, knowledgeBases }) => ({
      decision: searchFor(question, knowledgeBases[0]!.name),
    }));
    const three = await ask(routerMiddleware({ policy: first, tools: retrievers, limit: 3 }));
    expect(three.requests[0]!.tools).toHaveLength(4);
  });

  it('lets a policy probe what the tools search', async () => {
    const bases = retrievers.map((_, index) =>
      fakeKnowledgeBase(`Volume ${index}`, index === 6 ? { q: ['found'] } : {}),
    );
    const probing = {
      ...policyOf(() => ({ decision: stop })),
      async decide({ question, knowledgeBases }: never, context: never) {
        const cards = knowledgeBases as { name: string }[];
        const { search } = context as { search(name: string, question: string): Promise<{ passages: unknown[] }> };
        for (const { name } of cards) {
          if ((await search(name, question)).passages.length > 0) return { decision: searchFor(question, name) };
        }
        return { decision: stop };
      },
    };
    const tools = retrievers.map((one, index) => ({ tool: one, knowledgeBase: bases[index]! }));
    const { requests } = await ask(routerMiddleware({ policy: probing as never, tools }));
    expect(requests[0]!.tools!.map((one) => one.function.name)).toEqual(['search_6', 'clock']);
  });

  it('refuses an empty list', () => {
    expect(() => routerMiddleware({ policy: policyOf(() => ({ decision: stop })), tools: [] })).toThrow(
      /tools is empty/,
    );
  });
});
