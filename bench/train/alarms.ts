/**
 * Are the alarms worth having? Healthy trainings on which none may fire, and collapses brought about on purpose, each of which an
 * alarm must announce before the smoothed figure has fallen by a fifth:
 *
 *     node bench/train/alarms.ts [small|atlas] [healthy seeds, 10] [seeds of each collapse, 3] [first seed, 1]
 *
 * What falls: of a rate fifty times too high and of entropy driven out, the reward itself; of a reward that can be hacked, the
 * answers, since the reward rises.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { type Alarm, allAlarms, smoothed } from '../../src/train/monitor/alarms.ts';
import type { IterationMetrics } from '../../src/train/monitor/iteration-metrics.ts';
import { parseTrainConfig, type TrainConfigSchema } from '../../src/train/trainer/train-config.ts';
import { type TrainingWorld, trainScorer } from '../../src/train/trainer/train-scorer.ts';
import { loadTrainingData, type TrainingData } from '../../src/train/trainer/training-data.ts';
import { smallData, smallWorld } from '../../test/train/small-world.ts';

type Config = z.input<typeof TrainConfigSchema>;

export interface AlarmRun {
  alarms: Alarm[];
  /** First iteration where the smoothed figure stands a fifth below its best; undefined where it never does. */
  fallen: number | undefined;
}

export async function alarmRun(
  config: Config,
  { world, data, falls }: { world: TrainingWorld; data: TrainingData; falls: 'reward' | 'answerScore' },
): Promise<AlarmRun & { history: IterationMetrics[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'r1-alarms-'));
  const history: IterationMetrics[] = [];
  try {
    await trainScorer({
      config: parseTrainConfig(config),
      world,
      data,
      folder: join(folder, 'run'),
      onEvent: (event) => event.type === 'iteration-end' && history.push(event.metrics),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const values = smoothed(history.map((line) => line[falls]));
  let best = Number.NEGATIVE_INFINITY;
  const place = values.findIndex((value) => {
    best = Math.max(best, value);
    return value < best - 0.2 * Math.abs(best);
  });
  return { alarms: allAlarms(history), fallen: place < 0 ? undefined : place, history };
}

/** From a policy that still explores: one that is sure of itself hardly sees that stopping pays, and has no entropy to lose. */
const exploring = (config: Config): Config => ({
  ...config,
  warmStart: { ...config.warmStart, epochs: 1, rate: 0.006 },
});

export const COLLAPSES: Record<string, { change(config: Config): Config; falls: 'reward' | 'answerScore' }> = {
  'rate x50': {
    falls: 'reward',
    change: (config) => ({ ...config, grpo: { ...config.grpo, rate: 50 * (config.grpo?.rate ?? 0.002) } }),
  },
  'reward for reading': {
    falls: 'answerScore',
    change: (config) => ({ ...config, reward: { weights: { 'read-cost': -0.2, 'search-cost': -0.5 } } }),
  },
  'reward for stopping early': {
    falls: 'answerScore',
    change: (config) => ({ ...exploring(config), reward: { weights: { 'search-cost': 0.5 } } }),
  },
  'entropy driven out': {
    falls: 'reward',
    change: (config) => ({ ...exploring(config), grpo: { ...config.grpo, entropyWeight: -5 } }),
  },
};

/** The warm start keeps the honest reward: what collapses has to stand somewhere first. */
export const SMALL: Config = {
  policy: { probes: false },
  warmStart: { fromRule: false, epochs: 12, batch: 8, rate: 0.01, targets: 'teacher' },
  grpo: { iterations: 24, questions: 8, groupSize: 6, rate: 0.01 },
  validateEvery: 24,
  checkpointEvery: 24,
};

const ATLAS: Config = {
  data: { train: 400, validation: 20 },
  warmStart: { fromRule: false, epochs: 2, rate: 0.01, targets: 'teacher' },
  grpo: { iterations: 24, questions: 12, groupSize: 6, rate: 0.005 },
  validateEvery: 24,
  checkpointEvery: 24,
};

async function main(place: string, healthy: number, collapses: number, first: number): Promise<void> {
  const config = place === 'atlas' ? ATLAS : SMALL;
  let world: TrainingWorld = smallWorld();
  let data = smallData();
  let close = async () => {};
  if (place === 'atlas') {
    const atlas = await (await import('./world.ts')).benchWorld();
    close = atlas.close;
    world = atlas;
    data = await loadTrainingData(parseTrainConfig(config), atlas.images);
  }
  for (const [name, { change, falls }] of Object.entries(COLLAPSES)) {
    for (let seed = first; seed < first + collapses; seed++) {
      report(`${name}, seed ${seed}`, await alarmRun({ ...change(config), seed }, { world, data, falls }));
    }
  }
  for (const [start, changed] of [
    ['', config],
    [', still exploring', exploring(config)],
    [', from nothing', { ...config, warmStart: { epochs: 0, fromRule: false } }],
  ] as const) {
    for (let seed = first; seed < first + healthy; seed++) {
      const run = await alarmRun({ ...changed, seed }, { world, data, falls: 'reward' });
      report(`healthy${start}, seed ${seed}`, run);
    }
  }
  await close();
}

function report(name: string, { alarms, fallen, history }: AlarmRun & { history: IterationMetrics[] }): void {
  const list = alarms.map(({ kind, iteration }) => `${kind} at ${iteration}`).join(', ') || 'none';
  const most = Math.max(...history.map(({ leap }) => leap));
  const reward = smoothed(history.map(({ reward }) => reward));
  console.log(
    `${name.padEnd(34)} fallen ${String(fallen ?? 'never').padEnd(6)} alarms: ${list}  (leap at most ${most.toFixed(3)}, reward ${reward[0]!.toFixed(2)} -> ${reward.at(-1)!.toFixed(2)}, answers ${history[0]!.answerScore.toFixed(2)} -> ${history.at(-1)!.answerScore.toFixed(2)})`,
  );
}

if (process.argv[1] === import.meta.filename) {
  const [place = 'small', ...counts] = process.argv.slice(2);
  const [healthy = 10, collapses = 3, first = 1] = counts.map(Number);
  await main(place, healthy, collapses, first);
}
