/** What the HTML page shows, as the JSON that is embedded in it: the report's numbers ready to be drawn, and single questions. */
import { knowledgeBasesOf, readingsOf, type StepRecord } from '../../graph/step-record.ts';
import type { FigureName } from '../scoring/summary.ts';
import { FIGURES, intervalText } from './figures.ts';
import { type DisplayDocument, type DocumentLookup, displayOf, type ShownPassage } from './page-documents.ts';
import type { Report, ScoredEvaluation } from './report.ts';

type PictureLookup = (file: string) => Promise<string | undefined>;

interface PageStep {
  said: string;
  knowledgeBase: string;
  outcome: string;
  reading: string;
  passages: { key: string; title: string; text: string; score: string; gold: boolean }[];
}

interface PageQuestion {
  id: string;
  question: string;
  answers: string;
  template: string;
  goldRoute: string;
  picture?: string;
  runs: {
    method: string;
    seed: number;
    answer: string;
    right: boolean;
    milliseconds: number;
    error?: string;
    steps: PageStep[];
  }[];
}

export interface PageData {
  points: { method: string; cost: number; costName: string; accuracy: number; low: number; high: number }[];
  confusion: { method: string; gold: string; chosen: string; count: number; share: number }[];
  evidence: { method: string; step: number; recall: number; low: number; high: number }[];
  latency: { method: string; milliseconds: number }[];
  questions: PageQuestion[];
  documents: Record<string, DisplayDocument>;
  total: number;
}

export interface PageOptions {
  /** Questions in the browser, wrong ones of the first method first. Default 100. */
  questions?: number;
  documents?: DocumentLookup;
  pictures?: PictureLookup;
}

const PASSAGES_SHOWN = 5;

type ScoredRuns = ScoredEvaluation['runs'];
type Question = ScoredRuns[number]['question'];

export async function pageData(
  { report, runs }: ScoredEvaluation,
  { questions: limit = 100, documents, pictures }: PageOptions,
): Promise<PageData> {
  const { methods, settings } = report.content;
  const all = [...new Map(runs.map(({ question }) => [question.id, question])).values()];
  const runsOf = Map.groupBy(
    runs.filter(({ seed }) => seed === settings.seeds[0]),
    ({ question }) => question.id,
  );

  const pageQuestions: PageQuestion[] = [];
  const shownPassages = new Map<string, ShownPassage>();
  for (const question of wrongFirst(all, runs, methods[0]?.name).slice(0, limit)) {
    const own = runsOf.get(question.id) ?? [];
    const picture = question.image === undefined ? undefined : await pictures?.(question.image);
    pageQuestions.push(pageQuestion(question, own, { picture, shownPassages }));
  }

  return {
    points: pointsOf(methods),
    confusion: methods.flatMap(confusionOf),
    evidence: methods.flatMap(({ name, evidenceBySteps }) =>
      evidenceBySteps.map(({ mean, low, high }, index) => ({ method: name, step: index + 1, recall: mean, low, high })),
    ),
    latency: latencySample(runs),
    questions: pageQuestions,
    documents: await displayOf(shownPassages, documents),
    total: all.length,
  };
}

/** What `method` got wrong before the others. */
function wrongFirst(questions: readonly Question[], runs: ScoredRuns, method: string | undefined): Question[] {
  const failed = runs.filter((run) => run.method === method && run.score.figures.accuracy < 1);
  const wrong = new Set(failed.map(({ question }) => question.id));
  return [...questions.filter(({ id }) => wrong.has(id)), ...questions.filter(({ id }) => !wrong.has(id))];
}

/** A question with its runs. Passages that it shows are gathered in `shownPassages`. */
function pageQuestion(
  question: Question,
  runs: ScoredRuns,
  { picture, shownPassages }: { picture: string | undefined; shownPassages: Map<string, ShownPassage> },
): PageQuestion {
  const gold = new Set(question.steps?.flatMap((step) => step.documents));
  const answers = [...question.answers, ...(question.answerRanges ?? []).map(([lo, hi]) => `${lo} to ${hi}`)];
  return {
    id: question.id,
    question: question.question,
    answers: answers.join(' | ') || '(no answer: abstaining is right)',
    template: question.template ?? '',
    goldRoute: question.route ?? '',
    picture,
    runs: runs.map(({ method, seed, score, line }) => ({
      method,
      seed,
      answer: line.error ? '(failed)' : (line.output?.answer ?? '(abstained)'),
      right: score.figures.accuracy === 1,
      milliseconds: line.timings.milliseconds,
      error: line.error?.message,
      steps: (line.output?.steps ?? []).map((step) => pageStep(step, { gold, shownPassages })),
    })),
  };
}

function pageStep(
  step: StepRecord,
  { gold, shownPassages }: { gold: ReadonlySet<string>; shownPassages: Map<string, ShownPassage> },
): PageStep {
  return {
    said: saidAt(step),
    knowledgeBase: knowledgeBasesOf(step).join(', '),
    outcome: step.outcome,
    reading: readingsOf(step)
      .map(({ answer }) => answer ?? '(nothing found)')
      .join(' | '),
    passages: step.passages
      .slice(0, PASSAGES_SHOWN)
      .map(({ id, documentId, knowledgeBase, title, text = '', score }) => {
        const key = `${knowledgeBase}/${id}`;
        shownPassages.set(key, { knowledgeBase, documentId, text });
        return {
          key,
          title: title ?? documentId,
          text: text.slice(0, 400),
          score: score.toFixed(3),
          gold: gold.has(documentId),
        };
      }),
  };
}

type Method = Report['content']['methods'][number];

/** Accuracy against what the methods cost: calls of a model where one was called, searches otherwise. */
function pointsOf(methods: readonly Method[]): PageData['points'] {
  const costName: FigureName = methods.some(({ figures }) => (figures.modelCalls?.mean ?? 0) > 0)
    ? 'modelCalls'
    : 'searches';
  return methods.flatMap(({ name, figures: { accuracy, [costName]: cost } }) => {
    if (!accuracy || !cost) return [];
    const { mean, low, high } = accuracy;
    return [{ method: name, cost: cost.mean, costName: FIGURES[costName].label, accuracy: mean, low, high }];
  });
}

function confusionOf({ name, confusion }: Method): PageData['confusion'] {
  if (confusion === null) return [];
  return confusion.labels.flatMap((gold, row) => {
    const total = confusion.counts[row]!.reduce((a, b) => a + b, 0);
    return confusion.labels.map((chosen, column) => {
      const count = confusion.counts[row]![column]!;
      return { method: name, gold, chosen, count, share: total === 0 ? 0 : count / total };
    });
  });
}

/** At most 400 runs a method, evenly spaced: enough for a box plot. */
function latencySample(runs: ScoredRuns): PageData['latency'] {
  return [...Map.groupBy(runs, ({ method }) => method)].flatMap(([method, own]) => {
    const stride = Math.max(1, Math.ceil(own.length / 400));
    return own
      .filter((_, index) => index % stride === 0)
      .map(({ score }) => ({ method, milliseconds: Math.max(score.milliseconds, 0.01) }));
  });
}

/** Rows of the page's number tables. */
export function tableCells({ content }: Report, figures: readonly FigureName[]): { name: string; cells: string[] }[] {
  return content.methods.map((method) => ({
    name: method.name,
    cells: figures.map((figure) => intervalText(figure, method.figures[figure])),
  }));
}

function saidAt({ decision }: StepRecord): string {
  if (decision.type !== 'search') return decision.type;
  return [...new Set(decision.searches.map(({ subQuestion }) => subQuestion))].join(' | ');
}
