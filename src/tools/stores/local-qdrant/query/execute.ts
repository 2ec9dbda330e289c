/**
 * Runs a query plan on a collection: leaves search or scroll the points, inner stages fuse or rescore what their prefetches
 * found. A stage's filter reaches down into its prefetches, as on the server.
 */
import type { Random } from '../../../../common/random.ts';
import { type Collection, ORDERED_INDEXES } from '../collection.ts';
import type { CollectionConfig, VectorSpec } from '../collection-config.ts';
import { badRequest, unsupported } from '../errors.ts';
import { type Filter, mergeFilters } from '../filter/filter.ts';
import { Bitmap } from '../index/bitmap.ts';
import { internalThreshold, isBeyond, reportedScore } from '../index/dense-index.ts';
import { type ScoredSlot, sortHits, TopK } from '../index/top-k.ts';
import type { PointId } from '../point-id.ts';
import { readVector, type StoredVector } from '../vectors.ts';
import { evaluateFormula, type FormulaPlan } from './formula.ts';
import { distributionBasedScoreFusion, reciprocalRankFusion } from './fusion.ts';
import { orderSlots } from './order-by.ts';
import type { QueryPlan, Scoring, VectorInput } from './plan.ts';
import { averageExamples, diversify, scoreByExamples } from './recommend.ts';

type Nearest = Scoring & { kind: 'nearest' };

export interface Hit extends ScoredSlot {
  orderValue?: number;
}

export interface ExecuteOptions {
  collection: Collection;
  /** Vector of a stored point, for queries by id; also from another collection. */
  storedVector(id: PointId, source: Pick<Scoring & { kind: 'nearest' }, 'using' | 'lookup'>): StoredVector;
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
  const averaged = scoring?.kind === 'recommend' && scoring.strategy === 'average_vector';
  if (scoring?.kind !== 'nearest' && !averaged) return false;
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
      case 'recommend':
        return this.#recommend(plan, scoring, allowed);
      case 'order-by': {
        const { order } = scoring;
        this.#collection.requireIndex(order.path, ORDERED_INDEXES, 'order_by');
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
    const spec = this.#collection.config.requireVector(scoring.using);
    const query = this.#vectorOf(scoring.input, spec, scoring);
    const candidates = this.#without([scoring.input], scoring, allowed);
    const { mmr } = scoring;
    if (!mmr) return this.#search(plan, query, { spec, candidates, idfCorpus: scoring.idfCorpus });
    if (query.kind !== 'dense') throw unsupported('mmr over sparse vectors and multivectors', 'leave it out');
    const widened = { ...plan, limit: mmr.candidates ?? plan.limit };
    const hits = await this.#search(widened, query, { spec, candidates, idfCorpus: undefined });
    const withVectors = hits.flatMap((hit) => {
      const vector = this.#collection.vectorsOf(hit.slot).get(spec.name);
      return vector?.kind === 'dense' ? [{ ...hit, values: vector.values }] : [];
    });
    return diversify(withVectors, query.values, { spec, diversity: mmr.diversity, limit: plan.limit });
  }

  /** The vector of an input: given with the request, or that of a stored point. */
  #vectorOf(input: VectorInput, spec: VectorSpec, source: Pick<Nearest, 'using' | 'lookup'>): StoredVector {
    if (input.kind === 'given') return readVector(input.value, spec, 'query');
    return this.#options.storedVector(input.id, source);
  }

  /** A point is no answer to "what is near it", unless it was looked up elsewhere. */
  #without(
    inputs: readonly VectorInput[],
    { lookup }: Pick<Nearest, 'lookup'>,
    allowed: Bitmap | undefined,
  ): Bitmap | undefined {
    if (lookup || inputs.every(({ kind }) => kind === 'given')) return allowed;
    const candidates = (allowed ?? this.#collection.live).copy();
    for (const input of inputs) {
      const own = input.kind === 'stored' ? this.#collection.slotOf(input.id) : undefined;
      if (own !== undefined) candidates.clear(own);
    }
    return candidates;
  }

  async #recommend(
    plan: QueryPlan,
    scoring: Scoring & { kind: 'recommend' },
    allowed: Bitmap | undefined,
  ): Promise<Hit[]> {
    const collection = this.#collection;
    const spec = collection.config.requireVector(scoring.using);
    const vectors = (inputs: readonly VectorInput[]) => inputs.map((input) => this.#vectorOf(input, spec, scoring));
    const positive = vectors(scoring.positive);
    const negative = vectors(scoring.negative);
    const candidates = this.#without([...scoring.positive, ...scoring.negative], scoring, allowed);
    const { strategy } = scoring;
    if (strategy === 'average_vector') {
      const query = averageExamples(positive, negative, spec);
      return this.#search(plan, query, { spec, candidates, idfCorpus: scoring.idfCorpus });
    }
    const hits: ScoredSlot[] = [];
    for (const slot of (candidates ?? collection.live).toSlots()) {
      const similarities = (examples: readonly StoredVector[]) =>
        examples.map((example) => collection.similarity(spec, slot, example));
      const liked = similarities(positive);
      const disliked = similarities(negative);
      if ([...liked, ...disliked].includes(undefined)) continue;
      hits.push({ slot, score: scoreByExamples(strategy, liked as number[], disliked as number[]) });
    }
    const { threshold, limit } = plan;
    const kept = threshold === undefined ? hits : hits.filter(({ score }) => score > threshold);
    return sortHits(kept, collection.ids).slice(0, limit);
  }

  async #search(
    plan: QueryPlan,
    query: StoredVector,
    {
      spec,
      candidates,
      idfCorpus,
    }: { spec: VectorSpec; candidates: Bitmap | undefined; idfCorpus: Filter | undefined },
  ): Promise<Hit[]> {
    const collection = this.#collection;
    const { distance } = spec;
    const threshold = plan.threshold === undefined ? -Infinity : internalThreshold(distance, plan.threshold);
    const top = new TopK(plan.limit, collection.ids);
    await collection.search(spec, query, {
      allowed: candidates,
      threshold,
      top,
      exact: plan.exact,
      idfCorpus: idfCorpus ? collection.select(idfCorpus) : undefined,
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
