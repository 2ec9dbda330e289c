import { describe, expect, it } from 'vitest';
import { parseCausalLmConfig } from '../../../src/causal-lm/config.ts';
import { Sampler } from '../../../src/causal-lm/sampler.ts';
import { microBatch, packed } from '../../../src/train/causal-lm/micro-batches.ts';
import { tokenBatch } from '../../../src/train/causal-lm/token-batch.ts';
import { initialCausalLm, initialLora } from '../../../src/train/causal-lm/training.ts';
import { causalLmUpdater } from '../../../src/train/causal-lm/updater.ts';
import { scoreGroup } from '../../../src/train/rollouts/group.ts';
import { smallData } from '../small-world.ts';
import { recordOf } from './records.ts';

const CONFIG = parseCausalLmConfig({
  model_type: 'llama',
  vocab_size: 40,
  hidden_size: 16,
  intermediate_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  tie_word_embeddings: true,
  eos_token_id: 39,
});

/** Sampled from the weights, with advantages of either sign and one of none. */
async function sampled(parameters: ReturnType<typeof initialCausalLm>) {
  const sampler = new Sampler({ config: CONFIG, parameters: [parameters] });
  const prompts = [[1, 2, 3], [4], Array.from({ length: 40 }, (_, id) => id % 30), [5, 6], [7, 8, 9]];
  const rows = await sampler.sample(prompts, { maxTokens: 9, seed: 'updater' });
  await sampler.release();
  return rows.map(({ tokenIds, logProbabilities }, row) => ({
    promptTokenIds: prompts[row]!,
    tokenIds,
    oldLogProbabilities: logProbabilities,
    advantage: [1, -0.5, 0.8, 0, -1.2][row]!,
    weight: 0.02,
  }));
}

describe('an update of a language model', () => {
  it('is the same in one part and in many', async () => {
    const moved = async (microBatchTokens: number) => {
      const parameters = initialCausalLm(CONFIG, 1);
      const samples = await sampled(parameters);
      const updater = causalLmUpdater({ config: CONFIG, parameters }, { rate: 0.01, microBatchTokens });
      const report = await updater.update(samples);
      await updater.release();
      return { report, weights: parameters.flat };
    };
    const [whole, parts] = [await moved(4096), await moved(32)];
    expect(parts.report.loss).toBeCloseTo(whole.report.loss, 5);
    expect(parts.report.gradientNorm).toBeCloseTo(whole.report.gradientNorm, 4);
    expect(whole.report.leap).toBeGreaterThan(0);
    for (const [place, value] of whole.weights.entries())
      expect(Math.abs(value - parts.weights[place]!)).toBeLessThan(2e-3);
  });

  it('rises to its rate and stays there, or falls to nothing by the last update', async () => {
    const rates = async (total?: number) => {
      const parameters = initialCausalLm(CONFIG, 1);
      const samples = await sampled(parameters);
      const updater = causalLmUpdater({ config: CONFIG, parameters }, { rate: 0.01, warmup: 2, total });
      const used: number[] = [];
      for (let update = 0; update < 6; update++) used.push((await updater.update(samples)).rate);
      await updater.release();
      return used;
    };
    expect(await rates()).toEqual([0.005, 0.01, 0.01, 0.01, 0.01, 0.01]);
    const falling = await rates(6);
    expect(falling.slice(0, 3)).toEqual([0.005, 0.01, 0.01]);
    for (let update = 3; update < 6; update++) expect(falling[update]).toBeLessThan(falling[update - 1]!);
    expect(falling[5]).toBeGreaterThan(0);
    expect(falling[5]).toBeLessThan(0.002);
  });

  it('at the weights that sampled has a ratio of 1, no divergence, and nothing to correct', async () => {
    const parameters = initialCausalLm(CONFIG, 2);
    const reference = initialCausalLm(CONFIG, 2);
    const samples = await sampled(parameters);
    const updater = causalLmUpdater(
      { config: CONFIG, parameters, reference },
      { rate: 0.001, klWeight: 0.1, importanceCap: 2 },
    );
    const first = await updater.update(samples);
    expect(first.clipped).toBe(0);
    expect(Math.abs(first.kl)).toBeLessThan(1e-6);
    const second = await updater.update(samples);
    expect(second.kl).toBeGreaterThan(1e-7);
    await updater.release();
  });

  it('rises to its rate where it is told to', async () => {
    const parameters = initialCausalLm(CONFIG, 2);
    const samples = await sampled(parameters);
    const updater = causalLmUpdater({ config: CONFIG, parameters }, { rate: 0.004, warmup: 4 });
    const rates: number[] = [];
    for (let update = 0; update < 6; update++) rates.push((await updater.update(samples)).rate);
    expect(rates).toEqual([0.001, 0.002, 0.003, 0.004, 0.004, 0.004]);
    await updater.release();
  });

  it('of adapters leaves the base as it is, which is the reference', async () => {
    const lora = { rank: 2, alpha: 4 };
    const base = initialCausalLm(CONFIG, 3);
    const before = base.flat.slice();
    const samples = await sampled(base);
    const adapters = initialLora(CONFIG, lora, 3);
    const updater = causalLmUpdater(
      { config: CONFIG, parameters: adapters, frozen: base, lora },
      { rate: 0.01, klWeight: 0.1 },
    );
    const start = adapters.flat.slice();
    const { kl } = await updater.update(samples);
    expect(Math.abs(kl)).toBeLessThan(1e-6);
    expect((await updater.update(samples)).kl).toBeGreaterThan(0);
    expect(base.flat).toEqual(before);
    expect(adapters.flat).not.toEqual(start);
    await updater.release();
  });

  it('packs what is of about one length, and everything once', async () => {
    const samples = await sampled(initialCausalLm(CONFIG, 1));
    const parts = packed(samples, { tokens: 64 }).map((part) => microBatch(part));
    expect(parts.flatMap((part) => part.samples)).toHaveLength(samples.length);
    expect(new Set(parts.map(({ bucket }) => bucket.length))).toEqual(new Set([32, 64]));
    for (const { samples: own, places } of parts)
      expect(places).toHaveLength(own.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0));
  });
});

describe('a batch of tokens out of step records', () => {
  const question = smallData().train[0]!.question;
  const group = (members: ReturnType<typeof recordOf>[][]) =>
    scoreGroup(
      {
        groupId: 'group',
        question,
        members: members.map((steps, member) => ({ member, runId: `${member}`, answer: null, steps })),
      },
      { weights: { format: 0.5, 'route-match': 1 }, failure: -1 },
    );
  const options = { penalty: 0.5, normalisation: 'constant', longestRun: 100, endTokens: [39] } as const;

  it('charges the output that could not be used, and not the one that came after it', () => {
    const good = recordOf({ knowledgeBase: 'table', outputs: [{ tokenIds: [1, 39] }] });
    const late = recordOf({
      knowledgeBase: 'table',
      outputs: [{ invalid: true, tokenIds: [2, 3, 39] }, { tokenIds: [1, 39] }],
    });
    const batch = tokenBatch([group([[good], [late]])], options);
    expect(batch.samples.map(({ tokenIds, advantage }) => [tokenIds, advantage])).toEqual([
      [[1, 39], 0.5],
      [[2, 3, 39], -0.5],
      [[1, 39], 0],
    ]);
    expect(batch.samples[0]!.weight).toBeCloseTo(1 / (2 * 100), 12);
    expect(batch).toMatchObject({ groups: 1, zeroVariance: 0, outputs: 3, truncated: 0 });
  });

  it('leaves out what was cut, where that is asked, and imitates the best alone where that is', () => {
    const good = recordOf({ knowledgeBase: 'table', outputs: [{ tokenIds: [1, 39] }] });
    const cut = recordOf({ knowledgeBase: 'text', outputs: [{ tokenIds: [4, 5] }] });
    const groups = [group([[good], [cut], [cut]])];
    expect(tokenBatch(groups, options)).toMatchObject({ truncated: 2 });
    expect(tokenBatch(groups, options).samples).toHaveLength(3);
    expect(tokenBatch(groups, { ...options, maskTruncated: true }).samples.map(({ tokenIds }) => tokenIds)).toEqual([
      [1, 39],
    ]);
    const imitated = tokenBatch(groups, { ...options, method: 'rejection' });
    expect(imitated.samples.map(({ advantage }) => advantage)).toEqual([1, 0, 0]);
    expect(tokenBatch([group([[good], [good]])], options).zeroVariance).toBe(1);
  });
});
