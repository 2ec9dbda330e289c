/**
 * Which split an entity falls into. The unit is the cluster (a country with its cities, its flag and the places in it), so that
 * no question of the test split asks about anything a training question was about.
 */
import { keyedRandom } from '../../src/common/random.ts';
import type { FactStore } from './facts.ts';

export type Split = 'train' | 'validation' | 'test';
export const SPLITS: readonly Split[] = ['train', 'validation', 'test'];

export type SplitOf = (cluster: string) => Split;

/** Countries that are the largest neighbour of at least this many others are kept for test, so that chains through them exist. */
const HUB = 5;

/** Languages, genera and families are what things have; only held-out templates ask on from them. */
export const isAttribute = (cluster: string) => /^(language|taxon):/.test(cluster);

export function splitter(seed: number, facts: FactStore): SplitOf {
  const dependents = new Map<string, number>();
  for (const { object } of facts.of('largest-neighbour')) {
    if (object !== undefined) dependents.set(object.cluster, (dependents.get(object.cluster) ?? 0) + 1);
  }
  return (cluster) => {
    if (isAttribute(cluster) || (dependents.get(cluster) ?? 0) >= HUB) return 'test';
    const draw = keyedRandom(seed, 'split', cluster).next();
    if (draw < 0.58) return 'train';
    return draw < 0.69 ? 'validation' : 'test';
  };
}
