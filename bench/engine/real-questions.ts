/**
 * Routing of real questions from labels alone, against naive Bayes on words and word pairs: in-domain by five folds, and with a
 * whole set left out of training, each with a paired bootstrap interval. Split by normalised question text.
 *
 *   node bench/engine/real-questions.ts [--data ../shared/data] [--folds 5] [--arms in,left-out,no-priors] [--seed 1]
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { contentHash } from '../../src/common/content-hash.ts';
import { pairedTest } from '../../src/eval/statistics/index.ts';
import { routeQuestions } from '../../src/offline/policies/scorer/route.ts';
import { featureTokens } from '../../src/offline/policies/scorer/text-features.ts';
import { type LabelRow, type LabelTrainingOptions, trainScorerOnLabels } from '../../src/train/models/scorer-labels.ts';

const { values } = parseArgs({
  options: {
    data: {
      type: 'string',
      default: process.env.R1_ROUTER_SHARED_DATA ?? path.join(import.meta.dirname, '../../../shared/data'),
    },
    folds: { type: 'string', default: '5' },
    arms: { type: 'string', default: 'in,left-out,no-priors' },
    seed: { type: 'string', default: '1' },
  },
});
const arms = values.arms.split(',');
const FOLDS = 5;
const TEXT_AND_TABLE = { '2wikimultihopqa': 'text', 'open-wikitable': 'table', tabfact: 'table' } as const;
const IMAGES = ['infoseek', 'webqa', 'dyn-vqa'];

interface Row extends LabelRow {
  id: number;
  source: string;
  fold: number;
}

function load(source: string, knowledgeBase: string, image: boolean): Row[] {
  const file = path.join(values.data, 'questions', `${source}.jsonl`);
  if (!existsSync(file)) {
    console.log(`skipped: ${file} is not there; name the folder with --data`);
    process.exit(0);
  }
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line, id) => {
      const { question } = JSON.parse(line) as { question: string };
      const fold = Number.parseInt(contentHash(featureTokens(question)).slice(0, 8), 16) % FOLDS;
      return { id, question, knowledgeBase, source, fold, ...(image ? { image } : {}) };
    });
}

const all = [
  ...Object.entries(TEXT_AND_TABLE).flatMap(([source, name]) => load(source, name, false)),
  ...IMAGES.flatMap((source) => load(source, 'image', true)),
];

/** Naive Bayes on words and word pairs as they stand, add-one smoothing; 1 where it is right. */
function naiveBayes(train: readonly Row[], test: readonly Row[]): number[] {
  const features = (text: string): string[] => {
    const words = text.match(/[\p{L}\p{N}_]+/gu) ?? [];
    return [...words, ...words.slice(1).map((word, index) => `${words[index]} ${word}`)];
  };
  const classes = new Map<string, { rows: number; total: number; counts: Map<string, number> }>();
  const vocabulary = new Set<string>();
  for (const { question, knowledgeBase } of train) {
    const one = classes.get(knowledgeBase) ?? { rows: 0, total: 0, counts: new Map<string, number>() };
    classes.set(knowledgeBase, one);
    one.rows++;
    for (const feature of features(question)) {
      one.total++;
      one.counts.set(feature, (one.counts.get(feature) ?? 0) + 1);
      vocabulary.add(feature);
    }
  }
  return test.map(({ question, knowledgeBase }) => {
    const found = features(question);
    const scores = [...classes].map(([name, { rows, total, counts }]) => {
      const likelihood = found.reduce(
        (sum, f) => sum + Math.log(((counts.get(f) ?? 0) + 1) / (total + vocabulary.size)),
        0,
      );
      return { name, score: Math.log(rows / train.length) + likelihood };
    });
    return scores.reduce((a, b) => (b.score > a.score ? b : a)).name === knowledgeBase ? 1 : 0;
  });
}

const bare = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}\s]/gu, ' ');
const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;

async function scorer(train: readonly Row[], options: LabelTrainingOptions) {
  const start = performance.now();
  const trained = await trainScorerOnLabels(train, undefined, { seed: Number(values.seed), ...options });
  console.log(`  trained on ${train.length} rows in ${((performance.now() - start) / 1000).toFixed(0)} s`);
  const right = (test: readonly Row[]): number[] =>
    routeQuestions(test, trained).map((row, index) => (row.knowledgeBase === test[index]!.knowledgeBase ? 1 : 0));
  return {
    right,
    bareRight: (test: readonly Row[]) => right(test.map((row) => ({ ...row, question: bare(row.question) }))),
  };
}

function report(name: string, ours: number[], lines: number[], bareOurs: number[]): void {
  const paired = pairedTest(ours, lines, { seed: name });
  const figures = [
    `scorer ${mean(ours).toFixed(4)}`,
    `without case and punctuation ${mean(bareOurs).toFixed(4)}`,
    `naive Bayes ${mean(lines).toFixed(4)}`,
    `difference ${paired?.difference.mean.toFixed(4)} [${paired?.difference.low.toFixed(4)}, ${paired?.difference.high.toFixed(4)}]`,
    `p ${paired?.p.toFixed(4)}`,
  ];
  console.log(`${name} (${ours.length} questions): ${figures.join(', ')}`);
}

const plain = (rows: readonly Row[]): Row[] => rows.filter(({ image }) => !image);

if (arms.includes('in')) {
  const [ours, lines, bareOurs, images]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let fold = 0; fold < Math.min(FOLDS, Number(values.folds)); fold++) {
    const train = all.filter((row) => row.fold !== fold);
    const test = all.filter((row) => row.fold === fold);
    const { right, bareRight } = await scorer(train, {});
    ours.push(...right(plain(test)));
    bareOurs.push(...bareRight(plain(test)));
    images.push(...right(test.filter(({ image }) => image)));
    lines.push(...naiveBayes(plain(train), plain(test)));
  }
  report('in-domain, text or table', ours, lines, bareOurs);
  console.log(
    `with an image: ${mean(images).toFixed(4)} (${images.length}); the image flag alone decides these: 1.0000`,
  );
}
for (const [arm, options] of [
  ['left-out', {}],
  ['no-priors', { priors: 0, epochs: 12 }],
] as const) {
  if (!arms.includes(arm)) continue;
  for (const left of ['open-wikitable', 'tabfact']) {
    const train = all.filter(({ source, fold }) => source !== left && !(source === '2wikimultihopqa' && fold === 0));
    const test = all.filter(({ source }) => source === left);
    const { right, bareRight } = await scorer(train, options);
    report(`${arm}: ${left}`, right(test), naiveBayes(plain(train), test), bareRight(test));
    console.log(
      `  text questions held out meanwhile: ${mean(right(all.filter(({ source, fold }) => source === '2wikimultihopqa' && fold === 0))).toFixed(4)}`,
    );
  }
}
