/**
 * Ordering by a payload field, for scrolls and order_by queries. Only numbers and date-times order; a point appears once for every
 * value it has, and points without one are left out, as on the server.
 */
import { badRequest } from '../errors.ts';
import { parseDatetime } from '../filter/datetime.ts';
import type { Bitmap } from '../index/bitmap.ts';
import type { Column } from '../payload/column.ts';
import { type Json, type PathStep, parsePath } from '../payload/json-path.ts';
import { comparePointIds, type PointId } from '../point-id.ts';

export interface OrderBy {
  path: string;
  steps: readonly PathStep[];
  descending: boolean;
  startFrom: number | undefined;
}

export interface OrderedSlot {
  slot: number;
  /** As stored: date-times in microseconds since 1970. */
  value: number;
}

const orderable = (value: Json): number | undefined => {
  if (typeof value === 'number') return value;
  const time = typeof value === 'string' ? parseDatetime(value) : undefined;
  return time === undefined ? undefined : time * 1000;
};

export function parseOrderBy(input: unknown, where: string): OrderBy {
  const fields = typeof input === 'string' ? { key: input } : input;
  if (typeof fields !== 'object' || fields === null || !('key' in fields) || typeof fields.key !== 'string') {
    throw badRequest(`${where} must be a payload path or {key, direction, start_from}`);
  }
  const { key } = fields;
  const direction = 'direction' in fields ? fields.direction : undefined;
  if (direction !== undefined && direction !== null && direction !== 'asc' && direction !== 'desc') {
    throw badRequest(`${where}.direction must be asc or desc`);
  }
  const start = 'start_from' in fields ? (fields.start_from as Json | undefined) : undefined;
  const startFrom = start === undefined || start === null ? undefined : orderable(start);
  if (start !== undefined && start !== null && startFrom === undefined) {
    throw badRequest(`${where}.start_from must be a number or a date-time`);
  }
  return { path: key, steps: parsePath(key), descending: direction === 'desc', startFrom };
}

/** All (point, value) pairs of the allowed points in order; equal values by point id. */
export function orderSlots(
  order: OrderBy,
  column: Column,
  allowed: Bitmap,
  ids: readonly (PointId | undefined)[],
): OrderedSlot[] {
  const out: OrderedSlot[] = [];
  const valuesByCode = column.entries.map((values) => {
    const numbers = values.flat().map((value) => orderable(value as Json));
    return new Set(numbers.filter((number) => number !== undefined && fromStart(number, order)) as number[]);
  });
  const { codes } = column;
  for (const slot of allowed.toSlots()) {
    if (slot >= codes.length) break;
    for (const value of valuesByCode[codes[slot]!]!) out.push({ slot, value });
  }
  const sign = order.descending ? -1 : 1;
  return out.sort((a, b) => sign * (a.value - b.value) || sign * comparePointIds(ids[a.slot]!, ids[b.slot]!));
}

function fromStart(value: number, { startFrom, descending }: OrderBy): boolean {
  if (startFrom === undefined) return true;
  return descending ? value <= startFrom : value >= startFrom;
}
