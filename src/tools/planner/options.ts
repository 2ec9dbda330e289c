/** What may be given when a knowledge base is opened, made or re-indexed. */
import type { DenseTextEncoder, ImageEncoder, Reranker } from '../encoders/encoder.ts';
import type { KnowledgeBaseCard } from '../knowledge-base.ts';
import type { CollectionTuning } from './collection.ts';
import type { IndexConfig, IndexOptions } from './config.ts';

export interface Encoders {
  /** Makes search hybrid. A knowledge base remembers the encoder that filled it and refuses another. */
  dense?: DenseTextEncoder;
  image?: ImageEncoder;
  reranker?: Reranker;
}

export interface ReindexOptions {
  /** What to change; the rest stays as it was. */
  index?: IndexOptions;
  /** Encoders to index with from now on, in place of those the knowledge base was opened with; null takes one out. */
  encoders?: { dense?: DenseTextEncoder | null; image?: ImageEncoder | null };
  tuning?: CollectionTuning;
  /** Needed where the image encoder changes; otherwise stored image vectors are carried over. */
  images?: string;
  signal?: AbortSignal;
}

/** The configuration with the encoders that will fill the index written down. */
export function withEncoders(index: IndexConfig, card: KnowledgeBaseCard, { dense, image }: Encoders): IndexConfig {
  const { dense: _dense, image: _image, ...rest } = index;
  return {
    ...rest,
    ...(dense ? { dense: { id: dense.id, dimension: dense.dimension } } : {}),
    ...(image && card.modality === 'text-image' ? { image: { id: image.id, dimension: image.dimension } } : {}),
  };
}
