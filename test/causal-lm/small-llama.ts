/** The shape of a decoder that is small enough to be tried by the hundred. */
import { type CausalLmConfig, parseCausalLmConfig } from '../../src/causal-lm/config.ts';

export function smallLlama({ vocabulary, endToken }: { vocabulary: number; endToken: number }): CausalLmConfig {
  return parseCausalLmConfig({
    model_type: 'llama',
    vocab_size: vocabulary,
    hidden_size: 32,
    intermediate_size: 64,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    tie_word_embeddings: true,
    eos_token_id: endToken,
  });
}
