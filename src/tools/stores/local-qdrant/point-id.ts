/**
 * Point ids as Qdrant has them: an unsigned integer or a UUID. Their order (numbers before UUIDs, each ascending) is the order
 * of scrolls and, in LocalQdrant, the order within equal scores.
 */
import { badRequest } from './errors.ts';

/** A number where it is exact, a BigInt above 2^53. */
export type PointId = number | bigint | string;

const MAX_INTEGER = 2n ** 64n - 1n;

const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const BARE = /^[0-9a-f]{32}$/;

/** The id in its one canonical form; throws a bad request on anything the server would refuse. */
export function parsePointId(value: unknown): PointId {
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value) && value >= 0) return value;
    if (Number.isInteger(value) && value > 0 && value < 2 ** 64) return BigInt(value);
  } else if (typeof value === 'bigint') {
    if (value >= 0n && value <= MAX_INTEGER) return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  } else if (typeof value === 'string') {
    if (CANONICAL.test(value)) return value;
    const text = value.toLowerCase().replace(/^urn:uuid:/, '');
    const hex = (text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text).replaceAll('-', '');
    if (BARE.test(hex)) {
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    }
  }
  const shown = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? String(value));
  throw badRequest(`${shown} is not a valid point id; use an unsigned 64-bit integer or a UUID`);
}

export function comparePointIds(a: PointId, b: PointId): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if ((typeof a === 'string') !== (typeof b === 'string')) return typeof a === 'string' ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}
