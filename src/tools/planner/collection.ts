/**
 * The schema of a knowledge base's collection, the same on a server and in process: the sparse vector `bm25` with server-side
 * inverse document frequencies, and the dense vectors `dense` and `image` where the encoders are there.
 */
import type { StorePort } from '../stores/port.ts';
import type { IndexConfig } from './config.ts';

export const SPARSE = 'bm25';
export const DENSE = 'dense';
export const IMAGE = 'image';

export interface CollectionTuning {
  /** Shards and copies of each; a single node wants 1 and 1. */
  shards?: number;
  replicas?: number;
  /** int8 copies in RAM, full vectors on disk for rescoring: a quarter of the memory (Qdrant server only). */
  quantization?: boolean;
}

export async function createCollection(
  store: StorePort,
  name: string,
  { dense, image }: IndexConfig,
  { shards, replicas, quantization = false }: CollectionTuning = {},
): Promise<void> {
  const vectors = {
    ...(dense ? { [DENSE]: { size: dense.dimension, distance: 'Cosine' as const } } : {}),
    ...(image ? { [IMAGE]: { size: image.dimension, distance: 'Cosine' as const } } : {}),
  };
  await store.createCollection(name, {
    vectors,
    sparse_vectors: { [SPARSE]: { modifier: 'idf' } },
    ...(shards === undefined ? {} : { shard_number: shards }),
    ...(replicas === undefined ? {} : { replication_factor: replicas }),
    ...(quantization ? { quantization_config: { scalar: { type: 'int8', quantile: 0.99, always_ram: true } } } : {}),
  });
  // Before the first point: a server builds its filterable index only then.
  await store.createPayloadIndex(name, { field_name: 'document', field_schema: 'keyword', wait: true });
  await store.createPayloadIndex(name, { field_name: 'content', field_schema: 'keyword', wait: true });
  await store.createPayloadIndex(name, { field_name: 'chunk', field_schema: 'integer', wait: true });
}
