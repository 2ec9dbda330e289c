/** From what was tried to the questions that are kept: the best run of each, a split that parts no fact, ids that stay. */
import { sha256 } from '../../common/content-hash.ts';
import { keyedRandom } from '../../common/random.ts';
import type { Question } from '../../eval/datasets/question.ts';
import type { Trial } from './journal.ts';
import type { Trajectory } from './trajectory.ts';

export interface AcceptedQuestion extends Question {
  trajectory: Trajectory;
}

/** Rows as `train --questions` reads them, in the order of the trials. */
export function acceptedQuestions(
  trials: readonly Trial[],
  { seed, validation }: { seed: number; validation: number },
): AcceptedQuestion[] {
  const accepted = trials.filter(({ verdict }) => verdict === 'accepted');
  const clusters = clustersOf(accepted.map(({ draft }) => draft.sources));
  return accepted.map(({ draft, trajectory }, place) => {
    const { question, answers, answerable = true, image, template, phrasing, steps } = draft;
    const chance = keyedRandom('synthesis-split', seed, clusters[place]!).next();
    return {
      id: draft.id ?? sha256(JSON.stringify([question, image ?? null, answers])).slice(0, 16),
      question,
      answers,
      answerable,
      ...(image === undefined ? {} : { image }),
      split: draft.split ?? (chance < validation ? ('validation' as const) : ('train' as const)),
      template,
      phrasing,
      ...(steps.length > 0 && { steps, route: steps.map(({ knowledgeBase }) => knowledgeBase).join('>') }),
      trajectory: trajectory!,
    };
  });
}

/** A cluster of more than this share of the questions would leave nothing for the other split. */
const MOST_OF_ALL = 0.1;

/**
 * For each list of sources the name of its cluster: lists that share a source, however far apart, are in one. Where everything hangs together by some
 * source or other, clusters grow no further than a tenth of all, and only then a source can be in two.
 */
export function clustersOf(lists: readonly (readonly string[])[]): string[] {
  const most = Math.max(8, MOST_OF_ALL * lists.length);
  const parents = new Map<string, string>();
  const sizes = new Map<string, number>();
  const rootOf = (source: string): string => {
    let root = source;
    while ((parents.get(root) ?? root) !== root) root = parents.get(root)!;
    parents.set(source, root);
    return root;
  };
  const names = lists.map(([first], place) => (first === undefined ? `question ${place}` : rootOf(first)));
  for (const name of names) sizes.set(name, (sizes.get(name) ?? 0) + 1);
  for (const [first, ...others] of lists) {
    for (const other of first === undefined ? [] : others) {
      const [a, b] = [rootOf(first!), rootOf(other)].sort() as [string, string];
      const together = (sizes.get(a) ?? 0) + (sizes.get(b) ?? 0);
      if (a === b || together > most) continue;
      parents.set(b, a);
      sizes.set(a, together);
    }
  }
  return lists.map(([first], place) => (first === undefined ? `question ${place}` : rootOf(first)));
}
