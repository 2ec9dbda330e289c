import { describe, expect, it } from 'vitest';
import { jaxDecoder } from '../../bench/engine/jax-decoder.ts';
import { parseCausalLmConfig } from '../../src/causal-lm/config.ts';
import { keyedRandom } from '../../src/common/random.ts';
import { GradientEngine } from '../../src/engine/gradient-engine.ts';
import { mean, negate } from '../../src/engine/operators/index.ts';
import { type CausalLmBucket, causalLmTerms, initialCausalLm } from '../../src/train/causal-lm/training.ts';
import { SLOW } from '../slow.ts';

describe('the whole step of a small decoder', () => {
  it('has the loss and every gradient that @jax-js/jax computes', { timeout: SLOW }, async () => {
    const config = parseCausalLmConfig({
      model_type: 'llama',
      vocab_size: 48,
      hidden_size: 32,
      intermediate_size: 48,
      num_hidden_layers: 2,
      num_attention_heads: 4,
      num_key_value_heads: 2,
      tie_word_embeddings: true,
    });
    const parameters = initialCausalLm(config, 1);
    for (const { name } of parameters.specs) {
      if (!name.includes('norm')) parameters.fillNormal(name, 0.2, keyedRandom('jax', name));
    }
    const [batch, length] = [3, 16];
    const random = keyedRandom('jax tokens');
    const tokens = Int32Array.from({ length: batch * length }, () => random.below(48));
    const targets = Int32Array.from({ length: batch * length }, () => random.below(48));
    const engine = new GradientEngine<CausalLmBucket>({
      parameters,
      build: (input) => ({ loss: negate(mean(causalLmTerms(input, { config }).logProbability)) }),
    });
    const mine = await engine.run(
      { batch, length, chosen: batch * length },
      { tokens, targets, positions: Int32Array.from(targets.keys()) },
    );
    const oracle = await (await jaxDecoder(config, parameters, { batch, length })).step(tokens, targets, {
      gradients: true,
    });
    expect(mine.loss).toBeCloseTo(oracle.loss, 5);
    for (const { name } of parameters.specs) {
      const [a, b] = [parameters.view(engine.gradient, name), oracle.gradients[name]!];
      const scale = Math.max(...b.map(Math.abs));
      const worst = a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index]!)), 0);
      expect(worst / scale, name).toBeLessThan(1e-4);
    }
    await engine.release();
  });
});
