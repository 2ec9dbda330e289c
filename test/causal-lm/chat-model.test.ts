import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import { describe, expect, it } from 'vitest';
import { CausalLmChatModel, chatMl } from '../../src/causal-lm/chat-model.ts';
import { parseCausalLmConfig } from '../../src/causal-lm/config.ts';
import { loadTokenizer, makeSmallTokenizer, textTokenizer } from '../../src/causal-lm/tokenizer.ts';
import { parseDecision } from '../../src/graph/chat-model/protocols/decision-tags.ts';
import { trainSupervised } from '../../src/train/causal-lm/supervised.ts';
import { initialCausalLm } from '../../src/train/causal-lm/training.ts';
import { priorQuestions } from '../../src/train/models/prior-questions.ts';

const SPECIAL = ['<|im_start|>', '<|im_end|>'];

describe('makeSmallTokenizer', () => {
  const texts = priorQuestions('table', 200, 1);
  const json = makeSmallTokenizer(texts, { size: 400, special: SPECIAL });
  const tokenizer = textTokenizer(json);

  it('gives every text back exactly, seen or not', () => {
    for (const text of [...texts.slice(0, 20), 'Ångström 東京 🎉\n\ttabs', "it's  two  spaces"]) {
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    }
  });

  it('knows its special tokens and shortens what it was made from', () => {
    expect(tokenizer.encode('<|im_start|>user')[0]).toBe(0);
    expect(tokenizer.idOf('<|im_end|>')).toBe(1);
    expect(tokenizer.encode(texts[0]!).length).toBeLessThan(texts[0]!.length / 2);
  });
});

describe('loadTokenizer', () => {
  it('refuses the tokenizer of another model, and files that are not one', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'r1-tokenizer-'));
    const file = path.join(directory, 'tokenizer.json');
    await writeFile(file, JSON.stringify(makeSmallTokenizer(['abc abc'], { size: 300, special: SPECIAL })));
    await expect(loadTokenizer(directory, { vocabulary: 100 })).rejects.toMatchObject({ code: 'tokenizer-wrong' });
    expect((await loadTokenizer(directory, { vocabulary: 300 })).encode('abc').length).toBeGreaterThan(0);
    await writeFile(file, 'not json');
    await expect(loadTokenizer(directory, { vocabulary: 300 })).rejects.toMatchObject({ code: 'tokenizer-invalid' });
    await rm(directory, { recursive: true });
    await readFile(file).catch(() => undefined);
  });
});

describe('a small decoder trained from scratch', () => {
  it('speaks the tag protocol as a LangChain chat model, ids and log-probabilities captured', async () => {
    const kinds = { table: 'Table Retriever', text: 'Text Retriever' } as const;
    const pairs = (seed: number, count: number) =>
      Object.entries(kinds).flatMap(([kind, retriever]) =>
        priorQuestions(kind as keyof typeof kinds, count, seed).map((question) => ({
          messages: [{ role: 'user', text: question.slice(0, 60) }],
          completion: `<think>ask</think><sub-question>${question.slice(0, 12)}</sub-question><ret>${retriever}</ret><|im_end|>`,
          retriever,
        })),
      );
    const train = pairs(1, 150);
    const tokenizer = textTokenizer(
      makeSmallTokenizer(
        train.map(({ messages, completion }) => `${messages[0]!.text} ${completion}`),
        { size: 500, special: SPECIAL },
      ),
    );
    const config = parseCausalLmConfig({
      model_type: 'qwen2',
      vocab_size: 512,
      hidden_size: 48,
      intermediate_size: 96,
      num_hidden_layers: 2,
      num_attention_heads: 4,
      num_key_value_heads: 2,
      tie_word_embeddings: true,
      eos_token_id: 1,
    });
    const parameters = initialCausalLm(config, 1);
    const sequences = train.map(({ messages, completion }) => {
      const [prompt, answer] = [tokenizer.encode(chatMl(messages)), tokenizer.encode(completion)];
      return { ids: [...prompt, ...answer], mask: [...prompt.map(() => 0), ...answer.map(() => 1)] };
    });
    const losses = await trainSupervised(sequences, { config, parameters, steps: 160, batch: 16, rate: 0.01 });
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 3);

    const model = new CausalLmChatModel({ model: { config, parameters: [parameters] }, tokenizer, maxTokens: 64 });
    const known = new Map(Object.values(kinds).map((name) => [name, name]));
    let routed = 0;
    const held = pairs(2, 8);
    for (const { messages, retriever } of held) {
      const reply = await model.invoke([new HumanMessage(messages[0]!.text)]);
      const { decision } = parseDecision(reply.text, known);
      if (decision.type === 'search' && decision.searches[0]!.knowledgeBase === retriever) routed++;
      const { tokenIds, promptTokenIds, logprobs } = reply.response_metadata as {
        tokenIds: number[];
        promptTokenIds: number[];
        logprobs: { content: { logprob: number }[] };
      };
      expect(promptTokenIds).toEqual(tokenizer.encode(chatMl(messages)));
      expect(tokenizer.decode(tokenIds)).toBe(reply.text);
      expect(logprobs.content.map(({ logprob }) => logprob).every((value) => value <= 0)).toBe(true);
      expect(logprobs.content.length).toBe(tokenIds.length);
    }
    expect(routed).toBeGreaterThan(held.length * 0.6);
    const twice = [
      await model.invoke([new SystemMessage('s')], { seed: 'a' }),
      await model.invoke([new SystemMessage('s')], { seed: 'a' }),
    ];
    expect(twice[0]!.text).toBe(twice[1]!.text);
    await model.release();
  });
});
