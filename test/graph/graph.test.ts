import { MemorySaver } from '@langchain/langgraph';
import { describe, expect, it } from 'vitest';
import { systemError, userError } from '../../src/common/errors.ts';
import type { RouterEvent } from '../../src/graph/events.ts';
import { createRouterGraph } from '../../src/graph/graph.ts';
import { memoryImageStore } from '../../src/graph/image-store.ts';
import { invalidAttempts, StepRecordSchema } from '../../src/graph/step-record.ts';
import { streamRouter } from '../../src/graph/stream.ts';
import {
  fakeAnswerer,
  fakeKnowledgeBase,
  fakeReader,
  passage,
  policyOf,
  routerOptions,
  scriptedPolicy,
  search,
  stop,
} from '../../src/test/fakes.ts';

const INVALID = { type: 'invalid', reason: 'missing-tag', raw: 'hm' } as const;
const REJECTED = { invalid: 'missing-tag', raw: 'hm' };

describe('the router graph', () => {
  it('walks decide, retrieve, read until the policy stops, and answers with citations', async () => {
    const texts = fakeKnowledgeBase('Texts', { 'Who wrote Emma?': ['Jane Austen', 'a novel'] });
    const tables = fakeKnowledgeBase(
      'Tables',
      { 'When was Jane Austen born?': ['1775'] },
      { modality: 'table', cost: 2 },
    );
    const policy = scriptedPolicy([
      search('Who wrote Emma?', 'Texts'),
      search('When was Jane Austen born?', 'Tables'),
      stop,
    ]);
    const reader = fakeReader({ limit: 1 });
    const answerer = fakeAnswerer();
    const graph = createRouterGraph(routerOptions({ knowledgeBases: [texts, tables], policy, reader, answerer }));

    const output = await graph.invoke({ question: ' When was the author of Emma born? ' });

    expect(output).toMatchObject({
      question: 'When was the author of Emma born?',
      answer: '1775',
      citations: [{ passageId: 'Tables-When was Jane Austen born?-0', knowledgeBase: 'Tables' }],
      stopReason: 'policy',
      usage: { searches: 2, reads: 2 + 2, modelCalls: 0, tokens: { input: 0, output: 0 }, cost: 3 },
    });
    expect(
      output.steps.map(({ decision, outcome, passages, reading }) => [
        decision.type,
        outcome,
        passages.length,
        reading?.answer,
      ]),
    ).toEqual([
      ['search', 'passages', 2, 'Jane Austen'],
      ['search', 'passages', 1, '1775'],
      ['stop', 'none', 0, undefined],
    ]);
    for (const step of output.steps) expect(StepRecordSchema.parse(step)).toEqual(step);
    expect(policy.calls[2]!.state.steps.map(({ answer }) => answer)).toEqual(['Jane Austen', '1775']);
    expect(texts.calls[0]!.options?.limit).toBe(10);
    expect(answerer.calls[0]!.steps.map((step) => step.passages.length)).toEqual([1, 1]);
  });

  it('stops after maxSteps of the options, or of the run', async () => {
    const policy = policyOf(({ steps }) => ({ decision: search(`question ${steps.length}`, 'Texts') }));
    const graph = createRouterGraph(routerOptions({ policy, maxSteps: 4 }));
    const byOptions = await graph.invoke({ question: 'q' });
    const byRun = await graph.invoke({ question: 'q' }, { context: { maxSteps: 2 } });
    const most = await graph.invoke({ question: 'q' }, { context: { maxSteps: 50 } });
    const none = await graph.invoke({ question: 'q' }, { context: { maxSteps: 0 } });
    expect([byOptions, byRun, most, none].map(({ steps, stopReason }) => [steps.length, stopReason])).toEqual([
      [4, 'max-steps'],
      [2, 'max-steps'],
      [50, 'max-steps'],
      [0, 'max-steps'],
    ]);
  });

  it('answers a sub-question asked before from its own record, without a search or a read', async () => {
    const texts = fakeKnowledgeBase('Texts', { 'Who wrote Emma?': ['Jane Austen'] });
    const policy = scriptedPolicy([search('Who wrote Emma?', 'Texts'), search('who wrote  emma', 'Texts'), stop]);
    const reader = fakeReader();
    const output = await createRouterGraph(routerOptions({ knowledgeBases: [texts], policy, reader })).invoke({
      question: 'q',
    });
    expect(texts.calls).toHaveLength(1);
    expect(reader.calls).toHaveLength(1);
    expect(output.steps[1]).toMatchObject({
      repeatOf: 0,
      outcome: 'passages',
      reading: { answer: 'Jane Austen' },
      usage: { searches: 0, reads: 0, cost: 0 },
    });
  });

  it('reads on where the same is asked again, at the cost of reads alone, and repeats when all is read', async () => {
    const texts = fakeKnowledgeBase('Texts', { 'Who wrote Emma?': ['a', 'b', 'c', 'd', 'e'] });
    const asked = search('Who wrote Emma?', 'Texts');
    const policy = scriptedPolicy([asked, asked, asked, asked, stop]);
    const reader = fakeReader({ limit: 2 });
    const output = await createRouterGraph(routerOptions({ knowledgeBases: [texts], policy, reader })).invoke({
      question: 'q',
    });
    expect(texts.calls).toHaveLength(1);
    expect(reader.calls.map(({ passages }) => passages.map(({ text }) => text))).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e'],
    ]);
    expect(output.steps.map(({ usage }) => [usage.searches, usage.reads])).toEqual([
      [1, 2],
      [0, 2],
      [0, 1],
      [0, 0],
      [0, 0],
    ]);
    expect(output.steps.map(({ repeatOf }) => repeatOf)).toEqual([undefined, undefined, undefined, 0, undefined]);
    expect(output.steps[1]!.passages.map(({ rank }) => rank)).toEqual([2, 3, 4]);
  });

  it('counts probes as searches, once for each query of the run', async () => {
    const texts = fakeKnowledgeBase('Texts', { a: ['1', '2'] });
    const tables = fakeKnowledgeBase('Tables', { a: ['3'] });
    const policy = scriptedPolicy([
      async (_state, context) => {
        await Promise.all([context.search('Texts', 'a'), context.search('Tables', 'a'), context.search('Texts', 'A?')]);
        return { decision: search('a', 'Texts') };
      },
      stop,
    ]);
    const output = await createRouterGraph(routerOptions({ knowledgeBases: [texts, tables], policy })).invoke({
      question: 'q',
    });
    expect(output.steps[0]!.usage).toMatchObject({ searches: 2, cost: 2 });
    expect(output.steps[0]!.probes).toEqual([
      { knowledgeBase: 'Texts', subQuestion: 'a', topScores: [10, 9] },
      { knowledgeBase: 'Tables', subQuestion: 'a', topScores: [10] },
      { knowledgeBase: 'Texts', subQuestion: 'A?', topScores: [10, 9] },
    ]);
    expect(output.usage.searches).toBe(2);
  });

  it('searches every knowledge base at once when asked to, and reads `limit` passages of each in turn', async () => {
    const texts = fakeKnowledgeBase('Texts', { a: ['t0', 't1', 't2'] }, { cost: 1 });
    const tables = fakeKnowledgeBase('Tables', { a: ['c0'] }, { cost: 3 });
    const reader = fakeReader({ limit: 2 });
    const policy = scriptedPolicy([search('a', 'Texts', 'Tables'), stop]);
    const output = await createRouterGraph(routerOptions({ knowledgeBases: [texts, tables], policy, reader })).invoke({
      question: 'q',
    });
    expect(output.steps[0]!.passages.map(({ text }) => text)).toEqual(['t0', 'c0', 't1', 't2']);
    expect(reader.calls[0]!.passages.map(({ text }) => text)).toEqual(['t0', 'c0', 't1']);
    expect(reader.calls[0]!.knowledgeBases.map(({ name }) => name)).toEqual(['Texts', 'Tables']);
    expect(output.steps[0]!.passages.map(({ search = 0 }) => search)).toEqual([0, 1, 0, 0]);
    expect(output.steps[0]!.usage).toMatchObject({ searches: 2, reads: 3, cost: 4 });
    expect(output.citations).toEqual([{ passageId: 'Texts-a-0', knowledgeBase: 'Texts' }]);
  });
});

describe('outcomes of a search', () => {
  const run = (knowledgeBase: ReturnType<typeof fakeKnowledgeBase>, options = {}) =>
    createRouterGraph(
      routerOptions({
        knowledgeBases: [knowledgeBase],
        policy: scriptedPolicy([search('a', knowledgeBase.name), stop]),
        ...options,
      }),
    ).invoke({ question: 'q' });

  it('empty: no read, and the run abstains', async () => {
    const { steps, answer, citations } = await run(fakeKnowledgeBase('Texts'));
    expect(steps[0]).toMatchObject({ outcome: 'empty', usage: { searches: 1, reads: 0 } });
    expect(steps[1]!.state.history).toEqual([
      { subQuestion: 'a', knowledgeBases: ['Texts'], outcome: 'empty', answer: null },
    ]);
    expect({ answer, citations }).toEqual({ answer: null, citations: [] });
  });

  it('unavailable: tried again, both attempts counted, the reason recorded but not hashed', async () => {
    const failing = (message: string) =>
      fakeKnowledgeBase('Texts', async () => {
        throw systemError('down', message);
      });
    const first = await run(failing('refused at port 1'));
    const second = await run(failing('refused at port 2'));
    expect(first.steps[0]).toMatchObject({
      outcome: 'unavailable',
      error: 'refused at port 1',
      usage: { searches: 2, cost: 2 },
    });
    expect(second.steps[0]!.contentHash).toBe(first.steps[0]!.contentHash);
  });

  it('unavailable, then there: the second attempt serves', async () => {
    let attempts = 0;
    const { answer, usage } = await run(
      fakeKnowledgeBase('Texts', async () => {
        if (attempts++ === 0) throw new Error('try later');
        return [passage('Texts', 'p', 'found')];
      }),
    );
    expect({ answer, searches: usage.searches }).toEqual({ answer: 'found', searches: 2 });
  });

  it('a refusal of the input is not tried again', async () => {
    const { steps } = await run(
      fakeKnowledgeBase('Texts', async () => {
        throw userError('bad-query', 'no');
      }),
    );
    expect(steps[0]).toMatchObject({ outcome: 'unavailable', usage: { searches: 1 } });
  });

  it('timeout: even of a knowledge base that ignores its signal', async () => {
    const { steps } = await run(
      fakeKnowledgeBase('Texts', () => new Promise(() => {})),
      { searchTimeoutMs: 20 },
    );
    expect(steps[0]).toMatchObject({ outcome: 'timeout', usage: { searches: 1 } });
  });

  it('unavailable: what is not a list of passages', async () => {
    const { steps } = await run(fakeKnowledgeBase('Texts', async () => [{ id: 'x' }] as never));
    expect(steps[0]!.outcome).toBe('unavailable');
    expect(steps[0]!.error).toMatch(/knowledge base "Texts": search\(\) must resolve to a list of passages/);
  });

  it('unknown-knowledge-base: not counted as a search', async () => {
    const policy = scriptedPolicy([search('a', 'Nowhere'), stop]);
    const { steps } = await createRouterGraph(routerOptions({ policy })).invoke({ question: 'q' });
    expect(steps[0]).toMatchObject({ outcome: 'unknown-knowledge-base', usage: { searches: 0, cost: 0 } });
  });
});

describe('invalid decisions', () => {
  it('are retried with a reminder', async () => {
    const policy = scriptedPolicy([INVALID, INVALID, stop]);
    const { steps, stopReason } = await createRouterGraph(routerOptions({ policy })).invoke({ question: 'q' });
    expect(policy.calls.map(({ rejected }) => rejected?.reminder.slice(0, 20))).toEqual([
      undefined,
      'Your last reply lack',
      'Your last reply lack',
    ]);
    expect(new Set(policy.calls.map(({ context }) => context.seed)).size).toBe(3);
    expect(policy.calls[1]!.rejected).toMatchObject({ reason: INVALID.reason, reply: INVALID.raw });
    expect(steps[0]).toMatchObject({ decision: stop, attempts: [REJECTED, REJECTED, {}] });
    expect(invalidAttempts(steps[0]!)).toHaveLength(2);
    expect(steps[0]!.fallback).toBeUndefined();
    expect(stopReason).toBe('policy');
  });

  it('end the run as invalid after the last retry', async () => {
    const policy = scriptedPolicy([INVALID, INVALID, INVALID]);
    const graph = createRouterGraph(routerOptions({ policy, fallback: 'stop' }));
    const { steps, stopReason } = await graph.invoke({ question: 'q' });
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({ decision: stop, fallback: true, attempts: [REJECTED, REJECTED, REJECTED] });
    expect(stopReason).toBe('invalid');
  });

  it('fall back to the declared knowledge base, once a run', async () => {
    const texts = fakeKnowledgeBase('Texts', { q: ['found'] });
    const policy = policyOf(() => ({ decision: INVALID, usage: { modelCalls: 1, tokens: { input: 8, output: 2 } } }));
    const { steps, stopReason, answer, usage } = await createRouterGraph(
      routerOptions({ knowledgeBases: [texts], policy, fallback: { knowledgeBase: 'Texts' }, invalidRetries: 1 }),
    ).invoke({ question: 'q' });
    expect(steps.map(({ decision, fallback, attempts }) => [decision.type, fallback, attempts.length])).toEqual([
      ['search', true, 2],
      ['stop', true, 2],
    ]);
    expect({ stopReason, answer }).toEqual({ stopReason: 'invalid', answer: 'found' });
    expect(usage).toMatchObject({ modelCalls: 4, tokens: { input: 32, output: 8 } });
  });

  it('include searches without a sub-question or with an endless one', async () => {
    const policy = scriptedPolicy([search('  ', 'Texts'), search('x'.repeat(9000), 'Texts'), stop]);
    const { steps } = await createRouterGraph(routerOptions({ policy })).invoke({ question: 'q' });
    expect(steps[0]!.attempts).toMatchObject([{ invalid: 'empty-sub-question' }, { invalid: 'too-long' }, {}]);
  });
});

describe('budgets', () => {
  const endless = policyOf(({ steps }) => ({
    decision: search(`question ${steps.length}`, 'Texts'),
    usage: { modelCalls: 1, tokens: { input: 60, output: 40 } },
  }));
  it.each([
    [{ tokens: 150 }, 'budget-tokens', 2],
    [{ searches: 3 }, 'budget-searches', 3],
    [{ cost: 4 }, 'budget-cost', 2],
  ] as const)('%o ends the run with %s after %i steps, and still answers', async (budgets, stopReason, count) => {
    const texts = fakeKnowledgeBase('Texts', async () => [passage('Texts', 'p', 'found')], { cost: 2 });
    const graph = createRouterGraph(routerOptions({ knowledgeBases: [texts], policy: endless }));
    const output = await graph.invoke({ question: 'q' }, { context: { budgets } });
    expect(output).toMatchObject({ stopReason, answer: 'found' });
    expect(output.steps).toHaveLength(count);
  });

  it('time: a search is given no more than what is left', async () => {
    const slow = fakeKnowledgeBase('Texts', () => new Promise(() => {}));
    const graph = createRouterGraph(routerOptions({ knowledgeBases: [slow], policy: endless }));
    const output = await graph.invoke({ question: 'q' }, { context: { budgets: { milliseconds: 30 } } });
    expect(output.steps.map(({ outcome }) => outcome)).toEqual(['timeout']);
    expect(output.stopReason).toBe('budget-time');
  });
});

describe('bad input', () => {
  const graph = createRouterGraph(routerOptions({ policy: scriptedPolicy([]), images: memoryImageStore() }));
  it.each([
    [{ question: ' \n ' }, {}, 'empty-question'],
    [{ question: 5 as never }, {}, 'empty-question'],
    [{} as never, {}, 'empty-question'],
    [{ question: 'q', image: 5 as never }, {}, 'invalid-image-hash'],
    [{ question: 'x'.repeat(1_000_000) }, {}, 'question-too-long'],
    [{ question: 'q', image: 'cat.png' }, {}, 'invalid-image-hash'],
    [{ question: 'q', image: 'a'.repeat(64) }, {}, 'unknown-image'],
    [{ question: 'q' }, { maxSteps: -1 }, 'invalid-context'],
    [{ question: 'q' }, { budgets: { tokens: 0 } }, 'invalid-context'],
  ])('case %#: a user error of one line', async (input, context, code) => {
    const error = await graph.invoke(input, { context }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, kind: 'user' });
    expect((error as Error).message).toMatch(/^[^\n]{10,200}$/);
  });

  it.each([
    [{ knowledgeBases: [] }, /knowledgeBases is empty/],
    [{ knowledgeBases: [fakeKnowledgeBase('A'), fakeKnowledgeBase('A')] }, /two knowledge bases are named "A"/],
    [{ knowledgeBases: [fakeKnowledgeBase('*')] }, /knowledge base "\*": name/],
    [{ maxSteps: 1.5 }, /option maxSteps/],
    [{ fallback: { knowledgeBase: 'Nowhere' } }, /option fallback names no knowledge base/],
    [{ policy: undefined as never }, /option policy is missing/],
  ])('case %#: options that cannot work are refused when the graph is built', (options, message) => {
    expect(() => createRouterGraph(routerOptions({ policy: scriptedPolicy([]), ...options }))).toThrow(message);
  });

  it('a policy that throws ends the run with a typed error that keeps the cause', async () => {
    const cause = new TypeError('x is not a function');
    const policy = policyOf(() => {
      throw cause;
    });
    const failure = createRouterGraph(routerOptions({ policy })).invoke({ question: 'q' });
    await expect(failure).rejects.toMatchObject({
      code: 'policy-failed',
      kind: 'model',
      message: 'policy "function" failed: x is not a function',
      cause,
    });
  });
});

describe('abort', () => {
  it.each(['policy', 'search', 'reader', 'answerer'])('leaves a %s that does not heed the signal', async (where) => {
    const never = new Promise<never>(() => {});
    const controller = new AbortController();
    const hang = () => {
      setTimeout(() => controller.abort(), 5);
      return never;
    };
    const graph = createRouterGraph({
      knowledgeBases: [
        fakeKnowledgeBase('Texts', async () => (where === 'search' ? hang() : [passage('Texts', 'p', 'x')])),
      ],
      policy: {
        name: 'p',
        version: '1',
        decide: ({ steps }) =>
          where === 'policy' ? hang() : Promise.resolve({ decision: steps.length ? stop : search('a', 'Texts') }),
      },
      reader: { ...fakeReader(), ...(where === 'reader' && { read: hang }) },
      answerer: { ...fakeAnswerer(), ...(where === 'answerer' && { answer: hang }) },
    });
    await expect(graph.invoke({ question: 'q' }, { signal: controller.signal })).rejects.toThrow(/abort/i);
  });

  it('happens when the reader of the stream leaves', async () => {
    let seen: AbortSignal | undefined;
    const texts = fakeKnowledgeBase('Texts', (_query, options) => {
      seen = options?.signal;
      return new Promise(() => {});
    });
    const graph = createRouterGraph(
      routerOptions({ knowledgeBases: [texts], policy: scriptedPolicy([search('a', 'Texts')]) }),
    );
    for await (const event of streamRouter(graph, { question: 'q' })) {
      if (event.type === 'decision-end') {
        while (!seen) await new Promise((resolve) => setImmediate(resolve));
        break;
      }
    }
    await expect.poll(() => seen?.aborted).toBe(true);
  });
});

describe('the stream of events', () => {
  it('tells the run in order, with the ids of the records', async () => {
    const texts = fakeKnowledgeBase('Texts', { a: ['found'] });
    const options = routerOptions({
      knowledgeBases: [texts],
      policy: scriptedPolicy([{ decision: search('a', 'Texts'), thought: 'hm' }, search('b', 'Texts'), stop]),
    });
    const events: RouterEvent[] = [];
    for await (const event of streamRouter(createRouterGraph(options), { question: 'q' })) events.push(event);
    expect(events.map(({ type }) => type)).toEqual([
      'run-start',
      ...['step-start', 'decision-end', 'retrieval-end', 'reading-end', 'step-end'],
      ...['step-start', 'decision-end', 'retrieval-end', 'step-end'],
      ...['step-start', 'decision-end', 'step-end'],
      'answer-end',
    ]);
    expect(events[2]).toMatchObject({ thought: 'hm', decision: { searches: [{ knowledgeBase: 'Texts' }] } });
    const records = events.flatMap((event) => (event.type === 'step-end' ? [event.record] : []));
    expect(records.map(({ index }) => index)).toEqual([0, 1, 2]);
    for (const event of events) {
      if ('index' in event) expect(event.id).toBe(records[event.index]!.id);
    }
  });

  it('throws what invoke throws', async () => {
    const graph = createRouterGraph(routerOptions({ policy: scriptedPolicy([]) }));
    const consume = async () => {
      for await (const _ of streamRouter(graph, { question: '' }));
    };
    await expect(consume()).rejects.toMatchObject({ code: 'empty-question' });
  });
});

describe('images', () => {
  it('reach text-image knowledge bases and whoever asks, but no record', async () => {
    const images = memoryImageStore();
    const bytes = new Uint8Array([137, 80, 78, 71]);
    const image = await images.put(bytes);
    const pictures = fakeKnowledgeBase('Pictures', {}, { modality: 'text-image' });
    const texts = fakeKnowledgeBase('Texts');
    const policy = scriptedPolicy([search('a', 'Pictures'), search('a', 'Texts'), stop]);
    const output = await createRouterGraph(routerOptions({ knowledgeBases: [pictures, texts], policy, images })).invoke(
      {
        question: 'What is this?',
        image,
      },
    );
    expect(pictures.calls[0]!.query).toEqual({ text: 'a', image: { hash: image, bytes } });
    expect(texts.calls[0]!.query).toEqual({ text: 'a' });
    expect(await policy.calls[0]!.context.image()).toEqual({ hash: image, bytes });
    expect(output.steps[0]!.state.image).toBe(image);
    expect(JSON.stringify(output)).not.toContain('bytes');
  });

  it('are forgotten by the memory store beyond its limit, longest unused first', async () => {
    const images = memoryImageStore({ maximumBytes: 4 });
    const [a, b] = [await images.put(new Uint8Array([1, 1])), await images.put(new Uint8Array([2, 2]))];
    await images.get(a);
    const c = await images.put(new Uint8Array([3, 3]));
    expect([await images.get(a), await images.get(b), await images.get(c)].map(Boolean)).toEqual([true, false, true]);
    await expect(images.put(new Uint8Array(5))).rejects.toMatchObject({ code: 'image-too-large' });
  });
});

describe('threads', () => {
  it('carry the conversation to a follow-up question, and nothing else', async () => {
    const images = memoryImageStore();
    const image = await images.put(new Uint8Array([1]));
    const texts = fakeKnowledgeBase('Texts', { a: ['Paris'], b: ['2 million'] });
    const policy = scriptedPolicy([search('a', 'Texts'), stop, search('b', 'Texts'), search('a', 'Texts'), stop]);
    const graph = createRouterGraph(
      routerOptions({ knowledgeBases: [texts], policy, images, checkpointer: new MemorySaver() }),
    );
    const thread = { configurable: { thread_id: '1' } };
    const first = await graph.invoke({ question: 'Capital of France?', image }, thread);
    const second = await graph.invoke({ question: 'How many live there?' }, thread);
    expect(policy.calls[2]!.state).toMatchObject({
      question: 'How many live there?',
      image: undefined,
      steps: [],
      conversation: [{ question: 'Capital of France?', answer: 'Paris' }],
    });
    expect(second.steps.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(second.runId).not.toBe(first.runId);
    expect(second.usage.searches).toBe(2);
    expect(texts.calls).toHaveLength(3);
  });

  it('go on from a checkpoint after a failure, without asking again what was asked', async () => {
    const texts = fakeKnowledgeBase('Texts', { a: ['Paris'] });
    let fails = true;
    const policy = policyOf(({ steps }) => {
      if (steps.length === 1 && fails) throw new Error('the model is away');
      return { decision: steps.length < 2 ? search('a', 'Texts') : stop };
    });
    const graph = createRouterGraph(
      routerOptions({ knowledgeBases: [texts], policy, checkpointer: new MemorySaver() }),
    );
    const thread = { configurable: { thread_id: '1' } };
    await expect(graph.invoke({ question: 'q' }, thread)).rejects.toThrow('the model is away');
    fails = false;
    const output = await graph.invoke(null as never, thread);
    expect(output).toMatchObject({ answer: 'Paris', stopReason: 'policy' });
    expect(output.steps).toHaveLength(3);
    expect(texts.calls).toHaveLength(1);
  });
});
