import { MemorySaver } from '@langchain/langgraph';
import { AIMessage, createAgent, fakeModel, ToolMessage } from 'langchain';
import { describe, expect, it } from 'vitest';
import { createRouterGraph } from '../../src/graph/graph.ts';
import { createRouterTool } from '../../src/graph/router-tool.ts';
import { RouterOutputSchema } from '../../src/graph/run-state.ts';
import { fakeKnowledgeBase, policyOf, routerOptions, scriptedPolicy, search, stop } from '../../src/test/fakes.ts';

const texts = () => fakeKnowledgeBase('Texts', { a: ['found'] });

describe('the router as a tool', () => {
  it('gives an agent the answer with sources, and its caller the records', async () => {
    const policy = scriptedPolicy([search('a', 'Texts'), stop]);
    const graph = createRouterGraph(routerOptions({ knowledgeBases: [texts()], policy }));
    const model = fakeModel()
      .respondWithTools([{ name: 'ask_knowledge_bases', args: { question: 'What is it?' }, id: '1' }])
      .respond(new AIMessage('done'));
    const agent = createAgent({
      model,
      tools: [createRouterTool(graph, { context: { seed: 9 } })],
      checkpointer: new MemorySaver(),
    });
    const { messages } = await agent.invoke(
      { messages: [{ role: 'user', content: 'hi' }] },
      { configurable: { thread_id: '1' } },
    );
    const message = messages.find((candidate) => ToolMessage.isInstance(candidate))!;
    expect(message.text).toBe('found\nSources: [1] Texts-a-0 (Texts)');
    const artifact = RouterOutputSchema.parse(message.artifact);
    expect(artifact.steps).toHaveLength(2);
    expect(artifact.question).toBe('What is it?');
  });

  it('does not mix its run with the conversation of the agent that calls it twice', async () => {
    const policy = scriptedPolicy([stop, stop]);
    const graph = createRouterGraph(routerOptions({ policy }));
    const call = (id: string) => ({ name: 'ask_knowledge_bases', args: { question: `question ${id}` }, id });
    const model = fakeModel()
      .respondWithTools([call('1')])
      .respondWithTools([call('2')])
      .respond(new AIMessage('done'));
    const agent = createAgent({ model, tools: [createRouterTool(graph)], checkpointer: new MemorySaver() });
    await agent.invoke({ messages: [{ role: 'user', content: 'hi' }] }, { configurable: { thread_id: '1' } });
    expect(policy.calls.map(({ state }) => [state.question, state.conversation])).toEqual([
      ['question 1', []],
      ['question 2', []],
    ]);
  });

  it('is not bound by the recursion limit of the agent', async () => {
    const policy = policyOf(({ steps }) => ({ decision: search(`q${steps.length}`, 'Texts') }));
    const graph = createRouterGraph(routerOptions({ knowledgeBases: [texts()], policy, maxSteps: 30 }));
    const model = fakeModel()
      .respondWithTools([{ name: 'ask_knowledge_bases', args: { question: 'q' }, id: '1' }])
      .respond(new AIMessage('done'));
    const agent = createAgent({ model, tools: [createRouterTool(graph)] });
    const { messages } = await agent.invoke({ messages: [{ role: 'user', content: 'hi' }] }, { recursionLimit: 12 });
    const message = messages.find((candidate) => ToolMessage.isInstance(candidate));
    expect(message?.artifact.steps).toHaveLength(30);
  });

  it('tells the model what was wrong with its question, and of any other failure only that it failed', async () => {
    const graph = createRouterGraph(routerOptions({ policy: scriptedPolicy([]) }));
    const routerTool = createRouterTool(graph);
    expect(await routerTool.invoke({ question: ' ' })).toBe(
      'Not asked: question: it is empty or not a text; ask something',
    );
    const call = { type: 'tool_call' as const, id: '1', name: 'ask', args: { question: 'q' } };
    const told = await routerTool.invoke(call);
    expect(told.content).toMatch(/^The look-up failed for a reason that has nothing to do with the question/);
    expect(told.artifact).toMatchObject({ error: { code: 'policy-failed', kind: 'model' } });
    const throwing = createRouterTool(graph, { onFailure: 'throw' });
    await expect(throwing.invoke({ question: 'q' })).rejects.toMatchObject({ code: 'policy-failed' });
  });

  it('says so when nothing was found, and stops with its caller', async () => {
    const graph = createRouterGraph(routerOptions({ policy: scriptedPolicy([stop]) }));
    const routerTool = createRouterTool(graph);
    expect(await routerTool.invoke({ question: 'q' })).toBe('The knowledge bases hold no answer to this question.');
    const aborted = AbortSignal.abort(new Error('left'));
    await expect(routerTool.invoke({ question: 'q' }, { signal: aborted })).rejects.toThrow();
  });
});
