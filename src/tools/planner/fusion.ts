/**
 * How the store joins the list found by words with the lists found by vectors. A setting of searches, not of an index: it can
 * differ from one handle to the next. Both ways are the server's own, done after the shards' lists are one; LocalQdrant computes
 * the same.
 */
import { z } from 'zod';
import type { StorePort } from '../stores/port.ts';

/** Words count double: on the sets of `docs/retrieval.md` equal weights lose first places that words alone have. */
const WORDS = 2;

export const FusionSchema = z.discriminatedUnion('by', [
  /** Distribution-based score fusion: the scores of each list on one scale, mean - 3 sd to mean + 3 sd, and summed. */
  z.strictObject({
    by: z.literal('dbsf'),
    /** Whole numbers, against one another. Equal ones suit a dense model that finds at least as much as the words on your texts. */
    weights: z
      .strictObject({
        words: z.number().int().min(1).max(10).default(WORDS),
        vectors: z.number().int().min(1).max(10).default(1),
      })
      .prefault({}),
  }),
  /** Reciprocal rank fusion: the place in each list counts, the scores do not. */
  z.strictObject({
    by: z.literal('rrf'),
    /** The smaller, the more the first places stand out. The literature's 60 is 61 as Qdrant counts. */
    k: z.number().int().min(1).default(2),
    weights: z
      .strictObject({ words: z.number().positive().default(WORDS), vectors: z.number().positive().default(1) })
      .prefault({}),
  }),
]);
export type Fusion = z.infer<typeof FusionSchema>;

export const DEFAULT_FUSION: z.input<typeof FusionSchema> = { by: 'dbsf' };

type Request = Parameters<StorePort['query']>[1];
type Prefetch = Extract<NonNullable<Request['prefetch']>, unknown[]>[number];

export function fused(
  fusion: Fusion,
  { words, vectors }: { words: readonly Prefetch[]; vectors: readonly Prefetch[] },
): Pick<Request, 'prefetch' | 'query'> {
  const { weights } = fusion;
  switch (fusion.by) {
    case 'dbsf': {
      // It takes no weights, but it sums: a list that is there twice counts double.
      const times = (lists: readonly Prefetch[], count: number) => Array.from({ length: count }, () => lists).flat();
      return {
        prefetch: [...times(words, weights.words), ...times(vectors, weights.vectors)],
        query: { fusion: 'dbsf' },
      };
    }
    case 'rrf':
      return {
        prefetch: [...words, ...vectors],
        query: {
          rrf: { k: fusion.k, weights: [...words.map(() => weights.words), ...vectors.map(() => weights.vectors)] },
        },
      };
    default:
      return fusion satisfies never;
  }
}
