/** Which of the pictures found is the question's own. */
import type { Passage } from '../../tools/passage.ts';

/** How far the best likeness must stand above the next. */
const LEAST_LEAD = 1.02;

/** The picture that is nearly the question's own, and stands clear of the next. */
export function likenessOf(passages: readonly Passage[]): Passage | undefined {
  const pictures = passages
    .flatMap((passage) => (passage.scores?.image === undefined ? [] : [{ passage, score: passage.scores.image }]))
    .sort((left, right) => right.score - left.score);
  const [first, second] = pictures;
  return first && (!second || first.score >= LEAST_LEAD * second.score) ? first.passage : undefined;
}
