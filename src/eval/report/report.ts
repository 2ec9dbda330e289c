/**
 * The report of an evaluation, derived from its folder alone: the same log gives the same report, whether it was written in
 * one go or after many kills. `content` is what was found; `timings` is all that may differ from one run to the next.
 */
import { systemError } from '../../common/errors.ts';
import { judgedOf, readVerdicts } from '../judge/verdicts.ts';
import { type Evaluation, evaluationFiles, readEvaluation } from '../runner/evaluation.ts';
import { type RunLine, runKey } from '../runner/run-line.ts';
import { readRunLog } from '../runner/run-log.ts';
import { scoreRun } from '../scoring/score-run.ts';
import {
  type Comparison,
  clusterOf,
  compareMethods,
  type FigureName,
  type MethodSummary,
  type MethodTimings,
  type ScoredRun,
  STATISTICS_SEED,
  summariseMethod,
  timingsOf,
} from '../scoring/summary.ts';

const REPORT_VERSION = 1;

interface ReportContent {
  dataset: Evaluation['dataset'] & {
    questions: number;
    answerable: number;
    /** Groups of questions that are resampled together. */
    clusters: number;
  };
  settings: Evaluation['settings'];
  statistics: { confidence: number; resamples: number; permutations: number; seed: number };
  methods: MethodSummary[];
  /** Every pair of methods in the order given, on accuracy, F1-Recall and evidence recall. */
  comparisons: Comparison[];
  /** Failed runs, first 20. */
  failures: { method: string; questionId: string; seed: number; message: string }[];
  /** US dollars for all runs of each method, where a price was given. */
  prices?: { name: string; dollars: number }[];
}

export interface Report {
  schemaVersion: typeof REPORT_VERSION;
  identity: string;
  content: ReportContent;
  timings: MethodTimings[];
}

export interface ReportOptions {
  /** US dollars a million tokens, prompt and completion alike; without it no price is given. */
  pricePerMillionTokens?: number;
}

/** A scored evaluation: the report and the single runs it was made of, in the order of methods, seeds and questions. */
export interface ScoredEvaluation {
  report: Report;
  runs: (ScoredRun & { line: RunLine })[];
}

const COMPARED: readonly FigureName[] = ['accuracy', 'f1Recall', 'evidenceRecall'];

/** Scores a folder from its log. Throws `not-an-evaluation`, and `unfinished-evaluation` where runs are missing. */
export async function scoreEvaluation(
  folder: string,
  { pricePerMillionTokens }: ReportOptions = {},
): Promise<ScoredEvaluation> {
  const { evaluation, questions } = await readEvaluation(folder);
  const { lines } = await readRunLog(evaluationFiles(folder).runs);
  const verdicts = await readVerdicts(evaluationFiles(folder).verdicts);
  const { methods, settings } = evaluation;
  const runs = methods.flatMap(({ name: method }) =>
    settings.seeds.flatMap((seed) =>
      questions.map((question) => {
        const line = lines.get(runKey({ method, questionId: question.id, seed }));
        if (line === undefined) {
          throw systemError(
            'unfinished-evaluation',
            `evaluation: ${folder} has no run of "${method}" on question "${question.id}"; run the same command again to finish it`,
          );
        }
        return {
          method,
          question,
          seed,
          line,
          score: scoreRun(question, line, { judged: judgedOf(question, line, verdicts) }),
        };
      }),
    ),
  );
  const byMethod = new Map(methods.map(({ name }) => [name, runs.filter(({ method }) => method === name)]));
  const content: ReportContent = {
    dataset: {
      ...evaluation.dataset,
      questions: questions.length,
      answerable: questions.filter(({ answerable }) => answerable).length,
      clusters: new Set(questions.map(clusterOf)).size,
    },
    settings,
    statistics: { confidence: 0.95, resamples: 2000, permutations: 10_000, seed: STATISTICS_SEED },
    methods: [...byMethod].map(([name, scored]) => summariseMethod(name, scored)),
    comparisons: comparisonsOf(byMethod),
    failures: runs
      .flatMap(({ method, question, seed, line }) =>
        line.error
          ? [{ method, questionId: question.id, seed, message: `${line.error.code}: ${line.error.message}` }]
          : [],
      )
      .slice(0, 20),
    ...(pricePerMillionTokens !== undefined && {
      prices: [...byMethod].map(([name, scored]) => ({
        name,
        dollars: (pricePerMillionTokens * scored.reduce((sum, { score }) => sum + score.figures.tokens, 0)) / 1e6,
      })),
    }),
  };
  const timings = [...byMethod].map(([name, scored]) => timingsOf(name, scored));
  return { report: { schemaVersion: REPORT_VERSION, identity: evaluation.identity, content, timings }, runs };
}

function comparisonsOf(byMethod: ReadonlyMap<string, readonly ScoredRun[]>): Comparison[] {
  const entries = [...byMethod];
  return entries.flatMap(([a, left], index) =>
    entries.slice(index + 1).flatMap(([b, right]) =>
      COMPARED.flatMap((figure) => {
        const test = compareMethods(left, right, figure);
        return test === null ? [] : [{ a, b, figure, test }];
      }),
    ),
  );
}
