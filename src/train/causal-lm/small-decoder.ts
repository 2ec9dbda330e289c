/** A decoder to be trained from nothing: its tokenizer, made from gold trajectories, and its config.json. */
import { END_OF_TURN, SPECIAL_TOKENS } from '../../causal-lm/short-prompt.ts';
import { makeSmallTokenizer } from '../../causal-lm/tokenizer.ts';
import type { TrajectoryText } from './trajectory-text.ts';

/** Texts that the tokenizer is made from: more make it no better. */
const TOKENIZER_TEXTS = 2_000;

/** The contents of a tokenizer.json. `whole` are written as one token each. */
export function tokenizerOf(
  texts: readonly TrajectoryText[],
  { size, whole }: { size: number; whole?: readonly string[] },
): Record<string, unknown> {
  return makeSmallTokenizer(
    texts.slice(0, TOKENIZER_TEXTS).map(({ prompt, completion }) => prompt + completion),
    { size, special: SPECIAL_TOKENS, whole },
  );
}

export interface SmallShape {
  vocabulary: number;
  hidden: number;
  layers: number;
  heads: number;
}

/** The config.json of such a decoder, in Qwen2's shape; `own` says what it was taught with. */
export function smallDecoder({ vocabulary, hidden, layers, heads }: SmallShape, own: object): Record<string, unknown> {
  return {
    model_type: 'qwen2',
    architectures: ['Qwen2ForCausalLM'],
    vocab_size: vocabulary,
    hidden_size: hidden,
    intermediate_size: Math.round(2.5 * hidden),
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: heads / 2,
    tie_word_embeddings: true,
    hidden_act: 'silu',
    eos_token_id: SPECIAL_TOKENS.indexOf(END_OF_TURN),
    r1_router: own,
  };
}
