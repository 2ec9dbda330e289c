/** Leaves features out of a bag at random, so that a scorer does not learn entities by heart. */
import type { Random } from '../../common/random.ts';
import type { FeatureBag } from '../../offline/policies/scorer/text-features.ts';

/** Each feature is kept with probability 1 - `share`; the kept ones are scaled so that their squared weights sum to 1 again. */
export function dropFeatures({ ids, weights }: FeatureBag, share: number, random: Random): FeatureBag {
  const kept = [...ids.keys()].filter(() => random.next() >= share);
  const total = Math.sqrt(kept.reduce((sum, index) => sum + weights[index]! ** 2, 0)) || 1;
  return {
    ids: Int32Array.from(kept, (index) => ids[index]!),
    weights: Float32Array.from(kept, (index) => weights[index]! / total),
  };
}
