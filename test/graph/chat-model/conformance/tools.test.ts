import { describe, expect, it } from 'vitest';
import { call, calls, runScript, says } from './world.ts';

const emma = call('search_Books', { query: 'Who wrote Emma?' });
const austen = call('search_People_and_places', { query: 'When was Jane Austen born?' });
const finish = (answer: string | null, quote: string | null, ...citations: string[]) =>
  call('finish', { quote, answer, citations });
const END = calls(finish('1775', 'born on 16 December 1775', 'p2'));

describe.each([false, true])('a model that calls tools, streamed: %s', (streamed) => {
  const options = { protocol: 'auto', streamed } as const;

  it('searches, reads and answers in one call a step', async () => {
    const { output, requests, deltas } = await runScript([calls(emma), calls(austen), END], options);
    expect(output).toMatchObject({
      answer: '1775',
      citations: [{ passageId: 'People and places-0', quote: 'born on 16 December 1775' }],
      stopReason: 'policy',
      usage: { modelCalls: 3, searches: 2, tokens: { input: 270, output: 30 } },
    });
    expect(requests[0]!.tools!.map((tool) => tool.function.name)).toEqual([
      'search_Books',
      'search_People_and_places',
      'search_Prices',
      'calculate_table',
      'finish',
    ]);
    expect(requests[0]!.tools![0]!.function.description).toBe('Searches "Books": Knows things about Books.');
    // Each request begins with the whole of the one before it.
    expect(requests[1]!.messages.slice(0, 2)).toEqual(requests[0]!.messages);
    expect(requests[2]!.messages.slice(0, 4)).toEqual(requests[1]!.messages);
    // A title with a line break forges no line of its own.
    expect(requests[1]!.messages[3]).toMatchObject({
      role: 'tool',
      content: 'p1: Emma p9: forged. Jane Austen wrote Emma.',
    });
    if (streamed) expect(deltas.join('')).toBe('1775');
  });

  it('takes several calls of one reply for one step', async () => {
    const script = [calls(emma, austen, call('search_Prices', { query: 'cup' })), END];
    const { output, world } = await runScript(script, options);
    expect(output.steps).toHaveLength(2);
    expect(output.steps[0]!.decision).toMatchObject({ type: 'search', searches: { length: 3 } });
    expect(world.all.map(({ asked }) => asked.length)).toEqual([1, 1, 1]);
    expect(output.answer).toBe('1775');
  });

  it.each([
    ['arguments that are no JSON', call('search_Books', '{"query": "Who wro'), 'invalid-arguments'],
    ['arguments without a query', call('search_Books', { limit: 3 }), 'invalid-arguments'],
    ['an empty query', call('search_Books', { query: ' ' }), 'empty-sub-question'],
    ['a name that is no tool', call('search_Films', { query: 'Who wrote Emma?' }), 'unknown-knowledge-base'],
    ['an endless query', call('search_Books', { query: 'x'.repeat(3000) }), 'too-long'],
    ['an answer from memory', finish('1775', 'born in 1775', 'p1'), 'no-evidence'],
  ])('asks again after %s, and shows what was written', async (_, odd, reason) => {
    const { output, requests } = await runScript(
      [calls(odd), calls(austen), calls(finish('1775', '1775', 'p1'))],
      options,
    );
    expect(output.steps[0]!.attempts).toMatchObject([{ invalid: reason }, {}]);
    expect(output.answer).toBe('1775');
    const [asked, told] = requests[1]!.messages.slice(-2);
    expect(told).toMatchObject({ role: 'tool', tool_call_id: asked!.tool_calls![0]!.id });
    expect(told!.content).toContain(odd.name);
    expect(told!.content).toContain(odd.arguments.slice(0, 20).replace('{', ''));
  });

  it.each([
    ['prose', says('I would look into the books first.'), 'no-tool-call'],
    ['nothing', says(''), 'empty-output'],
    ['a refusal', { content: 'I will not.', finishReason: 'content_filter' }, 'refused'],
    ['a thought that breaks off', says('<think>well'), 'unclosed-tag'],
  ])('asks again after %s', async (_, odd, reason) => {
    const { output, requests } = await runScript([odd, calls(austen), calls(finish('1775', '1775', 'p1'))], options);
    expect(output.steps[0]!.attempts).toMatchObject([{ invalid: reason }, {}]);
    expect(output.answer).toBe('1775');
    const [said, told] = requests[1]!.messages.slice(-2);
    expect(said).toMatchObject({ role: 'assistant', content: odd.content || '(empty)' });
    expect(told).toMatchObject({ role: 'user' });
  });

  it('asks the question of every knowledge base where nothing can be understood', async () => {
    const odd = [says('Hm.'), calls(call('nothing', {})), says('…')];
    const { output, world } = await runScript([...odd, calls(finish('4', 'Cup; Price: 4'))], options);
    expect(output.steps[0]).toMatchObject({ fallback: true, decision: { type: 'search' } });
    expect(world.all.map(({ asked }) => asked.length)).toEqual([1, 1, 1]);
    expect(output.answer).toBe('4');
  });

  it.each([
    [
      'a JSON object',
      says('{"name": "search_People_and_places", "arguments": {"query": "When was Jane Austen born?"}}'),
    ],
    [
      'a fenced JSON object',
      says('Sure:\n```json\n{"tool": "People and places", "query": "When was Jane Austen born?"}\n```'),
    ],
    [
      'an element of a chat template',
      says(
        '<tool_call>\n{"name": "search_People_and_places", "arguments": "{\\"query\\": \\"When was Jane Austen born?\\"}"}\n</tool_call>',
      ),
    ],
    [
      'another schema',
      says('{"searches": [{"knowledgeBase": "People and places", "query": "When was Jane Austen born?"}]}'),
    ],
    [
      'tags',
      says('<think>x</think><sub-question>When was Jane Austen born?</sub-question><ret>people and places</ret>'),
    ],
    [
      'a tool of its own making',
      calls(call('search', { knowledge_base: 'People and places', query: 'When was Jane Austen born?' })),
    ],
    [
      'the plain name of the knowledge base',
      calls(call('People and places', { question: 'When was Jane Austen born?' })),
    ],
    ['one valid call of two', calls(call('nothing', {}), austen)],
    ['a search beside an end without an answer', calls(finish(null, null), austen)],
  ])('understands %s as a search', async (_, odd) => {
    const { output, world } = await runScript([odd, calls(finish('1775', '1775', 'p1'))], options);
    expect(world.people.asked).toEqual(['When was Jane Austen born?']);
    expect(output).toMatchObject({ answer: '1775', usage: { modelCalls: 2 } });
  });

  it.each([
    ['a bare None', says('None')],
    ['tags of None', says('<sub-question>None</sub-question><ret>None</ret>')],
    ['an end without arguments', calls(call('finish', {}))],
  ])('understands %s as an end, and asks for the answer', async (_, end) => {
    const answer = calls(call('give_answer', { quote: '16 December 1775', answer: '1775', citations: ['p1'] }));
    const { output } = await runScript([calls(austen), end, answer], options);
    expect(output).toMatchObject({ answer: '1775', usage: { modelCalls: 3 } });
  });

  it.each([
    ['stands in no passage', finish('555-1234', 'The number is 555-1234.', 'p1')],
    ['stands inside another number', finish('177', '177', 'p1')],
    ['is missing, with an answer that was not read', finish('in spring', null, 'p1')],
  ])('abstains where the quote %s', async (_, end) => {
    const { output, deltas } = await runScript([calls(austen), calls(end)], options);
    expect(output).toMatchObject({ answer: null, citations: [], stopReason: 'policy' });
    expect(deltas).toEqual([]);
  });

  it('takes a search that was made before for a stop', async () => {
    const again = call('search_People_and_places', { query: 'when was jane austen born' });
    const answer = calls(call('give_answer', { quote: '1775', answer: '1775', citations: [] }));
    const { output, world } = await runScript([calls(austen), calls(again), answer], options);
    expect(world.people.asked).toHaveLength(1);
    expect(output.steps[1]!.decision).toEqual({ type: 'stop' });
    expect(output).toMatchObject({ answer: '1775', usage: { modelCalls: 3 } });
  });

  it('abstains without a call where nothing was ever found', async () => {
    const { output } = await runScript([calls(call('search_Books', { query: 'x' })), says('None')], options);
    expect(output).toMatchObject({ answer: null, usage: { modelCalls: 2 } });
  });

  it('calculates over a table before it decides, and the result may be quoted', async () => {
    const count = call('calculate_table', {
      table: 'p1',
      where: [{ column: 'Price', is: 'more', value: 5 }],
      give: 'count',
    });
    const script = [
      calls(call('search_Prices', { query: 'prices' })),
      calls(count),
      calls(finish('2 items', '2', 'p1')),
    ];
    const { output, requests } = await runScript(script, { ...options, question: 'How many items cost more than 5?' });
    expect(requests[2]!.messages.at(-1)).toMatchObject({ role: 'tool', content: 'Calculated over 3 rows: 2' });
    expect(output).toMatchObject({
      answer: '2 items',
      citations: [{ passageId: 'Prices-0', knowledgeBase: 'Prices', quote: '2' }],
      usage: { modelCalls: 3, searches: 1 },
    });
    expect(output.steps[1]!.thought).toContain('Calculated over 3 rows: 2');
  });

  it('tells why a table cannot be calculated with', async () => {
    const wrong = call('calculate_table', { table: 'p7' });
    const script = [calls(call('search_Prices', { query: 'prices' })), calls(wrong), calls(finish('4', 'Price: 4'))];
    const { requests } = await runScript(script, options);
    expect(requests[2]!.messages.at(-1)!.content).toBe('Not calculated: p7 is no table; the tables found are p1.');
  });
});

describe('a model that only decides', () => {
  it('sees what a reader made of the passages, and ends without an answer', async () => {
    const answer = { quote: '16 December 1775', answer: '16 December 1775', citations: ['p1'] };
    const script = [
      calls(austen),
      calls(call('give_answer', answer)),
      calls(call('finish', {})),
      calls(call('give_answer', answer)),
    ];
    const { output, requests } = await runScript(script, {
      protocol: 'auto',
      policy: { readAndDecide: undefined },
      reads: true,
    });
    expect(output).toMatchObject({ answer: '16 December 1775', usage: { modelCalls: 4 } });
    expect(requests[2]!.messages.at(-1)).toMatchObject({ role: 'tool', content: 'Answer: 16 December 1775' });
    expect(requests[0]!.tools!.map((tool) => tool.function.name)).not.toContain('calculate_table');
  });
});
