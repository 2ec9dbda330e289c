/**
 * Several writes in one request, done in order. As on the server, each is a write of its own: one that fails leaves those before it.
 */
import type { QdrantClient, Schemas } from '@qdrant/js-client-rest';
import { badRequest } from './errors.ts';

type Writer = Pick<
  QdrantClient,
  | 'upsert'
  | 'delete'
  | 'setPayload'
  | 'overwritePayload'
  | 'deletePayload'
  | 'clearPayload'
  | 'updateVectors'
  | 'deleteVectors'
>;
export type BatchUpdateRequest = Parameters<QdrantClient['batchUpdate']>[1];

/** Names of operations as the API has them, and the methods that do the same alone. */
const METHODS: Record<string, keyof Writer> = {
  upsert: 'upsert',
  delete: 'delete',
  set_payload: 'setPayload',
  overwrite_payload: 'overwritePayload',
  delete_payload: 'deletePayload',
  clear_payload: 'clearPayload',
  update_vectors: 'updateVectors',
  delete_vectors: 'deleteVectors',
};

export async function applyBatch(
  store: Writer,
  name: string,
  { operations }: BatchUpdateRequest,
): Promise<Schemas['UpdateResult'][]> {
  if (!Array.isArray(operations)) throw badRequest('batchUpdate.operations must be an array of operations');
  const calls = operations.map((operation, i) => {
    const [kind, body] = Object.entries(operation)[0] ?? [];
    const method = kind === undefined ? undefined : METHODS[kind];
    if (method === undefined) {
      throw badRequest(`batchUpdate.operations[${i}] must be one of ${Object.keys(METHODS).join(', ')}`);
    }
    return { method, body };
  });
  const results: Schemas['UpdateResult'][] = [];
  for (const { method, body } of calls) results.push(await store[method](name, body as never));
  return results;
}
