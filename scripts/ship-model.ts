/**
 * The shipped policy, made anew: `npm run models:train`. Trains the recipe of models/scorer/train.json with three seeds (and one
 * without looks), keeps the first as models/scorer, and measures all of them beside the lines they are compared with.
 *
 *     node scripts/ship-model.ts train              the trainings; a killed one goes on
 *     node scripts/ship-model.ts measure validation 400
 *     node scripts/ship-model.ts measure test 600   aggregates only; test questions are for this and nothing else
 */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { linesOf, row } from '../bench/train/lines.ts';
import { benchWorld, CACHE } from '../bench/train/world.ts';
import { keyedRandom } from '../src/common/random.ts';
import { sourceCommit } from '../src/common/source-commit.ts';
import { loadAtlas } from '../src/eval/datasets/atlas.ts';
import type { Question } from '../src/eval/datasets/question.ts';
import { bootstrapMean, pairedTest } from '../src/eval/statistics/index.ts';
import { driveRouter } from '../src/graph/driver.ts';
import type { Policy } from '../src/graph/policy.ts';
import { knowledgeBasesOf } from '../src/graph/step-record.ts';
import { openScorerPolicy } from '../src/offline/policies/scorer.ts';
import { rollOut, type TrainingQuestion } from '../src/train/rollouts/roll-out.ts';
import { parseTrainConfig } from '../src/train/trainer/train-config.ts';
import { type TrainingWorld, trainScorer } from '../src/train/trainer/train-scorer.ts';
import { loadTrainingData, withImages } from '../src/train/trainer/training-data.ts';
import { answerScore } from '../src/train/trainer/validate.ts';

const MODEL = resolve(import.meta.dirname, '../models/scorer');
const MADE = ['config.json', 'scorer.safetensors', 'README.md'].map((file) => `models/scorer/${file}`);
const RUNS: Record<string, { seed: number; probes: boolean }> = {
  'scorer, seed 1': { seed: 1, probes: true },
  'scorer, seed 2': { seed: 2, probes: true },
  'scorer, seed 3': { seed: 3, probes: true },
  'scorer without looks': { seed: 1, probes: false },
};
const folderOf = (name: string): string => join(CACHE, name.replace(/\W+/g, '-'));

async function train(): Promise<void> {
  // What is made here may differ from the commit; with anything else changed, the hash is marked.
  const gitHash = sourceCommit({ ignored: MADE });
  const recipe = JSON.parse(await readFile(join(MODEL, 'train.json'), 'utf8'));
  const world = await benchWorld();
  for (const [name, { seed, probes }] of Object.entries(RUNS)) {
    const config = parseTrainConfig({ ...recipe, seed, policy: { ...recipe.policy, probes } });
    const began = performance.now();
    const { before, best, alarms, policy } = await trainScorer({
      config,
      world,
      data: await loadTrainingData(config, world.images),
      folder: folderOf(name),
      gitHash,
      provenance: { data: 'atlas train split', licences: 'data/atlas/LICENSES.md' },
    });
    console.log(row(`${name}, before`, before));
    console.log(
      row(`${name}, best`, best),
      `iteration ${best.iteration}, ${((performance.now() - began) / 1000).toFixed(0)} s, alarms: ${alarms.map(({ kind }) => kind).join(', ') || 'none'}`,
    );
    if (name !== 'scorer, seed 1') continue;
    await mkdir(MODEL, { recursive: true });
    for (const file of ['config.json', 'scorer.safetensors']) await copyFile(join(policy, file), join(MODEL, file));
  }
  await world.close();
}

interface Figures {
  scores: number[];
  searches: number[];
  reads: number[];
  /** Whether the first search went where the gold trajectory begins; null where there is none. */
  first: (number | null)[];
}

async function figuresOf(
  policy: Policy,
  questions: readonly TrainingQuestion[],
  world: TrainingWorld,
): Promise<Figures> {
  const drive = driveRouter({ ...world, policy, maxSteps: 5 });
  const groups = await rollOut({ drive, questions, groupSize: 1, seed: 'validation', iteration: 0 });
  const usage = (count: 'searches' | 'reads') =>
    groups.map(({ members }) => members[0]!.steps.reduce((sum, step) => sum + step.usage[count], 0));
  return {
    scores: groups.map((group) => answerScore(group, group.members[0]!)),
    searches: usage('searches'),
    reads: usage('reads'),
    first: groups.map(({ question, members }) => {
      const gold = question.answerable ? question.steps?.[0] : undefined;
      const first = members[0]!.steps[0];
      if (!gold) return null;
      return Number(first !== undefined && knowledgeBasesOf(first).join() === gold.knowledgeBase);
    }),
  };
}

async function measureAll(split: 'validation' | 'test', size: number): Promise<void> {
  const world = await benchWorld();
  const drawn = keyedRandom('bench-train', split)
    .shuffle((await loadAtlas(split)).questions)
    .slice(0, size);
  const questions = await withImages(drawn, world.images);
  const policies = {
    ...Object.fromEntries(
      await Promise.all(
        Object.keys(RUNS)
          .filter((name) => existsSync(join(folderOf(name), 'policy', 'config.json')))
          .map(async (name) => [name, await openScorerPolicy(join(folderOf(name), 'policy'))] as const),
      ),
    ),
    ...linesOf(world),
  };
  const all = new Map<string, Figures>();
  for (const [name, policy] of Object.entries(policies)) {
    all.set(name, await figuresOf(policy, questions, world));
    console.error(`${name} done`);
  }
  await world.close();
  const subsets: [string, (question: Question) => boolean][] = [['all', () => true]];
  if (split === 'test') {
    subsets.push(['unseen templates', ({ unseen }) => unseen?.template === true]);
    subsets.push(['seen templates', ({ unseen }) => unseen?.template !== true]);
  }
  const text = subsets.map(([name, keep]) => table(`${split}, ${name}`, drawn, keep, all)).join('\n');
  await writeFile(join(CACHE, `measured-${split}.md`), text);
  console.log(text);
}

function table(
  title: string,
  questions: readonly Question[],
  keep: (question: Question) => boolean,
  all: ReadonlyMap<string, Figures>,
): string {
  const places = [...questions.keys()].filter((place) => keep(questions[place]!));
  const pick = (values: readonly number[]): number[] => places.map((place) => values[place]!);
  const probe = all.get('probe')!;
  const percent = (value: number): string => (100 * value).toFixed(1);
  const lines = [...all].map(([name, { scores, searches, reads, first }]) => {
    const interval = bootstrapMean(pick(scores), { seed: 'bench-train' })!;
    const spent = bootstrapMean(pick(searches), { seed: 'bench-train' })!;
    const test = name === 'probe' ? null : pairedTest(pick(scores), pick(probe.scores), { seed: 'bench-train' });
    const against = test
      ? `${percent(test.difference.mean)} [${percent(test.difference.low)}, ${percent(test.difference.high)}] | ${test.p.toFixed(3)}`
      : ' | ';
    const begun = places.map((place) => first[place]!).filter((right) => right !== null);
    return `| ${name} | ${percent(interval.mean)} [${percent(interval.low)}, ${percent(interval.high)}] | ${spent.mean.toFixed(2)} [${spent.low.toFixed(2)}, ${spent.high.toFixed(2)}] | ${average(pick(reads)).toFixed(1)} | ${percent(average(begun))} | ${against} |`;
  });
  return `${title} (${places.length} questions)\n\n| policy | answers, token F1 | searches | reads | first step | against probe | p |\n| --- | --- | --- | ---: | ---: | --- | --- |\n${lines.join('\n')}\n`;
}

const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);

const [command = 'train', split, size] = process.argv.slice(2);
if (command === 'train') await train();
else await measureAll(split === 'test' ? 'test' : 'validation', Number(size ?? 400));
