/**
 * A query request read into a checked tree: what to score with, over which prefetches, under which filter. Nothing is looked up
 * yet but the shape of the collection's vectors.
 */
import { badRequest, invalid, unsupported } from '../errors.ts';
import { type Filter, parseFilter } from '../filter/filter.ts';
import { type PointId, parsePointId } from '../point-id.ts';
import { type FormulaPlan, parseFormula } from './formula.ts';
import { type OrderBy, parseOrderBy } from './order-by.ts';
import type { RecommendStrategy } from './recommend.ts';

/** The vector to compare with: given, or taken from a stored point. */
export type VectorInput = { kind: 'given'; value: unknown } | { kind: 'stored'; id: PointId };

interface LookupFrom {
  collection: string;
  vector: string | undefined;
}

export type Scoring =
  | {
      kind: 'nearest';
      input: VectorInput;
      using: string;
      lookup: LookupFrom | undefined;
      idfCorpus: Filter | undefined;
      /** Reorder `candidates` hits for diversity (0 to 1). */
      mmr: { diversity: number; candidates: number | undefined } | undefined;
    }
  | {
      kind: 'recommend';
      positive: VectorInput[];
      negative: VectorInput[];
      strategy: RecommendStrategy;
      using: string;
      lookup: LookupFrom | undefined;
      idfCorpus: Filter | undefined;
    }
  | { kind: 'rrf'; k: number; weights: readonly number[] | undefined }
  | { kind: 'dbsf' }
  | { kind: 'order-by'; order: OrderBy }
  | { kind: 'formula'; formula: FormulaPlan }
  | { kind: 'sample' };

export interface QueryPlan {
  prefetches: QueryPlan[];
  /** Undefined: the points in order of their ids. */
  scoring: Scoring | undefined;
  filter: Filter | undefined;
  threshold: number | undefined;
  limit: number;
  offset: number;
  exact: boolean;
}

type Fields = Record<string, unknown>;
const DEFAULT_LIMIT = 10;
const DEFAULT_RRF_K = 2;
const MAX_DEPTH = 64;

const absent = (value: unknown): value is null | undefined => value === undefined || value === null;

export function readFields(value: unknown, where: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest(`${where} must be an object`);
  return value as Fields;
}

export function parseQuery(request: unknown): QueryPlan {
  const fields = readFields(request, 'query');
  if (!absent(fields.shard_key)) throw unsupported('shard_key', 'use a tenant field and a filter');
  return parseStage(fields, 'query', 0);
}

export function readCount(value: unknown, fallback: number, least: number, where: string): number {
  if (absent(value)) return fallback;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  const small = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
  throw (small ? invalid : badRequest)(`${where} must be an integer of at least ${least}`);
}

function parseStage(fields: Fields, where: string, depth: number): QueryPlan {
  if (depth > MAX_DEPTH) throw badRequest(`prefetches are nested deeper than ${MAX_DEPTH}`);
  const nested = absent(fields.prefetch) ? [] : Array.isArray(fields.prefetch) ? fields.prefetch : [fields.prefetch];
  const prefetches = nested.map((item, i) => {
    const at = `${where}.prefetch[${i}]`;
    return parseStage(readFields(item, at), at, depth + 1);
  });
  const using = absent(fields.using) ? '' : fields.using;
  if (typeof using !== 'string') throw badRequest(`${where}.using must be a vector name`);
  const params = absent(fields.params) ? {} : readFields(fields.params, `${where}.params`);
  const scoring = parseScoring(fields.query, {
    using,
    where,
    lookup: readLookup(fields.lookup_from, where),
    idf: params.idf,
  });
  const fuses = scoring?.kind === 'rrf' || scoring?.kind === 'dbsf';
  if (fuses && !absent(fields.using)) {
    throw badRequest(`${where}: a fusion cannot be combined with using; leave one of them out`);
  }
  if (prefetches.length > 0 && !scoring) throw badRequest(`${where}: cannot have prefetches without a query`);
  const needs = scoring?.kind;
  if (prefetches.length === 0 && (needs === 'rrf' || needs === 'dbsf' || needs === 'formula')) {
    throw badRequest(`${where}: cannot apply ${needs === 'formula' ? 'Formula' : 'Fusion'} without prefetches`);
  }
  if (scoring?.kind === 'rrf' && scoring.weights && scoring.weights.length !== prefetches.length) {
    throw badRequest(
      `${where}.query.rrf.weights has ${scoring.weights.length} numbers for ${prefetches.length} prefetches`,
    );
  }
  const threshold = fields.score_threshold;
  if (!absent(threshold) && (typeof threshold !== 'number' || !Number.isFinite(threshold))) {
    throw badRequest(`${where}.score_threshold must be a number`);
  }
  return {
    prefetches,
    scoring,
    filter: parseFilter(fields.filter, `${where}.filter`),
    threshold: typeof threshold === 'number' ? Math.fround(threshold) : undefined,
    limit: readCount(fields.limit, DEFAULT_LIMIT, 1, `${where}.limit`),
    offset: readCount(fields.offset, 0, 0, `${where}.offset`),
    exact: params.exact === true,
  };
}

function readLookup(value: unknown, where: string): LookupFrom | undefined {
  if (absent(value)) return undefined;
  const { collection, vector } = readFields(value, `${where}.lookup_from`);
  if (typeof collection !== 'string') throw badRequest(`${where}.lookup_from.collection must be a collection name`);
  return { collection, vector: typeof vector === 'string' ? vector : undefined };
}

interface ScoringContext {
  using: string;
  where: string;
  lookup: LookupFrom | undefined;
  idf: unknown;
}

function parseScoring(query: unknown, context: ScoringContext): Scoring | undefined {
  const where = `${context.where}.query`;
  if (absent(query)) return undefined;
  const shared = () => ({
    using: context.using,
    lookup: context.lookup,
    idfCorpus: readIdf(context.idf, context.where),
  });
  const nearest = (value: unknown, mmr?: unknown): Scoring => ({
    kind: 'nearest',
    input: readVectorInput(value),
    mmr: readMmr(mmr, `${where}.mmr`),
    ...shared(),
  });
  if (typeof query !== 'object' || Array.isArray(query) || ArrayBuffer.isView(query) || 'indices' in query)
    return nearest(query);
  if ('text' in query || 'image' in query || 'object' in query) return nearest(query);
  const keys = Object.keys(query);
  if ('nearest' in query) {
    const { nearest: value, mmr } = readFields(query, where);
    return nearest(value, mmr);
  }
  if ('fusion' in query) {
    const { fusion } = readFields(query, where);
    if (fusion === 'rrf') return { kind: 'rrf', k: DEFAULT_RRF_K, weights: undefined };
    if (fusion === 'dbsf') return { kind: 'dbsf' };
    throw badRequest(`${where}.fusion must be rrf or dbsf`);
  }
  if ('rrf' in query) return parseRrf(query.rrf, where);
  if ('order_by' in query) return { kind: 'order-by', order: parseOrderBy(query.order_by, `${where}.order_by`) };
  if ('formula' in query) return { kind: 'formula', formula: parseFormula(query, where) };
  if ('sample' in query) {
    if (query.sample !== 'random') throw badRequest(`${where}.sample must be random`);
    return { kind: 'sample' };
  }
  if ('recommend' in query) return { ...readExamples(query.recommend, `${where}.recommend`), ...shared() };
  for (const name of ['discover', 'context', 'relevance_feedback']) {
    if (name in query)
      throw unsupported(`the ${name} query`, 'average the vectors on the client and ask for the nearest');
  }
  throw badRequest(`${where} has no known kind (fields: ${keys.join(', ') || 'none'})`);
}

function readMmr(value: unknown, where: string): { diversity: number; candidates: number | undefined } | undefined {
  if (absent(value)) return undefined;
  const { diversity = 0.5, candidates_limit: candidates } = readFields(value, where);
  if (typeof diversity !== 'number' || !(diversity >= 0 && diversity <= 1)) {
    throw (typeof diversity === 'number' ? invalid : badRequest)(`${where}.diversity must lie between 0 and 1`);
  }
  const limit = absent(candidates) ? undefined : readCount(candidates, 0, 1, `${where}.candidates_limit`);
  return { diversity, candidates: limit };
}

function readExamples(
  value: unknown,
  where: string,
): Pick<Scoring & { kind: 'recommend' }, 'kind' | 'positive' | 'negative' | 'strategy'> {
  const { positive, negative, strategy } = readFields(value, where);
  const inputs = (list: unknown): VectorInput[] => {
    // One vector and a list of examples look the same; the API takes lists here.
    if (!absent(list) && !Array.isArray(list)) throw badRequest(`${where} takes lists of point ids and vectors`);
    return (list ?? []).map((example: unknown) => readVectorInput(example));
  };
  const known: RecommendStrategy[] = ['average_vector', 'best_score', 'sum_scores'];
  const chosen = absent(strategy) ? 'average_vector' : known.find((name) => name === strategy);
  if (!chosen) throw badRequest(`${where}.strategy must be one of ${known.join(', ')}`);
  const examples = { positive: inputs(positive), negative: inputs(negative) };
  if (examples.positive.length + examples.negative.length === 0) {
    throw badRequest(`${where} needs at least one positive or negative example`);
  }
  return { kind: 'recommend', ...examples, strategy: chosen };
}

function parseRrf(value: unknown, where: string): Scoring {
  const { k, weights } = readFields(value, `${where}.rrf`);
  if (
    !absent(weights) &&
    (!Array.isArray(weights) || !weights.every((w) => typeof w === 'number' && Number.isFinite(w)))
  ) {
    throw badRequest(`${where}.rrf.weights must be an array of numbers, one a prefetch`);
  }
  return {
    kind: 'rrf',
    k: readCount(k, DEFAULT_RRF_K, 1, `${where}.rrf.k`),
    weights: Array.isArray(weights) && weights.length > 0 ? weights : undefined,
  };
}

function readIdf(value: unknown, where: string): Filter | undefined {
  if (absent(value) || value === 'global') return undefined;
  const { corpus } = readFields(value, `${where}.params.idf`);
  return parseFilter(corpus, `${where}.params.idf.corpus`);
}

function readVectorInput(value: unknown): VectorInput {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string')
    return { kind: 'stored', id: parsePointId(value) };
  if (typeof value === 'object' && value !== null && ('text' in value || 'image' in value || 'object' in value)) {
    throw unsupported(
      'server-side inference (a document, image or object as the query)',
      'embed on the client and send the vector',
    );
  }
  return { kind: 'given', value };
}
