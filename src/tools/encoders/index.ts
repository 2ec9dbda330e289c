/** Encoders: BM25 and the image descriptor need no model; the others load one at first use. */
export { type Bm25Config, type Bm25Encoder, createBm25Encoder, QDRANT_BM25_PRESET, type SparseVector } from './bm25.ts';
export type { EncoderNames } from './by-name.ts';
export { type ClipEncoderOptions, openClipEncoder } from './dense/clip.ts';
export { openReranker, type RerankerOptions } from './dense/reranker.ts';
export { type DenseTextEncoderOptions, openDenseTextEncoder } from './dense/text-encoder.ts';
export type { DenseTextEncoder, ImageEncoder, QueryView, Reranker } from './encoder.ts';
export { createImageDescriptor, type ImageDescriptorOptions } from './image/descriptor.ts';
export { type Language, LanguageSchema } from './language.ts';
export { MODELS } from './models/catalogue.ts';
