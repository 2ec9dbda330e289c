/** All metrics. Pure: nothing here reads a file, a clock or a model, and training may import it. */
export { type AbstentionRow, type AbstentionScore, abstentionScore } from './abstention.ts';
export { mean, percentile } from './aggregate.ts';
export { answerLength, exactMatch, normalisedAnswerWords, tokenF1 } from './answer-match.ts';
export { evidenceRecall, evidenceRecallBySteps, type Need } from './evidence.ts';
export { type AnswerScore, answerTokens, f1Recall, type Gold, type NumberRange, rangeNumbers } from './f1-recall.ts';
export { distinct, hitAt, ndcgAt, recallAt, reciprocalRank } from './ranking.ts';
export {
  type ConfusionMatrix,
  type CounterfactualStep,
  confusionMatrix,
  firstStepAccuracy,
  perStepAccuracy,
  regret,
  STOP,
} from './routing.ts';
export { treebankTokens } from './treebank-tokenizer.ts';
