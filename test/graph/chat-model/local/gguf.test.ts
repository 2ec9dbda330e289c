/**
 * A real model in this process. It needs the optional package node-llama-cpp and a model that was tuned on chats:
 *
 *   npm install --no-save node-llama-cpp && R1_ROUTER_GGUF=/path/to/model.gguf npx vitest run test/graph/chat-model/local
 */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { importOptional } from '../../../../src/common/import-optional.ts';
import { PACKAGE } from '../../../../src/graph/chat-model/local/llama-package.ts';
import { openGguf } from '../../../../src/graph/chat-model/local/open.ts';
import { SLOW } from '../../../slow.ts';

const file = process.env.R1_ROUTER_GGUF;
const reason = !file
  ? 'R1_ROUTER_GGUF names no model'
  : (await importOptional(PACKAGE)) === undefined
    ? `the optional package ${PACKAGE} is not installed; npm install --no-save ${PACKAGE}`
    : undefined;
if (reason) console.info(`skipped: ${reason}`);

describe.skipIf(reason)('a GGUF in this process', { timeout: SLOW }, () => {
  const open = () => openGguf(file!, { threads: 1, contextSize: 1024, maxTokens: 48 });

  test('one file is one model, replies are held to their schema, and a shared beginning is kept', async () => {
    const model = await open();
    expect(await open()).toBe(model);
    const schema = z.object({ colour: z.enum(['red', 'green']), count: z.int() });
    const story = 'Three green boats lie in the harbour, beside the lighthouse and the office of the harbour master. ';
    const form = model.withStructuredOutput(schema, { includeRaw: true });
    const first = await form.invoke(`${story.repeat(3)}What colour are the boats, and how many are there?`);
    expect(schema.parse(first.parsed)).toMatchObject({ colour: 'green' });
    const again = await form.invoke(`${story.repeat(3)}How many boats are there, and of which colour?`);
    expect(schema.parse(again.parsed).colour).toBe('green');
    const { usage_metadata: usage } = again.raw as {
      usage_metadata: { input_tokens: number; input_token_details: { cache_read: number } };
    };
    expect(usage.input_token_details.cache_read).toBeGreaterThan(usage.input_tokens / 2);
    // Greedy: the same question has the same answer.
    const repeated = await form.invoke(`${story.repeat(3)}How many boats are there, and of which colour?`);
    expect(repeated.parsed).toEqual(again.parsed);
  });

  test('an abort ends a reply under way, and the next call is answered', async () => {
    const model = await open();
    const ending = new AbortController();
    const reply = model.invoke('Count from one to a thousand.', { signal: ending.signal });
    setTimeout(() => ending.abort(), 300);
    await expect(reply).rejects.toThrow(/abort/i);
    expect((await model.invoke('Say yes.')).text).not.toBe('');
  });

  test('a prompt that is too long is told with its length', async () => {
    await expect((await open()).invoke('word '.repeat(2000))).rejects.toMatchObject({ code: 'prompt-too-long' });
  });

  test('what was freed is opened anew', async () => {
    const model = await open();
    await model.dispose();
    await expect(model.invoke('Hi')).rejects.toMatchObject({ code: 'gguf-runtime' });
    expect(await open()).not.toBe(model);
    await (await open()).dispose();
  });
});
