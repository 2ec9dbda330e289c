/**
 * Checkpoints in llama.cpp's GGUF format, dequantised to float32 under the Hugging Face names. Types F32, F16, BF16, Q8_0, Q4_0,
 * Q4_1, Q5_0, Q5_1, Q4_K, Q5_K, Q6_K; others are refused by name. Format: github.com/ggml-org/ggml/blob/master/docs/gguf.md.
 */
import { open, readFile } from 'node:fs/promises';
import { messageOf, userError } from '../common/errors.ts';
import { Parameters } from '../engine/parameters.ts';
import { sizeOf } from '../engine/shapes.ts';
import { type CausalLmConfig, causalLmParameters, parseCausalLmConfig } from './config.ts';
import { dequantise, type GgufMetadata, readGgufHeader } from './gguf-format.ts';
import { ggufTokenizerJson } from './gguf-tokenizer.ts';
import { type TextTokenizer, textTokenizer } from './tokenizer.ts';

/** Throws `gguf-invalid` for a damaged file and `gguf-unsupported` for a type or an architecture this decoder does not know. */
export async function loadGguf(
  file: string,
): Promise<{ config: CausalLmConfig; parameters: Parameters; raw: Record<string, unknown> }> {
  const bytes = await readFile(file).catch((cause) => {
    throw userError('gguf-invalid', `${file} cannot be read: ${messageOf(cause)}`, cause);
  });
  let parsed: ReturnType<typeof readGgufHeader>;
  try {
    parsed = readGgufHeader(bytes);
  } catch (cause) {
    throw userError('gguf-invalid', `${file} is damaged or not GGUF: ${messageOf(cause)}`, cause);
  }
  const { metadata, tensors, dataStart } = parsed;
  const raw = rawConfigOf(metadata, new Set(tensors.keys()));
  const config = parseCausalLmConfig(raw);
  const parameters = new Parameters(causalLmParameters(config));
  for (const { name, shape } of parameters.specs) {
    const tensor = tensors.get(ggufName(name));
    if (!tensor || sizeOf(tensor.shape) !== sizeOf(shape)) {
      throw userError('gguf-invalid', `${file}: ${ggufName(name)} is missing or has another shape than [${shape}]`);
    }
    const values = dequantise(tensor, bytes.subarray(dataStart + tensor.offset));
    const heads = name.includes('.q_proj') ? config.heads : name.includes('.k_proj') ? config.keyValueHeads : 0;
    parameters
      .values(name)
      .set(heads > 0 && config.family === 'llama' ? halvesApart(values, shape[0]!, heads) : values);
  }
  return { config, parameters, raw };
}

/** The tokenizer of a GGUF file, of which only the beginning is read. Throws what `loadGguf` throws, and `gguf-tokenizer`. */
export async function loadGgufTokenizer(
  file: string,
): Promise<{ json: Record<string, unknown>; tokenizer: TextTokenizer }> {
  const handle = await open(file).catch((cause) => {
    throw userError('gguf-invalid', `${file} cannot be read: ${messageOf(cause)}`, cause);
  });
  try {
    const { size } = await handle.stat();
    for (let length = 2 ** 24; ; length *= 4) {
      const bytes = Buffer.alloc(Math.min(length, size));
      await handle.read(bytes, 0, bytes.length, 0);
      const metadata = metadataIn(bytes, { isWhole: bytes.length === size, file });
      if (!metadata) continue;
      const json = ggufTokenizerJson(metadata);
      if (!json) throw userError('gguf-tokenizer', `${file} has no tokenizer; give a tokenizer.json`);
      return { json, tokenizer: textTokenizer(json) };
    }
  } finally {
    await handle.close();
  }
}

/** Undefined where the header goes on behind these bytes. */
function metadataIn(
  bytes: Uint8Array,
  { isWhole, file }: { isWhole: boolean; file: string },
): GgufMetadata | undefined {
  try {
    return readGgufHeader(bytes).metadata;
  } catch (cause) {
    if (!isWhole) return undefined;
    throw userError('gguf-invalid', `${file} is damaged or not GGUF: ${messageOf(cause)}`, cause);
  }
}

const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^model\.embed_tokens/, 'token_embd'],
  [/^model\.norm/, 'output_norm'],
  [/^lm_head/, 'output'],
  [/^model\.layers\.(\d+)\.input_layernorm/, 'blk.$1.attn_norm'],
  [/^model\.layers\.(\d+)\.post_attention_layernorm/, 'blk.$1.ffn_norm'],
  [/^model\.layers\.(\d+)\.self_attn\.([qkv])_proj/, 'blk.$1.attn_$2'],
  [/^model\.layers\.(\d+)\.self_attn\.o_proj/, 'blk.$1.attn_output'],
  [/^model\.layers\.(\d+)\.mlp\.(gate|up|down)_proj/, 'blk.$1.ffn_$2'],
];

function ggufName(name: string): string {
  const rule = NAMES.find(([pattern]) => pattern.test(name));
  return rule ? name.replace(rule[0], rule[1]) : name;
}

/** What the hub's config.json would say. */
function rawConfigOf(metadata: GgufMetadata, names: ReadonlySet<string>): Record<string, unknown> {
  const family = metadata['general.architecture'];
  if (family !== 'llama' && family !== 'qwen2') {
    throw userError('gguf-unsupported', `gguf: the architecture ${family} is not supported; llama and qwen2 are`);
  }
  const of = (key: string): unknown => metadata[`${family}.${key}`];
  const tokens = metadata['tokenizer.ggml.tokens'];
  return {
    model_type: family,
    architectures: [family === 'llama' ? 'LlamaForCausalLM' : 'Qwen2ForCausalLM'],
    hidden_act: 'silu',
    vocab_size: of('vocab_size') ?? (Array.isArray(tokens) ? tokens.length : undefined),
    hidden_size: of('embedding_length'),
    intermediate_size: of('feed_forward_length'),
    num_hidden_layers: of('block_count'),
    num_attention_heads: of('attention.head_count'),
    num_key_value_heads: of('attention.head_count_kv'),
    head_dim: of('attention.key_length'),
    rms_norm_eps: of('attention.layer_norm_rms_epsilon'),
    rope_theta: of('rope.freq_base'),
    rope_scaling:
      of('rope.scaling.type') && of('rope.scaling.type') !== 'none' ? { rope_type: of('rope.scaling.type') } : null,
    tie_word_embeddings: !names.has('output.weight'),
    attention_bias: names.has('blk.0.attn_output.bias'),
    eos_token_id: metadata['tokenizer.ggml.eos_token_id'],
  };
}

/** llama.cpp stores the rotated pairs of a head side by side; Hugging Face keeps the two halves of a head apart. */
function halvesApart(values: Float32Array, rows: number, heads: number): Float32Array {
  const columns = values.length / rows;
  const size = rows / heads;
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const [head, place] = [Math.floor(row / size), row % size];
    const from = head * size + (place % (size / 2)) * 2 + Math.floor(place / (size / 2));
    result.set(values.subarray(from * columns, (from + 1) * columns), row * columns);
  }
  return result;
}
