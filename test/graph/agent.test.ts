import { AIMessage, type BaseMessage, HumanMessage, ToolMessage } from '@langchain/core/messages';
import {
  Annotation,
  Command,
  END,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { createAgent, fakeModel } from 'langchain';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRouterAgent, type RouterAgentOptions } from '../../src/graph/agent.ts';
import { memoryImageStore } from '../../src/graph/image-store.ts';
import { createRouterTool } from '../../src/graph/router-tool.ts';
import { QUESTION, world } from './chat-model/conformance/world.ts';

const austen = { name: 'search_People_and_places', args: { query: 'When was Jane Austen born?' }, id: 'a' };
const end = (answer: string | null, quote: string | null = answer) => ({
  ...{ name: 'finish', id: 'b' },
  args: { quote, answer, citations: ['p1'] },
});

function agentOf(model: RouterAgentOptions['model'], options: Partial<RouterAgentOptions> = {}) {
  return createRouterAgent({ model, knowledgeBases: world().all, ...options });
}

const answering = () =>
  fakeModel()
    .respondWithTools([austen])
    .respondWithTools([end('1775')]);
const kinds = (messages: BaseMessage[]) => messages.map((message) => message.type);

describe('the router as an agent', () => {
  it('takes messages, and tells of its steps and its answer in messages', async () => {
    const { messages, ...output } = await agentOf(answering()).invoke({ messages: [new HumanMessage(QUESTION)] });
    expect(output).toMatchObject({
      question: QUESTION,
      answer: '1775',
      stopReason: 'policy',
      usage: { modelCalls: 2 },
    });
    expect(kinds(messages)).toEqual(['human', 'ai', 'tool', 'ai']);
    const [, asked, told, said] = messages as [HumanMessage, AIMessage, ToolMessage, AIMessage];
    expect(asked.tool_calls).toMatchObject([{ name: 'search_People_and_places', args: austen.args }]);
    expect(told).toMatchObject({
      tool_call_id: asked.tool_calls![0]!.id,
      content: 'p1: Jane Austen was born on 16 December 1775.',
      artifact: { outcome: 'passages', passages: [{ id: 'People and places-0' }] },
    });
    expect(said).toMatchObject({
      content: '1775',
      name: 'router-agent',
      response_metadata: { answer: '1775', citations: [{ quote: '1775' }], runId: output.runId },
    });
    expect(new Set(messages.map(({ id }) => id)).size).toBe(4);
  });

  it('takes a question in words, which becomes a message', async () => {
    const { messages } = await agentOf(answering(), { stepMessages: false }).invoke({ question: QUESTION });
    expect(messages.map(({ text }) => text)).toEqual([QUESTION, '1775']);
  });

  it('says that there is no answer, and why', async () => {
    const model = fakeModel()
      .respondWithTools([austen])
      .respondWithTools([end(null)]);
    const { answer, messages } = await agentOf(model).invoke({ question: QUESTION });
    expect(answer).toBeNull();
    expect(messages.at(-1)!.text).toBe('I found no answer to this in the connected knowledge bases.');
    const broken = world().all.map((base) => ({
      ...base,
      search: async () => {
        throw new Error('connect ECONNREFUSED 10.0.0.7');
      },
    }));
    const failing = fakeModel()
      .respondWithTools([austen])
      .respondWithTools([end(null)]);
    const outage = await agentOf(failing, { knowledgeBases: broken, searchRetries: 0 }).invoke({ question: QUESTION });
    expect(outage.messages.at(-1)!.text).toContain('cannot be searched at the moment');
    expect(JSON.stringify(outage.messages)).not.toContain('10.0.0.7');
  });

  it('keeps a conversation, by messages and by questions', async () => {
    const model = fakeModel();
    for (let turn = 0; turn < 4; turn++) model.respondWithTools([austen]).respondWithTools([end('1775')]);
    const agent = agentOf(model, { checkpointer: new MemorySaver() });
    const thread = { configurable: { thread_id: '1' } };
    await agent.invoke({ messages: [{ role: 'user', content: 'first' }] }, thread);
    await agent.invoke({ question: 'second' }, thread);
    await agent.invoke({ question: 'second' }, thread);
    const { messages } = await agent.invoke({ messages: [{ role: 'user', content: 'third' }] }, thread);
    expect(messages.filter(({ type }) => type === 'human').map(({ text }) => text)).toEqual([
      'first',
      'second',
      'second',
      'third',
    ]);
    expect(kinds(messages)).toHaveLength(16);
    expect(model.calls.at(-1)!.messages[1]!.text).toBe(
      'Earlier question: first\nEarlier answer: 1775\nEarlier question: second\nEarlier answer: 1775\nEarlier question: second\nEarlier answer: 1775\nQuestion: third',
    );
  });

  it('sees the image of a message, in each of the shapes it may have', async () => {
    const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);
    const data = bytes.toString('base64');
    const url = `data:image/png;base64,${data}`;
    for (const block of [
      { type: 'image_url', image_url: { url } },
      { type: 'image_url', image_url: url },
      { type: 'image', source_type: 'base64', mime_type: 'image/png', data },
      { type: 'image', mimeType: 'image/png', data },
      { type: 'image', url },
    ]) {
      const model = answering();
      const images = memoryImageStore();
      const content = [{ type: 'text', text: QUESTION }, block];
      const { steps } = await agentOf(model, { images }).invoke({ messages: [new HumanMessage({ content } as never)] });
      expect(JSON.stringify(model.calls[0]!.messages)).toContain(data);
      expect((await images.get(steps[0]!.state.image!))?.bytes).toEqual(bytes);
    }
    const far = new HumanMessage({ content: [{ type: 'image_url', image_url: { url: 'https://example.org/a.png' } }] });
    await expect(agentOf(answering()).invoke({ messages: [far] })).rejects.toMatchObject({ code: 'image-not-inline' });
  });

  it('refuses what asks nothing', async () => {
    await expect(agentOf(answering()).invoke({ messages: [] })).rejects.toMatchObject({ code: 'empty-question' });
    await expect(agentOf(answering()).invoke({})).rejects.toMatchObject({ code: 'empty-question' });
    expect(() => agentOf({} as never)).toThrow(/createRouterAgent: option model/);
    expect(() => agentOf(answering(), { maxSteps: -1 })).toThrow(/option maxSteps/);
  });

  it('says what it was told to beside our own instructions', async () => {
    const model = answering();
    await agentOf(model, { systemPrompt: 'Answer in verse.' }).invoke({ question: QUESTION });
    expect(model.calls[0]!.messages[0]!.text).toMatch(
      /^You answer a question by looking facts up[\s\S]*Answer in verse\.$/,
    );
  });

  it('concludes with a call of its own where the steps run out', async () => {
    const give = { name: 'give_answer', id: 'c', args: { quote: '1775', answer: '1775', citations: ['p1'] } };
    const model = fakeModel().respondWithTools([austen]).respondWithTools([give]);
    const output = await agentOf(model, { maxSteps: 1 }).invoke({ question: QUESTION });
    expect(output).toMatchObject({ answer: '1775', stopReason: 'max-steps', usage: { modelCalls: 2 } });
  });
});

describe('its answer in a form', () => {
  const Born = z.object({ year: z.number(), month: z.string().nullable() });

  it.each([
    ['zod', Born],
    ['JSON', { type: 'object', properties: { year: { type: 'number' } }, required: ['year'] }],
  ])('of a %s schema', async (_, responseFormat) => {
    const model = answering().structuredResponse({ year: 1775, month: 'December' });
    const output = await agentOf(model, { responseFormat }).invoke({ question: QUESTION });
    expect(output.structuredResponse).toEqual({ year: 1775, month: 'December' });
    expect(output.usage.modelCalls).toBe(3);
  });

  it('is null where there is no answer, and an error where the model does not keep to it', async () => {
    const silent = fakeModel()
      .respondWithTools([austen])
      .respondWithTools([end(null)]);
    const typed = createRouterAgent({ model: silent, knowledgeBases: world().all, responseFormat: Born });
    const { structuredResponse } = await typed.invoke({ question: QUESTION });
    const year: number | undefined = structuredResponse?.year;
    expect([structuredResponse, year]).toEqual([null, undefined]);
    const wrong = answering().structuredResponse({ year: 'long ago' });
    const run = agentOf(wrong, { responseFormat: Born }).invoke({ question: QUESTION });
    await expect(run).rejects.toThrow(/does not keep to the schema \(year: /);
  });
});

describe('the agent among others', () => {
  it('is a node of a graph of messages', async () => {
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('router', agentOf(answering()) as never)
      .addNode('thanks', async () => ({ messages: [new AIMessage('You are welcome.')] }))
      .addEdge(START, 'router')
      .addEdge('router', 'thanks')
      .addEdge('thanks', END)
      .compile({ checkpointer: new MemorySaver() });
    const thread = { configurable: { thread_id: '1' } };
    const { messages } = await graph.invoke({ messages: [{ role: 'user', content: QUESTION }] }, thread);
    expect(kinds(messages)).toEqual(['human', 'ai', 'tool', 'ai', 'ai']);
  });

  it('answers what a supervisor hands over, though calls stand after the question', async () => {
    const handed = [
      new HumanMessage(QUESTION),
      new AIMessage({
        content: '',
        tool_calls: [{ name: 'transfer_to_router', args: {}, id: 't', type: 'tool_call' }],
      }),
      new ToolMessage({ content: 'Transferred.', tool_call_id: 't' }),
    ];
    const { messages } = await agentOf(answering(), { name: 'router' }).invoke({ messages: handed });
    expect(kinds(messages)).toEqual(['human', 'ai', 'tool', 'ai', 'tool', 'ai']);
    expect(messages.at(-1)).toMatchObject({ name: 'router', text: '1775' });
  });

  it('is a tool of an agent', async () => {
    const routerTool = createRouterTool(agentOf(answering()), { name: 'ask' });
    const model = fakeModel()
      .respondWithTools([{ name: 'ask', args: { question: QUESTION }, id: '1' }])
      .respond(new AIMessage('done'));
    const { messages } = await createAgent({ model, tools: [routerTool] }).invoke({
      messages: [{ role: 'user', content: 'hi' }],
    });
    expect(messages.find((message) => ToolMessage.isInstance(message))?.text).toMatch(/^1775\nSources: /);
  });

  it('pauses within a graph of messages, and is resumed', async () => {
    const bases = world().all.map((base) => ({
      ...base,
      async search(query: { text?: string }) {
        interrupt('search?');
        return base.search(query);
      },
    }));
    const Outer = Annotation.Root({ ...MessagesAnnotation.spec });
    const graph = new StateGraph(Outer)
      .addNode('router', agentOf(answering(), { knowledgeBases: bases }) as never)
      .addEdge(START, 'router')
      .addEdge('router', END)
      .compile({ checkpointer: new MemorySaver() });
    const thread = { configurable: { thread_id: '1' } };
    const paused = await graph.invoke({ messages: [{ role: 'user', content: QUESTION }] }, thread);
    expect(paused).toHaveProperty('__interrupt__');
    const { messages } = await graph.invoke(new Command({ resume: true }), thread);
    expect(messages.at(-1)!.text).toBe('1775');
  });
});

describe('its streams', () => {
  it('of messages hold the steps and the answer, and nothing of what the model wrote inside', async () => {
    const seen: BaseMessage[] = [];
    const stream = await agentOf(answering()).stream({ question: QUESTION }, { streamMode: 'messages' });
    for await (const [message] of stream) seen.push(message);
    expect(kinds(seen)).toEqual(['human', 'ai', 'tool', 'ai']);
    expect(seen.at(-1)!.text).toBe('1775');
  });

  it('of values and updates hold what goes in and comes out, and nothing that nodes hand each other', async () => {
    const seen = { values: new Set<string>(), updates: new Set<string>() };
    const checkpointer = new MemorySaver();
    const agent = agentOf(answering(), { checkpointer });
    const thread = { configurable: { thread_id: '1' } };
    const stream = await agent.stream({ question: QUESTION }, { ...thread, streamMode: ['values', 'updates'] });
    let last: object = {};
    for await (const [mode, chunk] of stream) {
      if (mode === 'values') last = chunk;
      for (const part of mode === 'values' ? [chunk] : Object.values(chunk)) {
        for (const field of Object.keys(part)) seen[mode].add(field);
      }
    }
    const written = 'answer citations evidence image messages question runId steps stopReason structuredResponse usage';
    expect([...seen.values].sort().join(' ')).toBe(written);
    expect([...seen.updates].sort().join(' ')).toBe(written);
    expect(last).toMatchObject({ answer: '1775', stopReason: 'policy' });
    // What a run goes on from is kept whole, and whoever names a field is told it.
    expect((await agent.getState(thread)).values).toHaveProperty('findings');
    const named = { streamMode: 'values', outputKeys: ['findings'] } as const;
    const asked = await agentOf(answering())
      .withConfig({ tags: ['mine'] })
      .stream({ question: QUESTION }, named as never);
    for await (const chunk of asked) expect(Object.keys(chunk as object)).toEqual(['findings']);
  });

  it('are typed by their mode', async () => {
    const stream = await agentOf(answering()).stream({ question: QUESTION }, { streamMode: ['custom', 'updates'] });
    const events: string[] = [];
    const nodes: string[] = [];
    for await (const chunk of stream) {
      if (chunk[0] === 'custom') events.push(chunk[1].type);
      else nodes.push(...Object.keys(chunk[1]));
    }
    expect(events.at(0)).toBe('run-start');
    expect(events.at(-1)).toBe('answer-end');
    expect(nodes).toEqual(['begin', 'decide', 'retrieve', 'read', 'decide', 'conclude']);
  });
});
