/**
 * Qdrant's filter language, read from a request into a checked tree. Anything misspelt or unknown is refused by name here, so
 * that evaluation can be plain.
 */
import { badRequest, invalid, unsupported } from '../errors.ts';
import { type PathStep, parsePath } from '../payload/json-path.ts';
import { type PointId, parsePointId } from '../point-id.ts';
import { parseDatetime } from './datetime.ts';
import { type GeoPoint, readGeoPoint, readRing } from './geo.ts';

export interface Filter {
  must: Condition[];
  /** At least one of them; undefined where the request has none. */
  should: Condition[] | undefined;
  mustNot: Condition[];
  minShould: { conditions: Condition[]; count: number } | undefined;
}

export interface Bounds {
  lt: number | undefined;
  lte: number | undefined;
  gt: number | undefined;
  gte: number | undefined;
}

type Keyword = string | number | bigint | boolean;

/** What a field condition asks of the values that its path reaches. */
export type FieldTest =
  | { kind: 'any-of'; values: ReadonlySet<Keyword> }
  | { kind: 'none-of'; values: ReadonlySet<Keyword> }
  | { kind: 'text'; mode: 'all' | 'any' | 'phrase'; text: string }
  | { kind: 'prefix'; text: string }
  | { kind: 'range'; bounds: Bounds }
  | { kind: 'datetime-range'; bounds: Bounds }
  | { kind: 'values-count'; bounds: Bounds }
  | { kind: 'geo-box'; topLeft: GeoPoint; bottomRight: GeoPoint }
  | { kind: 'geo-radius'; center: GeoPoint; radius: number }
  | { kind: 'geo-polygon'; exterior: GeoPoint[]; interiors: GeoPoint[][] }
  | { kind: 'is-empty'; expected: boolean }
  /** `bare`: asked as a condition of its own, which looks into arrays only where there is an index. */
  | { kind: 'is-null'; expected: boolean; bare?: boolean };

export type Condition =
  | { kind: 'field'; path: string; steps: readonly PathStep[]; test: FieldTest }
  | { kind: 'nested'; path: string; steps: readonly PathStep[]; filter: Filter }
  | { kind: 'has-id'; ids: PointId[] }
  | { kind: 'has-vector'; name: string }
  | { kind: 'filter'; filter: Filter };

type Fields = Record<string, unknown>;

function readObject(value: unknown, where: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw badRequest(`${where} must be an object`);
}

/** The one place where the server, too, refuses a field that it does not know. */
function onlyFilterKeys(fields: Fields, where: string): void {
  for (const key of Object.keys(fields)) {
    if (!FILTER_KEYS.includes(key) && fields[key] !== undefined) {
      throw badRequest(`${where} has the unknown field ${JSON.stringify(key)}; known: ${FILTER_KEYS.join(', ')}`);
    }
  }
}

const absent = (value: unknown): value is null | undefined => value === undefined || value === null;

const FILTER_KEYS = ['must', 'should', 'must_not', 'min_should'];

/** Throws a bad request that names the part of the filter that is wrong. */
export function parseFilter(input: unknown, where = 'filter'): Filter | undefined {
  if (absent(input)) return undefined;
  const fields = readObject(input, where);
  onlyFilterKeys(fields, where);
  const list = (key: string): Condition[] | undefined => {
    const value = fields[key];
    if (absent(value)) return undefined;
    const items = Array.isArray(value) ? value : [value];
    return items.map((item, i) => parseCondition(item, `${where}.${key}[${i}]`));
  };
  const should = list('should');
  let minShould: Filter['minShould'];
  if (!absent(fields.min_should)) {
    const value = readObject(fields.min_should, `${where}.min_should`);
    if (!Array.isArray(value.conditions) || !Number.isInteger(value.min_count)) {
      throw badRequest(`${where}.min_should needs conditions (an array) and min_count (an integer)`);
    }
    if (value.min_count === 0) throw invalid(`${where}.min_should.min_count must be at least 1`);
    minShould = {
      conditions: value.conditions.map((item, i) => parseCondition(item, `${where}.min_should.conditions[${i}]`)),
      count: Number(value.min_count),
    };
  }
  return {
    must: list('must') ?? [],
    should: should && should.length > 0 ? should : undefined,
    mustNot: list('must_not') ?? [],
    minShould,
  };
}

/** Both filters together, as the server merges a query's filter into its prefetches. */
export function mergeFilters(outer: Filter | undefined, inner: Filter | undefined): Filter | undefined {
  if (!outer || !inner) return outer ?? inner;
  return {
    must: [
      { kind: 'filter', filter: outer },
      { kind: 'filter', filter: inner },
    ],
    should: undefined,
    mustNot: [],
    minShould: undefined,
  };
}

function parseCondition(input: unknown, where: string): Condition {
  const fields = readObject(input, where);
  if ('key' in fields) return parseField(fields, where);
  if ('is_empty' in fields || 'is_null' in fields) {
    const { key } = readObject(fields.is_empty ?? fields.is_null, where);
    const test: FieldTest =
      'is_empty' in fields ? { kind: 'is-empty', expected: true } : { kind: 'is-null', expected: true, bare: true };
    return fieldCondition(key, test, where);
  }
  if ('has_id' in fields) {
    if (!Array.isArray(fields.has_id)) throw badRequest(`${where}.has_id must be an array of point ids`);
    return { kind: 'has-id', ids: fields.has_id.map(parsePointId) };
  }
  if ('has_vector' in fields) {
    if (typeof fields.has_vector !== 'string') throw badRequest(`${where}.has_vector must be a vector name`);
    return { kind: 'has-vector', name: fields.has_vector };
  }
  if ('nested' in fields) {
    const { key, filter } = readObject(fields.nested, `${where}.nested`);
    if (typeof key !== 'string') throw badRequest(`${where}.nested.key must be a payload path`);
    const parsed = parseFilter(filter, `${where}.nested.filter`);
    if (!parsed) throw badRequest(`${where}.nested.filter is missing`);
    refuseInNested(parsed, `${where}.nested.filter`);
    const path = key.endsWith('[]') ? key : `${key}[]`;
    return { kind: 'nested', path, steps: parsePath(path), filter: parsed };
  }
  if ('slice' in fields) throw unsupported('the slice condition', 'scroll with an offset');
  if (FILTER_KEYS.some((key) => key in fields)) {
    const filter = parseFilter(fields, where);
    if (filter) return { kind: 'filter', filter };
  }
  throw badRequest(`${where} is no condition: it needs key, is_empty, is_null, has_id, has_vector, nested or a filter`);
}

function refuseInNested(filter: Filter, where: string): void {
  const all = [...filter.must, ...(filter.should ?? []), ...filter.mustNot, ...(filter.minShould?.conditions ?? [])];
  for (const condition of all) {
    if (condition.kind === 'has-id' || condition.kind === 'has-vector') {
      throw badRequest(`${where}: ${condition.kind.replace('-', '_')} is about points and cannot stand inside nested`);
    }
    if (condition.kind === 'filter') refuseInNested(condition.filter, where);
  }
}

function fieldCondition(key: unknown, test: FieldTest, where: string): Condition {
  if (typeof key !== 'string' || key === '') throw badRequest(`${where}.key must be a payload path`);
  return { kind: 'field', path: key, steps: parsePath(key), test };
}

const TESTS = [
  'match',
  'range',
  'geo_bounding_box',
  'geo_radius',
  'geo_polygon',
  'values_count',
  'is_empty',
  'is_null',
] as const;

function parseField(fields: Fields, where: string): Condition {
  const present = TESTS.filter((name) => !absent(fields[name]));
  if (present.length !== 1) {
    throw (present.length === 0 ? invalid : badRequest)(
      `${where} (key ${JSON.stringify(fields.key)}) needs exactly one of ${TESTS.join(', ')}`,
    );
  }
  const name = present[0]!;
  return fieldCondition(fields.key, parseTest(name, fields[name], `${where}.${name}`), where);
}

function parseTest(name: (typeof TESTS)[number], value: unknown, where: string): FieldTest {
  switch (name) {
    case 'match':
      return parseMatch(readObject(value, where), where);
    case 'range':
      return parseRange(readObject(value, where), where);
    case 'values_count':
      return { kind: 'values-count', bounds: readBounds(readObject(value, where), where, readNumber) };
    case 'geo_bounding_box': {
      const box = readObject(value, where);
      return {
        kind: 'geo-box',
        topLeft: readGeoPoint(box.top_left, `${where}.top_left`),
        bottomRight: readGeoPoint(box.bottom_right, `${where}.bottom_right`),
      };
    }
    case 'geo_radius': {
      const circle = readObject(value, where);
      const center = readGeoPoint(circle.center, `${where}.center`);
      return { kind: 'geo-radius', center, radius: readNumber(circle.radius, `${where}.radius`) };
    }
    case 'geo_polygon': {
      const polygon = readObject(value, where);
      const interiors = Array.isArray(polygon.interiors) ? polygon.interiors : [];
      return {
        kind: 'geo-polygon',
        exterior: readRing(polygon.exterior, `${where}.exterior`),
        interiors: interiors.map((ring, i) => readRing(ring, `${where}.interiors[${i}]`)),
      };
    }
    case 'is_empty':
    case 'is_null':
      if (typeof value !== 'boolean') throw badRequest(`${where} must be true or false`);
      return { kind: name === 'is_empty' ? 'is-empty' : 'is-null', expected: value };
    default:
      return name satisfies never;
  }
}

function parseMatch(fields: Fields, where: string): FieldTest {
  const keys = Object.keys(fields).filter((key) => fields[key] !== undefined);
  if (keys.length !== 1)
    throw badRequest(`${where} needs exactly one of value, any, except, text, text_any, phrase, prefix`);
  const key = keys[0]!;
  const value = fields[key];
  const text = (): string => {
    if (typeof value === 'string') return value;
    throw badRequest(`${where}.${key} must be a string`);
  };
  switch (key) {
    case 'value':
      return { kind: 'any-of', values: new Set([readKeyword(value, `${where}.value`)]) };
    case 'any':
    case 'except': {
      if (!Array.isArray(value)) throw badRequest(`${where}.${key} must be an array of strings or of integers`);
      const kind = typeof value[0];
      if (!value.every((item) => (kind === 'string' ? typeof item === 'string' : isInteger(item)))) {
        throw badRequest(`${where}.${key} must hold strings only or integers only`);
      }
      const values = new Set(value as Keyword[]);
      return { kind: key === 'any' ? 'any-of' : 'none-of', values };
    }
    case 'text':
      return { kind: 'text', mode: 'all', text: text() };
    case 'text_any':
      return { kind: 'text', mode: 'any', text: text() };
    case 'phrase':
      return { kind: 'text', mode: 'phrase', text: text() };
    case 'prefix':
      return { kind: 'prefix', text: text() };
    default:
      throw badRequest(
        `${where} has the unknown field ${key}; known: value, any, except, text, text_any, phrase, prefix`,
      );
  }
}

function readKeyword(value: unknown, where: string): Keyword {
  if (typeof value === 'string' || typeof value === 'boolean' || isInteger(value)) return value;
  throw badRequest(`${where} must be a string, an integer or a boolean; use range for other numbers`);
}

const isInteger = (value: unknown): value is number | bigint =>
  typeof value === 'bigint' || Number.isSafeInteger(value);

function readNumber(value: unknown, where: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw badRequest(`${where} must be a number`);
}

function readBounds(fields: Fields, where: string, read: (value: unknown, where: string) => number): Bounds {
  const bound = (key: string) => (absent(fields[key]) ? undefined : read(fields[key], `${where}.${key}`));
  return { lt: bound('lt'), lte: bound('lte'), gt: bound('gt'), gte: bound('gte') };
}

function parseRange(fields: Fields, where: string): FieldTest {
  if (Object.values(fields).some((bound) => typeof bound === 'string')) {
    const read = (value: unknown, at: string): number => {
      const time = typeof value === 'string' ? parseDatetime(value) : undefined;
      if (time === undefined) throw badRequest(`${at} must be a date-time such as 2026-01-31T12:00:00Z`);
      return time;
    };
    return { kind: 'datetime-range', bounds: readBounds(fields, where, read) };
  }
  return { kind: 'range', bounds: readBounds(fields, where, readNumber) };
}
