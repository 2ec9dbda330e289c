/** The face of LocalQdrant: which of the client's methods it has, what is its own, and the client's types of requests and results. */
import type { QdrantClient } from '@qdrant/js-client-rest';
import type { StorePort } from '../port.ts';

/** What `openLocalQdrant` gives: the port, the client's further methods that make sense in process, and `close`. */
export type LocalQdrant = StorePort &
  Pick<
    QdrantClient,
    | 'updateCollection'
    | 'getCollectionAliases'
    | 'deletePayloadIndex'
    | 'setPayload'
    | 'overwritePayload'
    | 'deletePayload'
    | 'clearPayload'
    | 'recreateCollection'
    | 'batchUpdate'
    | 'updateVectors'
    | 'deleteVectors'
    | 'facet'
    | 'queryGroups'
    | 'searchMatrixPairs'
    | 'searchMatrixOffsets'
    | 'versionInfo'
  > & {
    /**
     * Prepares what speeds up searches (the candidate stage, where `ann` is on) and resolves when it is there. Searches are right
     * without it; it happens by itself in the background, too.
     */
    optimize(collection: string): Promise<void>;
    /**
     * What is damaged in the store's file, at most 20 lines; empty where all is well. SQLite's check of the pages; with `full` also its
     * indexes, and the checksum of every row (rows written before version 2 of the format have none).
     */
    verify(options?: { full?: boolean }): Promise<string[]>;
    /** Frees files and memory; a writer also folds the write-ahead log into the store file. Idempotent. */
    close(): Promise<void>;
  };

type Method<Name extends keyof QdrantClient> = QdrantClient[Name] extends (...values: infer Values) => infer Result
  ? { values: Values; result: Result }
  : never;
export type Body<Name extends keyof QdrantClient> = Method<Name>['values'][1];
export type Result<Name extends keyof QdrantClient> = Method<Name>['result'];
