/**
 * The trainings behind the scorer's place: Step-GRPO from nothing, from a supervised start, from the rule at a temperature, all on
 * the same budget of questions and chosen by the same validation questions, of templates that none of them is taught and in natural wordings.
 * A killed one goes on; one that is there is not made again.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { parseTrainConfig, type TrainConfigSchema } from '../../../src/train/trainer/train-config.ts';
import { type TrainingWorld, trainScorer } from '../../../src/train/trainer/train-scorer.ts';
import { loadTrainingData } from '../../../src/train/trainer/training-data.ts';
import { metricsOf, processSeconds } from '../metrics.ts';
import { type PlaceCurve, PlaceCurveSchema } from './place-figures.ts';
import { folderOf, RECIPE } from './trainings.ts';

type Config = z.input<typeof TrainConfigSchema>;

const common: Config = {
  ...RECIPE,
  data: { ...RECIPE.data, heldOut: 0.2, validation: 236 },
  grpo: { iterations: 40, questions: 16, groupSize: 6, rate: 0.0005, klWeight: 0.1 },
};

/** By name. */
export const PLACE_TRAININGS = {
  nothing: {
    ...common,
    warmStart: { epochs: 0, fromRule: false },
    grpo: { ...common.grpo, rate: 0.01, klWeight: 0.01 },
  },
  both: common,
  tempered: {
    ...common,
    warmStart: { epochs: 0, ruleTemperature: 2 },
    grpo: { ...common.grpo, rate: 0.002, klWeight: 0 },
  },
  'tempered, faster': {
    ...common,
    warmStart: { epochs: 0, ruleTemperature: 2 },
    grpo: { ...common.grpo, rate: 0.01, klWeight: 0 },
  },
} satisfies Record<string, Config>;
export type PlaceTraining = keyof typeof PLACE_TRAININGS;

export const placeFolder = (name: PlaceTraining, seed: number): string => folderOf(`place ${name} seed ${seed}`);

const round = (value: number): number => Number(value.toFixed(4));

/** Null where it is not there and is not to be made. */
export async function placeCurve(
  name: PlaceTraining,
  { seed, world, make }: { seed: number; world: TrainingWorld; make: boolean },
): Promise<PlaceCurve | null> {
  const folder = placeFolder(name, seed);
  const file = join(folder, 'curve.json');
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known) return PlaceCurveSchema.parse(JSON.parse(known));
  if (!make) return null;
  const config = parseTrainConfig({ ...PLACE_TRAININGS[name], seed });
  const { train } = await loadTrainingData(config, world.images);
  // The same for every seed: what chooses must not differ.
  const { validation } = await loadTrainingData({ ...config, seed: 1 }, world.images);
  const began = processSeconds();
  let wasKilled = false;
  const validations: PlaceCurve['validations'] = [];
  const { best, alarms, before } = await trainScorer({
    config,
    world,
    data: { train, validation },
    folder,
    onEvent: ({ type }) => {
      if (type === 'resume') wasKilled = true;
    },
  });
  validations.push({ updates: 0, answers: round(before.score), searches: round(before.searches) });
  const metrics = await metricsOf(folder);
  for (const { iteration, validation: made } of metrics)
    if (made) validations.push({ updates: iteration + 1, answers: round(made.score), searches: round(made.searches) });
  const curve: PlaceCurve = {
    training: name,
    seed,
    kept: best.iteration,
    alarms: alarms.map(({ kind }) => kind),
    cpuSeconds: wasKilled ? null : Math.round(processSeconds() - began),
    validations,
    reward: metrics.map(({ reward }) => round(reward)),
    entropy: metrics.map(({ entropy }) => round(entropy)),
    flat: metrics.map(({ zeroVariance }) => round(zeroVariance)),
  };
  await writeFile(file, JSON.stringify(curve));
  console.error(
    `${name}, seed ${seed}: kept after ${curve.kept}, ${curve.cpuSeconds} CPU s`,
    JSON.stringify(validations),
  );
  return curve;
}
