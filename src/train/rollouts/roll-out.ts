/**
 * On-policy groups: G whole runs of the graph a question, through the plain driver of its step functions. Runs go side by side
 * below a bound; what they draw is keyed by (seed, question, member, step), so that the order of completion plays no part.
 */
import { isR1RouterError } from '../../common/errors.ts';
import { mapConcurrent } from '../../common/map-concurrent.ts';
import type { Question } from '../../eval/datasets/question.ts';
import type { RouterDriver } from '../../graph/driver.ts';
import type { StepRecord } from '../../graph/step-record.ts';
import { type Group, groupIdOf, type Member, runIdOf } from './group.ts';

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

interface MemberInput {
  drive: RouterDriver;
  question: Question;
  image: string | undefined;
  groupId: string;
  member: number;
  seed: string;
  signal: AbortSignal | undefined;
}

async function runMember({ drive, question, image, groupId, member, seed, signal }: MemberInput): Promise<Member> {
  const runId = runIdOf(groupId, member);
  const steps: StepRecord[] = [];
  try {
    const output = await drive(
      { question: question.question, image },
      {
        context: { seed, runId, groupId, member },
        signal,
        // Kept as they come, so that a run that fails later keeps the steps it took.
        onEvent: (event) => event.type === 'step-end' && steps.push(event.record),
      },
    );
    return { member, runId, answer: output.answer, steps: output.steps };
  } catch (error) {
    if (signal?.aborted || (isR1RouterError(error) && error.kind === 'user')) throw error;
    return { member, runId, answer: null, steps, failure: isR1RouterError(error) ? error.code : 'run-failed' };
  }
}
