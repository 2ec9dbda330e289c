/**
 * The fields of the API's requests, for two questions asked before a request is read: is it nested deeper than a server would
 * parse, and, where a store is opened with `unknownFields: 'refuse'`, does it hold a field that nobody knows.
 */
import { badRequest } from './errors.ts';

/** A field's own fields; null where anything may stand, as in a payload. */
type Shape = { readonly [field: string]: ShapeName | null };
type ShapeName = keyof typeof SHAPES;
/** What a request can be checked as. */
export type RequestName = keyof typeof REQUESTS;

const fields = <Name extends string>(...names: Name[]) =>
  Object.fromEntries(names.map((name) => [name, null])) as Record<Name, null>;

const FILTER = { must: 'condition', should: 'condition', must_not: 'condition', min_should: 'minShould' } as const;
const STAGE = {
  ...fields('using', 'score_threshold', 'limit'),
  prefetch: 'prefetch',
  query: 'query',
  filter: 'filter',
  params: 'params',
  lookup_from: 'lookupFrom',
} as const;
const OUTPUT = { with_payload: 'payloadSelection', ...fields('with_vector') } as const;
const READ = fields('shard_key', 'consistency', 'timeout');
const WRITE = fields('wait', 'ordering', 'timeout', 'shard_key');
const SELECTION = { points: null, filter: 'filter', ...WRITE } as const;
const TUNED = fields('on_disk', 'memory', 'datatype');

const SHAPES = {
  filter: FILTER,
  minShould: { conditions: 'condition', min_count: null },
  condition: {
    ...FILTER,
    ...fields('key', 'has_id', 'has_vector', 'slice'),
    match: 'match',
    range: 'bounds',
    values_count: 'bounds',
    geo_bounding_box: 'box',
    geo_radius: 'circle',
    geo_polygon: 'polygon',
    is_empty: 'keyed',
    is_null: 'keyed',
    nested: 'nested',
  },
  match: fields('value', 'any', 'except', 'text', 'text_any', 'phrase', 'prefix'),
  bounds: fields('lt', 'lte', 'gt', 'gte'),
  geoPoint: fields('lon', 'lat'),
  box: { top_left: 'geoPoint', bottom_right: 'geoPoint' },
  circle: { center: 'geoPoint', radius: null },
  polygon: { exterior: 'ring', interiors: 'ring' },
  ring: { points: 'geoPoint' },
  keyed: fields('key'),
  nested: { key: null, filter: 'filter' },
  prefetch: STAGE,
  query: {
    ...fields('nearest', 'fusion', 'order_by', 'formula', 'defaults', 'sample', 'indices', 'values'),
    ...fields('discover', 'context', 'relevance_feedback', 'text', 'image', 'object', 'model', 'options'),
    mmr: 'mmr',
    rrf: 'rrf',
    recommend: 'recommend',
  },
  mmr: fields('diversity', 'candidates_limit'),
  rrf: fields('k', 'weights'),
  recommend: fields('positive', 'negative', 'strategy'),
  params: { ...fields('hnsw_ef', 'exact', 'quantization', 'indexed_only', 'acorn'), idf: 'idf' },
  idf: { corpus: 'filter' },
  lookupFrom: fields('collection', 'vector', 'shard_key'),
  payloadSelection: fields('include', 'exclude'),
  withLookup: { collection: null, with_payload: 'payloadSelection', with_vectors: null },
  orderBy: fields('key', 'direction', 'start_from'),
  point: fields('id', 'vector', 'payload'),
  columns: fields('ids', 'vectors', 'payloads'),
  vectorUpdate: fields('id', 'vector'),
  sparseParams: { modifier: null, index: 'sparseIndex' },
  sparseIndex: { full_scan_threshold: null, ...TUNED },
} as const satisfies Record<string, { readonly [field: string]: string | null }>;

const REQUESTS = {
  query: { ...STAGE, ...OUTPUT, ...READ, offset: null },
  queryGroups: { ...STAGE, ...OUTPUT, ...READ, ...fields('group_by', 'group_size'), with_lookup: 'withLookup' },
  scroll: { ...OUTPUT, ...READ, ...fields('limit', 'offset'), filter: 'filter', order_by: 'orderBy' },
  count: { ...READ, filter: 'filter', exact: null },
  facet: { ...READ, ...fields('key', 'limit', 'exact'), filter: 'filter' },
  retrieve: { ...READ, ...OUTPUT, ids: null },
  upsert: { ...WRITE, points: 'point', batch: 'columns', update_filter: 'filter', update_mode: null },
  updateVectors: { ...WRITE, points: 'vectorUpdate', update_filter: 'filter' },
  deleteVectors: { ...SELECTION, vector: null },
  delete: SELECTION,
  setPayload: { ...SELECTION, ...fields('payload', 'key') },
  overwritePayload: { ...SELECTION, ...fields('payload', 'key') },
  deletePayload: { ...SELECTION, keys: null },
  clearPayload: SELECTION,
  createPayloadIndex: { ...WRITE, ...fields('field_name', 'field_schema') },
  createCollection: {
    ...fields('timeout', 'vectors', 'sparse_vectors', 'hnsw_config', 'optimizers_config', 'wal_config', 'init_from'),
    ...fields('quantization_config', 'strict_mode_config', 'payload', 'metadata', 'on_disk_payload', 'shard_number'),
    ...fields('replication_factor', 'write_consistency_factor', 'sharding_method'),
  },
  updateCollection: {
    ...fields('timeout', 'vectors', 'sparse_vectors', 'hnsw_config', 'optimizers_config', 'params'),
    ...fields('quantization_config', 'strict_mode_config', 'metadata'),
  },
} as const satisfies Record<string, Shape>;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Throws where a request has a field that the API does not know; `where` names its place. */
export function refuseUnknownFields(name: RequestName, request: unknown): void {
  walk(request, REQUESTS[name], name);
}

function walk(value: unknown, shape: Shape, where: string): void {
  if (Array.isArray(value)) {
    if (!isObject(value[0])) return;
    for (const [i, item] of value.entries()) walk(item, shape, `${where}[${i}]`);
  } else if (isObject(value) && !ArrayBuffer.isView(value)) {
    for (const [field, item] of Object.entries(value)) {
      if (item === undefined) continue;
      const inner = Object.hasOwn(shape, field) ? shape[field] : undefined;
      if (inner === undefined) {
        const known = Object.keys(shape).join(', ');
        throw badRequest(`${where} has the unknown field ${JSON.stringify(field)}; known: ${known}`);
      }
      if (inner !== null) walk(item, SHAPES[inner], `${where}.${field}`);
    }
  }
}

/** A server parses JSON to this depth. */
const MAX_NESTING = 128;

/** Throws where a request is nested deeper than a server would parse; without recursion, which such a request would break. */
export function refuseDeepNesting(name: string, request: unknown): void {
  let level: unknown[] = [request];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > MAX_NESTING)
      throw badRequest(`${name}: the request is nested deeper than ${MAX_NESTING} levels; flatten it`);
    const next: unknown[] = [];
    for (const value of level) {
      if (Array.isArray(value)) {
        if (isObject(value[0])) for (const item of value) if (isObject(item)) next.push(item);
      } else if (isObject(value) && !ArrayBuffer.isView(value)) {
        for (const item of Object.values(value)) if (isObject(item)) next.push(item);
      }
    }
    level = next;
  }
}
