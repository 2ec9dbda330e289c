/**
 * Filters to sets of points. Field conditions are decided once per distinct value of their column; the rest is arithmetic on
 * bitmaps. `matchesPayload` is the same language on a single payload, for nested objects.
 */
import type { PayloadIndex } from '../collection-config.ts';
import { Bitmap } from '../index/bitmap.ts';
import type { Column } from '../payload/column.ts';
import { isObject, type Json, type PathStep, valuesAt } from '../payload/json-path.ts';
import type { PointId } from '../point-id.ts';
import { matchesValues } from './field-test.ts';
import type { Condition, Filter } from './filter.ts';

/** What a filter needs to know of the points. */
export interface FilterContext {
  /** All points there are. Never changed. */
  live: Bitmap;
  column(path: string, steps: readonly PathStep[]): Column;
  payloadIndex(path: string): PayloadIndex | undefined;
  slotOf(id: PointId): number | undefined;
  /** Points with a vector of this name; throws on an unknown name. */
  withVector(name: string): Bitmap;
}

/** The points that satisfy the filter; always within `live`. */
export function evaluateFilter(filter: Filter, context: FilterContext): Bitmap {
  const result = context.live.copy();
  for (const condition of filter.must) result.and(evaluateCondition(condition, context));
  if (filter.should) {
    const any = new Bitmap(0);
    for (const condition of filter.should) any.or(evaluateCondition(condition, context));
    result.and(any);
  }
  for (const condition of filter.mustNot) result.and(evaluateCondition(condition, context).not(context.live));
  if (filter.minShould) result.and(atLeast(filter.minShould.conditions, filter.minShould.count, context));
  return result;
}

function atLeast(conditions: readonly Condition[], count: number, context: FilterContext): Bitmap {
  const hits = new Uint16Array(context.live.words.length * 32);
  for (const condition of conditions) {
    for (const slot of evaluateCondition(condition, context).toSlots()) hits[slot]! += 1;
  }
  const out = new Bitmap(0);
  for (const slot of context.live.toSlots()) if (hits[slot]! >= count) out.set(slot);
  return out;
}

function evaluateCondition(condition: Condition, context: FilterContext): Bitmap {
  switch (condition.kind) {
    case 'field': {
      const index = context.payloadIndex(condition.path);
      return select(condition.path, condition.steps, context, (values) => matchesValues(condition.test, values, index));
    }
    case 'nested':
      return select(condition.path, condition.steps, context, (values) =>
        values.some((value) => isObject(value) && matchesPayload(condition.filter, value, '', context)),
      );
    case 'has-id': {
      const out = new Bitmap(0);
      for (const id of condition.ids) {
        const slot = context.slotOf(id);
        if (slot !== undefined) out.set(slot);
      }
      return out;
    }
    case 'has-vector':
      return context.withVector(condition.name).copy().and(context.live);
    case 'filter':
      return evaluateFilter(condition.filter, context);
    default:
      return condition satisfies never;
  }
}

/** Reads a decision per distinct value off the codes of a column. */
function select(
  path: string,
  steps: readonly PathStep[],
  context: FilterContext,
  decide: (values: readonly Json[]) => boolean,
): Bitmap {
  const column = context.column(path, steps);
  const { entries, codes } = column;
  const accepted = new Uint8Array(entries.length);
  for (let code = 0; code < entries.length; code++) accepted[code] = decide(entries[code]!) ? 1 : 0;
  const { live } = context;
  if (accepted[0] === 1) {
    // Points without the field are in: start from everybody and take out the refused.
    const out = live.copy();
    for (let slot = 0; slot < codes.length; slot++) if (accepted[codes[slot]!] === 0) out.clear(slot);
    return out;
  }
  const out = new Bitmap(codes.length);
  const { words } = out;
  for (let slot = 0; slot < codes.length; slot++) {
    if (accepted[codes[slot]!] === 1) words[slot >>> 5]! |= 1 << (slot & 31);
  }
  return out.and(live);
}

/** The filter on one payload (or one nested object); conditions about points count as not met. */
function matchesPayload(
  filter: Filter,
  payload: Json,
  prefix: string,
  context: Pick<FilterContext, 'payloadIndex'>,
): boolean {
  const meets = (condition: Condition): boolean => {
    switch (condition.kind) {
      case 'field':
        return matchesValues(
          condition.test,
          valuesAt(payload, condition.steps),
          context.payloadIndex(prefix + condition.path),
        );
      case 'nested':
        return valuesAt(payload, condition.steps).some(
          (value) => isObject(value) && matchesPayload(condition.filter, value, prefix, context),
        );
      case 'filter':
        return matchesPayload(condition.filter, payload, prefix, context);
      case 'has-id':
      case 'has-vector':
        return false;
      default:
        return condition satisfies never;
    }
  };
  return (
    filter.must.every(meets) &&
    (!filter.should || filter.should.some(meets)) &&
    !filter.mustNot.some(meets) &&
    (!filter.minShould || filter.minShould.conditions.filter(meets).length >= filter.minShould.count)
  );
}
