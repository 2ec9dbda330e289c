/**
 * The decoder as a graph: RMSNorm, rotary attention with grouped keys and values, SwiGLU. One function serves training (whole
 * sequences, no cache), the reading of a prompt, and cached decoding of one token at a time.
 */
import type { Graph, Tensor } from '../engine/graph.ts';
import {
  add,
  attention,
  concat,
  exp,
  gatherRows,
  linear,
  linearLogProbability,
  logProbability,
  logSoftmax,
  multiply,
  negate,
  reshape,
  rmsNorm,
  rotary,
  silu,
  sum,
  transpose,
} from '../engine/operators/index.ts';
import { type CausalLmConfig, DEFAULT_LORA_TARGETS, type LoraConfig } from './config.ts';

interface DecoderInput {
  config: CausalLmConfig;
  weight(name: string): Tensor;
  lora?: LoraConfig;
  /** [batch, length], int32. */
  tokens: Tensor;
  /** Angles of the rotary embedding, broadcastable to [batch, 1, length, headSize / 2]. */
  cosine: Tensor;
  sine: Tensor;
  /** Added to attention scores [batch, keyValueHeads, group, length, keys]; 0 where a key may be seen, else about -1e9. */
  mask: Tensor;
  /** Keys and values of earlier positions, for each layer, [batch, keyValueHeads, past, headSize]. */
  past?: readonly { key: Tensor; value: Tensor }[];
}

interface DecoderOutput {
  /** [batch, length, hidden], after the last norm. */
  hidden: Tensor;
  /** Keys and values of these positions, for each layer. */
  present: { key: Tensor; value: Tensor }[];
}

export function decoder({ config, weight, lora, tokens, cosine, sine, mask, past }: DecoderInput): DecoderOutput {
  const { heads, keyValueHeads, headSize, normEpsilon } = config;
  const [batch, length] = tokens.shape as [number, number];
  const targets: readonly string[] = lora?.targets ?? DEFAULT_LORA_TARGETS;
  const project = (x: Tensor, name: string, bias: boolean): Tensor => {
    const plain = linear(x, weight(`${name}.weight`), bias ? weight(`${name}.bias`) : undefined);
    if (!lora || !targets.includes(name.slice(name.lastIndexOf('.') + 1))) return plain;
    const low = linear(linear(x, weight(`${name}.lora_A.weight`)), weight(`${name}.lora_B.weight`));
    return add(plain, multiply(low, lora.alpha / lora.rank));
  };
  // The scale of the scores rides on the angles of the queries.
  const scale = 1 / Math.sqrt(headSize);
  const [queryCosine, querySine] = [multiply(cosine, scale), multiply(sine, scale)];
  const split = (x: Tensor, count: number): Tensor =>
    transpose(reshape(x, [batch, length, count, headSize]), [0, 2, 1, 3]);
  const present: { key: Tensor; value: Tensor }[] = [];
  // Two axes outside of attention: onnxruntime adds the terms of a gradient within its products where no reshape lies between.
  let x = gatherRows(weight('model.embed_tokens.weight'), reshape(tokens, [batch * length]));
  for (let layer = 0; layer < config.layers; layer++) {
    const prefix = `model.layers.${layer}`;
    const block = `${prefix}.self_attn`;
    const normal = rmsNorm(x, weight(`${prefix}.input_layernorm.weight`), normEpsilon);
    const bias = config.attentionBias !== 'none';
    const query = rotary(split(project(normal, `${block}.q_proj`, bias), heads), queryCosine, querySine);
    const key = rotary(split(project(normal, `${block}.k_proj`, bias), keyValueHeads), cosine, sine);
    const value = split(project(normal, `${block}.v_proj`, bias), keyValueHeads);
    present.push({ key, value });
    const earlier = past?.[layer];
    const keys = earlier ? concat([earlier.key, key], 2) : key;
    const values = earlier ? concat([earlier.value, value], 2) : value;
    const mixed = attention({ query, key: keys, value: values, mask });
    const joined = reshape(transpose(mixed, [0, 2, 1, 3]), [batch * length, heads * headSize]);
    x = add(x, project(joined, `${block}.o_proj`, config.attentionBias === 'all'));
    const between = rmsNorm(x, weight(`${prefix}.post_attention_layernorm.weight`), normEpsilon);
    const gate = silu(project(between, `${prefix}.mlp.gate_proj`, false));
    const up = project(between, `${prefix}.mlp.up_proj`, false);
    x = add(x, project(multiply(gate, up), `${prefix}.mlp.down_proj`, false));
  }
  const hidden = rmsNorm(x, weight('model.norm.weight'), normEpsilon);
  return { hidden: reshape(hidden, [batch, length, config.hidden]), present };
}

/** Logits [..., vocabulary] from hidden states [..., hidden]. */
export function languageHead(hidden: Tensor, config: CausalLmConfig, weight: (name: string) => Tensor): Tensor {
  return linear(hidden, headWeight(config, weight));
}

function headWeight(config: CausalLmConfig, weight: (name: string) => Tensor): Tensor {
  return weight(config.tiedEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight');
}

/** A mask by which position i sees positions 0..i. Padding on the right needs no more. */
export function causalMask(graph: Graph, length: number): Tensor {
  const values = new Float32Array(length * length);
  for (let row = 0; row < length; row++) values.fill(-1e9, row * length + row + 1, (row + 1) * length);
  return graph.constant(values, [length, length]);
}

export interface TokenTerms {
  /** [chosen] natural log-probability of each target. */
  logProbability: Tensor;
  /** [chosen], in nats. */
  entropy: Tensor;
  /** [chosen, vocabulary] log-probabilities of every token. */
  distribution: Tensor;
}

/**
 * Log-probabilities of chosen tokens. `positions` [chosen] are places in the flattened [batch * length]; `targets` [chosen] the
 * tokens that come after them. The head is applied to those places only: retrieved text and prompts cost nothing there.
 */
export function tokenTerms(
  hidden: Tensor,
  {
    positions,
    targets,
    config,
    weight,
    temperature = 1,
    bars,
  }: {
    positions: Tensor;
    targets: Tensor;
    config: CausalLmConfig;
    weight(name: string): Tensor;
    temperature?: number;
    /** [chosen, vocabulary], added to the logits: about -1e9 where a token may not follow, else 0. */
    bars?: Tensor;
  },
): TokenTerms {
  const flat = reshape(hidden, [-1, config.hidden]);
  const chosen = gatherRows(flat, positions);
  const scaled = temperature === 1 ? chosen : multiply(chosen, 1 / temperature);
  // Where both terms are asked for, onnxruntime sees that they start alike and works the logits out once.
  const logits = languageHead(scaled, config, weight);
  const held = bars ? add(logits, bars) : logits;
  const all = logSoftmax(held);
  return {
    logProbability: bars
      ? logProbability(held, targets)
      : linearLogProbability(scaled, headWeight(config, weight), targets),
    entropy: negate(sum(multiply(exp(all), all), { axes: [1] })),
    distribution: all,
  };
}
