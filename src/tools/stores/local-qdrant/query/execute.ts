/**
 * Runs a query plan on a collection: leaves search or scroll the points, inner stages fuse or rescore what their prefetches
 * found. A stage's filter reaches down into its prefetches, as on the server.
 */
import type { Random } from '../../../../common/random.ts';
import type { Collection } from '../collection.ts';
import type { CollectionConfig } from '../collection-config.ts';
import { badRequest } from '../errors.ts';
import { type Filter, mergeFilters } from '../filter/filter.ts';
import { Bitmap } from '../index/bitmap.ts';
import { internalThreshold, isBeyond, reportedScore } from '../index/dense-index.ts';
import { type ScoredSlot, sortHits, TopK } from '../index/top-k.ts';
import { readVector, type StoredVector } from '../vectors.ts';
import { evaluateFormula, type FormulaPlan } from './formula.ts';
import { distributionBasedScoreFusion, reciprocalRankFusion } from './fusion.ts';
import { orderSlots } from './order-by.ts';
import type { QueryPlan, Scoring } from './plan.ts';

export interface Hit extends ScoredSlot {
  orderValue?: number;
}

export interface ExecuteOptions {
  collection: Collection;
  /** Vector of a stored point, for queries by id; also from another collection. */
  storedVector(scoring: Scoring & { kind: 'nearest' }): StoredVector;
  random: Random;
}

/** Hits best first, `plan.limit` of them after skipping `plan.offset`. */
export async function executeQuery(plan: QueryPlan, options: ExecuteOptions): Promise<Hit[]> {
  const stage = new Stages(options);
  const hits = await stage.run({ ...plan, limit: plan.limit + plan.offset }, undefined);
  return plan.offset > 0 ? hits.slice(plan.offset) : hits;
}

/** Whether smaller scores are better: of distances as such, and of nothing that is made of them. */
export function ranksAscending({ scoring }: QueryPlan, config: CollectionConfig): boolean {
  if (scoring?.kind !== 'nearest') return false;
  const distance = config.vector(scoring.using)?.distance;
  return distance === 'Euclid' || distance === 'Manhattan';
}

class Stages {
  readonly #options: ExecuteOptions;
  readonly #collection: Collection;

  constructor(options: ExecuteOptions) {
    this.#options = options;
    this.#collection = options.collection;
  }

  async run(plan: QueryPlan, inherited: Filter | undefined): Promise<Hit[]> {
    const filter = mergeFilters(inherited, plan.filter);
    if (plan.prefetches.length === 0) {
      return this.#score(plan, filter ? this.#collection.select(filter) : undefined);
    }
    const lists: Hit[][] = [];
    for (const prefetch of plan.prefetches) lists.push(await this.run(prefetch, filter));
    const { scoring } = plan;
    if (scoring?.kind === 'rrf') return this.#best(reciprocalRankFusion(lists, scoring), plan);
    if (scoring?.kind === 'dbsf') return this.#best(distributionBasedScoreFusion(lists), plan);
    if (scoring?.kind === 'formula') return this.#best(this.#applyFormula(scoring.formula, lists), plan);
    const candidates = new Bitmap(0);
    for (const list of lists) for (const { slot } of list) candidates.set(slot);
    return this.#score({ ...plan, exact: true }, candidates);
  }

  /** A stage that needs no lists, over the allowed points (all if undefined). */
  async #score(plan: QueryPlan, allowed: Bitmap | undefined): Promise<Hit[]> {
    const { scoring, limit } = plan;
    const { ids, live } = this.#collection;
    if (!scoring) {
      const slots = this.#collection.inIdOrder(allowed ?? live, limit);
      return slots.map((slot) => ({ slot, score: 1 }));
    }
    switch (scoring.kind) {
      case 'nearest':
        return this.#nearest(plan, scoring, allowed);
      case 'order-by': {
        const { order } = scoring;
        const column = this.#collection.column(order.path, order.steps);
        const ordered = orderSlots(order, column, allowed ?? live, ids);
        return ordered.slice(0, limit).map(({ slot, value }) => ({ slot, score: 1, orderValue: value }));
      }
      case 'sample': {
        const slots = this.#options.random.shuffle(Array.from((allowed ?? live).toSlots()));
        return slots.slice(0, limit).map((slot) => ({ slot, score: 1 }));
      }
      case 'rrf':
      case 'dbsf':
      case 'formula':
        throw badRequest(`${scoring.kind} needs prefetches`);
      default:
        return scoring satisfies never;
    }
  }

  async #nearest(plan: QueryPlan, scoring: Scoring & { kind: 'nearest' }, allowed: Bitmap | undefined): Promise<Hit[]> {
    const collection = this.#collection;
    const spec = collection.config.requireVector(scoring.using);
    const { input } = scoring;
    let query: StoredVector;
    let candidates = allowed;
    if (input.kind === 'given') {
      query = readVector(input.value, spec, 'query');
    } else {
      query = this.#options.storedVector(scoring);
      // The point itself is no answer to "what is near it", unless it was looked up elsewhere.
      if (!scoring.lookup) {
        candidates = (allowed ?? collection.live).copy();
        const own = collection.slotOf(input.id);
        if (own !== undefined) candidates.clear(own);
      }
    }
    const { distance } = spec;
    const threshold = plan.threshold === undefined ? -Infinity : internalThreshold(distance, plan.threshold);
    const top = new TopK(plan.limit, collection.ids);
    await collection.search(spec, query, {
      allowed: candidates,
      threshold,
      top,
      exact: plan.exact,
      idfCorpus: scoring.idfCorpus ? collection.select(scoring.idfCorpus) : undefined,
    });
    const hits = top.take().map(({ slot, score }) => ({ slot, score: reportedScore(distance, score) }));
    // The scan lets hits at the threshold pass: they are the last, and where distances are rounded only here it can be told.
    return plan.threshold === undefined ? hits : hits.filter(({ score }) => isBeyond(distance, score, plan.threshold!));
  }

  #best(hits: ScoredSlot[], { limit, threshold }: QueryPlan): Hit[] {
    const kept = threshold === undefined ? hits : hits.filter(({ score }) => score >= threshold);
    return sortHits(kept, this.#collection.ids).slice(0, limit);
  }

  #applyFormula(formula: FormulaPlan, lists: readonly Hit[][]): ScoredSlot[] {
    const collection = this.#collection;
    const scores = lists.map((list) => new Map(list.map(({ slot, score }) => [slot, score])));
    const slots = new Set(lists.flatMap((list) => list.map(({ slot }) => slot)));
    const selected = new Map<Filter, Bitmap>();
    return Array.from(slots, (slot) => ({
      slot,
      score: evaluateFormula(formula, {
        score: (list) => scores[list]?.get(slot),
        values: (path, steps) => collection.column(path, steps).valuesOf(slot),
        meets: (filter) => {
          let bitmap = selected.get(filter);
          if (!bitmap) {
            bitmap = collection.select(filter);
            selected.set(filter, bitmap);
          }
          return bitmap.has(slot);
        },
      }),
    }));
  }
}
