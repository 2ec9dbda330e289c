/**
 * The shape of a Llama or Qwen2 decoder: read from a Hugging Face `config.json`, or written by hand for a small model trained
 * from scratch. Names and shapes of the weights are those of the released checkpoints.
 */
import { z } from 'zod';
import { userError } from '../common/errors.ts';
import type { ParameterSpec } from '../engine/parameters.ts';

const CausalLmConfigSchema = z
  .object({
    model_type: z.enum(['llama', 'qwen2']),
    vocab_size: z.number().int().positive(),
    hidden_size: z.number().int().positive(),
    intermediate_size: z.number().int().positive(),
    num_hidden_layers: z.number().int().positive(),
    num_attention_heads: z.number().int().positive(),
    num_key_value_heads: z.number().int().positive().optional(),
    head_dim: z.number().int().positive().nullish(),
    rms_norm_eps: z.number().positive().default(1e-6),
    rope_theta: z.number().positive().optional(),
    rope_parameters: z.looseObject({ rope_theta: z.number().optional(), rope_type: z.string().optional() }).nullish(),
    rope_scaling: z.looseObject({ rope_type: z.string().optional() }).nullish(),
    tie_word_embeddings: z.boolean().default(false),
    attention_bias: z.boolean().optional(),
    mlp_bias: z.boolean().optional(),
    use_sliding_window: z.boolean().optional(),
    hidden_act: z.string().default('silu'),
    eos_token_id: z.union([z.number(), z.array(z.number())]).nullish(),
    bos_token_id: z.number().nullish(),
  })
  .loose();

export interface CausalLmConfig {
  family: 'llama' | 'qwen2';
  vocabulary: number;
  hidden: number;
  intermediate: number;
  layers: number;
  heads: number;
  keyValueHeads: number;
  headSize: number;
  normEpsilon: number;
  rotaryBase: number;
  tiedEmbeddings: boolean;
  /** Biases on the query, key and value projections (Qwen2), and on the output projection too (Llama's `attention_bias`). */
  attentionBias: 'none' | 'query-key-value' | 'all';
  endTokens: readonly number[];
}

/** Throws `causal-lm-config` for what this decoder does not do: scaled rotary embeddings, sliding windows, other activations. */
export function parseCausalLmConfig(raw: unknown): CausalLmConfig {
  const parsed = CausalLmConfigSchema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw userError('causal-lm-config', `config.json: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const c = parsed.data;
  const rotaryType = c.rope_scaling?.rope_type ?? c.rope_parameters?.rope_type ?? 'default';
  for (const [unsupported, what] of [
    [rotaryType !== 'default', `rotary embeddings of type ${rotaryType}`],
    [c.use_sliding_window === true, 'sliding-window attention'],
    [c.mlp_bias === true, 'biases in the feed-forward layers'],
    [c.hidden_act !== 'silu', `the activation ${c.hidden_act}`],
  ] as const) {
    if (unsupported)
      throw userError('causal-lm-config', `config.json: ${what} is not supported; use another checkpoint`);
  }
  const end = c.eos_token_id ?? [];
  return {
    family: c.model_type,
    vocabulary: c.vocab_size,
    hidden: c.hidden_size,
    intermediate: c.intermediate_size,
    layers: c.num_hidden_layers,
    heads: c.num_attention_heads,
    keyValueHeads: c.num_key_value_heads ?? c.num_attention_heads,
    headSize: c.head_dim ?? c.hidden_size / c.num_attention_heads,
    normEpsilon: c.rms_norm_eps,
    rotaryBase: c.rope_theta ?? c.rope_parameters?.rope_theta ?? 10_000,
    tiedEmbeddings: c.tie_word_embeddings,
    attentionBias: c.model_type === 'qwen2' ? 'query-key-value' : c.attention_bias ? 'all' : 'none',
    endTokens: Array.isArray(end) ? end : [end],
  };
}

/** Every weight under its Hugging Face name. */
export function causalLmParameters(config: CausalLmConfig): ParameterSpec[] {
  const { hidden, intermediate, heads, keyValueHeads, headSize, vocabulary, attentionBias } = config;
  const specs: ParameterSpec[] = [{ name: 'model.embed_tokens.weight', shape: [vocabulary, hidden] }];
  const put = (name: string, out: number, size: number, bias: boolean): void => {
    specs.push({ name: `${name}.weight`, shape: [out, size] });
    if (bias) specs.push({ name: `${name}.bias`, shape: [out] });
  };
  for (let layer = 0; layer < config.layers; layer++) {
    const prefix = `model.layers.${layer}`;
    specs.push({ name: `${prefix}.input_layernorm.weight`, shape: [hidden] });
    put(`${prefix}.self_attn.q_proj`, heads * headSize, hidden, attentionBias !== 'none');
    put(`${prefix}.self_attn.k_proj`, keyValueHeads * headSize, hidden, attentionBias !== 'none');
    put(`${prefix}.self_attn.v_proj`, keyValueHeads * headSize, hidden, attentionBias !== 'none');
    put(`${prefix}.self_attn.o_proj`, hidden, heads * headSize, attentionBias === 'all');
    specs.push({ name: `${prefix}.post_attention_layernorm.weight`, shape: [hidden] });
    put(`${prefix}.mlp.gate_proj`, intermediate, hidden, false);
    put(`${prefix}.mlp.up_proj`, intermediate, hidden, false);
    put(`${prefix}.mlp.down_proj`, hidden, intermediate, false);
  }
  specs.push({ name: 'model.norm.weight', shape: [hidden] });
  if (!config.tiedEmbeddings) specs.push({ name: 'lm_head.weight', shape: [vocabulary, hidden] });
  return specs;
}

/** Low-rank adapters on linear layers: W x + (alpha / rank) B A x. Hu et al., arXiv 2106.09685. */
export interface LoraConfig {
  rank: number;
  alpha: number;
  /** Which projections; default the four of attention. */
  targets?: readonly string[];
}

export const DEFAULT_LORA_TARGETS = ['q_proj', 'k_proj', 'v_proj', 'o_proj'] as const;

/** The adapters' weights, under PEFT's names without its prefix. */
export function loraParameters(
  config: CausalLmConfig,
  { rank, targets = DEFAULT_LORA_TARGETS }: LoraConfig,
): ParameterSpec[] {
  return causalLmParameters(config).flatMap(({ name, shape }) => {
    const match = /^(.*\.(\w+_proj))\.weight$/.exec(name);
    if (!match || !targets.includes(match[2]!)) return [];
    return [
      { name: `${match[1]}.lora_A.weight`, shape: [rank, shape[1]!] },
      { name: `${match[1]}.lora_B.weight`, shape: [shape[0]!, rank] },
    ];
  });
}
