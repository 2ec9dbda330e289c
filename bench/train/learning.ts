/**
 * What learning brings, measured beside what nothing learnt gives, and written into the model card,
 * docs/research/training.md and docs/research/results.md (`npm run learning`; README's table by `npm run docs`):
 *
 *     node bench/train/learning/trainings.ts      the trainings that are measured; without them their rows stay out
 *     node bench/train/learning.ts                every set whose data is here
 *     node bench/train/learning.ts unseen blind   some: unseen and test (the test split), dev, blind, real, own
 *     node bench/train/learning.ts none           the pages anew from learning.json
 *
 * Of the test split, the blind questions and real ones nothing but these aggregates is shown. What was measured with the same
 * code is kept below node_modules/.cache.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadAtlas } from '../../src/eval/datasets/atlas.ts';
import { loadDataset } from '../../src/eval/datasets/load.ts';
import type { Question } from '../../src/eval/datasets/question.ts';
import { selectQuestions } from '../../src/eval/runner/sample.ts';
import { memoryImageStore } from '../../src/graph/image-store.ts';
import type { Policy } from '../../src/graph/policy.ts';
import { extractiveAnswerer } from '../../src/offline/answerer.ts';
import { saveScorer } from '../../src/offline/policies/scorer/directory.ts';
import { openScorerPolicy } from '../../src/offline/policies/scorer.ts';
import { extractiveReader } from '../../src/offline/reader/reader.ts';
import { openKnowledgeBases } from '../../src/tools/open.ts';
import { naturalQuestions } from '../../src/train/trainer/held-out.ts';
import type { TrainingWorld } from '../../src/train/trainer/train-scorer.ts';
import { benchDataset, benchStore } from '../eval/results/bench-corpora.ts';
import { type Learning, type Measured, readLearning, rowsOf, writeLearning } from './learning/figures.ts';
import { measuredOnce } from './learning/measured.ts';
import { writePages } from './learning/pages.ts';
import { folderOf, SHIPPED, TRAININGS } from './learning/trainings.ts';
import { linesOf, untrainedIn } from './lines.ts';
import { benchWorld, CACHE } from './world.ts';

const SHARED = process.env.R1_ROUTER_SHARED_DATA ?? resolve(import.meta.dirname, '../../../shared/data');
const BLIND = join(import.meta.dirname, 'natural', 'blind.jsonl');
const BASELINES = ['untrained', 'probe', 'all-once'];

/** Every policy that is at hand. */
async function policiesOf(world: TrainingWorld): Promise<Record<string, Policy>> {
  const policies: Record<string, Policy> = {
    scorer: await openScorerPolicy(SHIPPED),
  };
  for (const name of Object.keys(TRAININGS)) {
    const folder = join(folderOf(name), 'policy');
    if (!name.startsWith('recipe') || name === 'recipe, wordings')
      if (existsSync(join(folder, 'config.json'))) policies[name] = await openScorerPolicy(folder);
  }
  return { ...policies, ...linesOf(world) };
}

/** All policies on one set. */
async function measureSet(
  name: string,
  questions: readonly Question[],
  world: TrainingWorld,
): Promise<Map<string, Measured>> {
  const all = new Map<string, Measured>();
  for (const [policy, made] of Object.entries(await policiesOf(world)))
    all.set(policy, await measuredOnce({ set: name, name: policy, policy: made, questions, world }));
  return all;
}

function record(learning: Learning, name: string, found: ReadonlyMap<string, Measured>): void {
  const questions = [...found.values()][0]!.answers.length;
  learning.sets[name] = { questions, policies: rowsOf(found, BASELINES) };
}

async function atlasSets(learning: Learning, wanted: (set: string) => boolean): Promise<void> {
  const world = await benchWorld();
  if (wanted('blind'))
    record(learning, 'blind', await measureSet('blind', (await loadDataset({ file: BLIND })).questions, world));
  if (wanted('dev')) record(learning, 'dev', await measureSet('dev', await naturalQuestions('atlas'), world));
  if (wanted('unseen') || wanted('test')) {
    const { questions } = await loadAtlas('test');
    const isUnseen = ({ unseen }: Question): boolean => unseen?.template === true;
    const unseen = await measureSet('unseen', questions.filter(isUnseen), world);
    record(learning, 'unseen', unseen);
    if (wanted('test')) {
      const seen = await measureSet(
        'seen',
        questions.filter((question) => !isUnseen(question)),
        world,
      );
      record(learning, 'test', new Map([...unseen].map(([name, one]) => [name, joined(one, seen.get(name)!)])));
    }
  }
  await world.close();
}

const joined = (one: Measured, other: Measured): Measured =>
  Object.fromEntries(
    Object.entries(one).map(([key, values]) => [key, [...values, ...other[key as keyof Measured]]]),
  ) as unknown as Measured;

async function realSet(learning: Learning): Promise<void> {
  const corpora = join(SHARED, 'bench');
  if (!existsSync(corpora))
    return console.error(`real questions: not on this machine (${corpora}); their figures stay`);
  const store = await benchStore(corpora, join(CACHE, 'bench-store'));
  const { questions } = await benchDataset(join(corpora, 'questions.jsonl'));
  const { knowledgeBases, close } = await openKnowledgeBases({ store });
  const parts = { images: memoryImageStore(), reader: extractiveReader(), answerer: extractiveAnswerer() };
  const sample = selectQuestions(questions, { sample: 300, seed: 0 });
  record(learning, 'real', await measureSet('real', sample, { knowledgeBases, ...parts }));
  await close();
}

/** The kit prints one closing line: right R/N, evidence shown S, wrong W, abstained A, failed F; ... */
async function ownFiles(learning: Learning): Promise<void> {
  const kit = join(SHARED, 'own');
  if (!existsSync(kit)) return console.error(`own files: not on this machine (${kit}); their figures stay`);
  const folder = await mkdtemp(join(tmpdir(), 'r1-untrained-'));
  const world = await benchWorld();
  await saveScorer(folder, untrainedIn(world));
  await world.close();
  const policies: Record<string, NonNullable<Learning['own']>['policies'][string]> = {};
  let questions = 0;
  for (const [name, policy] of Object.entries({
    scorer: 'scorer',
    'all-once': 'all-once',
    untrained: folder,
    probe: 'probe',
  })) {
    const args = [join(kit, 'measure.mjs'), resolve(import.meta.dirname, '../..'), kit, '--policy', policy];
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    const found = /right (\d+)\/(\d+), .*wrong (\d+), .*failed (\d+)/.exec(stdout);
    if (!found) throw new Error(`own files, ${name}: ${stdout.slice(-300)}`);
    questions = Number(found[2]) + Number(found[4]);
    policies[name] = { right: Number(found[1]), wrong: Number(found[3]) };
    learning.own = { questions, policies };
    await writeLearning(learning);
    console.error(`own files: ${name} ${stdout.trim().split('\n').at(-1)}`);
  }
  await rm(folder, { recursive: true });
}

const sets = process.argv.slice(2);
const wanted = (set: string): boolean => sets.length === 0 || sets.includes(set);
const learning = await readLearning();
await atlasSets(learning, wanted);
if (wanted('real')) await realSet(learning);
if (wanted('own')) await ownFiles(learning);
await writeLearning(learning);
await writePages(learning);
