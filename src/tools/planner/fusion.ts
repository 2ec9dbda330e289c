/**
 * How the list found by words and the lists found by vectors become one. A setting of searches, not of an index: it can differ
 * from one handle to the next. By scores is the planner's own sum of the stores' scores, for a server's fusion by scores takes no
 * weights; by ranks and by distributions are the store's.
 */
import { z } from 'zod';
import type { StorePort } from '../stores/port.ts';

export const FusionSchema = z.discriminatedUnion('by', [
  /** The scores of each list from 0 (its last) to 1 (its first), and their weighted sum. */
  z.strictObject({
    by: z.literal('scores'),
    /**
     * The share of the words; the vectors have the rest. 0.5 or less suits a dense model that finds more than words do on your texts;
     * with a weaker one, equal shares lose first places that words alone have.
     */
    words: z.number().gt(0).lt(1).default(0.75),
  }),
  /** Reciprocal ranks: the place in each list counts, the scores do not. */
  z.strictObject({
    by: z.literal('rrf'),
    /** The smaller, the more the first places stand out. The literature's 60 is 61 as Qdrant counts. */
    k: z.number().int().min(1).default(2),
    /** Against one another; each list by vectors has the second. */
    weights: z
      .strictObject({ words: z.number().positive().default(1), vectors: z.number().positive().default(1) })
      .prefault({}),
  }),
  /** Qdrant's distribution-based score fusion: mean and deviation put each list on one scale; no weights. */
  z.strictObject({ by: z.literal('dbsf') }),
]);
export type Fusion = z.infer<typeof FusionSchema>;

export const DEFAULT_FUSION: z.input<typeof FusionSchema> = { by: 'scores' };

type StoreQuery = NonNullable<Parameters<StorePort['query']>[1]['query']>;

/** The store's own query over as many lists, those by words first. */
export function fusionQuery(
  fusion: Exclude<Fusion, { by: 'scores' }>,
  { words, vectors }: { words: number; vectors: number },
): StoreQuery {
  switch (fusion.by) {
    case 'rrf': {
      const { k, weights } = fusion;
      const each = [...Array<number>(words).fill(weights.words), ...Array<number>(vectors).fill(weights.vectors)];
      return { rrf: { k, weights: each } };
    }
    case 'dbsf':
      return { fusion: 'dbsf' };
    default:
      return fusion satisfies never;
  }
}

export interface Scored {
  id: string | number;
  score: number;
}

export interface ScoredList {
  /** Best first. */
  points: readonly Scored[];
  weight: number;
  /** The score of a document that is not in the list, where it is known; else the list's last is taken for it. */
  absent?: number | undefined;
}

/** Weighted sums, best first; equal ones in the order of their ids, whatever the order of the lists. */
export function sumOfScores(lists: readonly ScoredList[]): Scored[] {
  const sums = new Map<string | number, number>();
  for (const { points, weight, absent } of lists) {
    const first = points[0]?.score ?? 0;
    const last = absent ?? points.at(-1)?.score ?? 0;
    for (const { id, score } of points) {
      const scaled = first > last ? (score - last) / (first - last) : 1;
      sums.set(id, (sums.get(id) ?? 0) + weight * scaled);
    }
  }
  return [...sums].map(([id, score]) => ({ id, score })).sort(byScoreThenId);
}

export const byScoreThenId = (a: Scored, b: Scored): number =>
  b.score - a.score || (String(a.id) < String(b.id) ? -1 : 1);
