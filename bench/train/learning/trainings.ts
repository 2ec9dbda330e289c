/**
 * The trainings whose policies are measured: `node bench/train/learning/trainings.ts [NAME]...` trains those that are not there
 * yet, one after the other; a killed one goes on.
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import { parseTrainConfig, QUICK_CONFIG, type TrainConfigSchema } from '../../../src/train/trainer/train-config.ts';
import { trainScorer } from '../../../src/train/trainer/train-scorer.ts';
import { loadTrainingData } from '../../../src/train/trainer/training-data.ts';
import { row } from '../lines.ts';
import { benchWorld, CACHE } from '../world.ts';

type Config = z.input<typeof TrainConfigSchema>;

export const SHIPPED = resolve(import.meta.dirname, '../../../models/scorer');
/** The recipe of the policy that ships. */
export const RECIPE: Config = JSON.parse(await readFile(join(SHIPPED, 'train.json'), 'utf8'));

/** By name. `held out` tells by which state the recipe is to be kept, on templates that it is not taught. */
export const TRAININGS: Record<string, Config> = {
  quick: { ...QUICK_CONFIG, seed: 1 },
  recipe: RECIPE,
  'recipe, held out': { ...RECIPE, data: { ...RECIPE.data, heldOut: 0.2, validation: 236 } },
  'recipe, wordings': { ...RECIPE, data: { ...RECIPE.data, wordings: 'atlas' } },
  'quick, seed 2': { ...QUICK_CONFIG, seed: 2 },
  'quick, seed 3': { ...QUICK_CONFIG, seed: 3 },
};

export const folderOf = (name: string): string => join(CACHE, 'learning', name.replace(/\W+/g, '-'));

async function train(name: string): Promise<void> {
  const config = parseTrainConfig(TRAININGS[name]);
  const began = process.cpuUsage();
  const world = await benchWorld();
  const { untrained, rule, before, best, alarms } = await trainScorer({
    config,
    world,
    data: await loadTrainingData(config, world.images),
    folder: folderOf(name),
    onEvent: (event) => {
      if (event.type === 'validation-end') console.error(row(`${name}, ${event.iteration}`, event.validation));
    },
  });
  await world.close();
  for (const [state, validation] of Object.entries({ untrained, rule, before, best }))
    console.log(row(`${name}, ${state}`, validation));
  const { user, system } = process.cpuUsage(began);
  const fired = alarms.map(({ kind }) => kind).join(', ') || 'none';
  console.log(
    `${name}: kept iteration ${best.iteration}, ${((user + system) / 1e6).toFixed(0)} CPU s, alarms: ${fired}`,
  );
}

if (import.meta.main) {
  const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(TRAININGS);
  for (const name of names) await train(name);
}
