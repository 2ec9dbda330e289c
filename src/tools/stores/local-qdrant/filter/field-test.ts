/**
 * One field condition against the values its path reaches. An array at the end of a path counts by its elements: one that fits
 * is enough.
 */

import type { PayloadIndex } from '../collection-config.ts';
import type { Json } from '../payload/json-path.ts';
import { parseDatetime } from './datetime.ts';
import type { Bounds, FieldTest } from './filter.ts';
import { asGeoPoint, geoDistance, inBox, inRing } from './geo.ts';
import { tokenize } from './tokenize.ts';

function within(value: number, { lt, lte, gt, gte }: Bounds): boolean {
  return (
    (lt === undefined || value < lt) &&
    (lte === undefined || value <= lte) &&
    (gt === undefined || value > gt) &&
    (gte === undefined || value >= gte)
  );
}

function someElement(values: readonly Json[], test: (value: Json) => boolean): boolean {
  for (const value of values) {
    if (Array.isArray(value) ? value.some(test) : test(value)) return true;
  }
  return false;
}

/** `index` is the declared payload index of the path: text conditions go by tokens where it is a text index. */
export function matchesValues(test: FieldTest, values: readonly Json[], index: PayloadIndex | undefined): boolean {
  switch (test.kind) {
    case 'any-of':
      return someElement(values, (value) => isKeyword(value) && test.values.has(value));
    case 'none-of':
      return someElement(values, (value) => value !== null && !(isKeyword(value) && test.values.has(value)));
    case 'text':
      return someElement(values, (value) => typeof value === 'string' && matchesText(test, value, index));
    case 'prefix':
      return someElement(values, (value) => typeof value === 'string' && value.startsWith(test.text));
    case 'range':
      return someElement(values, (value) => isNumeric(value) && within(Number(value), test.bounds));
    case 'datetime-range':
      return someElement(values, (value) => {
        const time = typeof value === 'string' ? parseDatetime(value) : undefined;
        return time !== undefined && within(time, test.bounds);
      });
    case 'values-count':
      return (
        values.some((value) => within(countOf(value), test.bounds)) || (values.length === 0 && within(0, test.bounds))
      );
    case 'geo-box':
      return someElement(values, (value) => {
        const point = asGeoPoint(value);
        return point !== undefined && inBox(point, test.topLeft, test.bottomRight);
      });
    case 'geo-radius':
      return someElement(values, (value) => {
        const point = asGeoPoint(value);
        return point !== undefined && geoDistance(point, test.center) < test.radius;
      });
    case 'geo-polygon':
      return someElement(values, (value) => {
        const point = asGeoPoint(value);
        return (
          point !== undefined && inRing(point, test.exterior) && !test.interiors.some((ring) => inRing(point, ring))
        );
      });
    case 'is-empty':
      return values.every((value) => value === null || (Array.isArray(value) && value.length === 0)) === test.expected;
    case 'is-null':
      return values.some((value) => value === null || (inArrays(test, index) && hasNull(value))) === test.expected;
    default:
      return test satisfies never;
  }
}

const inArrays = ({ bare }: { bare?: boolean }, index: PayloadIndex | undefined) => !bare || index !== undefined;
const hasNull = (value: Json) => Array.isArray(value) && value.includes(null);

const isKeyword = (value: Json): value is string | number | bigint | boolean =>
  typeof value === 'string' || typeof value === 'boolean' || isNumeric(value);
const isNumeric = (value: Json): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

const countOf = (value: Json): number => (Array.isArray(value) ? value.length : value === null ? 0 : 1);

/** Words exist only for a text index; without one, text conditions look for the characters as they stand. */
function matchesText(test: FieldTest & { kind: 'text' }, value: string, index: PayloadIndex | undefined): boolean {
  if (index?.type !== 'text') {
    if (test.mode !== 'any') return value.includes(test.text);
    return test.text.split(/\s+/).some((word) => word !== '' && value.includes(word));
  }
  const { params } = index;
  if (test.mode === 'phrase' && params.phrase_matching !== true) return false;
  const wanted = tokenize(test.text, params, 'query');
  if (wanted.length === 0) return false;
  const stored = tokenize(value, params, 'document');
  if (test.mode === 'phrase') return containsRun(stored, wanted);
  const known = new Set(stored);
  return test.mode === 'all' ? wanted.every((token) => known.has(token)) : wanted.some((token) => known.has(token));
}

function containsRun(tokens: readonly string[], run: readonly string[]): boolean {
  for (let start = 0; start + run.length <= tokens.length; start++) {
    if (run.every((token, i) => tokens[start + i] === token)) return true;
  }
  return false;
}
