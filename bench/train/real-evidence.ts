/**
 * Real questions over three real knowledge bases: how much of the needed evidence a policy reads within three searches and fifteen
 * passages, against asking each knowledge base once with the whole question (which is three searches and fifteen passages).
 *
 *     node bench/train/real-evidence.ts [--policy DIR]... [--train] [--seeds 3] [--folds 1,2]
 *
 * `--policy DIR` measures a trained policy as it is (zero-shot), told to use up its budget, and `cover` with it, and both with a scorer that
 * has learnt nothing, as `--train` does. `--train` trains one
 * on two thirds of the questions and measures it on the last third, three times over, so that every question is measured once by a
 * policy that has seen neither it nor any of its gold documents. `--folds` keeps to the questions of some of these thirds: the rule
 * of `cover` was chosen on fold 0. The corpora are not part of this repository.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { keyedRandom } from '../../src/common/random.ts';
import { needsOf } from '../../src/eval/datasets/golds.ts';
import type { Question } from '../../src/eval/datasets/question.ts';
import { evidenceRecall } from '../../src/eval/metrics/evidence.ts';
import { bootstrapMean, pairedTest } from '../../src/eval/statistics/index.ts';
import { driveRouter } from '../../src/graph/driver.ts';
import { memoryImageStore } from '../../src/graph/image-store.ts';
import { allOncePolicy } from '../../src/graph/policies/all-once.ts';
import type { Policy } from '../../src/graph/policy.ts';
import type { StepRecord } from '../../src/graph/step-record.ts';
import { extractiveAnswerer } from '../../src/offline/answerer.ts';
import { coverPolicy, openCoverPolicy } from '../../src/offline/policies/cover.ts';
import { probePolicy } from '../../src/offline/policies/probe.ts';
import { openScorerPolicy, scorerPolicy } from '../../src/offline/policies/scorer.ts';
import { extractiveReader } from '../../src/offline/reader/reader.ts';
import { openKnowledgeBases } from '../../src/tools/open.ts';
import { parseTrainConfig } from '../../src/train/trainer/train-config.ts';
import { type TrainingWorld, trainScorer } from '../../src/train/trainer/train-scorer.ts';
import { benchDataset, benchStore } from '../eval/results/bench-corpora.ts';
import { clustersOf } from './entity-split.ts';
import { untrainedIn } from './lines.ts';
import { CACHE } from './world.ts';

const MOST_SEARCHES = 3;
const MOST_PASSAGES = 15;
const FOLDS = 3;

const { values: options } = parseArgs({
  options: {
    policy: { type: 'string', multiple: true, default: [] },
    looks: { type: 'string' },
    train: { type: 'boolean', default: false },
    seeds: { type: 'string', default: '1' },
    limit: { type: 'string' },
    folds: { type: 'string', default: '0,1,2' },
    failures: { type: 'string' },
  },
});
const shared = process.env.R1_ROUTER_SHARED_DATA ?? resolve(import.meta.dirname, '../../../shared/data');
if (!existsSync(join(shared, 'bench'))) {
  console.log(`skipped: no corpora at ${join(shared, 'bench')} (set R1_ROUTER_SHARED_DATA)`);
  process.exit(0);
}
await mkdir(CACHE, { recursive: true });
const store = await benchStore(join(shared, 'bench'), join(CACHE, 'bench-store'));
const dataset = await benchDataset(join(shared, 'bench', 'questions.jsonl'));
const sources = new Map(
  (await readFile(join(shared, 'bench', 'questions.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; source: string; hop: string })
    .map((row) => [row.id, row] as const),
);
const { knowledgeBases, close } = await openKnowledgeBases({ store });
const world: TrainingWorld = {
  knowledgeBases,
  images: memoryImageStore(),
  reader: extractiveReader(),
  answerer: extractiveAnswerer(),
};

const clusters = clustersOf(dataset.questions);
/** Where a question stands: which fold measures it, and whether the others train on it or choose the policy by it. */
const places = new Map(
  [...new Set(clusters.values())].map((cluster) => {
    const random = keyedRandom('bench-split', cluster);
    return [cluster, { fold: random.below(FOLDS), validates: random.next() < 0.15 }] as const;
  }),
);
const placeOf = ({ id }: Question) => places.get(clusters.get(id)!)!;

/** Evidence among what was read, cut where the run goes beyond its searches or passages. */
function evidenceWithin(question: Question, steps: readonly StepRecord[]): number {
  let searches = 0;
  let left = MOST_PASSAGES;
  const read: string[][] = [];
  for (const step of steps) {
    searches += step.usage.searches;
    if (searches > MOST_SEARCHES) break;
    read.push(step.passages.slice(0, Math.min(left, step.usage.reads)).map(({ documentId }) => documentId));
    left -= step.usage.reads;
    if (left <= 0) break;
  }
  return evidenceRecall(read, needsOf(question)) ?? 0;
}

interface Measured {
  recall: number[];
  searches: number[];
  reads: number[];
  runs: StepRecord[][];
}

async function measure(policy: Policy, questions: readonly Question[]): Promise<Measured> {
  const drive = driveRouter({ ...world, policy, maxSteps: MOST_SEARCHES });
  const found: Measured = { recall: [], searches: [], reads: [], runs: [] };
  for (const question of questions) {
    const { steps, usage } = await drive({ question: question.question }, { context: { seed: 1 } });
    found.recall.push(evidenceWithin(question, steps));
    found.searches.push(usage.searches);
    found.reads.push(usage.reads);
    found.runs.push(steps);
  }
  return found;
}

const folds = options.folds.split(',').map(Number);
const test = dataset.questions
  .filter((question) => folds.includes(placeOf(question).fold))
  .slice(0, Number(options.limit ?? Number.POSITIVE_INFINITY));
const measured = new Map<string, Measured>();
measured.set('all-once', await measure(allOncePolicy(), test));
measured.set('probe', await measure(probePolicy(), test));
const looks = options.looks === undefined ? {} : { looks: Number(options.looks) };
if (options.policy.length > 0 || options.train) {
  const untrained = untrainedIn(world);
  measured.set('untrained', await measure(scorerPolicy(untrained, { thoroughness: 20, ...looks }), test));
  measured.set('untrained, cover', await measure(coverPolicy(untrained), test));
}
for (const directory of options.policy) {
  measured.set(
    `zero-shot ${basename(directory)}`,
    await measure(await openScorerPolicy(directory, { thoroughness: 20, ...looks }), test),
  );
  measured.set(`zero-shot ${basename(directory)}, cover`, await measure(await openCoverPolicy(directory), test));
}
if (options.train) {
  for (let seed = 1; seed <= Number(options.seeds); seed++) {
    const policies = await trainFolds(seed);
    measured.set(`trained, seed ${seed}`, await measureFolds(policies, openScorerPolicy));
    measured.set(`trained, cover, seed ${seed}`, await measureFolds(policies, openCoverPolicy));
  }
}

/** One policy for each of the thirds that are asked for. */
async function trainFolds(seed: number): Promise<Map<number, string>> {
  const directories = new Map<number, string>();
  for (const fold of folds) directories.set(fold, await trainWithout(fold, seed));
  return directories;
}

/** Every question by the policy that has not seen it. */
async function measureFolds(
  directories: ReadonlyMap<number, string>,
  open: (directory: string) => Promise<Policy>,
): Promise<Measured> {
  const found: Measured = { recall: [], searches: [], reads: [], runs: [] };
  for (const [fold, directory] of directories) {
    const own = [...test.keys()].filter((place) => placeOf(test[place]!).fold === fold);
    const part = await measure(
      await open(directory),
      own.map((place) => test[place]!),
    );
    own.forEach((place, index) => {
      found.recall[place] = part.recall[index]!;
      found.searches[place] = part.searches[index]!;
      found.reads[place] = part.reads[index]!;
      found.runs[place] = part.runs[index]!;
    });
  }
  return found;
}

async function trainWithout(fold: number, seed: number): Promise<string> {
  const config = parseTrainConfig({
    seed,
    data: { questions: 'bench', validation: 300 },
    policy: { probes: false, maxSteps: MOST_SEARCHES, featureDropout: 0.3, textDropout: 0 },
    // The budget is fixed: what counts is what is found within it.
    reward: { weights: { 'evidence-gain': 1, repetition: 0.2 } },
    warmStart: { fromRule: false, epochs: 8, rate: 0.01, weightDecay: 1 },
    grpo: { iterations: 40, questions: 24, groupSize: 8, rate: 0.005 },
    bestBy: 'reward',
    validateEvery: 10,
    checkpointEvery: 10,
  });
  const others = dataset.questions.filter((question) => placeOf(question).fold !== fold);
  const pick = (validates: boolean) =>
    others
      .filter((question) => placeOf(question).validates === validates)
      .map((question) => ({ question, image: undefined }));
  const { policy } = await trainScorer({
    config,
    world,
    data: { train: pick(false), validation: pick(true) },
    folder: join(CACHE, `real-${fold}-${seed}`),
    onEvent: (event) => {
      if (event.type !== 'validation-end') return;
      const { reward, searches } = event.validation;
      console.error(
        `fold ${fold}, seed ${seed}, iteration ${event.iteration}: ${reward.toFixed(3)}, ${searches.toFixed(2)}`,
      );
    },
  });
  return policy;
}

const kinds: [string, (question: Question) => boolean][] = [
  ['all', () => true],
  ...['ottqa', 'tabfact_val', 'openwikitqa_val', 'mmqa_dev'].map(
    (source) =>
      [source, ({ id }: Question) => sources.get(id)?.source === source] as [string, (q: Question) => boolean],
  ),
];
const percent = (value: number): string => (100 * value).toFixed(1);
const baseline = measured.get('all-once')!;
for (const [kind, keep] of kinds) {
  const kept = [...test.keys()].filter((place) => keep(test[place]!));
  const pick = (values: readonly number[]): number[] => kept.map((place) => values[place]!);
  const groups = kept.map((place) => clusters.get(test[place]!.id)!);
  console.log(`\n${kind} (${kept.length} questions)\n`);
  console.log('| policy | evidence within 3 searches, 15 passages | against all-once | p | searches | reads |');
  console.log('| --- | --- | --- | --- | ---: | ---: |');
  for (const [name, { recall, searches, reads }] of measured) {
    const mean = bootstrapMean(pick(recall), { seed: 'real', clusters: groups })!;
    const paired =
      name === 'all-once' ? null : pairedTest(pick(recall), pick(baseline.recall), { seed: 'real', clusters: groups });
    const against = paired
      ? `${percent(paired.difference.mean)} [${percent(paired.difference.low)}, ${percent(paired.difference.high)}] | ${paired.p.toFixed(3)}`
      : ' | ';
    const average = (values: number[]) => (values.reduce((a, b) => a + b, 0) / values.length).toFixed(2);
    console.log(
      `| ${name} | ${percent(mean.mean)} [${percent(mean.low)}, ${percent(mean.high)}] | ${against} | ${average(pick(searches))} | ${average(pick(reads))} |`,
    );
  }
}
if (options.failures) {
  const name = [...measured.keys()].at(-1)!;
  const { recall, runs } = measured.get(name)!;
  const rows = [...test.keys()]
    .filter((place) => recall[place]! < 1)
    .map((place) => ({
      question: test[place]!.question,
      ...sources.get(test[place]!.id),
      recall: recall[place],
      steps: runs[place]!.map(({ decision, passages, reading }) => ({
        ...decision,
        answer: reading?.answer,
        found: passages.slice(0, 5).map(({ documentId }) => documentId),
      })),
    }));
  await writeFile(options.failures, rows.map((row) => JSON.stringify(row)).join('\n'));
}
await close();
