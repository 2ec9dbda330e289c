import { describe, expect, test } from 'vitest';
import type { RouterEvent } from '../../../src/graph/events.ts';
import { createRouterGraph } from '../../../src/graph/graph.ts';
import type { RouterGraphOptions } from '../../../src/graph/options.ts';
import { streamRouter } from '../../../src/graph/stream.ts';
import { KeptRunSchema, RUN_EVENTS, RunEventSchema } from '../../../src/server/ui/api/schemas.ts';
import {
  applyEvent,
  citationsOf,
  type Run,
  runOfRecords,
  startRun,
  statusOf,
} from '../../../src/server/ui/run/run-state.ts';
import { fakeKnowledgeBase, policyOf, routerOptions, search, stop } from '../../../src/test/fakes.ts';

const twoSearches = policyOf(({ steps }) => ({
  decision:
    steps.length === 0
      ? {
          type: 'search',
          searches: [
            { subQuestion: 'first', knowledgeBase: 'Texts' },
            { subQuestion: 'second', knowledgeBase: 'Tables' },
          ],
        }
      : stop,
}));

async function eventsOf(options: Pick<RouterGraphOptions, 'policy'> & Partial<RouterGraphOptions>) {
  const graph = createRouterGraph(routerOptions(options));
  const events: RouterEvent[] = [];
  for await (const event of streamRouter(graph, { question: 'Why?' }, {})) events.push(event);
  return events;
}

/** As the page reads them: of what came over the line, what it knows. */
const told = (events: readonly RouterEvent[]) =>
  events.map((event) => RunEventSchema.parse(JSON.parse(JSON.stringify(event))));

const runOf = (events: readonly RouterEvent[]): Run => told(events).reduce(applyEvent, startRun('Why?'));

describe('the events of a real run', () => {
  const knowledgeBases = [
    fakeKnowledgeBase('Texts', { first: ['one', 'uno'] }),
    fakeKnowledgeBase('Tables', { second: ['two'] }),
  ];

  test('are all known to the page, and become its run', async () => {
    const events = await eventsOf({ policy: twoSearches, knowledgeBases });
    expect(events.filter(({ type }) => !RUN_EVENTS.has(type))).toEqual([]);
    const run = runOf(events);
    expect(run).toMatchObject({ phase: 'ended', answer: { answer: 'two', stopReason: 'policy' } });
    expect(run.steps.map(({ phase }) => phase)).toEqual(['ended', 'ended']);
    const [step] = run.steps;
    expect(step!.readings.map(({ subQuestion, reading }) => [subQuestion, reading.answer])).toEqual([
      ['first', 'one'],
      ['second', 'two'],
    ]);
    expect(step!.passages).toHaveLength(3);
    expect(citationsOf(step!, run).map(({ passageId }) => passageId)).toEqual(
      expect.arrayContaining(['Texts-first-0', 'Tables-second-0']),
    );
  });

  test('say at each moment where the run is', async () => {
    const events = told(await eventsOf({ policy: twoSearches, knowledgeBases }));
    const said: string[] = [];
    events.reduce((run, event) => {
      const next = applyEvent(run, event);
      if (statusOf(next) !== said.at(-1)) said.push(statusOf(next));
      return next;
    }, startRun('Why?'));
    expect(said).toEqual([
      'Starting',
      'Step 1: deciding where to look',
      'Step 1: asking Texts, Tables',
      'Step 1: reading 3 passages',
      'Step 1: found one',
      'Step 2: deciding where to look',
      'Writing the answer',
      'Answer: two',
    ]);
  });

  test('and its records tell the same afterwards, but for tables and pictures', async () => {
    const events = await eventsOf({ policy: twoSearches, knowledgeBases });
    const steps = events.flatMap((event) => (event.type === 'step-end' ? [event.record] : []));
    const { type: _type, ...answer } = events.find((event) => event.type === 'answer-end')!;
    const kept = runOfRecords(KeptRunSchema.parse(JSON.parse(JSON.stringify({ ...answer, steps }))));
    const live = runOf(events);
    expect(kept.answer).toEqual(live.answer);
    expect(kept.steps.map(({ readings, decision }) => [readings, decision])).toEqual(
      live.steps.map(({ readings, decision }) => [readings, decision]),
    );
  });

  test('of a run that failed or still goes on there are steps, and no answer', async () => {
    const events = await eventsOf({ policy: twoSearches, knowledgeBases });
    const steps = events.flatMap((event) => (event.type === 'step-end' ? [event.record] : [])).slice(0, 1);
    const kept = { runId: 'r', question: 'Why?', answer: null, stopReason: null, steps };
    expect(runOfRecords(KeptRunSchema.parse(kept))).toMatchObject({ phase: 'running', steps: [{ phase: 'ended' }] });
    const failed = { ...kept, status: 'failed', error: { code: 'x', message: 'the model failed' } };
    expect(runOfRecords(KeptRunSchema.parse(failed))).toMatchObject({ phase: 'failed', error: 'the model failed' });
  });

  test('with words of the answer as they are written', () => {
    const run = [
      { type: 'answer-delta', delta: 'It is ' },
      { type: 'answer-delta', delta: 'so.' },
    ].reduce((before, event) => applyEvent(before, RunEventSchema.parse(event)), startRun('Why?'));
    expect(run.written).toBe('It is so.');
  });

  test('and what the policy got wrong is counted in the record of the step', async () => {
    const stubborn = policyOf(() => ({ decision: { type: 'invalid', reason: 'missing-tag', raw: '?' } }));
    const run = runOf(await eventsOf({ policy: stubborn, knowledgeBases }));
    expect(run.steps[0]!.record).toMatchObject({
      fallback: true,
      attempts: expect.arrayContaining([{ invalid: 'missing-tag' }]),
    });
    expect(run.steps[0]!.decision).toMatchObject({ type: 'search' });
  });

  test('an unavailable knowledge base is told with its reason', async () => {
    const broken = fakeKnowledgeBase('Texts', async () => {
      throw new Error('connection refused');
    });
    const policy = policyOf(({ steps }) => ({ decision: steps.length === 0 ? search('x', 'Texts') : stop }));
    const run = runOf(await eventsOf({ policy, knowledgeBases: [broken] }));
    expect(run.steps[0]!.record!.searches).toEqual([
      { knowledgeBase: 'Texts', outcome: 'unavailable', error: expect.stringContaining('connection refused') },
    ]);
  });
});
