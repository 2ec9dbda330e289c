/**
 * Does learning pay on people's own knowledge bases? How much of the needed evidence a policy reads and with how many searches, against asking every
 * knowledge base once, on questions that no training has seen.
 *
 *     node bench/train/own-knowledge-bases.ts [--folder garden|harbour|DIR] [--seeds 3] [--questions 600] [--config FILE] [--again] [--write]
 *
 * `garden` is a generated folder (`own/garden.ts`, 429 documents in three knowledge bases) to measure on, `harbour` one to choose by; DIR is laid out as
 * `own/kit.ts` says. `--write` puts what was measured into `own/figures.json` and the docs. Questions to train on are synthesised without a model; the untrained rule stands beside what it learns. Seeds are given apart and pooled.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { runProgram } from '../../src/cli/program.ts';
import { needsOf } from '../../src/eval/datasets/golds.ts';
import { loadDataset } from '../../src/eval/datasets/load.ts';
import type { Question } from '../../src/eval/datasets/question.ts';
import { evidenceRecall, evidenceRecallBySteps, type Need } from '../../src/eval/metrics/evidence.ts';
import { foundIds } from '../../src/eval/metrics/found-ids.ts';
import { bootstrapMean, pairedTest } from '../../src/eval/statistics/index.ts';
import { driveRouter } from '../../src/graph/driver.ts';
import { memoryImageStore } from '../../src/graph/image-store.ts';
import { allOncePolicy } from '../../src/graph/policies/all-once.ts';
import type { Policy } from '../../src/graph/policy.ts';
import type { StepRecord } from '../../src/graph/step-record.ts';
import { filesAnswerer } from '../../src/offline/files/answerer.ts';
import { isFilesLanguage } from '../../src/offline/files/language.ts';
import { filesPolicy } from '../../src/offline/files/policy.ts';
import { filesReader } from '../../src/offline/files/reader.ts';
import { FILES_SCORER_SHAPE } from '../../src/offline/policies/scorer/shape.ts';
import { openScorerPolicy, scorerPolicy } from '../../src/offline/policies/scorer.ts';
import { openKnowledgeBases } from '../../src/tools/open.ts';
import { allPassages } from '../../src/tools/planner/all-passages.ts';
import { untrainedScorer } from '../../src/train/models/untrained.ts';
import { ownWorld } from '../../src/train/own/world.ts';
import { type OwnFigures, writeFigures } from './own/figures.ts';
import { type Garden, garden, writeGarden } from './own/garden.ts';
import { harbour } from './own/harbour.ts';
import { isCompany, kitQuestions, kitSources } from './own/kit.ts';
import { CACHE } from './world.ts';

/** Folders that are made here, with cards for their knowledge bases. */
const GENERATED: Readonly<
  Record<string, { make(): Garden; sources: { name: string; modality: string; description: string }[] }>
> = {
  garden: {
    make: garden,
    sources: [
      {
        name: 'texts',
        modality: 'text',
        description: 'Notes of the garden: houses, care of plants, people, house rules',
      },
      {
        name: 'tables',
        modality: 'table',
        description: 'Lists of the garden: plants, staff and machines with their figures',
      },
      { name: 'pictures', modality: 'text-image', description: 'Captioned photographs of plants, houses and machines' },
    ],
  },
  harbour: {
    make: harbour,
    sources: [
      { name: 'texts', modality: 'text', description: 'Notes of the club: boats, people, club rules' },
      {
        name: 'tables',
        modality: 'table',
        description: 'Lists of the club: boats, people and berths with their figures',
      },
      { name: 'pictures', modality: 'text-image', description: 'Captioned photographs of boats' },
    ],
  },
};

const { values: options } = parseArgs({
  options: {
    folder: { type: 'string', default: 'garden' },
    seeds: { type: 'string', default: '1' },
    questions: { type: 'string', default: '600' },
    config: { type: 'string' },
    again: { type: 'boolean', default: false },
    failures: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const generated = GENERATED[options.folder];
const place = join(CACHE, `own-${basename(options.folder)}`);
const store = join(place, 'store');
await mkdir(place, { recursive: true });
const run = async (...argv: string[]): Promise<void> => {
  const code = await runProgram(argv);
  if (code !== 0) throw new Error(`r1-router ${argv[0]} ended with ${code}`);
};

const folder = generated ? join(place, 'files') : options.folder;
if (generated) await writeGarden(folder, generated.make());
const sources = generated
  ? generated.sources.map((source) => ({ ...source, from: [join(folder, `${source.name}.jsonl`)] }))
  : await kitSources(folder);
if (!existsSync(store)) {
  for (const { name, modality, description, from } of sources)
    await run('ingest', ...from, '--kb', name, '--modality', modality, '--description', description, '--store', store);
}
const made = join(place, `made-${options.questions}.jsonl`);
if (options.again) await rm(made, { force: true });
if (!existsSync(made)) {
  const images = generated ? [] : ['--images', join(folder, 'pictures')];
  await run('synthesize', '--store', store, '--out', made, '--limit', options.questions, ...images);
}

const { knowledgeBases, close } = await openKnowledgeBases({ store });
const images = memoryImageStore();
const passages = (await Promise.all(knowledgeBases.map((knowledgeBase) => allPassages(knowledgeBase)))).flat();
const test: Question[] = generated
  ? (await loadDataset({ file: join(folder, 'questions.jsonl') })).questions
  : await kitQuestions(folder, passages);
const world = await ownWorld(knowledgeBases, images);
const asked = await Promise.all(
  test.map(async (question) => ({
    question,
    image: question.image === undefined ? undefined : await images.put(await readFile(question.image)),
  })),
);

interface Measured {
  recall: number[];
  searches: number[];
  /** Up to the search that brought the last of what the run found: what a policy of the same order that knew when to stop would make. */
  needed: number[];
}

async function measure(policy: Policy): Promise<Measured> {
  const drive = driveRouter({
    knowledgeBases,
    images,
    policy,
    reader: filesReader(),
    answerer: filesAnswerer(),
    maxSteps: 5,
  });
  const found: Measured = { recall: [], searches: [], needed: [] };
  for (const { question, image } of asked) {
    const { steps, usage } = await drive(
      { question: question.question, ...(image && { image }) },
      { context: { seed: 1 } },
    );
    const needs = needsOf(question);
    const named = new Set(needs.flat());
    const read = steps.map((step) => foundIds(step.passages.slice(0, step.usage.reads), named));
    const recall = evidenceRecall(read, needs) ?? 0;
    found.recall.push(recall);
    found.searches.push(usage.searches);
    found.needed.push(searchesNeeded(steps, read, needs));
    if (options.failures && policy.name === 'scorer' && recall < 1) {
      const route = steps.map(({ decision }) =>
        decision.type === 'search' ? decision.searches.map(({ knowledgeBase }) => knowledgeBase).join('+') : 'stop',
      );
      console.log(
        `  missed: ${question.question}  (${route.join(' > ')}; needs ${question.route ?? Object.keys(needs).length})`,
      );
    }
  }
  return found;
}

function searchesNeeded(steps: readonly StepRecord[], read: readonly string[][], needs: readonly Need[]): number {
  const bySteps = evidenceRecallBySteps(read, needs) ?? [];
  const last = bySteps.findIndex((recall) => recall >= (bySteps.at(-1) ?? 0));
  return Math.max(
    1,
    steps.slice(0, last + 1).reduce((sum, { usage }) => sum + usage.searches, 0),
  );
}

const { language } = world;
if (!language || !isFilesLanguage(language)) throw new Error('the world of own files has their language');
const untrained = untrainedScorer({ shape: FILES_SCORER_SHAPE, probes: false, knowledgeBases: [], language });
const measured = new Map<string, Measured>();
measured.set('all-once', await measure(allOncePolicy()));
measured.set('files', await measure(filesPolicy()));
measured.set('untrained', await measure({ ...scorerPolicy(untrained, { language }), name: 'untrained' }));
for (let seed = 1; seed <= Number(options.seeds); seed++) {
  const out = join(place, `trained-${seed}`);
  if (options.again) await rm(out, { recursive: true, force: true });
  if (!existsSync(join(out, 'policy', 'config.json'))) {
    const config = options.config === undefined ? [] : ['--config', options.config];
    await run('train', '--store', store, '--questions', made, '--out', out, '--seed', String(seed), ...config);
  }
  measured.set(`trained, seed ${seed}`, await measure(await openScorerPolicy(join(out, 'policy'))));
}
await close();
const seeds = [...measured].filter(([name]) => name.startsWith('trained')).map(([, one]) => one);
if (seeds.length > 1) measured.set('trained, all seeds', pooled(seeds));

/** Of each question the mean over the seeds, so that intervals are over questions and chance of seeds is averaged out. */
function pooled(all: readonly Measured[]): Measured {
  const mean = (value: (one: Measured) => readonly number[]): number[] =>
    value(all[0]!).map((_, question) => all.reduce((sum, one) => sum + value(one)[question]!, 0) / all.length);
  return {
    recall: mean((one) => one.recall),
    searches: mean((one) => one.searches),
    needed: mean((one) => one.needed),
  };
}

const percent = (value: number): string => (100 * value).toFixed(1);
const signed = (value: number): string => `${value >= 0 ? '+' : ''}${percent(value)}`;
const baseline = measured.get('all-once')!;
const rule = measured.get('untrained')!;
console.log(
  `\n${test.length} questions; evidence read, searches a question, with a perfect stop, against all-once, against the untrained rule`,
);
const rows: OwnFigures[string]['rows'] = {};
const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
for (const [name, { recall, searches, needed }] of measured) {
  const { mean, low, high } = bootstrapMean(recall, { seed: 1 })!;
  const over = (other: Measured) => {
    const { difference, p } = pairedTest(recall, other.recall, { seed: 1 })!;
    return { interval: { mean: difference.mean, low: difference.low, high: difference.high }, p };
  };
  const [allOnce, nothing] = [over(baseline), over(rule)];
  rows[name] = {
    evidence: { mean, low, high },
    searches: meanOf(searches),
    perfectStop: meanOf(needed),
    overAllOnce: allOnce.interval,
    overUntrained: nothing.interval,
    searchShare: meanOf(searches) / meanOf(baseline.searches),
  };
  const shown = ({ interval, p }: ReturnType<typeof over>): string =>
    `${signed(interval.mean)} [${signed(interval.low)}, ${signed(interval.high)}] p ${p.toFixed(3)}`;
  console.log(
    `| ${name} | ${percent(mean)} [${percent(low)}, ${percent(high)}] | ${meanOf(searches).toFixed(2)} | ${meanOf(needed).toFixed(2)} | ${shown(allOnce)} | ${shown(nothing)} |`,
  );
}
const name = isCompany(passages) ? 'company' : basename(options.folder);
if (options.write) await writeFigures(name, { questions: test.length, rows });
