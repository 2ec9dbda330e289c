/**
 * The port below the query planner: the part of @qdrant/js-client-rest that this package uses. Two things provide it: the
 * real `QdrantClient`, and `LocalQdrant`, which computes in process what the server computes.
 */
import type { QdrantClient } from '@qdrant/js-client-rest';

export type StorePort = Pick<
  QdrantClient,
  | 'createCollection'
  | 'updateCollection'
  | 'deleteCollection'
  | 'getCollection'
  | 'getCollections'
  | 'collectionExists'
  | 'updateCollectionAliases'
  | 'getAliases'
  | 'getCollectionAliases'
  | 'createPayloadIndex'
  | 'deletePayloadIndex'
  | 'upsert'
  | 'delete'
  | 'setPayload'
  | 'overwritePayload'
  | 'deletePayload'
  | 'clearPayload'
  | 'retrieve'
  | 'scroll'
  | 'count'
  | 'facet'
  | 'query'
  | 'queryBatch'
  | 'queryGroups'
>;
