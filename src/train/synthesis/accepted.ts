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
      split: chance < validation ? ('validation' as const) : ('train' as const),
      template,
      phrasing,
      ...(steps.length > 0 && { steps, route: steps.map(({ knowledgeBase }) => knowledgeBase).join('>') }),
      trajectory: trajectory!,
    };
  });
}

/** For each list of sources the name of its cluster: lists that share a source, however far apart, are in one. */
export function clustersOf(lists: readonly (readonly string[])[]): string[] {
  const parents = new Map<string, string>();
  const rootOf = (source: string): string => {
    let root = source;
    while ((parents.get(root) ?? root) !== root) root = parents.get(root)!;
    parents.set(source, root);
    return root;
  };
  for (const [first, ...others] of lists) {
    if (first === undefined) continue;
    for (const other of others) {
      const [a, b] = [rootOf(first), rootOf(other)].sort();
      parents.set(b!, a!);
    }
  }
  return lists.map(([first], place) => (first === undefined ? `question ${place}` : rootOf(first)));
}
