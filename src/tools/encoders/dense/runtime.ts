/**
 * A transformer in onnxruntime with its tokenizer: texts to token ids, batches of like length to output tensors. Pooling and
 * prefixes are the business of the encoders above it.
 */
import '../../../common/quiet-onnxruntime.ts';
import { Tokenizer } from '@huggingface/tokenizers';
import type { Tensor } from 'onnxruntime-node';
import { messageOf, systemError } from '../../../common/errors.ts';
import { importOnnxRuntime } from '../../../common/native-packages.ts';
import { missingOnnxRuntime } from '../../../common/onnx-runtime.ts';
import { type LocalModel, modelFile, readJson } from '../models/model.ts';

export interface RuntimeOptions {
  /** Threads of one model run; default onnxruntime's own choice, the number of cores. */
  threads?: number;
}

export interface EncodedText {
  ids: number[];
  types: number[];
}

/**
 * What is used of onnxruntime, typed here, so that the package's types do not need its optional dependency. Axes of a tensor are
 * in `dims`, its numbers row by row in `data`.
 */
export interface ModelTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}
export interface ModelSession {
  readonly inputNames: readonly string[];
  run(feeds: Record<string, ModelTensor>): Promise<Record<string, ModelTensor>>;
}

export interface TextTransformer {
  /** Cut to `maxTokens`, the closing special token kept. */
  encode(text: string, pair?: string): EncodedText;
  /** One run over texts padded to the longest of them. */
  run(batch: readonly EncodedText[]): Promise<Record<string, ModelTensor>>;
}

export async function openSession(path: string, { threads }: RuntimeOptions): Promise<ModelSession> {
  const { InferenceSession } = await importOnnxRuntime().catch((error: unknown) => {
    throw missingOnnxRuntime(error) ?? error;
  });
  try {
    const session = await InferenceSession.create(path, {
      graphOptimizationLevel: 'all',
      // Errors are thrown; the runtime's warnings about graphs it rewrites would only stand in the user's terminal.
      logSeverityLevel: 3,
      ...(threads ? { intraOpNumThreads: threads } : {}),
    });
    return {
      inputNames: session.inputNames,
      run: (feeds) => session.run(feeds as Record<string, Tensor>),
    };
  } catch (error) {
    throw systemError(
      'model-broken',
      `Model file ${path} cannot be loaded (${messageOf(error)}); delete it and run again`,
      error,
    );
  }
}

interface TokenizerConfig {
  model_max_length?: number;
  pad_token?: string | { content?: string };
}

export async function openTextTransformer(
  model: LocalModel,
  graph: string,
  { maxTokens, padTo, ...options }: RuntimeOptions & { maxTokens: number; padTo?: number },
): Promise<TextTransformer> {
  const description = await readJson<object>(model.directory, 'tokenizer.json');
  if (!description) modelFile(model, ['tokenizer.json']);
  const config = (await readJson<TokenizerConfig>(model.directory, 'tokenizer_config.json')) ?? {};
  const tokenizer = openTokenizer(model, description!, config);
  const padToken = typeof config.pad_token === 'string' ? config.pad_token : config.pad_token?.content;
  const padId = (padToken === undefined ? undefined : tokenizer.token_to_id(padToken)) ?? 0;
  const session = await openSession(graph, options);
  const { Tensor } = await importOnnxRuntime();

  return {
    encode(text, pair) {
      const { ids, token_type_ids: types } = tokenizer.encode(text, { text_pair: pair, return_token_type_ids: true });
      if (ids.length <= maxTokens) return { ids, types };
      return {
        ids: [...ids.slice(0, maxTokens - 1), ids.at(-1)!],
        types: [...types.slice(0, maxTokens - 1), types.at(-1)!],
      };
    },
    async run(batch) {
      const width = padTo ?? Math.max(...batch.map(({ ids }) => ids.length));
      const size = batch.length * width;
      const ids = new BigInt64Array(size).fill(BigInt(padId));
      const mask = new BigInt64Array(size);
      const types = new BigInt64Array(size);
      for (const [row, text] of batch.entries()) {
        for (const [column, id] of text.ids.entries()) {
          ids[row * width + column] = BigInt(id);
          mask[row * width + column] = 1n;
          types[row * width + column] = BigInt(text.types[column] ?? 0);
        }
      }
      const all: Record<string, BigInt64Array> = { input_ids: ids, attention_mask: mask, token_type_ids: types };
      const feeds: Record<string, ModelTensor> = {};
      for (const name of session.inputNames) {
        const data = all[name];
        if (!data)
          throw systemError('model-broken', `Model ${model.id}: the graph wants an input "${name}" that is not known`);
        feeds[name] = new Tensor('int64', data, [batch.length, width]);
      }
      return session.run(feeds);
    },
  };
}

function openTokenizer({ id, directory }: LocalModel, description: object, config: object): Tokenizer {
  try {
    return new Tokenizer(description, config);
  } catch (error) {
    throw systemError(
      'model-broken',
      `Model ${id}: ${directory}/tokenizer.json cannot be used (${messageOf(error)})`,
      error,
    );
  }
}

/**
 * Runs texts in batches of like length and calls `take` with each result. A batch has at most `rows` texts and `tokens` tokens,
 * padding counted: short texts do not wait on long ones.
 */
export async function inBatches(
  texts: readonly EncodedText[],
  take: (batch: EncodedText[], places: number[]) => Promise<void>,
  { rows = 64, tokens = 8192, signal }: { rows?: number; tokens?: number; signal?: AbortSignal } = {},
): Promise<void> {
  const order = texts.map((_, i) => i).sort((a, b) => texts[a]!.ids.length - texts[b]!.ids.length || a - b);
  let start = 0;
  while (start < order.length) {
    let end = start + 1;
    while (end < order.length && end - start < rows && (end - start + 1) * texts[order[end]!]!.ids.length <= tokens)
      end++;
    const places = order.slice(start, end);
    signal?.throwIfAborted();
    await take(
      places.map((place) => texts[place]!),
      places,
    );
    start = end;
  }
}

export function unitLength(vector: Float32Array): Float32Array {
  let square = 0;
  for (const value of vector) square += value * value;
  const scale = square === 0 ? 0 : 1 / Math.sqrt(square);
  return vector.map((value) => value * scale);
}
