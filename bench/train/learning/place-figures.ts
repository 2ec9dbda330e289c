/** The scorer's place as numbers (place.json beside this file) and as the table of docs/research/training.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { bootstrapMean, pairedTest } from '../../../src/eval/statistics/index.ts';
import { replaceMarked } from '../marked.ts';
import { DifferenceSchema, IntervalSchema, type Measured } from './figures.ts';

const FILE = join(import.meta.dirname, 'place.json');

const SETS = ['held-out', 'dev', 'unseen', 'blind'] as const;
export type PlaceSet = (typeof SETS)[number];

const CellSchema = z.object({
  /** Answers over the seeds: interval over questions, each the mean of its seeds. */
  answers: IntervalSchema,
  seeds: z.array(z.number()),
  searches: z.number(),
  /** Over the untrained rule, paired; null for the rule itself. */
  over: DifferenceSchema.nullable(),
});

type Cell = z.infer<typeof CellSchema>;

export const PlaceCurveSchema = z.object({
  training: z.string(),
  seed: z.number().int(),
  /** Updates made when the policy was kept. */
  kept: z.number().int(),
  alarms: z.array(z.string()),
  /** Null where it was killed and went on. */
  cpuSeconds: z.number().nullable(),
  /** Answers on the validation questions, after so many updates; at 0 the state in which Step-GRPO begins. */
  validations: z.array(z.object({ updates: z.number().int(), answers: z.number(), searches: z.number() })),
  /** Of the rollouts, one an update: mean reward, entropy over that of equal chances, share of groups without variance. */
  reward: z.array(z.number()),
  entropy: z.array(z.number()),
  flat: z.array(z.number()),
});
export type PlaceCurve = z.infer<typeof PlaceCurveSchema>;

export const PlaceSchema = z.object({
  questions: z.record(z.enum(SETS), z.number().int()),
  rows: z.record(z.string(), z.record(z.enum(SETS), CellSchema)),
  curves: z.array(PlaceCurveSchema),
});
export type Place = z.infer<typeof PlaceSchema>;

export const readPlace = async (): Promise<Place> => PlaceSchema.parse(JSON.parse(await readFile(FILE, 'utf8')));

export const writePlace = (place: Place): Promise<void> => writeFile(FILE, `${JSON.stringify(place, null, 1)}\n`);

const round = (value: number): number => Number(value.toFixed(4));
const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
/** Question by question the mean of the seeds. */
const overSeeds = (lists: readonly (readonly number[])[]): number[] =>
  lists[0]!.map((_, place) => meanOf(lists.map((list) => list[place]!)));
const interval = ({ mean, low, high }: z.infer<typeof IntervalSchema>) => ({
  mean: round(mean),
  low: round(low),
  high: round(high),
});

/** `measured`: by set, by row, one a seed. Rows without a policy are left out. */
export function placeRows(measured: ReadonlyMap<PlaceSet, ReadonlyMap<string, readonly Measured[]>>): Place['rows'] {
  const rows: Place['rows'] = {};
  for (const [set, policies] of measured) {
    const rule = overSeeds(policies.get('untrained')!.map(({ answers }) => answers));
    for (const [name, seeds] of policies) {
      if (seeds.length === 0) continue;
      const answers = overSeeds(seeds.map((one) => one.answers));
      const test = name === 'untrained' ? null : pairedTest(answers, rule, { seed: 'place' })!;
      const cell: Cell = {
        answers: interval(bootstrapMean(answers, { seed: 'place' })!),
        seeds: seeds.map((one) => round(meanOf(one.answers))),
        searches: round(meanOf(seeds.flatMap((one) => one.searches))),
        over: test && { ...interval(test.difference), p: round(test.p) },
      };
      rows[name] = { ...rows[name], [set]: cell } as Place['rows'][string];
    }
  }
  return rows;
}

/** How rows are called, in their order. */
const NAMES: Record<string, string> = {
  untrained: 'the rule, nothing learnt',
  nothing: 'Step-GRPO from nothing',
  start: 'the supervised start alone',
  both: 'the supervised start, then Step-GRPO',
  tempered: 'Step-GRPO from the rule at temperature 2, rate 0.002',
  'tempered, faster': 'the same, rate 0.01',
  scorer: 'what ships',
};

const HEADS: Record<PlaceSet, string> = {
  'held-out': 'templates held out',
  dev: 'as people type it, seen',
  unseen: 'templates never seen',
  blind: 'as people type it, blind',
};

const percent = (value: number): string => (100 * value).toFixed(1);
const signed = (value: number): string => `${value >= 0 ? '+' : ''}${percent(value)}`;

function cellText({ answers, seeds, over }: Cell): string {
  const gain = over && `${signed(over.mean)} [${percent(over.low)}, ${percent(over.high)}]`;
  const each = seeds.length > 1 ? ` (${seeds.map(percent).join(', ')})` : '';
  return `${percent(answers.mean)}${each}${gain ? `, ${gain}` : ''}`;
}

export function placeTable({ questions, rows, curves }: Place): string {
  const head = [
    'begins with',
    ...SETS.map((set) => `${HEADS[set]} (${questions[set]})`),
    'searches, never seen',
    'updates kept',
    'CPU s',
  ];
  const lines = Object.keys(NAMES).flatMap((name) => {
    const row = rows[name];
    if (!row) return [];
    const own = curves.filter(({ training }) => training === name);
    const list = (values: readonly (number | null)[]) => values.map((value) => value ?? '?').join(', ');
    // What ships was taught the templates that the others lack.
    const cells = SETS.map((set) => (name === 'scorer' && set === 'held-out' ? '' : cellText(row[set])));
    const kept = list(own.map(({ kept }) => kept));
    return [
      [NAMES[name], ...cells, row.unseen.searches.toFixed(2), kept, list(own.map(({ cpuSeconds }) => cpuSeconds))],
    ];
  });
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** The states in which Step-GRPO begins and where it comes to: the validations of every training. */
export function placeCurves({ curves }: Place): string {
  const steps = curves[0]!.validations.map(({ updates }) => updates);
  const head = ['validation answers after updates', 'seed', ...steps, 'entropy of the runs', 'flat groups'];
  const meanOfPart = (values: readonly number[]): string => meanOf(values).toFixed(2);
  const lines = Object.keys(NAMES).flatMap((name) =>
    curves
      .filter(({ training }) => training === name)
      .map(({ seed, validations, entropy, flat }) => [
        NAMES[name],
        seed,
        ...validations.map(({ answers }) => percent(answers)),
        `${meanOfPart(entropy.slice(0, 5))} to ${meanOfPart(entropy.slice(-5))}`,
        `${Math.round(100 * meanOf(flat))}%`,
      ]),
  );
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

const PAGE = resolve(import.meta.dirname, '../../../docs/research/training.md');

export async function writePlacePage(place: Place): Promise<void> {
  await replaceMarked(PAGE, 'place', placeTable(place));
  await replaceMarked(PAGE, 'place-curves', placeCurves(place));
}
