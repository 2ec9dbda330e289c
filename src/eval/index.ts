/**
 * Evaluation: datasets, metrics, statistics, the runner and its reports. `runEvaluation` runs methods on questions into a
 * folder, `scoreEvaluation` makes the report of a folder, `terminalReport` and `htmlReport` show it.
 */
export * from './datasets/index.ts';
export { type JudgeOptions, type JudgeReport, judgeEvaluation } from './judge/judge.ts';
export * from './metrics/index.ts';
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
export * from './statistics/index.ts';
