/**
 * A Qdrant server as the provider of the port.
 */
export { type CheckQdrantOptions, checkQdrant, type Finding, type QdrantReport } from './check.ts';
export { isQdrantError, QdrantError } from './errors.ts';
export { openQdrant, type QdrantOptions, type QdrantStore } from './open.ts';
export type { RetryOptions } from './retry.ts';
export { type UpsertBatchesOptions, upsertInBatches } from './upsert-batches.ts';
