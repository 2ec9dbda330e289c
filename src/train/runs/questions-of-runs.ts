/**
 * Questions that people really asked, as questions to train on: where they liked what they got, what it rested on is the evidence; where they said what would
 * have been right, that is the answer. Questions with a picture are left out, since only its hash was kept.
 */
import type { Question } from '../../eval/datasets/question.ts';
import type { JudgedRun } from '../../graph/runs/kept-runs.ts';

/** From here on a run was liked. */
const LIKED = 0.5;
/** Of a run without an answer so many entries of the evidence are taken for what was liked. */
const SHOWN = 3;

/** One a question, the last run of it; its id is the run's. */
export function questionsOfRuns(runs: readonly JudgedRun[]): Question[] {
  const byQuestion = new Map<string, Question>();
  for (const run of runs) {
    const question = run.image === undefined ? questionOf(run) : undefined;
    if (question) byQuestion.set(run.question, question);
  }
  return [...byQuestion.values()];
}

function questionOf({
  runId,
  question,
  answer,
  citations,
  evidence,
  feedback,
  reward,
}: JudgedRun): Question | undefined {
  const base = { id: runId, question, answerable: true };
  const corrected = feedback.findLast(({ correction }) => correction?.answer)?.correction?.answer;
  if (corrected !== undefined) return { ...base, answers: [corrected] };
  if (reward === undefined || reward < LIKED) return undefined;
  const places = citations.length > 0 ? citations : evidence.slice(0, SHOWN);
  const [first] = places;
  if (!first) return undefined;
  const documents = [...new Set(places.map(({ passageId }) => passageId))];
  const said = answer ?? '';
  return {
    ...base,
    answers: [said],
    steps: [{ subQuestion: question, knowledgeBase: first.knowledgeBase, documents, answer: said }],
    route: first.knowledgeBase,
  };
}
