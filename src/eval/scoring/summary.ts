/**
 * From the scores of single runs to the figures of a method: a mean with its bootstrap interval for everything, rows of one
 * template resampled together, seeds averaged within a question first. Timings stand apart, since they alone differ from one
 * run of the same evaluation to the next.
 */
import type { Question } from '../datasets/question.ts';
import { mean, percentile } from '../metrics/aggregate.ts';
import { type ConfusionMatrix, confusionMatrix } from '../metrics/routing.ts';
import { bootstrapMean, type Interval } from '../statistics/bootstrap.ts';
import { type PairedTest, pairedTest } from '../statistics/paired.ts';
import { type Spread, spreadOverSeeds } from '../statistics/spread.ts';
import type { Figures, RunScore } from './score-run.ts';

export type FigureName = keyof Figures;

/** A score and what it is of. */
export interface ScoredRun {
  method: string;
  question: Question;
  seed: number;
  score: RunScore;
}

export interface MethodSummary {
  name: string;
  runs: number;
  figures: Partial<Record<FigureName, Interval>>;
  /** Over seeds, where there are several. */
  spread: Partial<Record<FigureName, Spread>>;
  confusion: ConfusionMatrix | null;
  /** Mean evidence recall after 1, 2, ... steps; a run that stopped keeps what it had. */
  evidenceBySteps: Interval[];
  /** How many runs took each route, most frequent first. */
  routes: { route: string; runs: number }[];
}

export interface MethodTimings {
  name: string;
  /** Milliseconds of a run. */
  p50: number | null;
  p95: number | null;
  mean: number | null;
}

export interface Comparison {
  a: string;
  b: string;
  figure: FigureName;
  test: PairedTest;
}

/** Seed of the statistics themselves; part of the report, so that it comes out the same again. */
export const STATISTICS_SEED = 0;

/** `clusters` says of each question with which others it is resampled. */
export function clusterOf({ template, id }: Question): string {
  return template ?? `\u0000${id}`;
}

export function summariseMethod(name: string, runs: readonly ScoredRun[]): MethodSummary {
  const seeds = [...new Set(runs.map(({ seed }) => seed))];
  // Who asks several knowledge bases at once does not route, not even where a run ended before its first search.
  const routes = runs.every(({ score }) => score.routed);
  const names = (Object.keys(runs[0]?.score.figures ?? {}) as FigureName[]).filter(
    (figure) => routes || (figure !== 'firstStepRouting' && figure !== 'perStepRouting'),
  );
  const figures: MethodSummary['figures'] = {};
  const spread: MethodSummary['spread'] = {};
  for (const figure of names) {
    const interval = intervalOf(perQuestion(runs, ({ score }) => score.figures[figure]));
    if (interval) figures[figure] = interval;
    if (seeds.length < 2) continue;
    const means = seeds.map((seed) =>
      mean(runs.filter((run) => run.seed === seed).map(({ score }) => score.figures[figure])),
    );
    const spreadOfMeans = spreadOverSeeds(means.filter((value) => value !== null));
    if (spreadOfMeans) spread[figure] = spreadOfMeans;
  }
  const routed = runs.flatMap(({ score: { route, goldRoute } }) => (goldRoute ? [{ route, gold: goldRoute }] : []));
  return {
    name,
    runs: runs.length,
    figures,
    spread,
    confusion: !routes || routed.length === 0 ? null : confusionMatrix(routed),
    evidenceBySteps: evidenceCurve(runs),
    routes: routeCounts(runs),
  };
}

export function timingsOf(name: string, runs: readonly ScoredRun[]): MethodTimings {
  const milliseconds = runs.map(({ score }) => score.milliseconds);
  return { name, p50: percentile(milliseconds, 0.5), p95: percentile(milliseconds, 0.95), mean: mean(milliseconds) };
}

/** Paired by question, seeds averaged first; only questions for which the figure is defined under both methods. */
export function compareMethods(
  a: readonly ScoredRun[],
  b: readonly ScoredRun[],
  figure: FigureName,
): PairedTest | null {
  const left = perQuestion(a, ({ score }) => score.figures[figure]);
  const right = new Map(
    perQuestion(b, ({ score }) => score.figures[figure]).map((row) => [row.question.id, row.value]),
  );
  const both = left.filter(({ question }) => right.has(question.id));
  return pairedTest(
    both.map(({ value }) => value),
    both.map(({ question }) => right.get(question.id)!),
    { clusters: both.map(({ question }) => clusterOf(question)), seed: STATISTICS_SEED },
  );
}

interface QuestionValue {
  question: Question;
  value: number;
}

/** Mean over seeds, question by question, in order of first appearance; questions without a value are left out. */
function perQuestion(runs: readonly ScoredRun[], figureOf: (run: ScoredRun) => number | null): QuestionValue[] {
  const byQuestion = new Map<string, { question: Question; values: (number | null)[] }>();
  for (const run of runs) {
    const entry = byQuestion.get(run.question.id) ?? { question: run.question, values: [] };
    entry.values.push(figureOf(run));
    byQuestion.set(run.question.id, entry);
  }
  return [...byQuestion.values()].flatMap(({ question, values }) => {
    const value = mean(values);
    return value === null ? [] : [{ question, value }];
  });
}

function intervalOf(rows: readonly QuestionValue[]): Interval | null {
  return bootstrapMean(
    rows.map(({ value }) => value),
    { clusters: rows.map(({ question }) => clusterOf(question)), seed: STATISTICS_SEED },
  );
}

function evidenceCurve(runs: readonly ScoredRun[]): Interval[] {
  const curves = runs.map(({ score }) => score.evidenceBySteps);
  const length = Math.max(0, ...curves.map((curve) => curve?.length ?? 0));
  return Array.from({ length }, (_, step) =>
    intervalOf(
      perQuestion(
        runs,
        ({ score: { evidenceBySteps } }) => evidenceBySteps && (evidenceBySteps[step] ?? evidenceBySteps.at(-1) ?? 0),
      ),
    ),
  ).filter((interval) => interval !== null);
}

function routeCounts(runs: readonly ScoredRun[]): MethodSummary['routes'] {
  const counts = new Map<string, number>();
  for (const { score } of runs) {
    const route = score.route.join('>');
    counts.set(route, (counts.get(route) ?? 0) + 1);
  }
  return [...counts]
    .map(([route, count]) => ({ route, runs: count }))
    .sort((a, b) => b.runs - a.runs || (a.route < b.route ? -1 : 1))
    .slice(0, 12);
}
