/**
 * The scorer's place: what a supervised start and Step-GRPO each bring, beside the rule they begin at and beside nothing at all. Three
 * seeds a row; written to place.json and into docs/research/training.md:
 *
 *     node bench/train/learning/place.ts 3              seeds 1 to 3 of every training, then everything measured
 *     node bench/train/learning/place.ts 1 tempered     one training
 *     node bench/train/learning/place.ts 0              what is there
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Question } from '../../../src/eval/datasets/question.ts';
import { openScorerPolicy } from '../../../src/offline/policies/scorer.ts';
import { linesOf } from '../lines.ts';
import { benchWorld } from '../world.ts';
import type { Measured } from './figures.ts';
import { measuredOnce } from './measured.ts';
import { type Place, type PlaceCurve, type PlaceSet, placeRows, writePlace, writePlacePage } from './place-figures.ts';
import { placeSets } from './place-sets.ts';
import { PLACE_TRAININGS, type PlaceTraining, placeCurve, placeFolder } from './place-trainings.ts';
import { SHIPPED } from './trainings.ts';

const seeds = Number(process.argv[2] ?? 3);
const chosen = process.argv.slice(3);
const names = Object.keys(PLACE_TRAININGS) as PlaceTraining[];
const world = await benchWorld();

const curves: PlaceCurve[] = [];
for (let seed = 1; seed <= 3; seed++)
  for (const name of names) {
    const make = seed <= seeds && (chosen.length === 0 || chosen.includes(name));
    const curve = await placeCurve(name, { seed, world, make });
    if (curve) curves.push(curve);
  }

const sets = await placeSets();

/** By row, a policy a seed. */
const folders = new Map<string, string[]>([['scorer', [SHIPPED]]]);
const put = (row: string, folder: string): void => void folders.set(row, [...(folders.get(row) ?? []), folder]);
for (const { training, seed } of curves) {
  const folder = placeFolder(training as PlaceTraining, seed);
  put(training, join(folder, 'policy'));
  // What the supervised start gave is the reference of the Step-GRPO that follows it.
  if (training === 'both') put('start', join(folder, 'reference'));
}

const measured = new Map<PlaceSet, Map<string, Measured[]>>();
for (const [set, questions] of Object.entries(sets) as [PlaceSet, readonly Question[]][]) {
  const rows = new Map<string, Measured[]>();
  const { untrained } = linesOf(world);
  rows.set('untrained', [await measuredOnce({ set, name: 'untrained', policy: untrained!, questions, world })]);
  for (const [row, each] of folders) {
    const found: Measured[] = [];
    for (const folder of each) {
      if (!existsSync(join(folder, 'config.json'))) continue;
      const policy = await openScorerPolicy(folder);
      found.push(await measuredOnce({ set, name: row, policy, questions, world }));
    }
    rows.set(row, found);
  }
  measured.set(set, rows);
}
await world.close();

const place: Place = {
  questions: Object.fromEntries(
    Object.entries(sets).map(([set, questions]) => [set, questions.length]),
  ) as Place['questions'],
  rows: placeRows(measured),
  curves,
};
await writePlace(place);
await writePlacePage(place);
