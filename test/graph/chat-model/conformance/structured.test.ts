import { describe, expect, it } from 'vitest';
import { call, calls, runScript, says } from './world.ts';

const form = (fields: Record<string, unknown>) => JSON.stringify({ thought: 'so', searches: [], ...fields });
const search = (query: string, knowledgeBase: string) => form({ searches: [{ knowledgeBase, query }] });
const ask = search('When was Jane Austen born?', 'People and places');
const END = form({ quote: '16 December 1775', answer: '1775', citations: ['p1'] });

describe.each([
  ['jsonSchema', false],
  ['jsonSchema', true],
  ['functionCalling', false],
  ['functionCalling', true],
  ['jsonMode', false],
] as const)('a model that fills a schema by %s, streamed: %s', (method, streamed) => {
  const options = { protocol: 'structured', streamed, policy: { structuredOutput: { method } } } as const;
  const reply = (text: string) => (method === 'functionCalling' ? calls(call('decision', text)) : says(text));

  it('chooses the knowledge base from an enum, and answers with a quote', async () => {
    const { output, requests, deltas } = await runScript([reply(ask), reply(END)], options);
    expect(output).toMatchObject({ answer: '1775', stopReason: 'policy', usage: { modelCalls: 2, searches: 1 } });
    expect(output.steps[0]).toMatchObject({ thought: 'so', outcome: 'passages' });
    if (method !== 'jsonMode')
      expect(JSON.stringify(requests[0])).toContain('"enum":["Books","People and places","Prices"]');
    if (streamed) expect(deltas.join('')).toBe('1775');
  });

  it('makes several searches at once', async () => {
    const both = form({
      searches: [
        { knowledgeBase: 'Books', query: 'Emma' },
        { knowledgeBase: 'People and places', query: 'Austen' },
      ],
    });
    const end = form({ quote: '1775', answer: '1775', citations: ['p2'] });
    const { output, world } = await runScript([reply(both), reply(end)], options);
    expect(world.all.map(({ asked }) => asked.length)).toEqual([1, 1, 0]);
    expect(output.answer).toBe('1775');
  });

  it.each([
    ['a form that breaks off', '{"thought": "so", "searches": [{"knowledgeBase": "Boo'],
    ['a knowledge base outside the enum', search('q', 'Films')],
    ['a form without the fields', '{"colour": "red"}'],
    ['an answer from memory', END],
  ])('asks again after %s', async (_, odd) => {
    const { output, requests } = await runScript([reply(odd), reply(ask), reply(END)], options);
    expect(output.steps[0]!.attempts).toHaveLength(2);
    expect(output.steps[0]!.attempts[0]!.invalid).toBeDefined();
    expect(output.answer).toBe('1775');
    expect(requests[1]!.messages.at(-2)).toMatchObject({ role: 'assistant' });
  });

  it('understands prose, a tool call and tags all the same', async () => {
    // This provider's own parser keeps what is no JSON for itself, so that the model is asked again.
    const keeps = method === 'jsonSchema' && !streamed;
    const tags = says('<sub-question>When was Jane Austen born?</sub-question><ret>People and places</ret>');
    for (const odd of [
      ...(keeps ? [] : [tags]),
      calls(call('People and places', { query: 'When was Jane Austen born?' })),
    ]) {
      const { output } = await runScript([odd, reply(END)], options);
      expect(output).toMatchObject({ answer: '1775', usage: { modelCalls: 2 } });
    }
    const { output } = await runScript([says('Let me think.'), reply(ask), reply(END)], options);
    expect(output.answer).toBe('1775');
  });
});
