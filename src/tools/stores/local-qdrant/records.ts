/** Points as they are answered: records, hits with their scores, and the points that groups are looked up in. */
import type { Schemas } from '@qdrant/js-client-rest';
import type { Collection } from './collection.ts';
import {
  type PayloadSelection,
  readPayloadSelection,
  readVectorSelection,
  selectPayload,
  type VectorSelection,
  vectorsOutput,
} from './output.ts';
import { parsePointId } from './point-id.ts';
import type { Hit } from './query/execute.ts';
import { readFields } from './query/plan.ts';

export function recordOf(
  collection: Collection,
  slot: number,
  payload: PayloadSelection,
  vectors: VectorSelection,
): Schemas['Record'] {
  // The client's types do not tell that it gives large ids as BigInt.
  const record: Schemas['Record'] = { id: collection.ids[slot] as string | number };
  if (payload.kind !== 'none') record.payload = selectPayload(collection.row(slot)?.payload ?? {}, payload) ?? null;
  if (vectors) record.vector = vectorsOutput(collection.vectorsOf(slot), vectors);
  return record;
}

export function scoredOf(
  collection: Collection,
  hit: Hit,
  payload: PayloadSelection,
  vectors: VectorSelection,
): Schemas['ScoredPoint'] {
  const point: Schemas['ScoredPoint'] = {
    ...recordOf(collection, hit.slot, payload, vectors),
    version: collection.versionOf(hit.slot),
    score: hit.score,
  };
  if (hit.orderValue !== undefined) point.order_value = hit.orderValue;
  return point;
}

/** Undefined where no point has the group's value as its id. */
export function lookupOf(
  open: (collection: string) => Collection,
  request: unknown,
  id: string | number,
): Schemas['Record'] | undefined {
  const settings = typeof request === 'string' ? { collection: request } : request;
  const fields = readFields(settings, 'with_lookup');
  const collection = open(String(fields.collection));
  let slot: number | undefined;
  try {
    slot = collection.slotOf(parsePointId(id));
  } catch {
    return undefined;
  }
  if (slot === undefined) return undefined;
  const payload = readPayloadSelection(fields.with_payload, true);
  const vectors = readVectorSelection(fields.with_vectors, collection.config);
  return recordOf(collection, slot, payload, vectors);
}
