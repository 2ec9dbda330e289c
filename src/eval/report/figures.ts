/** How each figure of a report is called and printed. */
import type { FigureName } from '../scoring/summary.ts';
import type { Interval } from '../statistics/bootstrap.ts';

interface FigureInfo {
  label: string;
  /** Shares are printed times 100. */
  kind: 'share' | 'number';
}

export const FIGURES: Record<FigureName, FigureInfo> = {
  accuracy: { label: 'accuracy', kind: 'share' },
  exactMatch: { label: 'exact match', kind: 'share' },
  tokenF1: { label: 'token F1', kind: 'share' },
  f1Recall: { label: 'F1-Recall', kind: 'share' },
  judged: { label: 'judged right', kind: 'share' },
  answerLength: { label: 'answer words', kind: 'number' },
  abstentionPrecision: { label: 'abstention prec.', kind: 'share' },
  abstentionRecall: { label: 'abstention recall', kind: 'share' },
  evidenceRecall: { label: 'evidence recall', kind: 'share' },
  oracleEvidence: { label: 'oracle evidence', kind: 'share' },
  regret: { label: 'regret a step', kind: 'share' },
  hit1: { label: 'hit@1', kind: 'share' },
  hit5: { label: 'hit@5', kind: 'share' },
  recall5: { label: 'recall@5', kind: 'share' },
  recall10: { label: 'recall@10', kind: 'share' },
  meanReciprocalRank: { label: 'MRR', kind: 'share' },
  ndcg10: { label: 'nDCG@10', kind: 'share' },
  firstStepRouting: { label: '1st-step routing', kind: 'share' },
  perStepRouting: { label: 'per-step routing', kind: 'share' },
  steps: { label: 'steps', kind: 'number' },
  searches: { label: 'searches', kind: 'number' },
  reads: { label: 'passages read', kind: 'number' },
  modelCalls: { label: 'model calls', kind: 'number' },
  tokens: { label: 'tokens', kind: 'number' },
  cost: { label: 'declared cost', kind: 'number' },
  fallbacks: { label: 'fallbacks', kind: 'number' },
  invalidOutputs: { label: 'invalid outputs', kind: 'number' },
  failed: { label: 'failed runs', kind: 'share' },
};

/** The tables of a report: every figure stands in one of them, three a table so that intervals fit in 80 columns. */
export const TABLES: readonly { title: string; figures: readonly FigureName[] }[] = [
  { title: 'Answers (x100)', figures: ['accuracy', 'f1Recall', 'tokenF1'] },
  { title: 'Answers, further', figures: ['exactMatch', 'answerLength', 'failed'] },
  { title: 'Answers judged by a chat model (x100)', figures: ['judged'] },
  { title: 'Abstention and evidence (x100)', figures: ['abstentionPrecision', 'abstentionRecall', 'evidenceRecall'] },
  { title: 'Routing (x100)', figures: ['firstStepRouting', 'perStepRouting', 'regret'] },
  { title: 'Retrieval, search i against gold step i (x100)', figures: ['hit1', 'hit5', 'oracleEvidence'] },
  { title: 'Retrieval (x100)', figures: ['recall5', 'recall10', 'meanReciprocalRank'] },
  { title: 'Retrieval and protocol', figures: ['ndcg10', 'fallbacks', 'invalidOutputs'] },
  { title: 'Cost a question', figures: ['steps', 'searches', 'reads'] },
  { title: 'Cost a question, of models and declared', figures: ['modelCalls', 'tokens', 'cost'] },
];

/** `71.2 [68.0, 74.1]`, or `-` where the figure is not defined. */
export function intervalText(figure: FigureName, interval: Interval | undefined | null): string {
  if (!interval) return '-';
  const show = (value: number) => numberText(figure, value);
  return `${show(interval.mean)} [${show(interval.low)}, ${show(interval.high)}]`;
}

export function numberText(figure: FigureName, value: number): string {
  if (FIGURES[figure].kind === 'share') return (value * 100).toFixed(1);
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}

/** `p < 0.001`, `p = 0.04` */
export function pText(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
}
