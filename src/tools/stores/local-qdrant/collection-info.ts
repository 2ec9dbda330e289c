/**
 * The answer of `getCollection`: the server's shape, with its defaults for the machinery that LocalQdrant does not have.
 */
import type { Schemas } from '@qdrant/js-client-rest';
import type { Collection } from './collection.ts';

export function collectionInfo(collection: Collection): Schemas['CollectionInfo'] {
  const { body, payloadIndexes } = collection.config.stored;
  const config = {
    params: {
      ...(body.vectors ? { vectors: body.vectors } : {}),
      ...(body.sparse_vectors ? { sparse_vectors: body.sparse_vectors } : {}),
      shard_number: body.shard_number ?? 1,
      replication_factor: body.replication_factor ?? 1,
      write_consistency_factor: body.write_consistency_factor ?? 1,
      on_disk_payload: body.on_disk_payload ?? true,
    },
    hnsw_config: {
      m: 16,
      ef_construct: 100,
      full_scan_threshold: 10_000,
      max_indexing_threads: 0,
      ...body.hnsw_config,
    },
    optimizer_config: {
      deleted_threshold: 0.2,
      vacuum_min_vector_number: 1000,
      default_segment_number: 0,
      flush_interval_sec: 5,
      ...body.optimizers_config,
    },
    wal_config: { wal_capacity_mb: 32, wal_segments_ahead: 0, ...body.wal_config },
    quantization_config: body.quantization_config ?? null,
    ...(body.strict_mode_config ? { strict_mode_config: body.strict_mode_config } : {}),
    ...(body.metadata ? { metadata: body.metadata } : {}),
  };
  const schema = Object.entries(payloadIndexes).map(([path, index]) => {
    let points = 0;
    for (const slot of collection.live.toSlots()) if (collection.column(path).valuesOf(slot).length > 0) points += 1;
    const params = Object.keys(index.params).length > 1 ? { params: index.params } : {};
    return [path, { data_type: index.type, ...params, points }];
  });
  return {
    status: 'green',
    optimizer_status: 'ok',
    indexed_vectors_count: 0,
    points_count: collection.count,
    segments_count: 1,
    config: config as Schemas['CollectionConfig'],
    payload_schema: Object.fromEntries(schema) as Schemas['CollectionInfo']['payload_schema'],
  };
}
