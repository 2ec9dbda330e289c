/**
 * The port below the query planner: the part of @qdrant/js-client-rest that this package uses. Two things provide it: the
 * real `QdrantClient`, and `LocalQdrant`, which computes in process what the server computes.
 */
import type { QdrantClient } from '@qdrant/js-client-rest';

export type StorePort = Pick<
  QdrantClient,
  | 'createCollection'
  | 'deleteCollection'
  | 'getCollection'
  | 'getCollections'
  | 'collectionExists'
  | 'updateCollectionAliases'
  | 'getAliases'
  | 'createPayloadIndex'
  | 'upsert'
  | 'delete'
  | 'retrieve'
  | 'scroll'
  | 'count'
  | 'query'
  | 'queryBatch'
>;
