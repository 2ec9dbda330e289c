/** One id for a run: what LangChain calls it is what the records call it. And the traces of policies, kept where asked for. */
import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { Annotation, Command, interrupt, MemorySaver, START, StateGraph } from '@langchain/langgraph';
import { v7 as uuidv7, version } from 'uuid';
import { describe, expect, it } from 'vitest';
import { driveRouter } from '../../src/graph/driver.ts';
import type { RouterEvent } from '../../src/graph/events.ts';
import { createRouterGraph } from '../../src/graph/graph.ts';
import type { RouterGraphOptions } from '../../src/graph/options.ts';
import { createRouterTool } from '../../src/graph/router-tool.ts';
import { policyTraceHash, stepContentHash, stepId } from '../../src/graph/step-record.ts';
import { streamRouter } from '../../src/graph/stream.ts';
import { fakeKnowledgeBase, policyOf, routerOptions, searchFor, stop } from '../../src/test/fakes.ts';

const policy = policyOf(({ steps }) =>
  steps.length === 0
    ? { decision: searchFor('a', 'Texts'), trace: { version: 3, thoughts: [1, 2] } }
    : { decision: stop },
);
const options = () => routerOptions({ policy });

/** Remembers the ids of the runs that have no parent, and of those by name. */
class Roots extends BaseCallbackHandler {
  name = 'roots';
  roots: string[] = [];
  named = new Map<string, string>();

  override handleChainStart(...[, , runId, , , , , runName, parentRunId]: unknown[]): void {
    if (parentRunId === undefined) this.roots.push(String(runId));
    if (runName === 'r1-router') this.named.set('r1-router', String(runId));
  }
}

describe('the id of a run', () => {
  it('is that of the LangChain run: given, traced, streamed, nested or driven', async () => {
    const graph = createRouterGraph(options());
    const runId = uuidv7();
    const given = await graph.invoke({ question: 'q' }, { runId });
    expect(given.runId).toBe(runId);
    expect(given.steps.map(({ id }) => id)).toEqual([stepId(runId, 0), stepId(runId, 1)]);

    const seen = new Roots();
    expect((await graph.invoke({ question: 'q' }, { callbacks: [seen] })).runId).toBe(seen.named.get('r1-router'));
    expect((await graph.withConfig({ tags: ['x'] }).invoke({ question: 'q' }, { callbacks: [seen] })).runId).toBe(
      seen.named.get('r1-router'),
    );
    const driven = await driveRouter(options())({ question: 'q' }, { callbacks: [seen], runId: uuidv7() });
    expect(driven.runId).toBe(seen.named.get('r1-router'));
    let answered = '';
    for await (const event of streamRouter(graph, { question: 'q' }, { callbacks: [seen] })) {
      if (event.type === 'answer-end') answered = event.runId;
    }
    expect(answered).toBe(seen.named.get('r1-router'));
    const message = await createRouterTool(graph).invoke(
      { type: 'tool_call', id: 'c', name: 'ask_knowledge_bases', args: { question: 'q' } },
      { callbacks: [seen] },
    );
    expect(message.artifact.runId).toBe(seen.named.get('r1-router'));
  });

  it('is a fresh UUIDv7 where nobody gives one, and the context has the last word', async () => {
    const graph = createRouterGraph(options());
    const [first, second] = await graph.batch([{ question: 'q' }, { question: 'q' }]);
    expect(first!.runId).not.toBe(second!.runId);
    expect([first, second].map((output) => version(output!.runId))).toEqual([7, 7]);
    const own = uuidv7();
    const output = await graph.invoke({ question: 'q' }, { runId: uuidv7(), context: { runId: own } });
    expect(output.runId).toBe(own);
  });

  it('of a run inside a run is its own', async () => {
    const inner = createRouterGraph(options());
    const ids: string[] = [];
    const outer = createRouterGraph(
      routerOptions({
        policy: {
          name: 'asks another router',
          version: '1',
          async decide(_state, context) {
            ids.push((await inner.invoke({ question: 'inner' }, context.config)).runId);
            return { decision: stop };
          },
        },
      }),
    );
    const { runId } = await outer.invoke({ question: 'q' }, { callbacks: [new Roots()] });
    expect(ids).toHaveLength(1);
    expect(ids[0]).not.toBe(runId);
  });
});

describe("a policy's trace", () => {
  it('is left out of records and events, and its hash is kept; the hash of the record is the same either way', async () => {
    const graph = createRouterGraph(options());
    const events: RouterEvent[] = [];
    for await (const event of streamRouter(graph, { question: 'q' })) events.push(event);
    expect(JSON.stringify(events)).not.toContain('thoughts');
    const without = await graph.invoke({ question: 'q' });
    const within = await graph.invoke({ question: 'q' }, { context: { includeTrace: true } });
    const { trace, traceHash } = within.steps[0]!.policy;
    expect(trace).toEqual({ version: 3, thoughts: [1, 2] });
    expect(traceHash).toBe(policyTraceHash(trace!));
    expect(without.steps[0]!.policy).toEqual({ name: 'function', version: '1', traceHash });
    expect(within.steps.map(({ contentHash }) => contentHash)).toEqual(
      without.steps.map(({ contentHash }) => contentHash),
    );
    for (const step of [...without.steps, ...within.steps]) expect(stepContentHash(step)).toBe(step.contentHash);
  });
});

describe('an interrupt', () => {
  it.each(['policy', 'reader', 'knowledge base'])(
    'of the %s pauses the run, and it goes on with the answer',
    async (part) => {
      const asking = async <T>(work: () => Promise<T>): Promise<T> => {
        interrupt('which?');
        return work();
      };
      const base = options();
      const texts = fakeKnowledgeBase('Texts', { a: ['found'] });
      const parts: Partial<RouterGraphOptions> =
        part === 'policy'
          ? { policy: { ...policy, decide: (...all) => asking(() => policy.decide(...all)) } }
          : part === 'reader'
            ? { reader: { ...base.reader, read: (...all) => asking(() => base.reader.read(...all)) } }
            : { knowledgeBases: [{ ...texts, search: (query) => asking(() => texts.search(query)) }] };
      const graph = createRouterGraph({
        ...base,
        knowledgeBases: [texts],
        ...parts,
        checkpointer: new MemorySaver(),
      });
      const thread = { configurable: { thread_id: 't' } };
      const paused = (await graph.invoke({ question: 'q' }, thread)) as unknown as {
        __interrupt__: { value: string }[];
      };
      expect(paused.__interrupt__[0]!.value).toBe('which?');
      let output = await graph.invoke(new Command({ resume: 'this' }) as never, thread);
      // The policy is asked at every step.
      if (part === 'policy') output = await graph.invoke(new Command({ resume: 'this' }) as never, thread);
      expect(output).toMatchObject({ answer: 'found', stopReason: 'policy' });
    },
  );

  it('leaves a graph usable as a node of another', async () => {
    const graph = createRouterGraph(options());
    const State = Annotation.Root({ question: Annotation<string>(), answer: Annotation<string | null>() });
    const parent = new StateGraph(State)
      .addNode('router', graph as never)
      .addEdge(START, 'router' as never)
      .compile();
    expect(await parent.invoke({ question: 'q' })).toMatchObject({ question: 'q' });
  });
});
