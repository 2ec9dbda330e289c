/**
 * Bodies of write requests read into point writes and point selections, checked in full before anything is stored.
 */
import type { PointWrite } from './collection.ts';
import type { CollectionConfig } from './collection-config.ts';
import { badRequest, invalid, unsupported } from './errors.ts';
import { type Filter, parseFilter } from './filter/filter.ts';
import { isObject, type Payload } from './payload/json-path.ts';
import { type PointId, parsePointId } from './point-id.ts';
import { readFields } from './query/plan.ts';
import { readPointVectors } from './vectors.ts';

type UpdateMode = 'upsert' | 'insert_only' | 'update_only';

export interface UpsertRequest {
  writes: PointWrite[];
  mode: UpdateMode;
  /** Existing points that do not satisfy it are left alone. */
  updateFilter: Filter | undefined;
}

const absent = (value: unknown): value is null | undefined => value === undefined || value === null;

function readList(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw badRequest(`${where} must be an array`);
}

export function readPayload(value: unknown, where: string): Payload {
  if (absent(value)) return {};
  if (!isObject(value)) throw badRequest(`${where} must be an object`);
  return value;
}

export function readUpsert(request: unknown, config: CollectionConfig): UpsertRequest {
  const fields = readFields(request, 'upsert');
  if (!absent(fields.shard_key)) throw unsupported('shard_key', 'use a tenant field and a filter');
  const mode = fields.update_mode ?? 'upsert';
  if (mode !== 'upsert' && mode !== 'insert_only' && mode !== 'update_only') {
    throw badRequest('upsert.update_mode must be upsert, insert_only or update_only');
  }
  const writes = absent(fields.batch) ? readPoints(fields.points, config) : readBatch(fields.batch, config);
  if (writes.length === 0) throw badRequest('upsert holds no points; send at least one');
  return { writes, mode, updateFilter: parseFilter(fields.update_filter, 'upsert.update_filter') };
}

function readPoints(value: unknown, config: CollectionConfig): PointWrite[] {
  return readList(value, 'upsert.points').map((point, i) => {
    const where = `points[${i}]`;
    const { id, vector, payload } = readFields(point, where);
    if (vector === undefined) throw badRequest(`${where}.vector is missing; send {} for a point without vectors`);
    return {
      id: parsePointId(id),
      vectors: readPointVectors(vector, config, `${where}.vector`),
      payload: readPayload(payload, `${where}.payload`),
    };
  });
}

function readBatch(value: unknown, config: CollectionConfig): PointWrite[] {
  const { ids, vectors, payloads } = readFields(value, 'upsert.batch');
  const list = readList(ids, 'upsert.batch.ids');
  const payloadList = absent(payloads) ? [] : readList(payloads, 'upsert.batch.payloads');
  if (payloadList.length > 0 && payloadList.length !== list.length) {
    throw invalid(`upsert.batch: ${list.length} ids and ${payloadList.length} payloads; send as many`);
  }
  const columns = Array.isArray(vectors) ? undefined : readFields(vectors, 'upsert.batch.vectors');
  for (const [name, column] of columns ? Object.entries(columns) : [['', vectors] as const]) {
    const size = readList(column, `upsert.batch.vectors${name && `.${name}`}`).length;
    if (size !== list.length)
      throw invalid(`upsert.batch: ${list.length} ids and ${size} vectors ${name}; send as many`);
  }
  return list.map((id, i) => {
    const vector = columns
      ? Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, (column as unknown[])[i]]))
      : (vectors as unknown[])[i];
    return {
      id: parsePointId(id),
      vectors: readPointVectors(vector, config, `batch.vectors[${i}]`),
      payload: readPayload(payloadList[i], `batch.payloads[${i}]`),
    };
  });
}

/** The points a write is about: by id or by filter. */
export type Selector = { kind: 'ids'; ids: PointId[] } | { kind: 'filter'; filter: Filter };

export function readSelector(fields: Record<string, unknown>, where: string): Selector {
  if (!absent(fields.points)) {
    return { kind: 'ids', ids: readList(fields.points, `${where}.points`).map(parsePointId) };
  }
  const filter = parseFilter(fields.filter, `${where}.filter`);
  if (filter) return { kind: 'filter', filter };
  throw badRequest(`${where} needs points (an array of ids) or filter`);
}

export function readVectorUpdates(request: unknown, config: CollectionConfig): PointWrite[] {
  const fields = readFields(request, 'updateVectors');
  if (!absent(fields.update_filter)) throw unsupported('update_filter of updateVectors', 'select the points first');
  return readList(fields.points, 'updateVectors.points').map((point, i) => {
    const { id, vector } = readFields(point, `points[${i}]`);
    return { id: parsePointId(id), vectors: readPointVectors(vector, config, `points[${i}].vector`) };
  });
}
