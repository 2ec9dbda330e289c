/**
 * Copies collections from one store to another through the port: from an embedded store to a server, or back. Settings that only a
 * server has (shards, replicas, quantisation) can be added on the way.
 */
import type { Schemas } from '@qdrant/js-client-rest';
import { systemError, userError } from '../../common/errors.ts';
import type { StorePort } from './port.ts';
import { upsertInBatches } from './qdrant/upsert-batches.ts';
import { scrollAll } from './scroll-all.ts';

export interface CopyStoreOptions {
  /** Only these collections; default all. */
  collections?: readonly string[];
  /** Shards of each new collection; a cluster wants at least one a node. */
  shards?: number;
  /** Copies of each shard; two survive the loss of a node. */
  replicas?: number;
  /** int8 copies of dense vectors in RAM, the full ones on disk for rescoring: a quarter of the memory. */
  quantization?: boolean;
  /** Also collections that the target has already; their points are written over. Default false: such a collection is an error. */
  overwrite?: boolean;
  signal?: AbortSignal;
  onProgress?: (progress: { collection: string; written: number; total: number }) => void;
}

const PAGE = 500;

/**
 * Number of points copied. Sending a copy again after a failure (with `overwrite`) is safe: points keep their ids. Throws
 * `collection-unknown`, `collection-exists`, `collection-settings` where a collection that is there has other shards, replicas or
 * quantisation than wanted (they are set when it is made), and `copy-incomplete` where points are missing in the end.
 */
export async function copyStore(from: StorePort, to: StorePort, options: CopyStoreOptions = {}): Promise<number> {
  const { collections: listed } = await from.getCollections();
  const names = listed.map(({ name }) => name).filter((name) => options.collections?.includes(name) ?? true);
  const missing = options.collections?.find((name) => !names.includes(name));
  if (missing !== undefined) throw userError('collection-unknown', `Copy: the source has no collection ${missing}`);
  let copied = 0;
  for (const name of names) copied += await copyCollection(from, to, name, options);
  const { aliases } = await from.getAliases();
  const actions = aliases
    .filter(({ collection_name }) => names.includes(collection_name))
    .map((alias) => ({ create_alias: alias }));
  if (actions.length > 0) await to.updateCollectionAliases({ actions });
  return copied;
}

async function copyCollection(
  from: StorePort,
  to: StorePort,
  name: string,
  options: CopyStoreOptions,
): Promise<number> {
  const { config, payload_schema, points_count } = await from.getCollection(name);
  const { shards, replicas, quantization = false, overwrite = false, signal, onProgress } = options;
  const { exists } = await to.collectionExists(name);
  if (exists && !overwrite) {
    throw userError(
      'collection-exists',
      `Copy: the target has a collection ${name} already; delete it or copy with overwrite`,
    );
  }
  if (exists) await requireSettings(to, name, { shards, replicas, quantization });
  else {
    await to.createCollection(name, {
      vectors: config.params.vectors ?? {},
      ...(config.params.sparse_vectors ? { sparse_vectors: config.params.sparse_vectors } : {}),
      ...(shards === undefined ? {} : { shard_number: shards }),
      ...(replicas === undefined ? {} : { replication_factor: replicas }),
      ...(quantization ? { quantization_config: { scalar: { type: 'int8', quantile: 0.99, always_ram: true } } } : {}),
    });
  }
  // Before the first point: a server builds its filterable index only then.
  for (const [field_name, index] of Object.entries(payload_schema)) {
    const field_schema = index?.params ?? index?.data_type;
    if (field_schema) await to.createPayloadIndex(name, { wait: true, field_name, field_schema });
  }
  const copied = await upsertInBatches(to, pointsOf(from, name, signal), {
    collection: name,
    signal,
    onProgress: ({ written }) => onProgress?.({ collection: name, written, total: points_count ?? written }),
  });
  const { count } = await from.count(name, { exact: true });
  if (copied < count) {
    throw systemError(
      'copy-incomplete',
      `Copy: ${copied} of the ${count} points of ${name} were copied; copy again with overwrite while nothing writes to the source`,
    );
  }
  return copied;
}

/** A collection that is written over keeps its settings; other ones asked for must not be passed over in silence. */
async function requireSettings(
  to: StorePort,
  name: string,
  { shards, replicas, quantization }: Pick<CopyStoreOptions, 'shards' | 'replicas' | 'quantization'>,
): Promise<void> {
  const { params, quantization_config } = (await to.getCollection(name)).config;
  const quantized = (quantization_config ?? undefined) !== undefined;
  const different = [
    shards !== undefined && params.shard_number !== shards && `${params.shard_number ?? 1} shards instead of ${shards}`,
    replicas !== undefined &&
      params.replication_factor !== replicas &&
      `${params.replication_factor ?? 1} replicas instead of ${replicas}`,
    quantization && !quantized && 'no quantisation',
  ].filter((difference) => difference !== false);
  if (different.length === 0) return;
  throw userError(
    'collection-settings',
    `Copy: the target's collection ${name} has ${different.join(' and ')}; delete it so that it is made anew, or leave the options out`,
  );
}

async function* pointsOf(
  store: StorePort,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Schemas['PointStruct']> {
  for await (const points of scrollAll(store, name, { limit: PAGE, with_vector: true, signal })) {
    for (const { id, payload, vector } of points) {
      yield { id, payload, vector: (vector ?? {}) as Schemas['VectorStruct'] };
    }
  }
}
