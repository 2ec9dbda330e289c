/** Facets: how many points have each value of a payload field. */
import type { Column } from '../payload/column.ts';

type Value = string | number | boolean;

/** The most frequent first, equal ones by value. */
export function facetOf(column: Column, slots: Iterable<number>): { value: Value; count: number }[] {
  const counts = new Map<Value, number>();
  for (const slot of slots) {
    for (const value of new Set(column.valuesOf(slot).flat())) {
      if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') {
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
    }
  }
  const hits = Array.from(counts, ([value, count]) => ({ value, count }));
  return hits.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
}
