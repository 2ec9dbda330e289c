import { describe, expect, it } from 'vitest';
import * as agentTool from '../../examples/agent-tool.ts';
import * as customKnowledgeBase from '../../examples/custom-knowledge-base.ts';
import * as embed from '../../examples/embed.ts';
import * as ownRetriever from '../../examples/own-retriever.ts';

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
