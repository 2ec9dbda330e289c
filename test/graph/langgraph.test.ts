/** The router among other LangGraph graphs: it pauses, is resumed and edited, and ends in time, alone and as a part of others. */
import { Annotation, Command, END, interrupt, MemorySaver, START, StateGraph } from '@langchain/langgraph';
import { AIMessage, createAgent, fakeModel, ToolMessage } from 'langchain';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { searchFor } from '../../src/graph/decision.ts';
import { createRouterGraph, type RouterGraph } from '../../src/graph/graph.ts';
import type { RouterGraphOptions } from '../../src/graph/options.ts';
import { createRouterTool } from '../../src/graph/router-tool.ts';
import {
  fakeAnswerer,
  fakeKnowledgeBase,
  fakeReader,
  passage,
  policyOf,
  routerOptions,
  stop,
} from '../../src/test/fakes.ts';

const thread = { configurable: { thread_id: '1' } };
const approve = () => interrupt('go on?') as string;

/** Each of the parts that may ask a human, and how. */
const PARTS: [string, () => Partial<RouterGraphOptions>][] = [
  [
    'the policy',
    () => ({
      policy: policyOf(({ steps }) => {
        if (steps.length > 0) return { decision: stop };
        approve();
        return { decision: searchFor('a', 'Texts') };
      }),
    }),
  ],
  [
    'the reader',
    () => {
      const reader = fakeReader();
      const read = reader.read.bind(reader);
      reader.read = async (input, context) => {
        approve();
        return read(input, context);
      };
      return { reader };
    },
  ],
  [
    'the answerer',
    () => {
      const answerer = fakeAnswerer();
      const answer = answerer.answer.bind(answerer);
      answerer.answer = async (input, context) => {
        approve();
        return answer(input, context);
      };
      return { answerer };
    },
  ],
  [
    'a search',
    () => {
      const texts = fakeKnowledgeBase('Texts', async () => {
        approve();
        return [passage('Texts', 'p', 'found')];
      });
      return { knowledgeBases: [texts] };
    },
  ],
];

function pausing(part: Partial<RouterGraphOptions>, checkpointer?: MemorySaver): RouterGraph {
  const policy = policyOf(({ steps }) => ({ decision: steps.length > 0 ? stop : searchFor('a', 'Texts') }));
  const knowledgeBases = [fakeKnowledgeBase('Texts', { a: ['found'] })];
  return createRouterGraph(routerOptions({ policy, knowledgeBases, checkpointer, ...part }));
}

const Outer = Annotation.Root({ question: Annotation<string>, answer: Annotation<string | null> });

describe.each(PARTS)('an interrupt in %s', (_, part) => {
  it('pauses the router and is resumed', async () => {
    const graph = pausing(part(), new MemorySaver());
    const paused = await graph.invoke({ question: 'q' }, thread);
    expect(paused).toMatchObject({ __interrupt__: [{ value: 'go on?' }] });
    const resumed = await graph.invoke(new Command({ resume: 'yes' }) as never, thread);
    expect(resumed).toMatchObject({ answer: 'found', stopReason: 'policy' });
  });

  it.each(['node', 'function'])('pauses the graph whose %s the router is', async (kind) => {
    const router = pausing(part());
    const node =
      kind === 'node'
        ? router
        : async ({ question }: { question: string }) => ({
            answer: (await router.invoke({ question })).answer,
          });
    const graph = new StateGraph(Outer)
      .addNode('router', node as never)
      .addEdge(START, 'router')
      .addEdge('router', END)
      .compile({ checkpointer: new MemorySaver() });
    expect(await graph.invoke({ question: 'q' }, thread)).toHaveProperty('__interrupt__');
    expect(await graph.invoke(new Command({ resume: 'yes' }), thread)).toMatchObject({ answer: 'found' });
  });

  it('pauses the agent whose tool the router is', async () => {
    const routerTool = createRouterTool(pausing(part()), { name: 'ask' });
    const model = fakeModel()
      .respondWithTools([{ name: 'ask', args: { question: 'q' }, id: '1' }])
      .respond(new AIMessage('done'));
    const agent = createAgent({ model, tools: [routerTool], checkpointer: new MemorySaver() });
    const paused = await agent.invoke({ messages: [{ role: 'user', content: 'hi' }] }, thread);
    expect(paused).toHaveProperty('__interrupt__');
    const { messages } = await agent.invoke(new Command({ resume: 'yes' }), thread);
    const told = messages.find((message) => ToolMessage.isInstance(message));
    expect(told?.text).toContain('found');
    expect(messages.at(-1)?.text).toBe('done');
  });
});

describe('a route that a human edits', () => {
  const texts = () => fakeKnowledgeBase('Texts', { a: ['found'], b: ['edited'] });

  it('is followed, and recorded', async () => {
    const graph = pausing({ knowledgeBases: [texts()] }, new MemorySaver());
    await graph.invoke({ question: 'q' }, { ...thread, interruptBefore: ['retrieve'] } as never);
    const { values } = await graph.getState(thread);
    await graph.updateState(thread, { pending: { ...values.pending, decision: searchFor('b', 'Texts') } });
    expect((await graph.getState(thread)).next).toEqual(['retrieve']);
    const { answer, steps } = await graph.invoke(null, thread);
    expect(answer).toBe('edited');
    expect(steps[0]!.decision).toEqual(searchFor('b', 'Texts'));
  });

  it('goes on after an edit before any other node', async () => {
    for (const place of ['decide', 'read', 'conclude']) {
      const graph = pausing({ knowledgeBases: [texts()] }, new MemorySaver());
      await graph.invoke({ question: 'q' }, { ...thread, interruptBefore: [place] } as never);
      const { values } = await graph.getState(thread);
      await graph.updateState(thread, { usage: values.usage });
      expect((await graph.getState(thread)).next).toEqual([place]);
      let output = await graph.invoke(null, thread);
      while ((await graph.getState(thread)).next.length > 0) output = await graph.invoke(null, thread);
      expect(output.answer).toBe('found');
    }
  });

  it.each(['begin', 'decide', 'retrieve', 'read'])('goes on after an edit that is made as %s', async (asNode) => {
    const graph = pausing({ knowledgeBases: [texts()] }, new MemorySaver());
    const follows = { begin: 'decide', decide: 'retrieve', retrieve: 'read', read: 'decide' }[asNode];
    await graph.invoke({ question: 'q' }, { ...thread, interruptBefore: [follows] } as never);
    const { values } = await graph.getState(thread);
    await graph.updateState(thread, { usage: values.usage }, asNode as never);
    expect((await graph.getState(thread)).next).toEqual([follows]);
    const { answer } = await graph.invoke(null, thread);
    expect(answer).toBe('found');
  });

  it('ends where the decision becomes a stop, and searches where a stop becomes a search', async () => {
    const ended = pausing({ knowledgeBases: [texts()] }, new MemorySaver());
    await ended.invoke({ question: 'q' }, { ...thread, interruptBefore: ['retrieve'] } as never);
    await ended.updateState(thread, { pending: null });
    expect((await ended.getState(thread)).next).toEqual(['conclude']);
    expect(await ended.invoke(null, thread)).toMatchObject({ answer: null, steps: [] });

    const goingOn = pausing({ knowledgeBases: [texts()] }, new MemorySaver());
    await goingOn.invoke({ question: 'q' }, { ...thread, interruptBefore: ['retrieve'] } as never);
    const { pending } = (await goingOn.getState(thread)).values;
    await goingOn.invoke(null, { ...thread, interruptBefore: ['conclude'] } as never);
    await goingOn.updateState(thread, { pending: { ...pending, decision: searchFor('b', 'Texts') }, stopReason: null });
    expect((await goingOn.getState(thread)).next).toEqual(['retrieve']);
    expect(await goingOn.invoke(null, thread)).toMatchObject({ answer: 'edited' });
  });

  it.each(PARTS)('goes on inside another graph, where %s waits', async (_, part) => {
    const graph = new StateGraph(Outer)
      .addNode('router', pausing(part()) as never)
      .addEdge(START, 'router')
      .addEdge('router', END)
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({ question: 'q' }, thread);
    const [task] = (await graph.getState(thread, { subgraphs: true })).tasks;
    const inner = task!.state as { config: typeof thread; values: { usage: unknown }; next: string[] };
    await graph.updateState(inner.config, { usage: inner.values.usage } as never);
    const edited = (await graph.getState(thread, { subgraphs: true })).tasks[0]!.state as typeof inner;
    expect(edited.next).toEqual(inner.next);
    expect(await graph.invoke(new Command({ resume: 'yes' }), thread)).toMatchObject({ answer: 'found' });
  });
});

describe('the recursion limit of another graph', () => {
  it.each(['node', 'function'])('as its %s the router concludes in time', async (kind) => {
    const policy = policyOf(({ steps }) => ({ decision: searchFor(`q${steps.length}`, 'Texts') }));
    const knowledgeBases = [
      fakeKnowledgeBase('Texts', async ({ text }) =>
        text?.endsWith('3') ? [] : [passage('Texts', text!, `t ${text}`)],
      ),
    ];
    const router = createRouterGraph(routerOptions({ policy, knowledgeBases, maxSteps: 12 }));
    const Counted = Annotation.Root({ ...Outer.spec, steps: Annotation<unknown[]> });
    const node = kind === 'node' ? router : async ({ question }: { question: string }) => router.invoke({ question });
    const graph = new StateGraph(Counted)
      .addNode('router', node as never)
      .addEdge(START, 'router')
      .addEdge('router', END)
      .compile();
    const taken: number[] = [];
    for (const recursionLimit of [3, 4, 5, 6, 7, 8, 9, 25, 45]) {
      const { answer, steps } = await graph.invoke({ question: 'q' }, { recursionLimit });
      taken.push(steps.length);
      if (steps.length > 0) expect(answer).not.toBeNull();
    }
    // A run that is called, and not a node, has its own limit.
    if (kind === 'function') expect(new Set(taken)).toEqual(new Set([12]));
    else expect(taken).toEqual([0, 0, 0, 1, 1, 1, 2, 7, 12]);
    expect(taken).toEqual([...taken].sort((left, right) => left - right));
  });

  it('does not bind a run of its own, on a thread neither', async () => {
    const policy = policyOf(({ steps }) => ({ decision: searchFor(`q${steps.length}`, 'Texts') }));
    const knowledgeBases = [fakeKnowledgeBase('Texts', async ({ text }) => [passage('Texts', text!, 't')])];
    const options = routerOptions({ policy, knowledgeBases, maxSteps: 50, checkpointer: new MemorySaver() });
    const graph = createRouterGraph(options);
    for (const question of ['first', 'second', 'third']) {
      expect((await graph.invoke({ question }, thread)).steps).toHaveLength(50);
    }
  });
});

describe('what a development server reads', () => {
  it('the schemas of input, output and context', () => {
    const graph = pausing({});
    // As the server looks: a StateSchema among them would hide the context.
    const builder = graph.builder as unknown as Record<string, z.ZodType>;
    const shown = ['_schema', '_input', '_output'].map((name) => z.toJSONSchema(builder[`${name}RuntimeDefinition`]!));
    expect(Object.keys(shown[0]!.properties ?? {})).toEqual(expect.arrayContaining(['pending', 'steps']));
    expect(Object.keys(shown[2]!.properties ?? {})).toEqual(expect.arrayContaining(['answer', 'steps']));
    expect(shown[1]).toMatchObject({ properties: { question: { type: 'string' } } });
    const context = z.toJSONSchema(builder._configRuntimeSchema!);
    expect(context).toMatchObject({ properties: { maxSteps: { type: 'integer' }, budgets: { type: 'object' } } });
  });
});
