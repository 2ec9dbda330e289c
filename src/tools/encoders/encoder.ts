/**
 * What the query planner asks of an encoder with a model behind it. An encoder's `id` is stored with every knowledge base it
 * filled: vectors of two encoders are never compared.
 */

export interface DenseTextEncoder {
  /** Model, revision and variant, e.g. `bge-small-en-v1.5@5c38ec7/int8`. */
  readonly id: string;
  readonly dimension: number;
  /** One unit-length vector a text, in order. */
  encodeDocuments(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
  encodeQuery(text: string, signal?: AbortSignal): Promise<Float32Array>;
}

export interface QueryView {
  /** Of unit length. */
  vector: Float32Array;
  /** In (0, 1], times the cosine: below 1 for a view that leaves evidence out. */
  weight: number;
}

export interface ImageEncoder {
  readonly id: string;
  readonly dimension: number;
  /** The unit-length vector of a stored image (an encoded PNG, JPEG or WebP file). Throws a user error for a broken one. */
  encodeImage(bytes: Uint8Array, signal?: AbortSignal): Promise<Float32Array>;
  /** Several views of a query image (crops, rotations) where the encoder is not invariant by itself; the best match counts. */
  encodeQueryImage(bytes: Uint8Array, signal?: AbortSignal): Promise<QueryView[]>;
  /** A text as a vector of the same space, where the model has one (CLIP, SigLIP). */
  encodeText?(text: string, signal?: AbortSignal): Promise<Float32Array>;
}

/** Scores passages against a query with a model that reads both (a cross-encoder). Higher is better. */
export interface Reranker {
  readonly id: string;
  score(query: string, passages: readonly string[], signal?: AbortSignal): Promise<number[]>;
}
