/**
 * Recommendation from examples, and maximal marginal relevance (MMR): the two queries that score with more than one vector. Both
 * follow the server's arithmetic.
 */
import type { VectorSpec } from '../collection-config.ts';
import { badRequest, unsupported } from '../errors.ts';
import { similarityOf } from '../index/dense-index.ts';
import type { ScoredSlot } from '../index/top-k.ts';
import { type DenseVector, normalize, type SparseVector, type StoredVector } from '../vectors.ts';

export type RecommendStrategy = 'average_vector' | 'best_score' | 'sum_scores';

/** The vector to ask with: the mean of the positive examples, moved away from the mean of the negative ones. */
export function averageExamples(
  positive: readonly StoredVector[],
  negative: readonly StoredVector[],
  spec: VectorSpec,
): StoredVector {
  if (positive.length === 0) throw badRequest('query.recommend needs at least one positive example for average_vector');
  if (spec.kind === 'multi') throw unsupported('recommend over multivectors', 'ask for the nearest of one of them');
  const weights = [
    ...positive.map((vector) => ({ vector, weight: (negative.length > 0 ? 2 : 1) / positive.length })),
    ...negative.map((vector) => ({ vector, weight: -1 / negative.length })),
  ];
  if (spec.kind === 'sparse') return sparseSum(weights as { vector: SparseVector; weight: number }[]);
  const values = new Float32Array(spec.size);
  for (const { vector, weight } of weights as { vector: DenseVector; weight: number }[]) {
    for (let i = 0; i < values.length; i++) values[i]! += weight * vector.values[i]!;
  }
  if (spec.distance === 'Cosine') normalize(values, 0, values.length);
  return { kind: 'dense', values };
}

function sparseSum(weights: readonly { vector: SparseVector; weight: number }[]): SparseVector {
  const sums = new Map<number, number>();
  for (const { vector, weight } of weights) {
    vector.indices.forEach((index, i) => {
      sums.set(index, (sums.get(index) ?? 0) + weight * vector.values[i]!);
    });
  }
  const indices = Uint32Array.from(sums.keys()).sort();
  return { kind: 'sparse', indices, values: Float32Array.from(indices, (index) => sums.get(index)!) };
}

const sigmoid = (x: number) => 0.5 * (x / (1 + Math.abs(x)) + 1);

/** Score of a candidate from its similarity with each example. */
export function scoreByExamples(
  strategy: Exclude<RecommendStrategy, 'average_vector'>,
  positive: readonly number[],
  negative: readonly number[],
): number {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  if (strategy === 'sum_scores') return Math.fround(sum(positive) - sum(negative));
  const liked = Math.max(-Infinity, ...positive);
  const disliked = Math.max(-Infinity, ...negative);
  return Math.fround(liked > disliked ? sigmoid(liked) : -sigmoid(disliked));
}

/**
 * The candidates in the order of MMR (Carbonell and Goldstein 1998): each next one has the best balance of its own similarity with
 * the query and its similarity with what was chosen before. They keep their scores.
 */
export function diversify(
  candidates: readonly (ScoredSlot & { values: Float32Array })[],
  query: Float32Array,
  { spec, diversity, limit }: { spec: VectorSpec; diversity: number; limit: number },
): ScoredSlot[] {
  const similarity = similarityOf(spec.distance);
  const left = candidates.map((candidate) => ({
    ...candidate,
    relevance: similarity(candidate.values, 0, query, spec.size),
    closest: -Infinity,
  }));
  const chosen: ScoredSlot[] = [];
  const rank = ({ relevance, closest }: (typeof left)[number]) =>
    chosen.length === 0 ? relevance : (1 - diversity) * relevance - diversity * closest;
  while (left.length > 0 && chosen.length < limit) {
    const best = left.reduce((at, candidate, i) => (rank(candidate) > rank(left[at]!) ? i : at), 0);
    const [{ slot, score, values }] = left.splice(best, 1) as [(typeof left)[number]];
    chosen.push({ slot, score });
    for (const candidate of left) {
      candidate.closest = Math.max(candidate.closest, similarity(candidate.values, 0, values, spec.size));
    }
  }
  return chosen;
}
