import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCausalLmConfig } from '../../src/causal-lm/config.ts';
import { loadCausalLm, mergeLora, saveCausalLm } from '../../src/causal-lm/directory.ts';
import { Sampler } from '../../src/causal-lm/sampler.ts';
import { keyedRandom } from '../../src/common/random.ts';
import { GradientEngine } from '../../src/engine/gradient-engine.ts';
import { mean, multiply, negate, sum } from '../../src/engine/operators/index.ts';
import { adamW } from '../../src/engine/optimiser.ts';
import {
  type CausalLmBucket,
  causalLmFeeds,
  causalLmTerms,
  initialCausalLm,
  initialLora,
  type MaskedSequence,
} from '../../src/train/causal-lm/training.ts';
import { smallLlama } from './small-llama.ts';

const fixture = (name: string) => path.join(import.meta.dirname, 'fixtures', name);
async function expected(name: string): Promise<{ ids: number[]; greedy: number[]; logits: number[][] }> {
  return JSON.parse(await readFile(path.join(fixture(name), 'expected.json'), 'utf8'));
}

const SMALL = smallLlama({ vocabulary: 40, endToken: 39 });

describe.each(['tiny-llama', 'tiny-qwen2'])('%s, made by transformers', (name) => {
  it('has its logits within 1e-4', async () => {
    const { ids, logits } = await expected(name);
    const { config, parameters } = await loadCausalLm(fixture(name));
    const sampler = new Sampler({ config, parameters: [parameters] });
    const mine = await sampler.logits(ids);
    const worst = Math.max(...logits.flat().map((value, index) => Math.abs(value - mine[index]!)));
    expect(worst).toBeLessThan(1e-4);
    await sampler.release();
  });

  it('decodes the same tokens with cached keys, alone and beside longer prompts', async () => {
    const { ids, greedy } = await expected(name);
    const { config, parameters } = await loadCausalLm(fixture(name));
    const sampler = new Sampler({ config, parameters: [parameters] });
    const options = { maxTokens: greedy.length, temperature: 0, endTokens: [] };
    const prompt = ids.slice(0, 8);
    expect((await sampler.sample([prompt], options))[0]!.tokenIds).toEqual(greedy);
    const batch = await sampler.sample([ids, prompt, ids.slice(3, 5)], options);
    expect(batch[1]!.tokenIds).toEqual(greedy);
    await sampler.release();
  });
});

describe('sampling', () => {
  it('captures the log-probabilities the trainer computes, within 1e-5, at a temperature', async () => {
    const parameters = initialCausalLm(SMALL, 1);
    for (const { name } of parameters.specs)
      if (!name.includes('norm')) parameters.fillNormal(name, 0.2, keyedRandom(name));
    const sampler = new Sampler({ config: SMALL, parameters: [parameters] });
    const prompts = [[1, 2, 3], [4], [5, 6, 7, 8, 9, 10, 11]];
    const temperature = 0.8;
    const rows = await sampler.sample(prompts, { maxTokens: 20, temperature, seed: 'capture' });
    const sequences = rows.map(
      (row, index): MaskedSequence => ({
        ids: [...prompts[index]!, ...row.tokenIds],
        mask: [...prompts[index]!.map(() => 0), ...row.tokenIds.map(() => 1)],
      }),
    );
    const { bucket, feeds, chosen } = causalLmFeeds(sequences);
    const engine = new GradientEngine<CausalLmBucket>({
      parameters,
      build: (input) => {
        const { logProbability, entropy } = causalLmTerms(input, { config: SMALL, temperature });
        return { loss: negate(mean(logProbability)), metrics: { logProbability, entropy } };
      },
    });
    const { metrics } = await engine.run(bucket, feeds);
    expect(chosen.length).toBe(rows.reduce((total, row) => total + row.tokenIds.length, 0));
    const captured = rows.flatMap((row) => row.logProbabilities);
    captured.forEach((value, index) => {
      expect(Math.abs(metrics.logProbability![index]! - value)).toBeLessThan(1e-5);
    });
    await engine.release();
    await sampler.release();
  });

  it('goes on with the others when the longest row ends, wherever in the cache that is', async () => {
    const sampler = new Sampler({ config: SMALL, parameters: [initialCausalLm(SMALL, 1)] });
    const ends = [...Array(SMALL.vocabulary).keys()].filter((id) => id % 8 === 0);
    for (let batch = 0; batch < 40; batch++) {
      const random = keyedRandom('ends', batch);
      // The last row stands just below a multiple of what the cache grows by.
      const lengths = [...Array.from({ length: 7 }, () => 1 + random.below(12)), 31 - (batch % 3)];
      const prompts = lengths.map((length) => Array.from({ length }, () => 1 + random.below(SMALL.vocabulary - 1)));
      const seeds = prompts.map((_, row) => `${batch}/${row}`);
      const how = { maxTokens: 24, endTokens: ends, temperature: 2 };
      const together = await sampler.sample(prompts, { ...how, seeds });
      for (const [row, prompt] of prompts.entries()) {
        const [alone] = await sampler.sample([prompt], { ...how, seeds: [seeds[row]!] });
        expect(together[row]!.tokenIds).toEqual(alone!.tokenIds);
      }
    }
    await sampler.release();
  });

  it('draws a row the same whatever else is in the batch, and sees updated weights at once', async () => {
    const parameters = initialCausalLm(SMALL, 2);
    const sampler = new Sampler({ config: SMALL, parameters: [parameters] });
    const options = { maxTokens: 12, endTokens: [] };
    const alone = await sampler.sample([[3, 4]], { ...options, seeds: ['b'] });
    const together = await sampler.sample(
      [
        [9, 9, 9, 9],
        [3, 4],
      ],
      { ...options, seeds: ['a', 'b'] },
    );
    expect(together[1]!.tokenIds).toEqual(alone[0]!.tokenIds);
    parameters.fillNormal('model.embed_tokens.weight', 1, keyedRandom('other'));
    const changed = await sampler.sample([[3, 4]], { ...options, seeds: ['b'] });
    expect(changed[0]!.logProbabilities).not.toEqual(alone[0]!.logProbabilities);
    await sampler.release();
  });

  it('gives each of several calls at once what it gives them one after another', async () => {
    const sampler = new Sampler({ config: SMALL, parameters: [initialCausalLm(SMALL, 4)] });
    const prompts = [[1, 2, 3], [7, 8], [30, 4, 5, 6], [9]];
    const options = { maxTokens: 12, endTokens: [], seed: 3 };
    const together = await Promise.all(prompts.map((prompt) => sampler.sample([prompt], options)));
    const apart = [];
    for (const prompt of prompts) apart.push(await sampler.sample([prompt], options));
    expect(together).toEqual(apart);
    await sampler.release();
  });

  it('refuses tokens the model does not know, and empty prompts', async () => {
    const sampler = new Sampler({ config: SMALL, parameters: [initialCausalLm(SMALL, 1)] });
    await expect(sampler.sample([[1], [40]], { maxTokens: 1 })).rejects.toThrowError(
      /prompt 1 holds the token 40.*tokenizer/,
    );
    await expect(sampler.sample([[]], { maxTokens: 1 })).rejects.toThrowError(/prompt 0 is empty/);
  });
});

/** Sequences whose second half repeats the first: attention has to be learnt to continue them. */
function echoes(count: number, key: string): MaskedSequence[] {
  const random = keyedRandom('echo', key);
  return Array.from({ length: count }, () => {
    const half = Array.from({ length: 5 }, () => random.below(30));
    return { ids: [...half, 38, ...half, 39], mask: [...half.map(() => 0), 0, ...half.map(() => 1), 1] };
  });
}

describe('training', () => {
  const lossOf = (lora?: { rank: number; alpha: number }) => (input: Parameters<typeof causalLmTerms>[0]) => {
    const { logProbability } = causalLmTerms(input, { config: SMALL, lora });
    const weights = input.graph.input('weights', [input.bucket.chosen]);
    return { loss: negate(sum(multiply(logProbability, weights))) };
  };
  const batchOf = (sequences: MaskedSequence[]) => {
    const { bucket, feeds, chosen } = causalLmFeeds(sequences);
    const weights = new Float32Array(bucket.chosen).fill(1 / chosen.length, 0, chosen.length);
    return { bucket, feeds: { ...feeds, weights } };
  };

  it.skipIf(process.env.R1_ROUTER_FULL !== '1')('from scratch learns to repeat what came before', async () => {
    const parameters = initialCausalLm(SMALL, 3);
    const engine = new GradientEngine<CausalLmBucket>({ parameters, build: lossOf() });
    const optimiser = adamW(parameters, { rate: 0.004, maxNorm: 1 });
    let loss = 0;
    for (let step = 0; step < 450; step++) {
      const { bucket, feeds } = batchOf(echoes(32, `${step}`));
      ({ loss } = await engine.run(bucket, feeds));
      optimiser.update(engine.gradient);
    }
    expect(loss).toBeLessThan(0.5);
    const sampler = new Sampler({ config: SMALL, parameters: [parameters] });
    const held = echoes(20, 'held out');
    const rows = await sampler.sample(
      held.map(({ ids }) => ids.slice(0, 6)),
      { maxTokens: 6, temperature: 0 },
    );
    const right = rows.filter((row, index) => row.tokenIds.join() === held[index]!.ids.slice(6).join()).length;
    expect(right).toBeGreaterThan(12);
    expect(rows.filter((row) => row.ended).length).toBeGreaterThan(12);
    await sampler.release();
    await engine.release();
  });

  it('with adapters changes only them; merged in, the base gives the same logits', async () => {
    const lora = { rank: 4, alpha: 8 };
    const base = initialCausalLm(SMALL, 4);
    const before = base.flat.slice();
    const adapters = initialLora(SMALL, lora, 4);
    const engine = new GradientEngine<CausalLmBucket>({ parameters: adapters, frozen: base, build: lossOf(lora) });
    const optimiser = adamW(adapters, { rate: 0.02 });
    const { bucket, feeds } = batchOf(echoes(8, 'lora'));
    const first = (await engine.run(bucket, feeds)).loss;
    for (let step = 0; step < 60; step++) {
      await engine.run(bucket, feeds);
      optimiser.update(engine.gradient);
    }
    expect((await engine.run(bucket, feeds)).loss).toBeLessThan(first - 0.02);
    expect(base.flat).toEqual(before);
    const adapted = new Sampler({ config: SMALL, parameters: [base, adapters], lora });
    const merged = new Sampler({ config: SMALL, parameters: [mergeLora(base, adapters, lora)] });
    const ids = [1, 2, 3, 38, 1, 2];
    const [a, b] = [await adapted.logits(ids), await merged.logits(ids)];
    expect(Math.max(...a.map((value, index) => Math.abs(value - b[index]!)))).toBeLessThan(1e-5);
    await Promise.all([engine.release(), adapted.release(), merged.release()]);
  });

  it('masks exactly the tokens that were sampled', () => {
    const sequences = [
      { ids: [1, 2, 3, 4], mask: [0, 0, 1, 1] },
      { ids: [5, 6, 7], mask: [0, 1, 0] },
    ];
    const { bucket, feeds, chosen } = causalLmFeeds(sequences);
    expect(chosen).toEqual([
      { sequence: 0, place: 2 },
      { sequence: 0, place: 3 },
      { sequence: 1, place: 1 },
    ]);
    expect([...feeds.positions!.slice(0, 3)]).toEqual([1, 2, bucket.length]);
    expect([...feeds.targets!.slice(0, 3)]).toEqual([3, 4, 6]);
  });
});

describe('model directories', () => {
  it('come back as they went, and say what is missing or unsupported', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'r1-lm-'));
    const { parameters } = await loadCausalLm(fixture('tiny-llama'));
    const raw = JSON.parse(await readFile(path.join(fixture('tiny-llama'), 'config.json'), 'utf8'));
    await saveCausalLm(directory, { raw, parameters });
    expect((await loadCausalLm(directory)).parameters.flat).toEqual(parameters.flat);
    await saveCausalLm(directory, { raw: { ...raw, num_hidden_layers: 3 }, parameters });
    await expect(loadCausalLm(directory)).rejects.toThrowError(/weights are missing, model.layers.2/);
    expect(() =>
      parseCausalLmConfig({ ...raw, rope_parameters: null, rope_scaling: { rope_type: 'llama3' } }),
    ).toThrowError(/llama3/);
    await rm(directory, { recursive: true });
    await expect(loadCausalLm(directory)).rejects.toMatchObject({ code: 'causal-lm-directory' });
  });
});
