/**
 * The ablation of docs/research/training.md: reward x estimator x what a step is credited with x step weight, and the paper's regime, each from
 * nothing on the atlas with the budget of a tenth of a real training. Runs are kept, so that a killed bench goes on and more seeds
 * can be added; the table is written between its marks in docs/research/training.md:
 *
 *     node bench/train/ablation.ts 3          seeds 1 to 3 of every cell, then the table
 *     node bench/train/ablation.ts 0          the table of what is there
 */
import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bootstrapMean } from '../../src/eval/statistics/index.ts';
import { parseTrainConfig } from '../../src/train/trainer/train-config.ts';
import { trainScorer } from '../../src/train/trainer/train-scorer.ts';
import { loadTrainingData } from '../../src/train/trainer/training-data.ts';
import type { Validation } from '../../src/train/trainer/validate.ts';
import { replaceMarked } from './marked.ts';
import { benchWorld, CACHE } from './world.ts';

type Figures = Pick<Validation, 'scores' | 'searches' | 'routingAccuracy'>;
interface Result {
  cell: string;
  seed: number;
  /** Of the last policy, not of the best. */
  last: Figures;
  untrained: Figures;
  rule: Figures;
}

const REWARDS = ['evidence', 'paper'] as const;
const ESTIMATORS = ['leave-one-out', 'paper'] as const;
const RETURNS = ['to-go', 'immediate'] as const;

interface Cell {
  regime: 'on-policy' | 'teacher-forced';
  reward: (typeof REWARDS)[number];
  stepWeight: 0 | 1;
  estimator: (typeof ESTIMATORS)[number];
  /** Undefined where it makes no difference: without step advantages, and where a run is one step long. */
  stepReturn?: (typeof RETURNS)[number];
}

const pairs = REWARDS.flatMap((reward) => ESTIMATORS.map((estimator) => ({ reward, estimator })));
/** In the order in which they are run. */
const PARTS: Cell[][] = [
  pairs.flatMap((pair) => RETURNS.map((stepReturn) => ({ regime: 'on-policy', stepWeight: 1, ...pair, stepReturn }))),
  pairs.map((pair) => ({ regime: 'on-policy', stepWeight: 0, ...pair })),
  pairs.map((pair) => ({ regime: 'teacher-forced', stepWeight: 1, ...pair })),
];

const nameOf = ({ regime, reward, stepWeight, estimator, stepReturn = 'to-go' }: Cell): string =>
  [
    regime,
    reward,
    regime === 'on-policy' ? stepWeight : 'any',
    estimator,
    regime === 'on-policy' && stepWeight === 1 ? stepReturn : 'any',
  ].join(' | ');

const ITERATIONS = 12;

const figures = ({ scores, searches, routingAccuracy }: Validation): Figures => ({ scores, searches, routingAccuracy });

async function run({ regime, reward, stepWeight, estimator, stepReturn }: Cell, seed: number): Promise<Result> {
  const config = parseTrainConfig({
    seed,
    data: { train: 200, validation: 100 },
    warmStart: { epochs: 0, fromRule: false },
    reward,
    // A state of a teacher-forced batch is one step long, a run about three.
    grpo: {
      regime,
      stepWeight,
      estimator,
      stepReturn,
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
  let last: Figures | undefined;
  const { untrained, rule } = await trainScorer({
    config,
    world,
    // The same questions for every seed: a question is one cluster below.
    data: await loadTrainingData({ ...config, seed: 1 }, world.images),
    folder,
    onEvent: (event) => {
      if (event.type === 'validation-end' && event.iteration === ITERATIONS) last = figures(event.validation);
    },
  });
  const cell = nameOf({ regime, reward, stepWeight, estimator, stepReturn });
  return { cell, seed, last: last!, untrained: figures(untrained), rule: figures(rule) };
}

const seeds = Number(process.argv[2] ?? 3);
const file = join(CACHE, 'ablation-2.jsonl');
await mkdir(CACHE, { recursive: true });
const known: Result[] = (await readFile(file, 'utf8').catch(() => ''))
  .split('\n')
  .filter((line) => line.endsWith('}'))
  .map((line) => JSON.parse(line));
const world = await benchWorld();
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
for (const part of PARTS) {
  for (let seed = 1; seed <= seeds; seed++) {
    for (const cell of part) {
      if (known.some((result) => result.cell === nameOf(cell) && result.seed === seed)) continue;
      const result = await run(cell, seed);
      known.push(result);
      await appendFile(file, `${JSON.stringify(result)}\n`);
      const cpu = process.cpuUsage();
      console.error(
        result.cell,
        seed,
        mean(result.last.scores).toFixed(3),
        `${(cpu.user + cpu.system) / 1e6} CPU s so far`,
      );
    }
  }
}
await world.close();

const percent = (value: number): string => (100 * value).toFixed(1);
function line(name: string, runs: readonly Figures[]): string {
  const clusters = runs.flatMap(({ scores }) => scores.map((_, place) => String(place)));
  const interval = bootstrapMean(
    runs.flatMap(({ scores }) => scores),
    { clusters, seed: 'ablation' },
  )!;
  const each = [...new Set(runs.map(({ scores }) => percent(mean(scores))))].join(', ');
  const [searches, routes] = [mean(runs.map((r) => r.searches)), mean(runs.map((r) => r.routingAccuracy))];
  return `| ${name} | ${percent(interval.mean)} [${percent(interval.low)}, ${percent(interval.high)}] | ${searches.toFixed(2)} | ${percent(routes)} | ${each} |`;
}
const measured = PARTS.flat().flatMap((cell) => {
  const runs = known.filter((result) => result.cell === nameOf(cell));
  return runs.length === 0
    ? []
    : [
        line(
          nameOf(cell),
          runs.map(({ last }) => last),
        ),
      ];
});
const table = [
  '| regime | reward | w | estimator | step credited with | answers, token F1 | searches | routes | seeds |',
  '| --- | --- | ---: | --- | --- | --- | ---: | ---: | --- |',
  line(
    'nothing learnt: equal chances | | | |',
    known.map(({ untrained }) => untrained),
  ),
  line(
    'nothing learnt: the rule | | | |',
    known.map(({ rule }) => rule),
  ),
  ...measured,
].join('\n');
console.log(table);
await replaceMarked(resolve(import.meta.dirname, '../../docs/research/training.md'), 'ablation', `${table}\n`);
