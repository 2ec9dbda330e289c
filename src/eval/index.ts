/**
 * Evaluation: datasets, metrics, statistics, the runner and its reports. `runEvaluation` runs methods on questions into a
 * folder, `scoreEvaluation` makes the report of a folder, `terminalReport` and `htmlReport` show it.
 */
export {
  type BrokenLine,
  type BrokenLinePolicy,
  type Dataset,
  describeBroken,
  type GenericRow,
  GenericRowSchema,
  type GoldStep,
  GoldStepSchema,
  goldAnswers,
  goldRoute,
  type LoadDatasetOptions,
  loadAtlas,
  loadDataset,
  needsOf,
  type Question,
  QuestionSchema,
  questionOfGenericRow,
  REFERENCE_SETS,
  ReferenceRowSchemas,
  type ReferenceSet,
} from './datasets/index.ts';
export { type JudgeOptions, type JudgeReport, judgeEvaluation } from './judge/judge.ts';
export { type LangsmithDataset, type LangsmithDatasetOptions, uploadDataset } from './langsmith/dataset.ts';
export {
  type LangsmithEvaluatorOptions,
  langsmithEvaluator,
  type StepRewards,
} from './langsmith/evaluators.ts';
export {
  type LangsmithExperiment,
  type LangsmithExperimentOptions,
  langsmithExperiment,
} from './langsmith/experiment.ts';
export { type StepRewardOptions, sendStepRewards } from './langsmith/step-rewards.ts';
export {
  type AbstentionRow,
  type AbstentionScore,
  type AnswerScore,
  abstentionScore,
  answerLength,
  answerTokens,
  type ConfusionMatrix,
  type CounterfactualStep,
  confusionMatrix,
  distinct,
  evidenceRecall,
  evidenceRecallBySteps,
  exactMatch,
  f1Recall,
  firstStepAccuracy,
  type Gold,
  hitAt,
  mean,
  type Need,
  type NumberRange,
  ndcgAt,
  normalisedAnswerWords,
  percentile,
  perStepAccuracy,
  rangeNumbers,
  recallAt,
  reciprocalRank,
  regret,
  STOP,
  tokenF1,
  treebankTokens,
} from './metrics/index.ts';
export { markdownComparison, markdownTable } from './report/markdown.ts';
export { htmlReport } from './report/page.ts';
export type { PageOptions } from './report/page-data.ts';
export type { DisplayDocument, DocumentLookup } from './report/page-documents.ts';
export { type Report, type ReportOptions, type ScoredEvaluation, scoreEvaluation } from './report/report.ts';
export { terminalReport } from './report/terminal.ts';
export type { Evaluation } from './runner/evaluation.ts';
export type { EvaluationMethod } from './runner/method.ts';
export { type Progress, startProgress } from './runner/progress.ts';
export { ResponseCache } from './runner/response-cache.ts';
export { describeEvaluation, type RunEvaluationOptions, runEvaluation } from './runner/run-evaluation.ts';
export { type RunLine, RunLineSchema } from './runner/run-line.ts';
export { type SelectionOptions, selectQuestions } from './runner/sample.ts';
export { type ScoredFile, type ScoredRow, scoreFile } from './score-file.ts';
export { type Figures, type RunScore, scoreRun } from './scoring/score-run.ts';
export {
  type BootstrapOptions,
  bootstrapMean,
  type Interval,
  type PairedOptions,
  type PairedTest,
  pairedTest,
  resampledMeans,
  type Spread,
  spreadOverSeeds,
} from './statistics/index.ts';
