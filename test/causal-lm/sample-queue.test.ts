import { HumanMessage } from '@langchain/core/messages';
import { describe, expect, it } from 'vitest';
import { CausalLmChatModel } from '../../src/causal-lm/chat-model.ts';
import { type BatchSampler, SampleQueue } from '../../src/causal-lm/sample-queue.ts';
import { Sampler } from '../../src/causal-lm/sampler.ts';
import { makeSmallTokenizer, textTokenizer } from '../../src/causal-lm/tokenizer.ts';
import { keyedRandom } from '../../src/common/random.ts';
import { initialCausalLm } from '../../src/train/causal-lm/training.ts';
import { smallLlama } from './small-llama.ts';

const CONFIG = smallLlama({ vocabulary: 300, endToken: 1 });

/** Gives each row its prompt back and keeps what it was asked. */
function recorder(): BatchSampler & { calls: { prompts: number[][]; seeds: unknown }[] } {
  const calls: { prompts: number[][]; seeds: unknown }[] = [];
  return {
    calls,
    async sample(prompts, { seeds }) {
      calls.push({ prompts: prompts.map((prompt) => [...prompt]), seeds });
      return prompts.map((prompt) => ({ tokenIds: [...prompt], logProbabilities: [], ended: true }));
    },
  };
}

const after = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('a queue in front of a sampler', () => {
  it('samples what is asked at the same time as one batch, and gives each its own row', async () => {
    const sampler = recorder();
    const queue = new SampleQueue(sampler);
    const rows = await Promise.all(
      [[7, 8], [5], [6]].map((prompt, seed) => queue.sample(prompt, { maxTokens: 3, seed })),
    );
    expect(rows.map(({ tokenIds }) => tokenIds)).toEqual([[7, 8], [5], [6]]);
    expect(sampler.calls).toEqual([{ prompts: [[5], [6], [7, 8]], seeds: [1, 2, 0] }]);
  });

  it('waits for all runs that joined, whichever comes first, and goes on when one leaves', async () => {
    const sampler = recorder();
    const queue = new SampleQueue(sampler, { rows: 2 });
    const run = (seed: number, steps: number) =>
      queue.join(async () => {
        for (let step = 0; step < steps; step++) {
          await after(seed === 0 ? 20 : 1);
          await queue.sample([seed], { maxTokens: 1, seed });
        }
      });
    await Promise.all([run(0, 1), run(1, 2), run(2, 2)]);
    expect(sampler.calls.map(({ seeds }) => seeds)).toEqual([[0, 1], [2], [1, 2]]);
  });

  it('keeps settings apart, and rejects what was aborted and what failed', async () => {
    const sampler = recorder();
    const queue = new SampleQueue(sampler);
    await Promise.all([queue.sample([1], { maxTokens: 1, seed: 0 }), queue.sample([2], { maxTokens: 2, seed: 0 })]);
    expect(sampler.calls).toHaveLength(2);
    const aborted = queue.sample([1], { maxTokens: 1, seed: 0, signal: AbortSignal.abort(new Error('enough')) });
    await expect(aborted).rejects.toThrow('enough');
    const broken = new SampleQueue({ sample: () => Promise.reject(new Error('no memory')) });
    await expect(broken.sample([1], { maxTokens: 1, seed: 0 })).rejects.toThrow('no memory');
  });

  it('makes one batch of concurrent calls of a chat model, with the rows of calls apart', async () => {
    const tokenizer = textTokenizer(
      makeSmallTokenizer(['abc'], { size: 300, special: ['<|im_start|>', '<|im_end|>'] }),
    );
    const parameters = initialCausalLm(CONFIG, 1);
    const model = { config: CONFIG, parameters: [parameters] };
    const sampler = new Sampler(model);
    let batches = 0;
    const queue = new SampleQueue({
      sample: (...given) => {
        batches++;
        return sampler.sample(...given);
      },
    });
    const chat = new CausalLmChatModel({ model, tokenizer, queue, maxTokens: 5, temperature: 1 });
    const ask = (text: string, seed: number) => chat.invoke([new HumanMessage(text)], { seed });
    const together = await Promise.all([ask('one', 1), ask('two and more', 2), ask('one', 3)]);
    expect(batches).toBe(1);
    for (const [place, [text, seed]] of (
      [
        ['one', 1],
        ['two and more', 2],
        ['one', 3],
      ] as const
    ).entries())
      expect((await ask(text, seed)).response_metadata.tokenIds).toEqual(together[place]!.response_metadata.tokenIds);
    await sampler.release();
  });
});

describe('the sampler', () => {
  const wide = () => {
    const parameters = initialCausalLm(CONFIG, 1);
    for (const { name } of parameters.specs)
      if (!name.includes('norm')) parameters.fillNormal(name, 0.2, keyedRandom(name));
    return new Sampler({ config: CONFIG, parameters: [parameters] });
  };

  it('reads a beginning that all prompts share once, and equal prompts once, to the same rows', async () => {
    const sampler = wide();
    const beginning = Array.from({ length: 70 }, (_, place) => 2 + ((place * 7) % 200));
    const prompts = [
      [...beginning, 9],
      [...beginning, 10, 11],
      [...beginning, 9],
      [...beginning, 250, 3, 4, 5],
    ];
    const options = { maxTokens: 60, endTokens: [] };
    const together = await sampler.sample(prompts, { ...options, seeds: [1, 2, 3, 4] });
    for (const [place, prompt] of prompts.entries()) {
      const [alone] = await sampler.sample([prompt], { ...options, seeds: [place + 1] });
      expect(alone!.tokenIds).toEqual(together[place]!.tokenIds);
      for (const [token, value] of alone!.logProbabilities.entries())
        expect(Math.abs(value - together[place]!.logProbabilities[token]!)).toBeLessThan(1e-5);
    }
    await sampler.release();
  });

  it('lets rows leave the batch as they end', async () => {
    const sampler = wide();
    const prompts = Array.from({ length: 9 }, (_, row) => [row + 3, row + 4]);
    const ends = Array.from({ length: 40 }, (_, token) => token * 7);
    const seeds = prompts.map((_, row) => row);
    const rows = await sampler.sample(prompts, { maxTokens: 40, endTokens: ends, seeds });
    expect(new Set(rows.map(({ tokenIds }) => tokenIds.length)).size).toBeGreaterThan(3);
    for (const [place, { tokenIds, ended }] of rows.entries()) {
      expect(ended).toBe(ends.includes(tokenIds.at(-1)!));
      expect(tokenIds.slice(0, -1).some((token) => ends.includes(token))).toBe(false);
      const [alone] = await sampler.sample([prompts[place]!], { maxTokens: 40, endTokens: ends, seeds: [place] });
      expect(alone!.tokenIds).toEqual(tokenIds);
    }
    await sampler.release();
  });

  it('holds a bounded number of programs', async () => {
    const sampler = wide();
    for (let length = 1; length < 30; length++) {
      const prompt = Array.from({ length: 16 * length }, () => 5);
      await sampler.sample([prompt], { maxTokens: 2, endTokens: [] });
    }
    expect(sampler.cachedPrograms).toBeLessThanOrEqual(24);
    await sampler.release();
  });
});
