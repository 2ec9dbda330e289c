/**
 * The ablation of docs/training.md: regime x reward x step weight x estimator, each from nothing on the atlas with the budget of
 * a tenth of a real training. Runs are kept, so that a killed bench goes on and more seeds can be added:
 *
 *     node bench/train/ablation.ts 3          seeds 1 to 3 of every cell, then the table
 */
import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bootstrapMean } from '../../src/eval/statistics/index.ts';
import { parseTrainConfig } from '../../src/train/trainer/train-config.ts';
import { trainScorer } from '../../src/train/trainer/train-scorer.ts';
import { loadTrainingData } from '../../src/train/trainer/training-data.ts';
import { benchWorld, CACHE } from './world.ts';

interface Result {
  cell: string;
  seed: number;
  /** Of the last policy, not of the best. */
  scores: number[];
  searches: number;
  routes: number;
}

const CELLS = (['on-policy', 'teacher-forced'] as const).flatMap((regime) =>
  (['evidence', 'paper'] as const).flatMap((reward) =>
    ([1, 0] as const).flatMap((stepWeight) =>
      (['leave-one-out', 'paper'] as const).map((estimator) => ({ regime, reward, stepWeight, estimator })),
    ),
  ),
);
type Cell = (typeof CELLS)[number];

const nameOf = ({ regime, reward, stepWeight, estimator }: Cell): string =>
  `${regime} | ${reward} | ${stepWeight} | ${estimator}`;

const ITERATIONS = 12;

async function run({ regime, reward, stepWeight, estimator }: Cell, seed: number): Promise<Omit<Result, 'cell'>> {
  const config = parseTrainConfig({
    seed,
    data: { train: 200, validation: 100 },
    warmStart: { epochs: 0 },
    reward,
    // A state of a teacher-forced batch is one step long, a run about three.
    grpo: {
      regime,
      stepWeight,
      estimator,
      iterations: ITERATIONS,
      questions: regime === 'on-policy' ? 10 : 30,
      groupSize: 6,
      rate: 0.01,
    },
    validateEvery: ITERATIONS,
    checkpointEvery: ITERATIONS,
  });
  const folder = join(CACHE, 'ablation-run');
  await rm(folder, { recursive: true, force: true });
  let last: Omit<Result, 'cell'> | undefined;
  await trainScorer({
    config,
    world,
    data: await loadTrainingData(config, world.images),
    folder,
    onEvent: (event) => {
      if (event.type !== 'validation-end' || event.iteration !== ITERATIONS) return;
      const { scores, searches, routingAccuracy } = event.validation;
      last = { seed, scores, searches, routes: routingAccuracy };
    },
  });
  return last!;
}

const seeds = Number(process.argv[2] ?? 3);
const file = join(CACHE, 'ablation.jsonl');
await mkdir(CACHE, { recursive: true });
const known: Result[] = (await readFile(file, 'utf8').catch(() => ''))
  .split('\n')
  .filter((line) => line.endsWith('}'))
  .map((line) => JSON.parse(line));
const world = await benchWorld();
for (let seed = 1; seed <= seeds; seed++) {
  for (const cell of CELLS) {
    if (known.some((result) => result.cell === nameOf(cell) && result.seed === seed)) continue;
    const result = { cell: nameOf(cell), ...(await run(cell, seed)) };
    known.push(result);
    await appendFile(file, `${JSON.stringify(result)}\n`);
    console.error(nameOf(cell), seed, (result.scores.reduce((a, b) => a + b) / result.scores.length).toFixed(3));
  }
}
await world.close();

console.log('| regime | reward | w | estimator | answers, token F1 | searches | routes | seeds |');
console.log('| --- | --- | ---: | --- | --- | ---: | ---: | --- |');
for (const cell of CELLS) {
  const runs = known.filter((result) => result.cell === nameOf(cell));
  if (runs.length === 0) continue;
  const values = runs.flatMap(({ scores }) => scores);
  // Questions are the same in every seed: each is one cluster.
  const clusters = runs.flatMap(({ scores }) => scores.map((_, place) => String(place)));
  const { mean, low, high } = bootstrapMean(values, { clusters, seed: 'ablation' })!;
  const percent = (value: number): string => (100 * value).toFixed(1);
  const average = (pick: (result: Result) => number): number => runs.reduce((sum, r) => sum + pick(r), 0) / runs.length;
  const each = runs.map(({ scores }) => percent(scores.reduce((a, b) => a + b) / scores.length)).join(', ');
  console.log(
    `| ${nameOf(cell)} | ${percent(mean)} [${percent(low)}, ${percent(high)}] | ${average((r) => r.searches).toFixed(2)} | ${percent(average((r) => r.routes))} | ${each} |`,
  );
}
