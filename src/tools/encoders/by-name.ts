/**
 * Encoders by name: as a user writes one ("bge-small-en-v1.5/int8", a directory) and as an index remembers the one that filled
 * it. Nothing is loaded or fetched before the first text or picture comes, so that listing knowledge bases needs no model.
 */
import { existsSync } from 'node:fs';
import { userError } from '../../common/errors.ts';
import type { DenseTextEncoder, ImageEncoder, Reranker } from './encoder.ts';
import { MODELS, type ModelKind, type Variant } from './models/catalogue.ts';
import type { DownloadProgress } from './models/download.ts';

/** Models as a user writes them: a name of the catalogue, `owner/name@commit` or a directory, each with `/int8` after it or not. */
export interface EncoderNames {
  /** Makes search hybrid. */
  text?: string;
  /** Images by what they show, in place of the built-in descriptor. */
  image?: string;
  reranker?: string;
}

export interface ModelChoice {
  model: string;
  variant: Variant;
}

export function modelChoice(written: string): ModelChoice {
  const [, model, variant] = /^(.+)\/(fp32|int8)$/.exec(written) ?? [];
  if (model === undefined || existsSync(written)) return { model: written, variant: 'fp32' };
  return { model, variant: variant as Variant };
}

/** The model of the catalogue behind the id that an index remembers; undefined for a directory or another repository. */
function choiceOfId(id: string, kind: ModelKind): ModelChoice | undefined {
  const [, name, revision, variant] = /^(.+)@([0-9a-f]{8})\/(fp32|int8)$/.exec(id) ?? [];
  const known = MODELS.some(
    (spec) => spec.kind === kind && spec.name === name && revision && spec.revision.startsWith(revision),
  );
  return known ? { model: name!, variant: variant as Variant } : undefined;
}

export interface OpenByNameOptions {
  onProgress?: (progress: DownloadProgress) => void;
}

export async function openTextEncoder(written: string, options: OpenByNameOptions = {}): Promise<DenseTextEncoder> {
  const { openDenseTextEncoder } = await import('./dense/text-encoder.ts');
  return openDenseTextEncoder({ ...modelChoice(written), ...options });
}

export async function openImageEncoder(written: string, options: OpenByNameOptions = {}): Promise<ImageEncoder> {
  const { openClipEncoder } = await import('./dense/clip.ts');
  return openClipEncoder({ ...modelChoice(written), ...options });
}

/** A reranker that loads at its first use. */
export function lazyReranker(written: string, options: OpenByNameOptions = {}): Reranker {
  const reranker = once(async () => {
    const { openReranker } = await import('./dense/reranker.ts');
    return openReranker({ ...modelChoice(written), ...options });
  });
  return {
    id: written,
    score: async (query, passages, signal) => (await reranker()).score(query, passages, signal),
  };
}

export interface StoredEncoder {
  id: string;
  dimension: number;
}

/**
 * The encoder an index remembers, opened at its first use: the model the user named, or else the one of the catalogue. Its
 * methods throw `encoder-mismatch` where the named model is another one and `encoder-missing` where nothing leads to the model.
 */
export function storedTextEncoder(
  stored: StoredEncoder,
  named: string | undefined,
  options?: OpenByNameOptions,
): DenseTextEncoder {
  const encoder = once(async () => matching(stored, await openTextEncoder(nameOf(stored, named, 'text'), options)));
  return {
    ...stored,
    encodeDocuments: async (texts, signal) => (await encoder()).encodeDocuments(texts, signal),
    encodeQuery: async (text, signal) => (await encoder()).encodeQuery(text, signal),
  };
}

/** As `storedTextEncoder`, for images. */
export function storedImageEncoder(
  stored: StoredEncoder,
  named: string | undefined,
  options?: OpenByNameOptions,
): ImageEncoder {
  const encoder = once(async () =>
    matching(stored, await openImageEncoder(nameOf(stored, named, 'text-image'), options)),
  );
  return {
    ...stored,
    encodeImage: async (bytes, signal) => (await encoder()).encodeImage(bytes, signal),
    encodeQueryImage: async (bytes, signal) => (await encoder()).encodeQueryImage(bytes, signal),
    encodeText: async (text, signal) => {
      const { id, encodeText } = await encoder();
      if (!encodeText)
        throw userError('encoder-mismatch', `The image encoder ${id} reads no texts; choose one that does`);
      return encodeText(text, signal);
    },
  };
}

function nameOf({ id }: StoredEncoder, named: string | undefined, kind: ModelKind): string {
  if (named !== undefined) return named;
  const choice = choiceOfId(id, kind);
  if (choice) return `${choice.model}/${choice.variant}`;
  const option = kind === 'text' ? '--encoder' : '--image-encoder';
  const setting = kind === 'text' ? 'encoders.text' : 'encoders.image';
  throw userError(
    'encoder-missing',
    `The index was filled with ${id}, which is none of the known models; say where it is with ${option} or ${setting} ` +
      `of the configuration (a directory or owner/name@commit), or search by words with ${option} none`,
  );
}

function matching<Encoder extends { id: string; dimension: number }>(stored: StoredEncoder, encoder: Encoder): Encoder {
  if (encoder.id === stored.id) return encoder;
  throw userError(
    'encoder-mismatch',
    `The index was filled with ${stored.id}, but ${encoder.id} was given; name the former, or change the index with r1-router kb reindex`,
  );
}

/** A failure is not kept: the next use tries again. */
function once<Value>(open: () => Promise<Value>): () => Promise<Value> {
  let opened: Promise<Value> | undefined;
  return () => {
    opened ??= open().catch((error) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}
