/**
 * The rewards of a run, one small pure function each. Every function gives one number a step; what is known only at the end (the
 * answer) sits on the last step. They are logged apart and summed with declared weights; costs are the declared ones, never
 * the clock.
 *
 * Sources: route match, sub-question similarity and the recall rule are the reference's (arXiv 2505.22095); evidence gain is the
 * information-gain idea of IGPO (2510.14967) and StepSearch (2505.15107) on gold documents; the price of a search follows
 * MMSearch-R1 (2506.20670) and RouteRAG (2512.09487); the abstention terms answer Search-R1++ (2602.19526).
 */

import { exactMatch, tokenF1 } from '../../eval/metrics/answer-match.ts';
import { evidenceRecallBySteps } from '../../eval/metrics/evidence.ts';
import { f1Recall } from '../../eval/metrics/f1-recall.ts';
import { knowledgeBasesOf } from '../../graph/step-record.ts';
import { languageTools } from '../../tools/encoders/language.ts';
import { words } from '../../tools/encoders/words.ts';
import { documentsRead, goldStepAt, type ScoredRun } from './scored-run.ts';

/** One number a step of the run. */
export type Reward = (run: ScoredRun) => number[];

const zeros = (run: ScoredRun): number[] => run.steps.map(() => 0);

/** A value known at the end of the run, on its last step. */
function atTheEnd(run: ScoredRun, value: number): number[] {
  const rewards = zeros(run);
  if (rewards.length > 0) rewards[rewards.length - 1] = value;
  return rewards;
}

/**
 * 1 where a search asks the knowledge base of the gold step at its place, and where a stop stands after the last gold step. A
 * step that asks several knowledge bases has no route: 0.
 */
export const routeMatch: Reward = (run) =>
  run.steps.map((step, index) => {
    if (step.decision.type === 'invalid' || step.fallback) return 0;
    const gold = goldStepAt(run, index);
    if (step.decision.type === 'stop') return gold === undefined ? 1 : 0;
    const [asked, ...others] = knowledgeBasesOf(step);
    return others.length === 0 && asked !== undefined && gold?.knowledgeBase === asked ? 1 : 0;
  });

const stems = (text: string): string[] => {
  const { stem } = languageTools('english');
  return words(text).map(stem);
};

/** Token F1 over stemmed words, in [0, 1]: the similarity of two sub-questions where no encoder is at hand. */
export function stemmedF1(a: string, b: string): number {
  const left = new Map<string, number>();
  const first = stems(a);
  const second = stems(b);
  for (const stem of first) left.set(stem, (left.get(stem) ?? 0) + 1);
  let common = 0;
  for (const stem of second) {
    const count = left.get(stem) ?? 0;
    if (count > 0) common++;
    left.set(stem, count - 1);
  }
  return common === 0 ? 0 : (2 * common) / (first.length + second.length);
}

/**
 * How near the sub-question comes to the gold one at its place, in [0, 1]; of several sub-questions the mean. A right stop counts
 * 1, as in the reference.
 */
export const subQuestionSimilarity: Reward = (run) =>
  run.steps.map((step, index) => {
    const gold = goldStepAt(run, index);
    if (step.decision.type === 'stop') return gold === undefined && !step.fallback ? 1 : 0;
    if (step.decision.type === 'invalid' || gold === undefined) return 0;
    const asked = [...new Set(step.decision.searches.map(({ subQuestion }) => subQuestion))];
    return asked.reduce((sum, subQuestion) => sum + stemmedF1(subQuestion, gold.subQuestion), 0) / asked.length;
  });

/** The rise of the recall of gold documents among what was read. Any order of steps may earn it; sums to the final recall. */
export const evidenceGain: Reward = (run) => {
  const needs = (run.question.steps ?? []).map((step) => step.documents);
  const named = new Set(needs.flat());
  const read = run.steps.map((step) => documentsRead(step, named));
  const recall = evidenceRecallBySteps(read, needs);
  return recall === null ? zeros(run) : recall.map((value, index) => value - (recall[index - 1] ?? 0));
};

const answerReward =
  (score: (answer: string, golds: readonly string[]) => number): Reward =>
  (run) =>
    atTheEnd(run, run.answer === null || !run.question.answerable ? 0 : score(run.answer, run.question.answers));

export const answerExactMatch: Reward = answerReward(exactMatch);
export const answerF1: Reward = answerReward(tokenF1);

/** The reference's rule: recall of the best-F1 gold, made 0 or 1 where that gold is short or there are several. */
export const answerRecallRule: Reward = answerReward((answer, golds) => {
  const { recall } = f1Recall(answer, golds);
  const strict = golds.length > 1 || golds.every((gold) => gold.trim().split(/\s+/).length <= 5);
  return strict ? Number(recall === 1) : recall;
});

/** 1 for abstaining where the question cannot be answered, -1 for answering it all the same; 0 where it can be answered. */
export const abstention: Reward = (run) => atTheEnd(run, run.question.answerable ? 0 : run.answer === null ? 1 : -1);

/** -1 for each output of the policy that could not be used. */
export const format: Reward = (run) =>
  run.steps.map(({ attempts = [], decision }) => {
    const invalid = attempts.filter((attempt) => attempt.invalid !== undefined).length;
    return -(invalid + Number(decision.type === 'invalid' && invalid === 0));
  });

/** Minus the declared cost of the searches of a step, probes included. */
export const searchCost: Reward = (run) => run.steps.map((step) => -step.usage.cost);

/** Minus the passages read at a step. */
export const readCost: Reward = (run) => run.steps.map((step) => -step.usage.reads);

/** -1 for asking again what this run has asked before. */
export const repetition: Reward = (run) => run.steps.map((step) => (step.repeatOf === undefined ? 0 : -1));

/**
 * For the stop itself: 1 where every gold document had been read (or none was needed), minus the share that was missing
 * otherwise; 0 for a run that went on to its limit. Questions without an answer have no gold and reward any stop.
 */
export const stopping: Reward = (run) => {
  const needs = (run.question.steps ?? []).map((step) => step.documents).filter((documents) => documents.length > 0);
  const named = new Set(needs.flat());
  const read = new Set(run.steps.flatMap((step) => documentsRead(step, named)));
  const missing = needs.filter((documents) => !documents.some((id) => read.has(id))).length;
  return run.steps.map((step) => {
    if (step.decision.type !== 'stop' || step.fallback) return 0;
    return missing === 0 ? 1 : -missing / needs.length;
  });
};
