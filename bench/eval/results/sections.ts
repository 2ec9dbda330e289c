/** One section of docs/research/results.md: runs its evaluation and writes its tables, as Markdown without anything machine-dependent. */

import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { createEvaluationMethods } from '../../../src/cli/eval/methods.ts';
import { contentHash, sha256 } from '../../../src/common/content-hash.ts';
import { routerParts } from '../../../src/config/router-parts.ts';
import { loadAtlas } from '../../../src/eval/datasets/atlas.ts';
import type { Dataset } from '../../../src/eval/datasets/load.ts';
import { markdownComparison, markdownTable } from '../../../src/eval/report/markdown.ts';
import { scoreEvaluation } from '../../../src/eval/report/report.ts';
import { startProgress } from '../../../src/eval/runner/progress.ts';
import { describeEvaluation, runEvaluation } from '../../../src/eval/runner/run-evaluation.ts';
import { selectQuestions } from '../../../src/eval/runner/sample.ts';
import type { FigureName } from '../../../src/eval/scoring/summary.ts';
import { memoryImageStore } from '../../../src/graph/image-store.ts';
import { openKnowledgeBases } from '../../../src/tools/open.ts';

export type SectionName = 'small' | 'atlas' | 'bench';

interface Section {
  methods: string[];
  sample?: number;
  /** Questions without a picture only: decoding pictures may differ in the last bit from machine to machine. */
  wordsOnly?: boolean;
  tables: FigureName[][];
  baseline: string;
}

const TABLES: FigureName[][] = [
  ['accuracy', 'f1Recall', 'tokenF1', 'answerLength'],
  ['evidenceRecall', 'oracleEvidence', 'regret', 'hit5', 'meanReciprocalRank'],
  ['firstStepRouting', 'perStepRouting', 'abstentionPrecision', 'abstentionRecall'],
  ['steps', 'searches', 'reads', 'cost'],
];

const SECTIONS: Record<SectionName, Section> = {
  small: {
    methods: ['probe', 'untrained', 'all-once', 'random'],
    sample: 40,
    wordsOnly: true,
    tables: [['accuracy', 'evidenceRecall', 'searches']],
    baseline: 'all-once',
  },
  atlas: { methods: ['offline'], sample: 300, tables: TABLES, baseline: 'all-once' },
  bench: { methods: ['offline'], sample: 300, tables: TABLES, baseline: 'all-once' },
};

export interface SectionOptions {
  /** Folder of unfinished and finished evaluations. */
  cache: string;
  /** Default: the atlas. */
  store?: string;
  dataset?: Dataset;
}

/** Nothing here needs a model. */
const withoutModel = (store: string | undefined) => routerParts({ store }, { config: {}, directory: process.cwd() });

export async function resultsSection(name: SectionName, { cache, store, dataset }: SectionOptions): Promise<string> {
  const { methods: names, sample, wordsOnly, tables, baseline } = SECTIONS[name];
  const full = dataset ?? (await loadAtlas('test'));
  const suitable = wordsOnly ? full.questions.filter(({ image }) => image === undefined) : full.questions;
  const questions = selectQuestions(suitable, { sample, seed: 0 });
  const { knowledgeBases, close } = await openKnowledgeBases({ store });
  try {
    const images = memoryImageStore();
    const source = await sourceHash();
    const made = await createEvaluationMethods(names, { knowledgeBases, images, maker: withoutModel(store) });
    // In a checkout the code changes without its version: an evaluation of other code is another one.
    const methods = made.map((method) => ({ ...method, fingerprint: { method: method.fingerprint, source } }));
    const options = { dataset: { ...full, questions }, methods, images, counterfactual: { knowledgeBases } };
    await mkdir(cache, { recursive: true });
    const folder = join(cache, `${name}-${(await describeEvaluation(options)).identity.slice(0, 12)}`);
    await runEvaluation({
      ...options,
      folder,
      concurrency: 4,
      onStart: (total, already) => startProgress({ label: name, total, already }),
    });
    const { report } = await scoreEvaluation(folder);
    const { dataset: set, methods: summaries } = report.content;
    return [
      `${set.questions} questions (${set.answerable} answerable) in ${set.clusters} templates, seed 0, ${summaries.length} methods. Means with 95% intervals, shares times 100.`,
      '',
      ...tables.map((figures) => markdownTable(report, figures)),
      markdownComparison(report, baseline, 'accuracy'),
    ].join('\n');
  } finally {
    await close();
  }
}

/** Hash of the code that decides what a run does. */
export async function sourceHash(): Promise<string> {
  const root = resolve(import.meta.dirname, '../../../src');
  const hashes: Record<string, string> = {};
  for (const room of ['common', 'graph', 'offline', 'tools']) {
    for (const entry of await readdir(join(root, room), { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      if (entry.isFile()) hashes[relative(root, file)] = sha256(await readFile(file));
    }
  }
  return contentHash(hashes);
}
