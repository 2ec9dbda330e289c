/**
 * Whether two answers of the API are the same as far as the API promises it: numbers within 1e-5, the order within equal scores
 * (or equal order values) open, and at the cut of a limit also which of them are there.
 */
type Fields = Record<string, unknown>;
type Point = Fields & { id: unknown; score?: unknown; order_value?: unknown };

const TOLERANCE = 1e-5;

/** What a server says of its own machinery. */
const MACHINERY = new Set([
  'version',
  'operation_id',
  'usage',
  'segments_count',
  'indexed_vectors_count',
  'optimizer_status',
  'update_queue',
  'commit',
]);

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const list = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);
const close = (a: number, b: number) => Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
const show = (value: unknown) =>
  JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item))?.slice(0, 300) ??
  'nothing';

/** What differs between the result of a route and the expected one, or undefined. */
export function differenceOfResults(
  route: string,
  request: unknown,
  actual: unknown,
  expected: unknown,
): string | undefined {
  const body = isFields(request) ? request : {};
  switch (route.split('/').slice(3).join('/')) {
    case 'points/query':
      return differenceOfPoints(points(actual), points(expected), body);
    case 'points/query/batch': {
      const results = list(expected);
      if (list(actual).length !== results.length) return `${list(actual).length} results, expected ${results.length}`;
      return first(results, (result, i) =>
        differenceOfPoints(points(list(actual)[i]), points(result), list(body.searches)[i] ?? {}),
      );
    }
    case 'points/query/groups':
      return differenceOfGroups(groups(actual), groups(expected), body);
    case 'points/scroll': {
      if (isAbsent(body.order_by)) return differenceOf(actual, expected);
      return differenceOfPoints(points(actual), points(expected), body);
    }
    case 'points':
      return route.startsWith('POST') ? differenceOf(byId(actual), byId(expected)) : differenceOf(actual, expected);
    case 'facet':
      return differenceOfFacet(
        list(isFields(actual) ? actual.hits : []),
        list(isFields(expected) ? expected.hits : []),
      );
    case 'aliases':
      return differenceOf(byName(actual), byName(expected));
    default:
      return route === 'GET /aliases' || route === 'GET /collections'
        ? differenceOf(byName(actual), byName(expected))
        : differenceOf(actual, expected);
  }
}

const isAbsent = (value: unknown) => value === undefined || value === null;
const points = (value: unknown): Point[] => (isFields(value) ? (list(value.points) as Point[]) : []);
const groups = (value: unknown): Fields[] => (isFields(value) ? list(value.groups) : []);
const byId = (value: unknown) => Object.fromEntries(list(value).map((point) => [String(point.id), point]));
const byName = (value: unknown): unknown => {
  const rows = isFields(value) ? list(value.aliases ?? value.collections) : [];
  return rows.map((row) => show([row.alias_name, row.collection_name, row.name])).sort();
};

function first<T>(items: readonly T[], difference: (item: T, i: number) => string | undefined): string | undefined {
  for (const [i, item] of items.entries()) {
    const found = difference(item, i);
    if (found !== undefined) return `${i}: ${found}`;
  }
  return undefined;
}

/** Lists of scored or ordered points. */
function differenceOfPoints(actual: Point[], expected: Point[], body: Fields): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} hits, expected ${expected.length}`;
  // A random sample has its size only.
  if (isFields(body.query) && 'sample' in body.query) return undefined;
  const rank = (point: Point) => Number(point.order_value ?? point.score ?? 0);
  const wrong = expected.findIndex((point, i) => !close(rank(actual[i]!), rank(point)));
  if (wrong >= 0) return `${show(actual[wrong])} at ${wrong}, expected ${show(expected[wrong])}`;
  const ids = new Map(actual.map((point) => [`${String(point.id)} ${String(point.order_value)}`, point]));
  const limit = typeof body.limit === 'number' ? body.limit : 10;
  const cutAtStart = typeof body.offset === 'number' && body.offset > 0;
  const unordered = expected.every(({ score }) => score === undefined) && isAbsent(body.order_by);
  return first(expected, (point, i) => {
    const same = (other: Point | undefined) => other !== undefined && close(rank(point), rank(other));
    const known = unordered ? actual[i] : ids.get(`${String(point.id)} ${String(point.order_value)}`);
    if (known && (unordered || same(known))) return differenceOf(known, point);
    // Of equal ones, a cut may have taken others.
    if (expected.length === limit && same(expected.at(-1))) return undefined;
    if (cutAtStart && same(expected[0])) return undefined;
    return `${show(point)} is missing; there is ${show(actual[i])}`;
  });
}

function differenceOfGroups(actual: Fields[], expected: Fields[], body: Fields): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} groups, expected ${expected.length}`;
  const size = { limit: body.group_size ?? 3, query: body.query };
  const best = (group: Fields | undefined) => Number((list(group?.hits)[0] as Point | undefined)?.score ?? 0);
  return first(expected, (group, i) => {
    const known = actual.find(({ id }) => String(id) === String(group.id));
    const tied = (at: number) => close(best(expected[at]), best(group));
    if (!known) return tied(expected.length - 1) ? undefined : `group ${show(group.id)} is missing`;
    if (!close(best(actual[i]), best(group))) return `best hit ${best(actual[i])}, expected ${best(group)}`;
    const difference =
      differenceOfPoints(list(known.hits) as Point[], list(group.hits) as Point[], size) ??
      differenceOf(known.lookup, group.lookup);
    return difference && `group ${show(group.id)}: ${difference}`;
  });
}

function differenceOfFacet(actual: Fields[], expected: Fields[]): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} values, expected ${expected.length}`;
  return first(expected, ({ value, count }, i) => {
    if (actual[i]!.count !== count) return `count ${show(actual[i])}, expected ${show({ value, count })}`;
    const known = actual.find((hit) => hit.value === value);
    if (known ? known.count === count : expected.at(-1)!.count === count) return undefined;
    return `${show({ value, count })}, there is ${show(known)}`;
  });
}

/** Deep comparison, numbers within the tolerance, machinery aside. */
function differenceOf(actual: unknown, expected: unknown, path = ''): string | undefined {
  if (typeof actual === 'number' && typeof expected === 'number' && close(actual, expected)) return undefined;
  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null) {
    return Object.is(actual, expected) ? undefined : `${path || 'result'}: ${show(actual)}, expected ${show(expected)}`;
  }
  for (const key of new Set([...Object.keys(actual), ...Object.keys(expected)])) {
    if (MACHINERY.has(key) && !path.includes('payload')) continue;
    const difference = differenceOf((actual as Fields)[key], (expected as Fields)[key], `${path}.${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}
