/** The form in which a model that fills a schema says what comes next, and what becomes of it. */
import { describe, expect, test } from 'vitest';
import { chatModelAnswerer } from '../../../src/graph/chat-model/answerer.ts';
import type { DecideRequest, LookFirst } from '../../../src/graph/chat-model/decide-request.ts';
import { LocalChatModel } from '../../../src/graph/chat-model/local/chat-model.ts';
import { grammarOf } from '../../../src/graph/chat-model/local/grammar.ts';
import { chatModelPolicy } from '../../../src/graph/chat-model/policy.ts';
import { createRouterGraph } from '../../../src/graph/graph.ts';
import { memoryImageStore } from '../../../src/graph/image-store.ts';
import { passOnReader } from '../../../src/graph/pass-on-reader.ts';
import type { SearchableKnowledgeBase } from '../../../src/tools/knowledge-base.ts';
import { world } from './conformance/world.ts';
import { accepts } from './local/gbnf.ts';
import { scriptedEngine } from './local/scripted-engine.ts';

const PRICES = 'Which costs most of the dishes of Austen?';
const say = (next: Record<string, unknown>) => spaced({ next });

/** As a grammar has it. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, part]) => `${JSON.stringify(key)}: ${spaced(part)}`)
    .join(', ')}}`;
}

const answer = (quote: string, text: string) => say({ do: 'answer', quote, answer: text });
const search = (knowledgeBase: string, query: string) => say({ do: 'search', searches: [{ knowledgeBase, query }] });
const calculate = (fields: Record<string, unknown>) =>
  say({ do: 'calculate', table: 'p2', find: 'highest', of: 'Price', give: 'Item', where: [], ...fields });
const GIVE_UP = say({ do: 'give up' });

async function run(
  replies: readonly string[],
  {
    question = PRICES,
    bases = world().all as SearchableKnowledgeBase[],
    image = false,
    lookFirst = true as boolean | LookFirst,
    calculations = undefined as DecideRequest['calculations'],
  } = {},
) {
  const engine = scriptedEngine(replies);
  const model = new LocalChatModel({ engine });
  const images = memoryImageStore();
  const graph = createRouterGraph({
    knowledgeBases: bases,
    policy: chatModelPolicy({ model, lookFirst, readAndDecide: true, calculations }),
    reader: passOnReader(3),
    answerer: chatModelAnswerer({ model }),
    images,
  });
  const hash = image ? await images.put(PIXEL) : undefined;
  const output = await graph.invoke({ question, ...(hash && { image: hash }) });
  return { output, requests: engine.requests };
}

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('a model that fills the form', () => {
  test('begins by reading what the question found, and answers with a quote', async () => {
    const { output, requests } = await run([answer('born on 16 December 1775', '16 December 1775')]);
    expect(output).toMatchObject({
      answer: '16 December 1775',
      citations: [{ knowledgeBase: 'People and places', quote: 'born on 16 December 1775' }],
      usage: { modelCalls: 1, searches: 3 },
    });
    expect(output.steps).toHaveLength(2);
    expect(requests[0]!.turns.at(-1)!.text).toBe(
      `p1: Jane Austen was born on 16 December 1775.\np2: Item: Cup; Price: 4. Item: Plate; Price: 7. Item: Bowl; Price: 6.\nBooks was asked "${PRICES}": (nothing was found)\nQuestion: ${PRICES}`,
    );
  });

  test('calculates, and quotes the result', async () => {
    const { output, requests } = await run([calculate({}), answer('Item: Plate (Price: 7)', 'Plate')]);
    expect(output).toMatchObject({
      answer: 'Plate',
      citations: [{ knowledgeBase: 'Prices' }],
      usage: { modelCalls: 2 },
    });
    expect(requests[1]!.turns.at(-1)!.text).toContain(
      'c1: calculated over 3 rows: highest Price, Item: Plate (Price: 7)\nQuestion',
    );
    expect(requests[1]!.turns.at(-1)!.text.startsWith(requests[0]!.turns.at(-1)!.text.split('\nQuestion')[0]!)).toBe(
      true,
    );
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['counts', { where: [{ column: 'Price', is: 'more', value: '5' }], find: 'count', of: null }, '2'],
    ['adds up', { find: 'sum' }, '17'],
    ['lists', { where: [{ column: 'Price', is: 'less', value: '7' }], find: 'list', of: null }, 'Cup; Bowl'],
    ['finds the least', { find: 'lowest' }, 'Cup (Price: 4)'],
  ])('%s', async (_, fields, result) => {
    const { output } = await run([calculate(fields), answer(result, result)]);
    expect(output.answer).toBe(result);
  });

  test('a calculation that brings nothing may be mended, and the same again is not offered a third time', async () => {
    const none = calculate({ where: [{ column: 'Item', is: 'equal', value: 'Fork' }] });
    const { output, requests } = await run([none, none, GIVE_UP]);
    expect(output).toMatchObject({ answer: null, usage: { modelCalls: 3 } });
    expect(requests.map(({ schema }) => accepts(grammarOf(schema!), none))).toEqual([true, true, false]);
    const filled = calculate({ where: [{ column: 'Item', is: 'equal', value: 'null' }] });
    expect((await run([none, filled, answer('Plate (Price: 7)', 'Plate')])).output.answer).toBe('Plate');
  });

  const named = (is: string, value: string) => ({ where: [{ column: 'Item', is, value }], find: 'count', of: null });

  test.each<[string, Record<string, unknown>, string]>([
    ['a few counted rows stand beside their number', named('equal', 'Cup'), 'Item equal Cup: 1 (Item: Cup; Price: 4)'],
    ['a name is not more than another', named('more', 'Cup'), 'Item equal Cup: 1 (Item: Cup; Price: 4)'],
    [
      'rows that have a part of what was looked for are named',
      named('equal', 'Cup set'),
      'where Item equal Cup set: no row. These have it: p2: Item: Cup; Price: 4',
    ],
    [
      'names are not ranked but listed',
      { of: null, where: [{ column: 'Price', is: 'less', value: '5' }] },
      'where Price less 5: Cup',
    ],
  ])('%s', async (_, fields, told) => {
    const { requests } = await run([calculate(fields), GIVE_UP, GIVE_UP]);
    expect(requests[1]!.turns.at(-1)!.text).toContain(told);
  });

  test.each<[string, Record<string, unknown>, boolean]>([
    ['what was counted', named('equal', 'Cup'), false],
    ['an extreme of all rows', {}, false],
    ['an extreme of some rows', { where: [{ column: 'Price', is: 'less', value: '7' }] }, true],
  ])('%s is offered again only where conditions may be mended', async (_, fields, isOffered) => {
    const { requests } = await run([calculate(fields), GIVE_UP]);
    expect(requests.map(({ schema }) => accepts(grammarOf(schema!), calculate({})))).toEqual([true, isOffered]);
  });

  test('calculates no more than the question may need', async () => {
    const asked: string[] = [];
    const calculations = (question: string) => {
      asked.push(question);
      return ['highest'] as const;
    };
    const { requests } = await run([GIVE_UP], { calculations });
    const grammar = grammarOf(requests[0]!.schema!);
    expect(accepts(grammar, calculate({}))).toBe(true);
    expect(accepts(grammar, calculate({ find: 'lowest' }))).toBe(false);
    expect(asked).toEqual([PRICES]);
    const none = await run([GIVE_UP], { calculations: () => [] });
    expect(accepts(grammarOf(none.requests[0]!.schema!), calculate({}))).toBe(false);
  });

  test('a question that found nothing in more words is not asked in fewer', async () => {
    const lookFirst = { wider: (question: string) => `${question} price`, compared: () => undefined };
    const silent: SearchableKnowledgeBase = { ...world().books, search: async () => [] };
    const { output } = await run([search('Books', PRICES)], { bases: [silent], lookFirst });
    expect(output).toMatchObject({ answer: null, stopReason: 'policy', usage: { modelCalls: 1 } });
    expect(output.steps).toHaveLength(2);
  });

  test('an abstention in words needs no better proof', async () => {
    const { output } = await run([answer(PRICES, '(nothing was found)')]);
    expect(output).toMatchObject({ answer: null, usage: { modelCalls: 1 } });
  });

  test('is shown the sentence that an inexact quote was meant for', async () => {
    const inexact = answer('Jane Austen, born on 16 December 1775', '16 December 1775');
    const { requests } = await run([inexact, GIVE_UP]);
    expect(requests[1]!.turns.at(-1)!.text).toContain(
      'a quote is copied exactly. These words stand there: "Jane Austen was born on 16 December 1775.".',
    );
    const { requests: other } = await run([answer('Emma Woodhouse, born in 1775', '1775'), GIVE_UP]);
    expect(other[1]!.turns.at(-1)!.text).not.toContain('These words stand there');
  });

  test('searches on, and is not asked to search again for the same', async () => {
    const more = search('Books', 'Emma');
    const { output, requests } = await run([more, answer('Jane Austen wrote Emma', 'Jane Austen')]);
    expect(output).toMatchObject({ answer: 'Jane Austen', usage: { modelCalls: 2 } });
    expect(requests[1]!.turns.at(-1)!.text).toContain('\np3: ');
  });

  test('a search that was taken from an example is none', async () => {
    const copied = search('Books', 'When was the lighthouse of Holm built?');
    const { output } = await run([copied, answer('16 December 1775', '1775')]);
    expect(output).toMatchObject({ answer: '1775', usage: { searches: 3 } });
  });

  test('what found nothing is first asked in other words', async () => {
    const lookFirst = { wider: () => 'Emma', compared: () => 'figures' };
    const { books, prices } = world();
    const silent: SearchableKnowledgeBase = { ...prices, search: async () => [] };
    const first = await run([GIVE_UP], { question: 'Which novel is longest?', bases: [books, silent], lookFirst });
    expect(first.output.steps[0]!.searches.map(({ subQuestion }) => subQuestion)).toEqual(['Emma', 'Emma']);
    const second = await run([GIVE_UP], { question: 'Is Emma the longest?', bases: [books, silent], lookFirst });
    expect(second.output.steps[0]!.searches.map(({ subQuestion }) => subQuestion)).toEqual([
      'Is Emma the longest?',
      'figures',
    ]);
  });

  test('gives up without one more call', async () => {
    const { output } = await run([GIVE_UP]);
    expect(output).toMatchObject({ answer: null, stopReason: 'policy', usage: { modelCalls: 1 } });
  });

  test.each<[string, string, string]>([
    ['a quote that stands nowhere', 'Jane Austen lived in Bath', 'Bath'],
    ['a number that stands nowhere', 'Jane Austen was born', '555-1234'],
  ])('%s may be mended once, and then makes an abstention', async (_, quote, text) => {
    const { output, requests } = await run([answer(quote, text), answer(quote, text)]);
    expect(output).toMatchObject({ answer: null, usage: { modelCalls: 2 } });
    expect(requests[1]!.turns.at(-1)!.text).toContain(`No line has the words "${quote}"`);
    const mended = await run([answer(quote, text), answer('16 December 1775', '1775')]);
    expect(mended.output.answer).toBe('1775');
  });

  test('a search that was made before is asked again as something else', async () => {
    const same = search('Books', PRICES);
    const { output, requests } = await run([same, answer('16 December 1775', '1775')]);
    expect(output).toMatchObject({ answer: '1775', usage: { modelCalls: 2, searches: 3 } });
    expect(requests.map(({ schema }) => accepts(grammarOf(schema!), same))).toEqual([true, false]);
  });

  test('the schema offers what is possible, and no more', async () => {
    const { requests } = await run([GIVE_UP]);
    const grammar = grammarOf(requests[0]!.schema!);
    expect(accepts(grammar, calculate({}))).toBe(true);
    expect(accepts(grammar, calculate({ of: 'Weight' }))).toBe(false);
    expect(accepts(grammar, calculate({ table: 'p1' }))).toBe(false);
    expect(accepts(grammar, search('Films', 'q'))).toBe(false);
    const nothing: SearchableKnowledgeBase = { ...world().books, search: async () => [] };
    const empty = await run([GIVE_UP], { bases: [nothing] });
    expect(accepts(grammarOf(empty.requests[0]!.schema!), answer('a', 'b'))).toBe(false);
  });
});

test('a picture that cannot be seen is told of, and its caption stands in for it', async () => {
  const pictures: SearchableKnowledgeBase = {
    ...{ name: 'Pictures', description: 'Our pictures.', modality: 'text-image', cost: 1 },
    async search({ image }) {
      if (!image) return [];
      const found = { id: 'a', documentId: 'a', knowledgeBase: 'Pictures', score: 1, rank: 0, scores: { image: 0.99 } };
      return [{ ...found, text: 'The lighthouse of Holm.', image: { file: 'a.png' } }];
    },
  };
  const { requests } = await run([answer('The lighthouse of Holm', 'The lighthouse of Holm')], {
    bases: [pictures],
    image: true,
    question: 'What is this?',
  });
  expect(requests[0]!.turns.at(-1)!.text).toBe(
    'p1 (the picture of the question): The lighthouse of Holm.\nA picture belongs to the question, and you cannot see it. A search of Pictures is given it and says what it shows.\nQuestion: What is this?',
  );
});
