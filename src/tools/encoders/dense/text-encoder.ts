/**
 * Dense text vectors from a sentence-transformers model exported to ONNX. How its token vectors become one vector (pooling) and
 * what is put before queries and documents is read from the model's own files; the catalogue fills in what they leave out.
 */
import { systemError } from '../../../common/errors.ts';
import type { DenseTextEncoder } from '../encoder.ts';
import { DEFAULT_TEXT_MODEL } from '../models/catalogue.ts';
import { graphPaths, type LocalModel, type ModelOptions, modelFile, readJson, resolveModel } from '../models/model.ts';
import {
  type EncodedText,
  inBatches,
  type ModelTensor,
  openTextTransformer,
  type RuntimeOptions,
  unitLength,
} from './runtime.ts';

export interface DenseTextEncoderOptions extends Partial<ModelOptions>, RuntimeOptions {
  /** Tokens of a text that are read; default what the model was made for, at most 1024. */
  maxTokens?: number;
  queryPrefix?: string;
  documentPrefix?: string;
}

type Pooling = 'cls' | 'mean' | 'max' | 'last';

interface Settings {
  pooling: Pooling;
  queryPrefix: string;
  documentPrefix: string;
  maxTokens: number;
}

/**
 * Fetches the model on first use. Throws what `resolveModel` throws.
 *
 *     const dense = await openDenseTextEncoder({ model: 'bge-small-en-v1.5', variant: 'int8' });
 */
export async function openDenseTextEncoder(options: DenseTextEncoderOptions = {}): Promise<DenseTextEncoder> {
  const model = await resolveModel('text', { ...options, model: options.model ?? DEFAULT_TEXT_MODEL });
  const settings = await settingsOf(model, options);
  const graph = modelFile(model, graphPaths('model', model.variant));
  const transformer = await openTextTransformer(model, graph, {
    threads: options.threads,
    maxTokens: settings.maxTokens,
  });

  async function encode(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    const encoded = texts.map((text) => transformer.encode(text));
    const vectors: Float32Array[] = new Array(texts.length);
    await inBatches(
      encoded,
      async (batch, places) => {
        const pooled = pool(await transformer.run(batch), batch, settings.pooling, model.id);
        for (const [row, place] of places.entries()) vectors[place] = unitLength(pooled[row]!);
      },
      { signal },
    );
    return vectors;
  }

  const [probe] = await encode(['dimension']);
  return {
    id: model.id,
    dimension: probe!.length,
    encodeDocuments: (texts, signal) =>
      encode(
        texts.map((text) => settings.documentPrefix + text),
        signal,
      ),
    encodeQuery: async (text, signal) => (await encode([settings.queryPrefix + text], signal))[0]!,
  };
}

async function settingsOf({ directory, spec }: LocalModel, options: DenseTextEncoderOptions): Promise<Settings> {
  const modules = (await readJson<{ type?: string; path?: string }[]>(directory, 'modules.json')) ?? [];
  const poolingPath = modules.find(({ type }) => type?.endsWith('Pooling'))?.path ?? '1_Pooling';
  const pooling = await readJson<Record<string, unknown>>(directory, `${poolingPath}/config.json`);
  const prompts = await readJson<{ prompts?: Record<string, string>; default_prompt_name?: string | null }>(
    directory,
    'config_sentence_transformers.json',
  );
  const transformer = await readJson<{ max_seq_length?: number }>(directory, 'sentence_bert_config.json');
  const tokenizer = await readJson<{ model_max_length?: number }>(directory, 'tokenizer_config.json');
  const prompt = (...names: string[]) =>
    names.map((name) => prompts?.prompts?.[name]).find((text) => text !== undefined);
  const byDefault = prompts?.default_prompt_name ? prompt(prompts.default_prompt_name) : undefined;
  return {
    pooling: poolingOf(pooling) ?? spec.pooling ?? 'mean',
    queryPrefix: options.queryPrefix ?? spec.queryPrefix ?? prompt('query') ?? byDefault ?? '',
    documentPrefix:
      options.documentPrefix ?? spec.documentPrefix ?? prompt('document', 'passage', 'corpus') ?? byDefault ?? '',
    maxTokens:
      options.maxTokens ??
      Math.min(1024, spec.maxTokens ?? transformer?.max_seq_length ?? tokenizer?.model_max_length ?? 512),
  };
}

function poolingOf(config: Record<string, unknown> | undefined): Pooling | undefined {
  if (!config) return undefined;
  if (config.pooling_mode_cls_token) return 'cls';
  if (config.pooling_mode_max_tokens) return 'max';
  if (config.pooling_mode_lasttoken) return 'last';
  return config.pooling_mode_mean_tokens ? 'mean' : undefined;
}

/** One vector a text. Exports that pool by themselves have an output of two axes, which is taken as it is. */
function pool(
  outputs: Record<string, ModelTensor>,
  batch: readonly EncodedText[],
  pooling: Pooling,
  model: string,
): Float32Array[] {
  const ready = outputs.sentence_embedding;
  if (ready?.dims.length === 2) {
    const width = ready.dims[1]!;
    const data = ready.data as Float32Array;
    return batch.map((_, row) => data.slice(row * width, (row + 1) * width));
  }
  const hidden =
    outputs.last_hidden_state ??
    outputs.token_embeddings ??
    Object.values(outputs).find(({ dims }) => dims.length === 3);
  if (hidden?.type !== 'float32') {
    throw systemError(
      'model-broken',
      `Model ${model}: no float output of token vectors, but ${Object.keys(outputs).join(', ')}`,
    );
  }
  const [, length, width] = hidden.dims as [number, number, number];
  const data = hidden.data as Float32Array;
  return batch.map(({ ids }, row) => {
    const token = (index: number) => data.subarray((row * length + index) * width, (row * length + index + 1) * width);
    switch (pooling) {
      case 'cls':
        return token(0).slice();
      case 'last':
        return token(ids.length - 1).slice();
      case 'mean':
      case 'max': {
        const out = new Float32Array(width).fill(pooling === 'max' ? Number.NEGATIVE_INFINITY : 0);
        for (let index = 0; index < ids.length; index++) {
          const vector = token(index);
          for (let d = 0; d < width; d++)
            out[d] = pooling === 'max' ? Math.max(out[d]!, vector[d]!) : out[d]! + vector[d]!;
        }
        return pooling === 'max' ? out : out.map((value) => value / ids.length);
      }
      default:
        return pooling satisfies never;
    }
  });
}
