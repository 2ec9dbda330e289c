/** A decoder to be trained from nothing: its tokenizer, made from gold trajectories, its config.json and its first weights. */
import { type CausalLmConfig, parseCausalLmConfig } from '../../causal-lm/config.ts';
import { END_OF_TURN, SPECIAL_TOKENS } from '../../causal-lm/decision-tokens.ts';
import { makeSmallTokenizer } from '../../causal-lm/tokenizer.ts';
import type { Parameters } from '../../engine/parameters.ts';
import { addCopyingHeads, copyingHeadsFit } from './copying-heads.ts';
import { initialCausalLm } from './training.ts';
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
  /** Begin with heads that copy: by default where the shape has room for them. */
  copying?: boolean;
}

export interface FreshDecoder {
  /** Of config.json. */
  raw: Record<string, unknown>;
  config: CausalLmConfig;
  parameters: Parameters;
}

/** The same one for the same seed. Throws `copying-heads` where they are asked for and do not fit. */
export function freshDecoder(shape: SmallShape, { own, seed }: { own: object; seed: number }): FreshDecoder {
  const able = smallDecoder(shape, own, STEADY_BASE);
  const copies = shape.copying ?? copyingHeadsFit(parseCausalLmConfig(able));
  const raw = copies ? able : smallDecoder(shape, own);
  const config = parseCausalLmConfig(raw);
  const parameters = initialCausalLm(config, seed);
  if (copies) addCopyingHeads(parameters, config, seed);
  return { raw, config, parameters };
}

/** Qwen2's own: most pairs of a head turn so little over a prompt that tokens can be compared by them. */
const STEADY_BASE = 1_000_000;

/** The config.json of such a decoder, in Qwen2's shape; `own` says what it was taught with. */
export function smallDecoder(
  { vocabulary, hidden, layers, heads }: SmallShape,
  own: object,
  rotaryBase = 10_000,
): Record<string, unknown> {
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
    rope_theta: rotaryBase,
    hidden_act: 'silu',
    eos_token_id: SPECIAL_TOKENS.indexOf(END_OF_TURN),
    r1_router: own,
  };
}
