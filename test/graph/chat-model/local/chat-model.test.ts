import { AIMessage, type AIMessageChunk, HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { createAgent } from 'langchain';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { LocalChatModel } from '../../../../src/graph/chat-model/local/chat-model.ts';
import { readsTextOnly } from '../../../../src/graph/chat-model/model.ts';
import { resolveProtocol } from '../../../../src/graph/chat-model/protocols/protocol.ts';
import { scriptedEngine } from './scripted-engine.ts';

const weather = tool(async ({ city }: { city: string }) => `rain in ${city}`, {
  name: 'weather',
  description: 'The weather of a city.',
  schema: z.object({ city: z.string() }),
});
const OSLO = '{"name": "weather", "arguments": {"city": "Oslo \\"east\\"}"}}';

function modelOf(...replies: Parameters<typeof scriptedEngine>[0]) {
  const engine = scriptedEngine(replies);
  return { engine, model: new LocalChatModel({ engine, temperature: 0.5, seed: 3, maxTokens: 64 }) };
}

test('text comes back with its tokens, and the settings reach the engine', async () => {
  const { engine, model } = modelOf('Hello.', { text: 'cut', finish: 'length' });
  const reply = await model.invoke([new SystemMessage('Be kind.'), new HumanMessage('Hi')]);
  expect(reply).toMatchObject({
    text: 'Hello.',
    usage_metadata: { input_tokens: 20, output_tokens: 5, total_tokens: 25, input_token_details: { cache_read: 12 } },
    response_metadata: { finish_reason: 'stop', model_name: 'scripted.gguf' },
  });
  expect(engine.requests[0]).toMatchObject({
    ...{ temperature: 0.5, seed: 3, maxTokens: 64 },
    turns: [
      { role: 'system', text: 'Be kind.' },
      { role: 'user', text: 'Hi' },
    ],
  });
  const other = await model.withConfig({ temperature: 0, seed: 9, maxTokens: 5, stop: ['.'] }).invoke('Hi');
  expect(other.response_metadata.finish_reason).toBe('length');
  expect(engine.requests[1]).toMatchObject({ temperature: 0, seed: 9, maxTokens: 5, stop: ['.'] });
});

describe('tools', () => {
  test('a reply is one call, held to the tools that are bound', async () => {
    const { engine, model } = modelOf(OSLO, OSLO);
    const reply = await model.bindTools([weather], { tool_choice: 'any' }).invoke('Rain?');
    expect(reply.tool_calls).toMatchObject([{ name: 'weather', args: { city: 'Oslo "east"}' } }]);
    const { schema, turns } = engine.requests[0]!;
    expect(schema).toMatchObject({ anyOf: [{ properties: { name: { const: 'weather' } } }] });
    expect(turns[0]!.text).toContain('{"name": "weather", "description": "The weather of a city.", "parameters": {');
    // Without a choice it may also reply in words.
    await model.bindTools([weather]).invoke('Rain?');
    expect(engine.requests[1]!.schema).toMatchObject({
      anyOf: [{}, { properties: { name: { const: 'reply_in_words' } } }],
    });
  });

  test('words are the content of the message, whole and streamed', async () => {
    const words = JSON.stringify({ name: 'reply_in_words', arguments: { text: 'It "rains"\nin Ålesund.' } })
      .replace('":"', '": "')
      .replace(',"arguments":{"text":"', ', "arguments": {"text": "');
    const { model } = modelOf(words, words);
    const able = model.bindTools([weather]);
    const reply = await able.invoke('Rain?');
    expect(reply).toMatchObject({ content: 'It "rains"\nin Ålesund.' });
    expect(reply.tool_calls ?? []).toEqual([]);
    const pieces: string[] = [];
    for await (const chunk of await able.stream('Rain?')) pieces.push(chunk.text);
    expect(pieces.join('')).toBe('It "rains"\nin Ålesund.');
    expect(pieces.length).toBeGreaterThan(3);
  });

  test('a streamed call is the same call', async () => {
    const { model } = modelOf(OSLO);
    let all: AIMessageChunk | undefined;
    for await (const chunk of await model.bindTools([weather], { tool_choice: 'weather' }).stream('Rain?')) {
      all = all ? all.concat(chunk) : chunk;
    }
    expect(all?.tool_calls).toMatchObject([{ name: 'weather', args: { city: 'Oslo "east"}' } }]);
    expect(all?.usage_metadata).toMatchObject({ input_tokens: 20, output_tokens: 5 });
  });

  test('a call that was cut off is an invalid call, and a choice that is no tool is refused', async () => {
    const { model } = modelOf({ text: '{"name": "weather", "arguments": {"ci', finish: 'length' });
    const able = model.bindTools([weather], { tool_choice: 'any' });
    expect(await able.invoke('Rain?')).toMatchObject({ invalid_tool_calls: [{ name: 'weather', args: '{"ci' }] });
    await expect(model.bindTools([weather], { tool_choice: 'whether' }).invoke('Rain?')).rejects.toMatchObject({
      code: 'invalid-options',
      message: expect.stringContaining('weather'),
    });
  });

  test('earlier calls and what they brought are turns; neighbours of one role are one', async () => {
    const { engine, model } = modelOf('Wet.');
    const call = { type: 'tool_call' as const, id: 'a', name: 'weather', args: { city: 'Oslo' } };
    await model.invoke([
      new HumanMessage('Rain?'),
      new AIMessage({ content: '', tool_calls: [call] }),
      new ToolMessage({ tool_call_id: 'a', name: 'weather', content: 'rain in Oslo' }),
      new HumanMessage({
        content: [
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'text', text: 'And?' },
        ],
      }),
    ]);
    expect(engine.requests[0]!.turns).toEqual([
      { role: 'user', text: 'Rain?' },
      { role: 'model', text: '<tool_call>\n{"name": "weather", "arguments": {"city": "Oslo"}}\n</tool_call>' },
      { role: 'user', text: '<tool_response>\nweather:\nrain in Oslo\n</tool_response>\nAnd?' },
    ]);
  });

  test("it is the model of LangChain's createAgent", async () => {
    const end = '{"name": "reply_in_words", "arguments": {"text": "It rains."}}';
    const { engine, model } = modelOf('{"name": "weather", "arguments": {"city": "Oslo"}}', end);
    const { messages } = await createAgent({ model, tools: [weather] }).invoke({
      messages: [new HumanMessage('Rain?')],
    });
    expect(messages.at(-1)!.text).toBe('It rains.');
    expect(engine.requests[1]!.turns.at(-1)!.text).toContain('rain in Oslo');
  });
});

test('structured output is parsed, with the raw message where it is asked for', async () => {
  const { engine, model } = modelOf('{"year": 1815}', '{"year": 1815}');
  const schema = z.object({ year: z.number() });
  expect(await model.withStructuredOutput(schema).invoke('When?')).toEqual({ year: 1815 });
  expect(await model.withStructuredOutput(schema, { includeRaw: true }).invoke('When?')).toMatchObject({
    parsed: { year: 1815 },
    raw: { text: '{"year": 1815}' },
  });
  expect(engine.requests[0]!.schema).toMatchObject({ properties: { year: { type: 'number' } } });
});

test('an abort ends the call', async () => {
  const { model } = modelOf('never');
  await expect(model.invoke('Hi', { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
});

test('it says of itself that it reads text, takes a schema by default, and can be freed', async () => {
  const { engine, model } = modelOf();
  expect(readsTextOnly(model)).toBe(true);
  expect(resolveProtocol(model, 'auto', 'test')).toBe('structured');
  expect(resolveProtocol(model, 'tools', 'test')).toBe('tools');
  await model.dispose();
  expect(engine.disposed).toBe(1);
});
