/** The decoder of 4.0 M parameters that the engine's step is measured on, beside other libraries. */
import { parseCausalLmConfig } from '../../src/causal-lm/config.ts';

export const LLAMA_DECODER = parseCausalLmConfig({
  model_type: 'llama',
  vocab_size: 4096,
  hidden_size: 256,
  intermediate_size: 704,
  num_hidden_layers: 4,
  num_attention_heads: 8,
  num_key_value_heads: 4,
  tie_word_embeddings: true,
});
