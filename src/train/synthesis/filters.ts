/**
 * What a question and its run must pass to be kept. Each filter has a name that the report counts by and says in words what it is for; the first that
 * refuses is the reason.
 */
import { evidenceRecall } from '../../eval/metrics/evidence.ts';
import { f1Recall } from '../../eval/metrics/f1-recall.ts';
import { foundIds } from '../../eval/metrics/found-ids.ts';
import type { RouterOutput } from '../../graph/run-state.ts';
import { isUnjudgeable, plainWords } from './answer-words.ts';
import type { Draft } from './draft.ts';

export const REASONS = {
  length: 'the question has fewer than 2 or more than 60 words',
  leak: 'the answer stands in the question',
  duplicate: 'the same question was kept before',
  cap: 'enough questions of its kind were kept',
  writer: 'the model wrote nothing that could be used',
  teacher: 'the teacher failed at every try',
  'no-answer': 'the teacher gave no answer',
  'wrong-answer': "the teacher's answer is not the question's (the reference's recall rule)",
  evidence: 'what was found holds not all of the evidence',
  repetition: 'the teacher asked the same thing twice',
} as const;
export type Reason = keyof typeof REASONS;

const LEAST_WORDS = 2;
const MOST_WORDS = 60;

/** Before any teacher is asked. */
export function refusedAtOnce({
  question,
  answers,
  steps,
}: Pick<Draft, 'question' | 'answers' | 'steps'>): Reason | undefined {
  const words = question.trim().split(/\s+/).length;
  if (words < LEAST_WORDS || words > MOST_WORDS) return 'length';
  const asked = plainWords(question);
  // `yes` and `3` stand in questions by chance; a comparison names its own answer.
  const isComparison = /\b(?:or|than|both|between)\b/i.test(question) || steps.length > 2;
  const leaks = answers.some((answer) => {
    const plain = plainWords(answer);
    return plain.trim().length > 3 && !isUnjudgeable(answer) && asked.includes(plain);
  });
  return leaks && !isComparison ? 'leak' : undefined;
}

/**
 * The reference's rule (arXiv 2505.22095): recall of the gold answer with the best F1, all of it where that answer is short or one of several.
 */
function passesRecallRule(answer: string, answers: readonly string[]): boolean {
  return f1Recall(answer, answers).recall === 1;
}

/** Of a run that came to an end. `judge` says whether the evidence is among what was found where no gold steps say so. */
export function refusedRun(
  { question, answers, answerable = true, steps: gold }: Draft,
  { answer, steps }: Pick<RouterOutput, 'answer' | 'steps'>,
  judge: (ids: readonly string[]) => boolean,
): Reason | undefined {
  if (!answerable) return answer === null ? undefined : 'wrong-answer';
  if (answer === null) return 'no-answer';
  if (!passesRecallRule(answer, answers)) return 'wrong-answer';
  const needs = gold.map(({ documents }) => documents).filter(({ length }) => length > 0);
  const named = new Set(needs.flat());
  const found = steps.map(({ passages }) => foundIds(passages, named));
  const reached =
    needs.length > 0
      ? evidenceRecall(found, needs) === 1
      : judge(steps.flatMap(({ passages }) => passages.map(({ id }) => id)));
  if (!reached) return 'evidence';
  if (steps.some(({ repeatOf }) => repeatOf !== undefined)) return 'repetition';
  return question.trim() === '' ? 'length' : undefined;
}
