import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as agentTool from '../../examples/agent-tool.ts';
import * as customKnowledgeBase from '../../examples/custom-knowledge-base.ts';
import * as embed from '../../examples/embed.ts';
import { agent } from '../../examples/langgraph-dev/router.ts';
import * as ownRetriever from '../../examples/own-retriever.ts';
import * as routerAgent from '../../examples/router-agent.ts';

describe('the examples run and say what they should', () => {
  it('custom-knowledge-base', async () => {
    expect(await customKnowledgeBase.main()).toBe(
      'The espresso machine on the third floor is descaled on the first Monday of the month. [n1]',
    );
  });

  it('embed', async () => {
    expect(await embed.main()).toEqual([
      'invoke: Visitors sign in at the front desk and wear a badge.',
      'stream: What do visitors wear? -> Office notes',
      'stream: Visitors sign in at the front desk and wear a badge. (1 search)',
      'batch: policy after 2 steps, policy after 2 steps',
    ]);
  });

  it('router-agent', async () => {
    expect(await routerAgent.main()).toEqual({
      answer: 'a badge',
      quote: 'Visitors sign in at the front desk and wear a badge.',
      messages: [
        'human: How does one recognise a visitor?',
        'ai: ',
        'tool: p1: Visitors sign in at the front desk and wear a badge.',
        'ai: a badge',
      ],
    });
  });

  it('langgraph-dev: a compiled graph where langgraph.json says, with the schemas that the server reads', async () => {
    const file = new URL('../../examples/langgraph-dev/langgraph.json', import.meta.url);
    const { graphs } = JSON.parse(await readFile(file, 'utf8')) as { graphs: Record<string, string> };
    expect(graphs).toEqual({ router: './router.ts:agent' });
    const builder = agent.builder as unknown as Record<string, z.ZodType>;
    const [input, output] = ['_input', '_output'].map((name) => z.toJSONSchema(builder[`${name}RuntimeDefinition`]!));
    expect(Object.keys(input!.properties!)).toEqual(['messages', 'question', 'image']);
    expect(output!.properties).toHaveProperty('citations');
  });

  it('own-retriever', async () => {
    expect(await ownRetriever.main()).toEqual([
      'Handbook: Visitors sign in at the front desk. (https://example.org/handbook/visitors)',
      'Stock: Desk lamp: 12 in stock. (Desk lamp)',
      'Tickets: The projector in room two needs a new lamp. (https://example.org/tickets/41)',
    ]);
  });

  it('agent-tool', async () => {
    expect(await agentTool.main()).toEqual({
      said: 'I looked it up. Visitors sign in at the front desk and wear a badge.\nSources: [1] n2 (Office notes)',
      searches: 1,
    });
  });
});
