/** One member of a group: one run of the graph's steps, its failure kept as data. */
import { isR1RouterError } from '../../common/errors.ts';
import type { Question } from '../../eval/datasets/question.ts';
import type { DriverConfig, RouterDriver } from '../../graph/driver.ts';
import type { StepRecord } from '../../graph/step-record.ts';
import { type Member, runIdOf } from './group.ts';

export interface MemberInput extends Pick<DriverConfig, 'prefix' | 'stopAfter' | 'signal'> {
  drive: RouterDriver;
  question: Question;
  image: string | undefined;
  groupId: string;
  member: number;
  seed: string;
}

/** Throws only for an abort and for errors of the user. */
export async function runMember({
  drive,
  question,
  image,
  groupId,
  member,
  seed,
  ...config
}: MemberInput): Promise<Member> {
  const runId = runIdOf(groupId, member);
  const steps: StepRecord[] = [];
  try {
    const output = await drive(
      { question: question.question, image },
      {
        ...config,
        context: { seed, runId, groupId, member, includeTrace: true },
        // Kept as they come, so that a run that fails later keeps the steps it took.
        onEvent: (event) => event.type === 'step-end' && steps.push(event.record),
      },
    );
    return { member, runId, answer: output.answer, steps: output.steps, tokens: output.usage.tokens };
  } catch (error) {
    if (config.signal?.aborted || (isR1RouterError(error) && error.kind === 'user')) throw error;
    return { member, runId, answer: null, steps, failure: isR1RouterError(error) ? error.code : 'run-failed' };
  }
}
