/** Which questions of a set are asked: the first so many, or a seeded sample, always in the order of the file. */
import { keyedRandom } from '../../common/random.ts';
import type { Question } from '../datasets/question.ts';

export interface SelectionOptions {
  /** The first so many. */
  limit?: number;
  /** So many at random, the same for the same seed; taken before `limit`. */
  sample?: number;
  seed?: number;
}

/** The first questions of a set, or a sample by the seed, in the order of the set. */
export function selectQuestions(
  questions: readonly Question[],
  { limit, sample, seed = 0 }: SelectionOptions,
): Question[] {
  let selected = [...questions];
  if (sample !== undefined && sample < selected.length) {
    const places = keyedRandom('sample', seed, selected.length).shuffle(selected.map((_, index) => index));
    const chosen = new Set(places.slice(0, sample));
    selected = selected.filter((_, index) => chosen.has(index));
  }
  return limit === undefined ? selected : selected.slice(0, limit);
}
