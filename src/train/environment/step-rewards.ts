/**
 * The rewards of a run that goes on: what each step that has ended has earned. What is known at the end alone (the answer) is told
 * then, on the last step; so the sum over an episode's observations, and each step's reward in its state, are exactly those of the run.
 */
import type { Question } from '../../eval/datasets/question.ts';
import { type RewardConfig, type RewardName, scoreRun } from '../rewards/index.ts';
import type { Member } from '../rollouts/group.ts';

/** They look at the answer. */
const AT_THE_END: ReadonlySet<string> = new Set([
  'answer-em',
  'answer-f1',
  'answer-recall-rule',
  'abstention',
] satisfies RewardName[]);

export function rewardsSoFar(
  question: Question,
  { steps, answer, failure }: Omit<Member, 'member' | 'runId'>,
  { config, done }: { config: RewardConfig; done: boolean },
): number[] {
  const run = { question, steps, answer, ...(failure !== undefined && { failure }) };
  if (done) return scoreRun(run, config).total;
  const weights = Object.fromEntries(Object.entries(config.weights).filter(([name]) => !AT_THE_END.has(name)));
  return scoreRun(run, { ...config, weights }).total;
}
