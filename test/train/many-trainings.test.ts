/** Trainings in one process, one after the other: each gives back its thread, its files and its memory. */
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseTrainConfig } from '../../src/train/trainer/train-config.ts';
import { trainScorer } from '../../src/train/trainer/train-scorer.ts';
import { FULL_VOLUME, SLOW } from '../slow.ts';
import { smallData, smallWorld } from './small-world.ts';

const trainings = process.env.R1_ROUTER_FULL === '1' ? 60 : 2;
const config = {
  policy: { probes: false },
  warmStart: { fromRule: false, epochs: 1, batch: 8, targets: 'teacher' },
  grpo: { iterations: 2, questions: 8, groupSize: 4 },
  validateEvery: 2,
  checkpointEvery: 2,
} as const;
const held = () => ({
  threads: readdirSync('/proc/self/task').length,
  files: readdirSync('/proc/self/fd').length,
});

async function train(seed: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'r1-many-'));
  try {
    const given = { config: parseTrainConfig({ ...config, seed }), world: smallWorld(), data: smallData() };
    await trainScorer({ ...given, folder: join(folder, 'run') });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

it.skipIf(!existsSync('/proc/self/task'))(
  `${trainings} trainings in one process leave nothing behind (counted in /proc: Linux only)`,
  async () => {
    // The first ones start what the process keeps: pools of Node and of V8, the heap at its usual size.
    for (let seed = 1; seed <= 3; seed++) await train(seed);
    const before = held();
    const memory = process.memoryUsage.rss();
    for (let seed = 1; seed <= trainings; seed++) await train(seed);
    expect(held()).toEqual(before);
    expect((process.memoryUsage.rss() - memory) / 2 ** 20).toBeLessThan(150);
  },
  trainings > 2 ? FULL_VOLUME : SLOW,
);
