/**
 * Grouping of hits by a payload value, with the server's own strategy: it asks for as many hits as all groups together would hold,
 * again without the groups that are full and the points it has, and then for the rest of the groups that are not full. A group
 * can stay short, and a fusion is computed over what was left to find; both are so on the server.
 */
import { type Filter, mergeFilters, parseFilter } from '../filter/filter.ts';
import type { Column } from '../payload/column.ts';
import type { PointId } from '../point-id.ts';
import type { Hit } from './execute.ts';
import type { QueryPlan } from './plan.ts';

/** Requests to find groups, and as many again to fill them. */
const MOST_REQUESTS = 5;

type GroupId = string | number;

export interface HitGroup {
  id: GroupId;
  hits: Hit[];
}

export interface GroupingOptions {
  plan: QueryPlan;
  path: string;
  /** Groups wanted, and hits in each. */
  limit: number;
  size: number;
  column: Column;
  ids: readonly (PointId | undefined)[];
  /** Whether smaller scores are better. */
  ascending: boolean;
  execute(plan: QueryPlan): Promise<Hit[]>;
}

export async function findGroups(options: GroupingOptions): Promise<HitGroup[]> {
  const { limit, size } = options;
  const groups = new Groups(options);
  const full = () => groups.best(limit).filter(({ hits }) => hits.length >= size).length;
  for (let request = 0; request < MOST_REQUESTS; request++) {
    const found = await ask(options, groups, excluding(options.path, groups.full(size)));
    if (found.length === 0) break;
    groups.add(found);
    if (full() >= limit) return groups.distill();
  }
  for (let request = 0; request < MOST_REQUESTS; request++) {
    const short = groups.best(limit).filter(({ hits }) => hits.length < size);
    if (short.length === 0) break;
    const found = await ask(options, groups, within(options.path, short));
    if (found.length === 0) break;
    groups.add(found);
    if (full() >= limit) break;
  }
  return groups.distill();
}

/** The next hits that are not in a group yet, among points that have the field. */
function ask(options: GroupingOptions, groups: Groups, chosen: Filter | undefined): Promise<Hit[]> {
  const { plan, path, limit, size } = options;
  const seen = groups.points();
  const fresh = parseFilter({
    must_not: [{ is_empty: { key: path } }, ...(seen.length > 0 ? [{ has_id: seen }] : [])],
  });
  const widened = (prefetch: QueryPlan): QueryPlan => ({
    ...prefetch,
    limit: prefetch.limit * limit,
    prefetches: prefetch.prefetches.map(widened),
  });
  return options.execute({
    ...plan,
    limit: limit * size,
    filter: mergeFilters(mergeFilters(fresh, chosen), plan.filter),
    prefetches: plan.prefetches.map(widened),
  });
}

function valueConditions(path: string, groups: readonly HitGroup[], match: 'any' | 'except'): unknown[] {
  const ids = groups.map(({ id }) => id);
  const kinds = [ids.filter((id) => typeof id === 'string'), ids.filter((id) => typeof id === 'number')];
  return kinds.filter((values) => values.length > 0).map((values) => ({ key: path, match: { [match]: values } }));
}

const excluding = (path: string, groups: readonly HitGroup[]): Filter | undefined =>
  groups.length === 0 ? undefined : parseFilter({ must: valueConditions(path, groups, 'except') });

const within = (path: string, groups: readonly HitGroup[]): Filter | undefined =>
  parseFilter({ should: valueConditions(path, groups, 'any') });

class Groups {
  readonly #options: GroupingOptions;
  readonly #groups = new Map<GroupId, HitGroup>();
  readonly #points = new Set<number>();

  constructor(options: GroupingOptions) {
    this.#options = options;
  }

  add(hits: readonly Hit[]): void {
    const { column } = this.#options;
    for (const hit of hits) {
      const values = column.valuesOf(hit.slot).flat();
      const ids = new Set(values.filter((value) => typeof value === 'string' || Number.isSafeInteger(value)));
      for (const id of ids as Set<GroupId>) {
        const group = this.#groups.get(id) ?? { id, hits: [] };
        this.#groups.set(id, group);
        if (!group.hits.some(({ slot }) => slot === hit.slot)) group.hits.push(hit);
        this.#points.add(hit.slot);
      }
    }
  }

  points(): PointId[] {
    return Array.from(this.#points, (slot) => this.#options.ids[slot]!);
  }

  full(size: number): HitGroup[] {
    return [...this.#groups.values()].filter(({ hits }) => hits.length >= size);
  }

  #compare(a: Hit, b: Hit): number {
    return this.#options.ascending ? a.score - b.score : b.score - a.score;
  }

  /** The groups with the best hits. */
  best(limit: number): HitGroup[] {
    const top = ({ hits }: HitGroup) => hits.reduce((best, hit) => (this.#compare(hit, best) < 0 ? hit : best));
    return [...this.#groups.values()].sort((a, b) => this.#compare(top(a), top(b))).slice(0, limit);
  }

  distill(): HitGroup[] {
    const { limit, size } = this.#options;
    return this.best(limit).map(({ id, hits }) => ({
      id,
      hits: [...hits].sort((a, b) => this.#compare(a, b)).slice(0, size),
    }));
  }
}
