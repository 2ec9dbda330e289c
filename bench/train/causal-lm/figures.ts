/**
 * What the trainings of language models on the atlas gave (atlas.json beside this file), and the table of docs/research/training.md
 * that is made from it.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { bootstrapMean } from '../../../src/eval/statistics/index.ts';
import { replaceMarked } from '../marked.ts';

export const ATLAS_ROWS = join(import.meta.dirname, 'atlas.json');
const PAGE = resolve(import.meta.dirname, '../../../docs/research/training.md');

const CurveSchema = z.object({
  iteration: z.number(),
  reward: z.number(),
  answerScore: z.number(),
  invalid: z.number(),
  zeroVariance: z.number(),
  entropy: z.number(),
  /** Answers on the validation questions, where they were asked after the update. */
  validation: z.number().optional(),
});

const RowSchema = z.object({
  seed: z.number().int(),
  name: z.string(),
  /** CPU seconds of the training, apart from those of the start it goes on from. */
  seconds: z.number(),
  score: z.number(),
  searches: z.number(),
  reward: z.number(),
  /** Share of the outputs that could not be used. */
  invalid: z.number(),
  /** One a question. */
  scores: z.array(z.number()),
  /** The same on questions of train. */
  seen: z.object({ score: z.number(), reward: z.number(), scores: z.array(z.number()) }).optional(),
  curve: z.array(CurveSchema),
});
export type Row = z.infer<typeof RowSchema>;

const TrainedSchema = z.object({
  parameters: z.number(),
  /** What it goes on from, where that was released by others. */
  base: z.string().optional(),
  config: z.record(z.string(), z.unknown()),
  rows: z.array(RowSchema),
});
export type Trained = z.infer<typeof TrainedSchema>;

export async function readTrained(file = ATLAS_ROWS): Promise<Trained[]> {
  return z.array(TrainedSchema).parse(await readFile(file, 'utf8').then(JSON.parse, () => []));
}

/** Figures of the rows to four digits; configurations as they are, by which they are found again. */
export async function writeTrained(file: string, trained: readonly Trained[]): Promise<void> {
  const short = (_: string, part: unknown) => (typeof part === 'number' ? Math.round(part * 1e4) / 1e4 : part);
  const rounded = trained.map(({ rows, ...rest }) => ({ ...rest, rows: JSON.parse(JSON.stringify(rows, short)) }));
  await writeFile(file, `${JSON.stringify(rounded)}\n`);
  if (resolve(file) === ATLAS_ROWS) await replaceMarked(PAGE, 'causal-lm-atlas', trainedTable(trained));
}

const NAMES: Record<string, string> = {
  untrained: 'untrained',
  start: 'supervised start',
  'step-grpo': '**Step-GRPO**',
  rejection: 'rejection sampling',
  supervised: 'further supervised',
};
const ORDER = Object.keys(NAMES);
/** What Step-GRPO is compared with, from the same start. */
const CONTROLS = new Set(['rejection', 'supervised']);

const points = (value: number): string => (100 * value).toFixed(1);
const signed = (value: number): string => {
  const said = points(value);
  return said === '-0.0' ? '+0.0' : value < 0 ? said : `+${said}`;
};
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

type ScoresOf = (row: Row) => readonly number[] | undefined;
const ofSeen: ScoresOf = ({ seen }) => seen?.scores;

/** One row over another, a question at a time, each seed's answer beside the others'; undefined without a seed that has both. */
export function overOther(rows: readonly Row[], name: string, other: string, of: ScoresOf = ({ scores }) => scores) {
  const pairs = rows
    .filter((row) => row.name === name)
    .flatMap((row) => {
      const rival = rows.find((one) => one.name === other && one.seed === row.seed);
      const [own, its] = [of(row), rival && of(rival)];
      return own && its ? [{ own, its }] : [];
    });
  if (pairs.length === 0) return undefined;
  const differences = pairs[0]!.own.map((_, question) =>
    mean(pairs.map(({ own, its }) => own[question]! - its[question]!)),
  );
  return { ...bootstrapMean(differences, { seed: 1 })!, seeds: pairs.length };
}

function told(difference: ReturnType<typeof overOther>, same?: string): string {
  if (!difference) return '';
  const { mean: by, low, high } = difference;
  return same && by === 0 && low === 0 && high === 0
    ? `+0.0, ${same}`
    : `${signed(by)} [${points(low)}, ${points(high)}]`;
}

/** Whether its outputs were held to the form of a decision. */
const isHeld = ({ config }: Trained): boolean => (config as { policy?: { form?: boolean } }).policy?.form !== false;

/** What sets it apart from the main trainings of its size; empty for those. */
export function variant(trained: Trained): string {
  if (!isHeld(trained)) return 'free';
  if (trained.base) return '';
  const { grpo, start } = trained.config as { grpo?: { schedule?: string }; start?: { plainGoesOn?: boolean } };
  if (grpo?.schedule !== 'cosine') return 'constant rate';
  return start?.plainGoesOn ? '' : 'first searches';
}

export const sizeOf = ({ parameters, base }: Trained): string => base ?? `${(parameters / 1e6).toPrecision(2)} M`;

/** Each seed and all of them; of variants all of them alone. */
function tableOf(trained: Trained): string[] {
  const { rows } = trained;
  const apart = variant(trained);
  const size = apart ? `${sizeOf(trained)}, ${apart}` : sizeOf(trained);
  const seeds = [...new Set(rows.map(({ seed }) => seed))].sort((a, b) => a - b);
  const names = ORDER.filter((name) => rows.some((row) => row.name === name));
  const line = (seed: string, name: string, { of, beside }: Record<'of' | 'beside', readonly Row[]>): string => {
    const cells = [
      points(mean(of.map(({ score }) => score))),
      CONTROLS.has(name) || name === 'step-grpo' ? told(overOther(beside, name, 'start'), 'the start was kept') : '',
      CONTROLS.has(name) ? told(overOther(beside, 'step-grpo', name)) : '',
      of.every(({ seen }) => seen) ? points(mean(of.map(({ seen }) => seen!.score))) : '',
      CONTROLS.has(name) ? told(overOther(beside, 'step-grpo', name, ofSeen)) : '',
      mean(of.map(({ searches }) => searches)).toFixed(2),
      `${points(mean(of.map(({ invalid }) => invalid)))}%`,
      mean(of.map(({ seconds }) => seconds)).toFixed(0),
    ];
    return `| ${size} | ${seed} | ${NAMES[name] ?? name} | ${cells.join(' | ')} |`;
  };
  const each = seeds.flatMap((seed) =>
    names.flatMap((name) => {
      const own = rows.filter((row) => row.seed === seed && row.name === name);
      const beside = rows.filter((row) => row.seed === seed);
      return own.length === 0 ? [] : [line(String(seed), name, { of: own, beside })];
    }),
  );
  const whole = names.filter((name) => apart || rows.filter((row) => row.name === name).length > 1);
  const all = whole.map((name) => {
    const own = rows.filter((row) => row.name === name);
    return line(own.map(({ seed }) => seed).join(', '), name, { of: own, beside: rows });
  });
  return [...(apart ? [] : each), ...all];
}

export function trainedTable(trained: readonly Trained[]): string {
  const lines = [
    '| parameters | seed | | answers | over the start | Step-GRPO over it | on train | Step-GRPO over it | searches | unusable outputs | CPU s |',
    '| --- | --- | --- | ---: | --- | --- | ---: | --- | ---: | ---: | ---: |',
    ...trained.flatMap(tableOf),
  ];
  return `${lines.join('\n')}\n`;
}
