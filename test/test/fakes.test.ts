import { AIMessage, createAgent, tool } from 'langchain';
import { chatModelPolicy, createRouterGraph } from 'r1-router';
import {
  fakeAnswerer,
  fakeKnowledgeBase,
  fakeReader,
  policyOf,
  scriptedChatModel,
  scriptedPolicy,
  search,
  stop,
} from 'r1-router/test';
import { expect, test } from 'vitest';
import { z } from 'zod';

const texts = () => fakeKnowledgeBase('Texts', { 'Who wrote Emma?': ['Jane Austen'] });

test('a run over fakes alone, and what each was asked', async () => {
  const parts = { knowledgeBases: [texts()], reader: fakeReader(), answerer: fakeAnswerer() };
  const policy = scriptedPolicy([search('Who wrote Emma?', 'Texts'), stop]);
  const { answer, citations } = await createRouterGraph({ ...parts, policy }).invoke({ question: 'Who wrote Emma?' });
  expect(answer).toBe('Jane Austen');
  expect(citations).toMatchObject([{ knowledgeBase: 'Texts' }]);
  expect(parts.knowledgeBases[0]!.calls).toMatchObject([{ query: { text: 'Who wrote Emma?' } }]);
  expect(policy.calls.map(({ state }) => state.steps.length)).toEqual([0, 1]);
  expect(parts.reader.calls).toMatchObject([{ subQuestion: 'Who wrote Emma?' }]);
  expect(parts.answerer.calls).toHaveLength(1);
});

test('a script that runs out fails the run and says how long it was', async () => {
  const graph = createRouterGraph({
    knowledgeBases: [texts()],
    policy: scriptedPolicy([search('Who wrote Emma?', 'Texts')]),
    reader: fakeReader(),
    answerer: fakeAnswerer(),
  });
  await expect(graph.invoke({ question: 'q' })).rejects.toThrow('the script of 1 decisions has run out');
  await expect(scriptedChatModel([]).invoke('Hello')).rejects.toThrow('the script of 0 replies has run out');
});

test('a policy from a function serves runs at the same time', async () => {
  const graph = createRouterGraph({
    knowledgeBases: [texts()],
    policy: policyOf(({ question, steps }) => ({ decision: steps.length === 0 ? search(question, 'Texts') : stop })),
    reader: fakeReader(),
    answerer: fakeAnswerer(),
  });
  const outputs = await graph.batch([{ question: 'Who wrote Emma?' }, { question: 'Who wrote Ulysses?' }]);
  expect(outputs.map(({ answer }) => answer)).toEqual(['Jane Austen', null]);
});

test('a scripted chat model in the place of a real one: texts, messages, errors, functions', async () => {
  const model = scriptedChatModel([
    '<think>first</think><sub-question>Who wrote Emma?</sub-question><ret>Texts</ret>',
    new AIMessage('<think>enough</think><sub-question>None</sub-question><ret>None</ret>'),
    new Error('overloaded'),
    ({ messages }) => `heard ${messages.length}`,
  ]);
  const graph = createRouterGraph({
    knowledgeBases: [texts()],
    policy: chatModelPolicy({ model }),
    reader: fakeReader(),
    answerer: fakeAnswerer(),
  });
  expect(await graph.invoke({ question: 'Who wrote Emma?' })).toMatchObject({ answer: 'Jane Austen' });
  expect(model.calls[0]!.messages.map(({ type }) => type)).toEqual(['system', 'human']);
  await expect(model.invoke('now')).rejects.toThrow('overloaded');
  expect((await model.invoke('again')).text).toBe('heard 1');
  expect(model.calls).toHaveLength(4);
});

test('it calls tools and fills schemas as an agent asks it to', async () => {
  const call = { id: '1', name: 'add', args: { a: 1, b: 2 }, type: 'tool_call' as const };
  const model = scriptedChatModel([new AIMessage({ content: '', tool_calls: [call] }), 'It is 3.']);
  const add = tool(({ a, b }) => String(a + b), {
    name: 'add',
    description: 'Adds.',
    schema: z.object({ a: z.number(), b: z.number() }),
  });
  const { messages } = await createAgent({ model, tools: [add] }).invoke({
    messages: [{ role: 'user', content: '1 + 2?' }],
  });
  expect(messages.map(({ text }) => text)).toEqual(['1 + 2?', '', '3', 'It is 3.']);
  expect(model.calls[0]!.options.tools).toHaveLength(1);

  const filled = { id: '2', name: 'extract', args: { author: 'Jane Austen' }, type: 'tool_call' as const };
  const structured = scriptedChatModel([new AIMessage({ content: '', tool_calls: [filled] })]).withStructuredOutput(
    z.object({ author: z.string() }),
    { name: 'extract' },
  );
  expect(await structured.invoke('Who?')).toEqual({ author: 'Jane Austen' });
});
