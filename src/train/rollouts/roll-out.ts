/**
 * On-policy groups: G whole runs of the graph a question, through the plain driver of its step functions. Runs go side by side
 * below a bound; what they draw is keyed by (seed, question, member, step), so that the order of completion plays no part.
 */
import { mapConcurrent } from '../../common/map-concurrent.ts';
import type { Question } from '../../eval/datasets/question.ts';
import type { RouterDriver } from '../../graph/driver.ts';
import { type Group, groupIdOf } from './group.ts';
import { runMember } from './run-member.ts';

export interface TrainingQuestion {
  question: Question;
  /** Hash of its image in the graph's image store. */
  image?: string;
}

export interface RollOutOptions {
  drive: RouterDriver;
  questions: readonly TrainingQuestion[];
  /** G, at least 1. */
  groupSize: number;
  seed: number | string;
  /** The training step these runs belong to; keys their randomness with the seed. */
  iteration: number;
  /** Runs under way at once; default 8. */
  concurrency?: number;
  signal?: AbortSignal;
}

/** Groups in the order of the questions, members in their order. Throws only for an abort and for errors of the user. */
export async function rollOut({
  drive,
  questions,
  groupSize,
  seed,
  iteration,
  concurrency = 8,
  signal,
}: RollOutOptions): Promise<Group[]> {
  const groups: Group[] = questions.map(({ question }) => ({
    groupId: groupIdOf(seed, iteration, question.id),
    question,
    members: [],
  }));
  const runs = questions.flatMap((question, place) =>
    Array.from({ length: groupSize }, (_, member) => ({ ...question, place, member })),
  );
  const members = await mapConcurrent(runs, { concurrency, signal }, async ({ question, image, place, member }) => {
    const groupId = groups[place]!.groupId;
    return runMember({ drive, question, image, groupId, member, seed: `${seed}/${iteration}`, signal });
  });
  for (const [index, { place }] of runs.entries()) groups[place]!.members.push(members[index]!);
  return groups;
}
