import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentHash } from '../../../src/common/content-hash.ts';
import { routeQuestions } from '../../../src/offline/policies/scorer/route.ts';
import { featureTokens } from '../../../src/offline/policies/scorer/text-features.ts';
import { priorQuestions } from '../../../src/train/models/prior-questions.ts';
import {
  DEFAULT_LABEL_KNOWLEDGE_BASES,
  type LabelRow,
  trainScorerOnLabels,
} from '../../../src/train/models/scorer-labels.ts';

const small = { questionBuckets: 8192, descriptionBuckets: 512, width: 8, hidden: 16, stopHidden: 4 };
const quick = { epochs: 15, priors: 150, shape: small };

const rows: LabelRow[] = [
  ...priorQuestions('text', 150, 91).map((question) => ({ question, knowledgeBase: 'text' })),
  ...priorQuestions('table', 150, 92).map((question) => ({ question, knowledgeBase: 'table' })),
  ...priorQuestions('text-image', 150, 93).map((question) => ({ question, knowledgeBase: 'image', image: true })),
];

const accuracy = (routed: ReturnType<typeof routeQuestions>, wanted: readonly LabelRow[]) =>
  routed.filter((row, index) => row.knowledgeBase === wanted[index]!.knowledgeBase).length / wanted.length;

describe('trainScorerOnLabels', () => {
  it('learns from rows, keeps its head when a fourth knowledge base appears, and is the same for the same seed', async () => {
    const train = rows.filter((_, index) => index % 4 !== 0);
    const held = rows.filter((_, index) => index % 4 === 0).map((row, id) => ({ ...row, id }));
    const scorer = await trainScorerOnLabels(train, undefined, quick);
    expect(accuracy(routeQuestions(held, scorer), held)).toBeGreaterThan(0.9);
    const fourth = { name: 'law', description: 'Court decisions and statutes', modality: 'text', cost: 1 } as const;
    const withFourth = routeQuestions(held, scorer, { knowledgeBases: [...DEFAULT_LABEL_KNOWLEDGE_BASES, fourth] });
    expect(accuracy(withFourth, held)).toBeGreaterThan(accuracy(routeQuestions(held, scorer), held) - 0.03);
    const short = { ...quick, epochs: 2 };
    const [one, other] = [
      await trainScorerOnLabels(train, undefined, short),
      await trainScorerOnLabels(train, undefined, short),
    ];
    expect(other.config).toEqual(one.config);
    expect(routeQuestions(held, other)).toEqual(routeQuestions(held, one));
  });

  it('says which row names an unknown knowledge base, and that rows are missing', async () => {
    await expect(trainScorerOnLabels([{ question: 'Who?', knowledgeBase: 'txet' }])).rejects.toThrowError(
      /row 1.*"txet".*text, image, table/,
    );
    await expect(trainScorerOnLabels([])).rejects.toMatchObject({ code: 'labels-empty' });
  });
});

const shared = process.env.R1_ROUTER_SHARED_DATA ?? path.join(import.meta.dirname, '../../../../shared/data');
const questions = path.join(shared, 'questions');
const absent = !existsSync(questions);
const full = process.env.R1_ROUTER_FULL === '1';
if (absent) console.log(`skipped: routing of real questions (no ${questions})`);
else if (!full) console.log('skipped: routing of real questions (npm run test:full trains on all of them)');

describe.skipIf(absent || !full)('routing of real questions', () => {
  const load = (name: string, knowledgeBase: string, image = false): (LabelRow & { id: number; source: string })[] =>
    readFileSync(path.join(questions, `${name}.jsonl`), 'utf8')
      .trim()
      .split('\n')
      .map((line, id) => ({
        id,
        question: JSON.parse(line).question,
        knowledgeBase,
        source: name,
        ...(image ? { image } : {}),
      }));
  // By normalised text, so that the same question is never on both sides.
  const heldOut = ({ question }: LabelRow): boolean =>
    Number.parseInt(contentHash(featureTokens(question)).slice(0, 8), 16) % 5 === 0;

  it('routes held-out questions, and a set of tables it has never seen, above the lines to compare with', async () => {
    const all = [
      ...load('2wikimultihopqa', 'text'),
      ...load('open-wikitable', 'table'),
      ...load('tabfact', 'table'),
      ...load('webqa', 'image', true),
    ];
    const train = all.filter((row) => row.source !== 'open-wikitable' && !heldOut(row));
    const scorer = await trainScorerOnLabels(train);
    const left = all.filter(({ source }) => source === 'open-wikitable');
    const known = all.filter((row) => row.source !== 'open-wikitable' && heldOut(row));
    expect(accuracy(routeQuestions(known, scorer), known)).toBeGreaterThan(0.99);
    expect(accuracy(routeQuestions(left, scorer), left)).toBeGreaterThan(0.97);
    const bare = left.map((row) => ({
      ...row,
      question: row.question.toLowerCase().replaceAll(/[^\p{L}\p{N}\s]/gu, ' '),
    }));
    expect(accuracy(routeQuestions(bare, scorer), left)).toBeGreaterThan(0.97);
  });
});
