/**
 * What the main thread and the store's worker thread say to each other.
 */
import type { ErrorKind } from '../../../common/errors.ts';
import type { LocalQdrant } from './client-face.ts';

export type WorkerMethod = Exclude<keyof LocalQdrant, 'close'> | 'close';

export interface WorkerRequest {
  id: number;
  method: WorkerMethod;
  values: unknown[];
}

export interface SentError {
  message: string;
  code?: string;
  kind?: ErrorKind;
  status?: number;
}

export type WorkerResponse = { id: number; result: unknown } | { id: number; error: SentError };

/** Every method that a worker answers; `satisfies` keeps the list whole. */
export const WORKER_METHODS = Object.keys({
  createCollection: 0,
  updateCollection: 0,
  deleteCollection: 0,
  getCollection: 0,
  getCollections: 0,
  collectionExists: 0,
  updateCollectionAliases: 0,
  getAliases: 0,
  getCollectionAliases: 0,
  createPayloadIndex: 0,
  deletePayloadIndex: 0,
  upsert: 0,
  delete: 0,
  setPayload: 0,
  overwritePayload: 0,
  deletePayload: 0,
  clearPayload: 0,
  retrieve: 0,
  scroll: 0,
  count: 0,
  facet: 0,
  query: 0,
  queryBatch: 0,
  queryGroups: 0,
  recreateCollection: 0,
  batchUpdate: 0,
  searchMatrixPairs: 0,
  searchMatrixOffsets: 0,
  updateVectors: 0,
  deleteVectors: 0,
  versionInfo: 0,
  optimize: 0,
  verify: 0,
  close: 0,
} satisfies Record<WorkerMethod, 0>) as WorkerMethod[];
