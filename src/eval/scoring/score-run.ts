/**
 * All figures of one run: a question, what a method made of it, and what is known to be right. `null` means that the figure
 * is not defined for this question (no gold evidence, no gold route, no right answer) and takes no part in a mean.
 */
import { NO_USAGE } from '../../graph/decision.ts';
import { invalidAttempts, knowledgeBasesOf, type StepRecord } from '../../graph/step-record.ts';
import { goldAnswers, goldRoute, needsOf } from '../datasets/golds.ts';
import type { Question } from '../datasets/question.ts';
import { mean } from '../metrics/aggregate.ts';
import { answerLength, exactMatch, tokenF1 } from '../metrics/answer-match.ts';
import { evidenceRecall, evidenceRecallBySteps, type Need } from '../metrics/evidence.ts';
import { f1Recall } from '../metrics/f1-recall.ts';
import { foundIds } from '../metrics/found-ids.ts';
import { hitAt, ndcgAt, recallAt, reciprocalRank } from '../metrics/ranking.ts';
import { type CounterfactualStep, firstStepAccuracy, perStepAccuracy, regret } from '../metrics/routing.ts';
import type { RunLine } from '../runner/run-line.ts';

/** Every figure that is averaged over questions; the keys of reports. */
export interface Figures {
  /** 1 for an exact match, or for abstaining where there is no answer. */
  accuracy: number;
  exactMatch: number | null;
  tokenF1: number | null;
  /** The paper's metric. */
  f1Recall: number | null;
  /** 1 where a chat model judged the answer right; only where it was asked. */
  judged: number | null;
  /** Words; null for an abstention. */
  answerLength: number | null;
  /** 1 where an abstention was right; over abstentions only. */
  abstentionPrecision: number | null;
  /** 1 where it abstained; over unanswerable questions only. */
  abstentionRecall: number | null;
  evidenceRecall: number | null;
  /** The evidence recall of a router that takes the best knowledge base for each of this run's sub-questions. */
  oracleEvidence: number | null;
  /** Needed evidence missed a step by not asking the best knowledge base, as a share of all that is needed. */
  regret: number | null;
  hit1: number | null;
  hit5: number | null;
  recall5: number | null;
  recall10: number | null;
  meanReciprocalRank: number | null;
  ndcg10: number | null;
  firstStepRouting: number | null;
  perStepRouting: number | null;
  steps: number;
  searches: number;
  reads: number;
  modelCalls: number;
  tokens: number;
  cost: number;
  /** Steps that ended on the declared fallback, and invalid outputs on the way. */
  fallbacks: number;
  invalidOutputs: number;
  /** 1 where the run failed; it then counts as a wrong answer without evidence. */
  failed: number;
}

export interface RunScore {
  figures: Figures;
  /** The knowledge base of each searching step, in order; those of a step that asked several are joined by `+`. */
  route: string[];
  /** Whether each step asked one knowledge base: who asks several at once does not route. */
  routed: boolean;
  goldRoute?: string[];
  /** Share of the needed evidence found after each step; null where none is known. */
  evidenceBySteps: number[] | null;
  milliseconds: number;
}

/** `judged` is the verdict of a judge, where there was one. */
export function scoreRun(
  question: Question,
  { output, alternatives = [], timings }: RunLine,
  { judged = null }: { judged?: number | null } = {},
): RunScore {
  const golds = goldAnswers(question);
  const answer = output?.answer ?? null;
  const abstained = output !== undefined && answer === null;
  const { answerable } = question;
  const matched = exactMatch(answer ?? '', golds);

  const searches = (output?.steps ?? []).filter(({ decision }) => decision.type === 'search');
  const asked = searches.map(knowledgeBasesOf);
  const route = asked.map((names) => names.join('+'));
  const routed = asked.every(({ length }) => length === 1);
  const gold = goldRoute(question);
  const needs = needsOf(question);
  const named = new Set(needs.flat());
  const documentsByStep = searches.map((step) => documentsOf(step, named));
  const counterfactual = alternatives.length > 0 ? alternativeValues(searches, alternatives, needs) : [];
  const { tokens, ...usage } = output?.usage ?? NO_USAGE;

  const figures: Figures = {
    accuracy: answerable ? matched : abstained ? 1 : 0,
    exactMatch: answerable ? matched : null,
    tokenF1: answerable ? tokenF1(answer ?? '', golds) : null,
    f1Recall: answerable ? f1Recall(answer ?? '', golds).recall : null,
    judged,
    answerLength: answer === null ? null : answerLength(answer),
    abstentionPrecision: abstained ? (answerable ? 0 : 1) : null,
    abstentionRecall: answerable ? null : abstained ? 1 : 0,
    evidenceRecall: evidenceRecall(documentsByStep, needs),
    oracleEvidence: alternatives.length > 0 ? oracleEvidence(alternatives, needs) : null,
    regret: regret(counterfactual)?.regret ?? null,
    ...rankingFigures(documentsByStep, question),
    firstStepRouting: gold === undefined || !routed ? null : firstStepAccuracy(route, gold),
    perStepRouting: gold === undefined || !routed ? null : perStepAccuracy(route, gold),
    steps: output?.steps.length ?? 0,
    ...usage,
    tokens: tokens.input + tokens.output,
    fallbacks: output?.steps.filter(({ fallback }) => fallback).length ?? 0,
    invalidOutputs: output?.steps.reduce((sum, step) => sum + invalidAttempts(step).length, 0) ?? 0,
    failed: output === undefined ? 1 : 0,
  };
  return {
    figures,
    route,
    routed,
    goldRoute: gold,
    evidenceBySteps: evidenceRecallBySteps(documentsByStep, needs),
    milliseconds: timings.milliseconds,
  };
}

/** Ids of documents, or of the passages that the set names, in the order in which the passages came back. */
function documentsOf({ passages }: StepRecord, named: ReadonlySet<string>): string[] {
  return foundIds(passages, named);
}

/** Search i against the documents of gold step i, averaged over the gold steps; a search that was not made found nothing. */
function rankingFigures(documentsByStep: readonly string[][], { steps = [] }: Question) {
  const pairs = steps
    .map(({ documents }, index) => ({ ranking: documentsByStep[index] ?? [], gold: new Set(documents) }))
    .filter(({ gold }) => gold.size > 0);
  const over = (metric: (ranking: string[], gold: Set<string>) => number | null) =>
    mean(pairs.map(({ ranking, gold }) => metric(ranking, gold)));
  return {
    hit1: over((ranking, gold) => hitAt(ranking, gold, 1)),
    hit5: over((ranking, gold) => hitAt(ranking, gold, 5)),
    recall5: over((ranking, gold) => recallAt(ranking, gold, 5)),
    recall10: over((ranking, gold) => recallAt(ranking, gold, 10)),
    meanReciprocalRank: over(reciprocalRank),
    ndcg10: over((ranking, gold) => ndcgAt(ranking, gold, 10)),
  };
}

type Alternatives = NonNullable<RunLine['alternatives']>;

/** For each step, the share of all needs that each knowledge base would newly have met, given what the run had found before. */
function alternativeValues(
  searches: readonly StepRecord[],
  alternatives: Alternatives,
  needs: readonly Need[],
): CounterfactualStep[] {
  if (needs.length === 0) return [];
  const found = new Set<string>();
  const named = new Set(needs.flat());
  return searches.map((record) => {
    const documents = { ...alternatives.find(({ step }) => step === record.index)?.documents };
    const asked = knowledgeBasesOf(record);
    const chosen = asked.join('+');
    const others = asked.length > 1 ? asked.flatMap((name) => documents[name] ?? []) : [];
    documents[chosen] = [...documentsOf(record, named), ...others];
    const values = Object.fromEntries(
      Object.entries(documents).map(([name, ids]) => [name, newlyMet(needs, found, ids) / needs.length]),
    );
    for (const id of documentsOf(record, named)) found.add(id);
    return { chosen, values };
  });
}

/** Greedy: at each step the knowledge base that meets most needs that are still open. */
function oracleEvidence(alternatives: Alternatives, needs: readonly Need[]): number | null {
  if (needs.length === 0) return null;
  const found = new Set<string>();
  for (const { documents } of alternatives) {
    let best: readonly string[] = [];
    for (const ids of Object.values(documents))
      if (newlyMet(needs, found, ids) > newlyMet(needs, found, best)) best = ids;
    for (const id of best) found.add(id);
  }
  return newlyMet(needs, new Set(), [...found]) / needs.length;
}

function newlyMet(needs: readonly Need[], found: ReadonlySet<string>, ids: readonly string[]): number {
  const fresh = new Set(ids);
  return needs.filter((need) => !need.some((id) => found.has(id)) && need.some((id) => fresh.has(id))).length;
}
