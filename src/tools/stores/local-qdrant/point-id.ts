/**
 * Point ids as Qdrant has them: an unsigned integer or a UUID. Their order (numbers before UUIDs, each ascending) is the order
 * of scrolls and, in LocalQdrant, the order within equal scores.
 */
import { badRequest } from './errors.ts';

export type PointId = number | string;

const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const BARE = /^[0-9a-f]{32}$/;

/** The id in its one canonical form; throws a bad request on anything the server would refuse. */
export function parsePointId(value: unknown): PointId {
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value) && value >= 0) return value;
  } else if (typeof value === 'string') {
    if (CANONICAL.test(value)) return value;
    const text = value.toLowerCase().replace(/^urn:uuid:/, '');
    const hex = (text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text).replaceAll('-', '');
    if (BARE.test(hex)) {
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    }
  }
  throw badRequest(
    `${JSON.stringify(value) ?? String(value)} is not a valid point id; use an unsigned integer (up to 2^53 - 1) or a UUID`,
  );
}

export function comparePointIds(a: PointId, b: PointId): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1;
  if (typeof b === 'number') return 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
