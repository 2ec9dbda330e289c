/** How good a policy is on validation questions: greedy whole runs, one a question, scored like an evaluation. */
import { needsOf } from '../../eval/datasets/golds.ts';
import { tokenF1 } from '../../eval/metrics/answer-match.ts';
import { evidenceRecall } from '../../eval/metrics/evidence.ts';
import type { RouterDriver } from '../../graph/driver.ts';
import { knowledgeBasesOf } from '../../graph/step-record.ts';
import { documentsRead, type RewardConfig, scoreRun } from '../rewards/index.ts';
import { asScoredRun, type Group, type Member } from '../rollouts/group.ts';
import { rollOut, type TrainingQuestion } from '../rollouts/roll-out.ts';

export interface Validation {
  /** Mean answer score in [0, 1]: token F1, and for what cannot be answered 1 for abstaining. */
  score: number;
  searches: number;
  reads: number;
  /** Share of search steps that asked the gold knowledge base of their place. */
  routingAccuracy: number;
  /** Mean summed reward of a run. */
  reward: number;
  /** One a question, in order: what a paired comparison needs. */
  scores: number[];
  /** Share of the needed evidence that was read, of each question that needs some. Left out by trainings from before it was measured. */
  evidenceEach?: number[];
  searchesEach: number[];
}

/** In [0, 1]. A failed run scores 0. */
export function answerScore(
  { question }: Pick<Group, 'question'>,
  { answer, failure }: Pick<Member, 'answer' | 'failure'>,
): number {
  if (failure !== undefined) return 0;
  if (!question.answerable) return answer === null ? 1 : 0;
  return answer === null ? 0 : tokenF1(answer, question.answers);
}

/** Search steps whose knowledge base is the gold one at their place, and how many there were to compare. */
export function routedRight(
  { question }: Pick<Group, 'question'>,
  { steps }: Pick<Member, 'steps'>,
): { right: number; of: number } {
  const gold = question.steps ?? [];
  let right = 0;
  for (const [index, step] of gold.entries()) {
    const asked = steps[index] ? knowledgeBasesOf(steps[index]) : [];
    if (asked.length === 1 && asked[0] === step.knowledgeBase) right++;
  }
  return { right, of: gold.length };
}

/** In [0, 1]; null where nothing is needed. */
function evidenceOf({ question, members }: Group): number | null {
  const needs = needsOf(question);
  const named = new Set(needs.flat());
  return evidenceRecall(
    members[0]!.steps.map((step) => documentsRead(step, named)),
    needs,
  );
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

export async function validate(
  drive: RouterDriver,
  questions: readonly TrainingQuestion[],
  { reward, concurrency, signal }: { reward: RewardConfig; concurrency?: number; signal?: AbortSignal },
): Promise<Validation> {
  const groups = await rollOut({
    drive,
    questions,
    groupSize: 1,
    seed: 'validation',
    iteration: 0,
    concurrency,
    signal,
  });
  const members = groups.map((group) => group.members[0]!);
  const usage = (count: 'searches' | 'reads') =>
    members.map(({ steps }) => steps.reduce((sum, step) => sum + step.usage[count], 0));
  const routed = groups.map((group) => routedRight(group, group.members[0]!));
  const scores = groups.map((group) => answerScore(group, group.members[0]!));
  const searchesEach = usage('searches');
  return {
    score: mean(scores),
    searches: mean(searchesEach),
    reads: mean(usage('reads')),
    routingAccuracy:
      routed.reduce((sum, { right }) => sum + right, 0) /
      Math.max(
        1,
        routed.reduce((sum, { of }) => sum + of, 0),
      ),
    reward: mean(
      groups.map((group) =>
        scoreRun(asScoredRun(group.question, group.members[0]!), reward).total.reduce((a, b) => a + b, 0),
      ),
    ),
    scores,
    evidenceEach: groups.flatMap((group) => evidenceOf(group) ?? []),
    searchesEach,
  };
}
