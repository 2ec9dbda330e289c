/** Steps that search several things at once: what is read, what is remembered, and what asking again brings. */
import { describe, expect, it } from 'vitest';
import { searchFor } from '../../src/graph/decision.ts';
import { driveRouter } from '../../src/graph/driver.ts';
import type { Policy } from '../../src/graph/policy.ts';
import type { RouterOutput } from '../../src/graph/run-state.ts';
import { StepRecordSchema, stepsTaken } from '../../src/graph/step-record.ts';
import { fakeKnowledgeBase, fakeReader, routerOptions, scriptedPolicy, search, stop } from '../../src/test/fakes.ts';

const both = (...decisions: ReturnType<typeof searchFor>[]) => ({
  type: 'search' as const,
  searches: decisions.flatMap(({ searches }) => searches),
});

const run = async (
  policy: Policy,
  options: Partial<Parameters<typeof routerOptions>[0]> = {},
): Promise<RouterOutput> => {
  const output = await driveRouter(routerOptions({ policy, ...options }))({ question: 'q' });
  for (const step of output.steps) expect(StepRecordSchema.parse(step)).toEqual(step);
  return output;
};

const world = () => [
  fakeKnowledgeBase('Texts', { a: ['ta0', 'ta1', 'ta2'], b: ['tb0'] }),
  fakeKnowledgeBase('Tables', { a: ['ca0'] }, { cost: 3 }),
];

describe('a step with several sub-questions', () => {
  it('reads each of them by itself, and leaves one entry of each', async () => {
    const reader = fakeReader({ limit: 2 });
    const decision = both(searchFor('a', 'Texts', 'Tables'), searchFor('b', 'Texts'), searchFor('c', 'Tables'));
    const policy = scriptedPolicy([{ decision, thought: 'three at once' }, stop]);
    const { steps, usage, stopReason } = await run(policy, { knowledgeBases: world(), reader });
    expect(
      reader.calls.map(({ subQuestion, passages, knowledgeBases }) => [
        subQuestion,
        passages.map(({ text }) => text),
        knowledgeBases.map(({ name }) => name),
      ]),
    ).toEqual([
      ['a', ['ta0', 'ca0', 'ta1'], ['Texts', 'Tables']],
      ['b', ['tb0'], ['Texts']],
    ]);
    const [first, second] = steps;
    expect(first!.searches.map(({ outcome }) => outcome)).toEqual(['passages', 'passages', 'passages', 'empty']);
    expect(first!.outcome).toBe('passages');
    expect(first!.passages.map(({ text, search = 0 }) => `${text}@${search}`)).toEqual([
      ...['ta0@0', 'ca0@1', 'tb0@2', 'ta1@0', 'ta2@0'],
    ]);
    expect(first!.reading).toBeUndefined();
    expect(first!.readings!.map(({ subQuestion, answer }) => [subQuestion, answer])).toEqual([
      ['a', 'ta0'],
      ['b', 'tb0'],
    ]);
    expect(first!.usage).toMatchObject({ searches: 4, reads: 4, cost: 1 + 3 + 1 + 3 });
    expect(second!.state.history).toEqual([
      { subQuestion: 'a', knowledgeBases: ['Texts', 'Tables'], outcome: 'passages', answer: 'ta0' },
      { subQuestion: 'b', knowledgeBases: ['Texts'], outcome: 'passages', answer: 'tb0', sameStep: true },
      { subQuestion: 'c', knowledgeBases: ['Tables'], outcome: 'empty', answer: null, sameStep: true },
    ]);
    expect(stepsTaken(second!.state.history)).toBe(1);
    expect(policy.calls[1]!.state.steps.map(({ thought }) => thought)).toEqual(['three at once', undefined, undefined]);
    expect({ stopReason, searches: usage.searches }).toEqual({ stopReason: 'policy', searches: 4 });
  });

  it('counts as one step', async () => {
    const decision = both(searchFor('a', 'Texts'), searchFor('b', 'Texts'));
    const policy = scriptedPolicy([decision, searchFor('a', 'Tables'), stop]);
    const output = await run(policy, { knowledgeBases: world(), maxSteps: 2 });
    expect(output.stopReason).toBe('max-steps');
    expect(output.steps).toHaveLength(2);
  });

  it('asks twice nothing that it lists twice', async () => {
    const texts = fakeKnowledgeBase('Texts', { a: ['found'] });
    const { steps } = await run(scriptedPolicy([both(searchFor('a', 'Texts'), searchFor(' A? ', 'Texts')), stop]), {
      knowledgeBases: [texts],
    });
    expect(texts.calls).toHaveLength(1);
    expect(steps[0]!.decision).toEqual(searchFor('a', 'Texts'));
  });

  it('refuses a list of none, and one without end', async () => {
    const endless = searchFor('a', ...Array.from({ length: 65 }, (_, index) => `base ${index}`));
    const { steps } = await run(scriptedPolicy([{ type: 'search', searches: [] }, endless, stop]));
    expect(steps[0]!.attempts).toMatchObject([{ invalid: 'empty-output' }, { invalid: 'too-long' }, {}]);
  });
});

describe('asking again, search by search', () => {
  it('reads on where something is left, and says which searches only repeat', async () => {
    const reader = fakeReader({ limit: 1 });
    const all = searchFor('a', 'Texts', 'Tables');
    const { steps } = await run(scriptedPolicy([all, all, all, all, stop]), { knowledgeBases: world(), reader });
    expect(reader.calls.map(({ passages }) => passages.map(({ text }) => text))).toEqual([
      ['ta0', 'ca0'],
      ['ta1'],
      ['ta2'],
    ]);
    expect(steps.map(({ searches }) => searches.map(({ repeatOf }) => repeatOf))).toEqual([
      [undefined, undefined],
      [undefined, 0],
      [undefined, 0],
      [0, 0],
      [],
    ]);
    expect(steps.map(({ repeatOf }) => repeatOf)).toEqual([undefined, undefined, undefined, 0, undefined]);
    expect(steps.map(({ usage }) => usage.searches)).toEqual([2, 0, 0, 0, 0]);
    expect(steps[3]).toMatchObject({ reading: { answer: 'ta0' }, usage: { reads: 0 } });
  });

  it('knows a search from a list that is asked alone, and the other way round', async () => {
    const texts = fakeKnowledgeBase('Texts', { a: ['only'] });
    const tables = fakeKnowledgeBase('Tables', { a: ['cell'] });
    const policy = scriptedPolicy([
      searchFor('a', 'Texts', 'Tables'),
      search('a', 'Texts'),
      search('a', 'Tables'),
      stop,
    ]);
    const { steps } = await run(policy, { knowledgeBases: [texts, tables] });
    expect([texts.calls.length, tables.calls.length]).toEqual([1, 1]);
    expect(steps.map(({ repeatOf }) => repeatOf)).toEqual([undefined, 0, 0, undefined]);
    expect(steps[2]!.passages.map(({ text }) => text)).toEqual(['cell']);
  });

  it('repeats one sub-question beside another that is new', async () => {
    const reader = fakeReader();
    const policy = scriptedPolicy([
      searchFor('b', 'Texts'),
      both(searchFor('b', 'Texts'), searchFor('a', 'Texts')),
      stop,
    ]);
    const { steps } = await run(policy, { knowledgeBases: world(), reader });
    expect(reader.calls.map(({ subQuestion }) => subQuestion)).toEqual(['b', 'a']);
    expect(steps[1]!.searches.map(({ repeatOf }) => repeatOf)).toEqual([0, undefined]);
    expect(steps[1]!.repeatOf).toBeUndefined();
    expect(steps[1]!.readings!.map(({ answer }) => answer)).toEqual(['tb0', 'ta0']);
    expect(steps[1]!.passages.map(({ text }) => text)).toEqual(['ta0', 'ta1', 'ta2']);
  });
});

describe('the default fallback', () => {
  const INVALID = { type: 'invalid', reason: 'missing-tag', raw: 'hm' } as const;
  const knowledgeBases = () => [fakeKnowledgeBase('Texts', { q: ['found'] }), fakeKnowledgeBase('Tables')];

  it('of a first step asks the question of every knowledge base, and then stops', async () => {
    const policy = scriptedPolicy([INVALID, INVALID]);
    const output = await run(policy, { knowledgeBases: knowledgeBases(), invalidRetries: 0 });
    expect(output.steps.map(({ decision, fallback }) => [decision, fallback])).toEqual([
      [searchFor('q', 'Texts', 'Tables'), true],
      [stop, true],
    ]);
    expect(output).toMatchObject({ answer: 'found', stopReason: 'invalid' });
  });

  it('is asked once a run, also where nothing was found', async () => {
    const policy = scriptedPolicy([INVALID, INVALID]);
    const nothing = [fakeKnowledgeBase('Texts'), fakeKnowledgeBase('Tables')];
    const output = await run(policy, { knowledgeBases: nothing, invalidRetries: 0 });
    expect(output.steps.map(({ decision }) => decision.type)).toEqual(['search', 'stop']);
    expect(output.answer).toBeNull();
  });

  it('of a later step stops where something was found, and asks what was not asked where nothing was', async () => {
    const found = scriptedPolicy([searchFor('q', 'Texts'), INVALID]);
    const stopped = await run(found, { knowledgeBases: knowledgeBases(), invalidRetries: 0 });
    expect(stopped).toMatchObject({ answer: 'found', stopReason: 'invalid' });
    const vain = scriptedPolicy([searchFor('q', 'Tables'), INVALID, stop]);
    const { steps } = await run(vain, { knowledgeBases: knowledgeBases(), invalidRetries: 0 });
    expect(steps[1]!.decision).toEqual(searchFor('q', 'Texts'));
  });
});
