/**
 * Grouping of hits by a payload value: groups in order of their best hit, each with its best `size` hits. A point with several
 * values belongs to several groups.
 */

import { mergeFilters, parseFilter } from '../filter/filter.ts';
import type { Column } from '../payload/column.ts';
import type { Hit } from './execute.ts';
import type { QueryPlan } from './plan.ts';

const EVERY_HIT = 0x7fff_ffff;

/**
 * The plan whose hits are grouped: all of them, of points that have the field. Prefetches bring as many times more as there are
 * groups wanted, as on the server.
 */
export function forGroups(plan: QueryPlan, path: string, groups: number): QueryPlan {
  const withField = parseFilter({ must_not: [{ is_empty: { key: path } }] });
  const widened = (prefetch: QueryPlan): QueryPlan => ({
    ...prefetch,
    limit: prefetch.limit * groups,
    prefetches: prefetch.prefetches.map(widened),
  });
  return {
    ...plan,
    limit: EVERY_HIT,
    filter: mergeFilters(withField, plan.filter),
    prefetches: plan.prefetches.map(widened),
  };
}

export interface HitGroup {
  id: string | number;
  hits: Hit[];
}

export function groupHits(
  hits: readonly Hit[],
  column: Column,
  { limit, size }: { limit: number; size: number },
): HitGroup[] {
  const groups = new Map<string | number, HitGroup>();
  for (const hit of hits) {
    const ids = new Set(
      column
        .valuesOf(hit.slot)
        .flat()
        .filter((value) => typeof value === 'string' || Number.isInteger(value)),
    );
    for (const id of ids as Set<string | number>) {
      let group = groups.get(id);
      if (!group) {
        // Hits come best first, so a group that appears now is worse than all that are there.
        if (groups.size >= limit) continue;
        group = { id, hits: [] };
        groups.set(id, group);
      }
      if (group.hits.length < size) group.hits.push(hit);
    }
  }
  return [...groups.values()];
}
