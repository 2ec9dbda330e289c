/**
 * The answer of `getCollection`: the server's shape, with its defaults for the machinery that LocalQdrant does not have.
 */
import type { Schemas } from '@qdrant/js-client-rest';
import type { Collection } from './collection.ts';
import { parseDatetime } from './filter/datetime.ts';
import { asGeoPoint } from './filter/geo.ts';
import type { Json } from './payload/json-path.ts';

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
      on_disk: false,
      ...body.hnsw_config,
    },
    optimizer_config: {
      deleted_threshold: 0.2,
      vacuum_min_vector_number: 1000,
      default_segment_number: 0,
      max_segment_size: null,
      memmap_threshold: null,
      indexing_threshold: 10_000,
      flush_interval_sec: 5,
      max_optimization_threads: null,
      prevent_unoptimized: null,
      ...body.optimizers_config,
    },
    wal_config: { wal_capacity_mb: 32, wal_segments_ahead: 0, wal_retain_closed: 1, ...body.wal_config },
    quantization_config: body.quantization_config ?? null,
    ...(body.strict_mode_config ? { strict_mode_config: body.strict_mode_config } : {}),
    ...(body.metadata ? { metadata: body.metadata } : {}),
  };
  const schema = Object.entries(payloadIndexes).map(([path, index]) => {
    const points = indexedPoints(collection, path, index.type);
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
    update_queue: { length: 0 },
    payload_schema: Object.fromEntries(schema) as Schemas['CollectionInfo']['payload_schema'],
  };
}

/** Points with a value that an index of this type takes up. */
function indexedPoints(collection: Collection, path: string, type: string): number {
  const column = collection.column(path);
  const counts = column.entries.map((values) => values.flat().some((value) => isIndexable(value, type)));
  let points = 0;
  for (const slot of collection.live.toSlots()) if (counts[column.codes[slot] ?? 0]) points += 1;
  return points;
}

function isIndexable(value: Json, type: string): boolean {
  switch (type) {
    case 'integer':
      return Number.isInteger(value);
    case 'float':
      return typeof value === 'number';
    case 'bool':
      return typeof value === 'boolean';
    case 'geo':
      return asGeoPoint(value) !== undefined;
    case 'datetime':
      return typeof value === 'string' && parseDatetime(value) !== undefined;
    case 'uuid':
      return (
        typeof value === 'string' && /^(urn:uuid:)?\{?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i.test(value)
      );
    default:
      return typeof value === 'string';
  }
}
