/** A run that version 1 left in a checkpointer goes on, wherever it was interrupted. */
import { MemorySaver } from '@langchain/langgraph';
import { describe, expect, it } from 'vitest';
import { createRouterGraph } from '../../src/graph/graph.ts';
import { StepRecordSchema } from '../../src/graph/step-record.ts';
import { fakeKnowledgeBase, passage, policyOf, routerOptions, searchFor, stop } from '../../src/test/fakes.ts';

const RUN_ID = '019a0000-0000-7000-8000-000000000000';
const usage = { searches: 1, reads: 1, modelCalls: 2, tokens: 30, cost: 1 };
const read = passage('Texts', 'Texts-first-0', 'one');

/** After a first step of every knowledge base, a second one was decided, and perhaps searched. */
function oldState(outcome: 'none' | 'passages') {
  return {
    question: 'q',
    run: { seed: 0, member: 0, maxSteps: 5, budgets: {}, startedAt: Date.now() },
    conversation: [],
    evidence: [
      {
        subQuestion: 'first',
        knowledgeBase: '*',
        outcome: 'passages',
        answer: 'one',
        passages: [read],
        reading: { answer: 'one', citations: [] },
      },
    ],
    pending: {
      startedAt: new Date(0).toISOString(),
      output: { thought: 'a second', candidates: [], details: { temperature: 1, logProbabilities: [-1] } },
      decision: { type: 'search', subQuestion: 'second', knowledgeBase: 'Tables' },
      invalid: [{ type: 'invalid', reason: 'refused', raw: 'no' }],
      fallback: false,
      probes: [],
      outcome,
      passages: outcome === 'none' ? [] : [passage('Tables', 'c', 'two')],
      usage,
      timings: { decide: 1, retrieve: 0, read: 0 },
    },
    runId: RUN_ID,
    answer: null,
    citations: [],
    stopReason: null,
    usage,
    steps: [],
  };
}

describe('a checkpoint of version 1', () => {
  it.each([
    ['retrieve', 'none'],
    ['read', 'passages'],
  ] as const)('goes on at %s', async (next, outcome) => {
    const policy = policyOf(({ steps }) => ({ decision: steps.length < 2 ? searchFor('x', 'Texts') : stop }));
    const tables = fakeKnowledgeBase('Tables', { second: ['two'] });
    const graph = createRouterGraph(
      routerOptions({ policy, knowledgeBases: [fakeKnowledgeBase('Texts'), tables], checkpointer: new MemorySaver() }),
    );
    const thread = { configurable: { thread_id: 't' } };
    // As the node before would have left it.
    const left = { ...oldState(outcome), next };
    await graph.updateState(thread, left as never, next === 'retrieve' ? 'decide' : 'retrieve');
    const { Command } = await import('@langchain/langgraph');
    const output = await graph.invoke(new Command({ goto: next }) as never, thread);
    const [step, last] = output.steps;
    for (const record of output.steps) expect(StepRecordSchema.parse(record)).toEqual(record);
    expect(step).toMatchObject({
      decision: searchFor('second', 'Tables'),
      attempts: [
        { invalid: 'refused', raw: 'no' },
        { temperature: 1, logProbabilities: [-1] },
      ],
      searches: [{ knowledgeBase: 'Tables', outcome: 'passages' }],
      reading: { answer: 'two' },
      usage: { tokens: { input: 30, output: 0 } },
    });
    expect(step!.state.history).toEqual([
      { subQuestion: 'first', knowledgeBases: ['Texts', 'Tables'], outcome: 'passages', answer: 'one' },
    ]);
    expect(last!.decision).toEqual(stop);
    expect(output).toMatchObject({ runId: RUN_ID, answer: 'two', usage: { tokens: { input: 60, output: 0 } } });
  });
});
