import { describe, expect, it } from 'vitest';
import { parseCausalLmConfig } from '../../../src/causal-lm/config.ts';
import { Sampler } from '../../../src/causal-lm/sampler.ts';
import { GradientEngine } from '../../../src/engine/gradient-engine.ts';
import { adamW } from '../../../src/engine/optimiser.ts';
import {
  type CausalLmBucket,
  causalLmFeeds,
  causalLmTerms,
  initialCausalLm,
} from '../../../src/train/causal-lm/training.ts';
import { groupAdvantages, groupTokens, sampledSequence, stepGrpoLoss } from '../../../src/train/step-grpo.ts';

// The whole loop on a decoder: sample groups from the live weights, score, one update; no gradient but that of the samples.
describe('on-policy Step-GRPO of a decoder', () => {
  it('raises the reward, with a ratio of 1 at every update', async () => {
    const config = parseCausalLmConfig({
      model_type: 'llama',
      vocab_size: 16,
      hidden_size: 16,
      intermediate_size: 32,
      num_hidden_layers: 1,
      num_attention_heads: 2,
      tie_word_embeddings: true,
      eos_token_id: 0,
    });
    const parameters = initialCausalLm(config, 1);
    const sampler = new Sampler({ config, parameters: [parameters] });
    const engine = new GradientEngine<CausalLmBucket>({
      parameters,
      cacheSize: 64,
      build: (input) => {
        const { logProbability, entropy } = causalLmTerms(input, { config });
        const vector = (name: string) => input.graph.input(name, [input.bucket.chosen]);
        return stepGrpoLoss(
          {
            logProbability,
            entropy,
            oldLogProbability: vector('old'),
            advantage: vector('advantage'),
            weight: vector('weight'),
          },
          { entropyWeight: 0.001 },
        );
      },
    });
    const optimiser = adamW(parameters, { rate: 0.01, maxNorm: 1 });
    const means: number[] = [];
    const [groups, size] = [4, 8];
    for (let iteration = 0; iteration < 50; iteration++) {
      const prompts = Array.from({ length: groups * size }, (_, row) => [1 + (Math.floor(row / size) % 4)]);
      const rows = await sampler.sample(prompts, { maxTokens: 6, seed: `iteration ${iteration}` });
      // Reward: how much of the answer repeats the prompt's token.
      const rewards = rows.map(({ tokenIds }, row) => tokenIds.filter((id) => id === prompts[row]![0]).length / 6);
      means.push(rewards.reduce((a, b) => a + b) / rewards.length);
      const { bucket, feeds, chosen } = causalLmFeeds(
        rows.map(({ tokenIds }, row) => sampledSequence({ promptTokenIds: prompts[row]!, tokenIds })),
      );
      const [old, advantage, weight] = [0, 1, 2].map(() => new Float32Array(bucket.chosen)) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      const tokens = Array.from({ length: groups }, (_, g) => {
        const members = rows.slice(g * size, (g + 1) * size);
        const scored = groupAdvantages(rewards.slice(g * size, (g + 1) * size).map((reward) => [reward]));
        return groupTokens(
          scored,
          members.map(({ tokenIds }) => [tokenIds.length]),
          {
            normalisation: { type: 'constant', tokens: 6 },
            groups,
          },
        );
      }).flat();
      expect(tokens.length).toBe(chosen.length);
      const captured = rows.flatMap(({ logProbabilities }) => logProbabilities);
      tokens.forEach((token, index) => {
        old[index] = captured[index]!;
        advantage[index] = token.advantage;
        weight[index] = token.weight;
      });
      const { metrics } = await engine.run(bucket, { ...feeds, old, advantage, weight });
      expect(metrics.ratio!.slice(0, chosen.length).every((value) => Math.abs(value - 1) < 1e-4)).toBe(true);
      optimiser.update(engine.gradient);
    }
    const early = means.slice(0, 5).reduce((a, b) => a + b) / 5;
    const late = means.slice(-5).reduce((a, b) => a + b) / 5;
    expect(early).toBeLessThan(0.2);
    expect(late).toBeGreaterThan(0.6);
    await Promise.all([engine.release(), sampler.release()]);
  });
});
