/**
 * Figures of the pages from where they were measured, so that none is copied by hand:
 *
 *     node scripts/docs/figures.ts          writes every mark of every page anew (a part of `npm run docs`)
 *
 * Tables stand between `<!-- NAME:start -->` and `<!-- NAME:end -->`, single figures between `<!--=NAME-->` and `<!--/-->`. They come
 * from bench/train/learning/learning.json, bench/train/own/figures.json, bench/models/figures.json and, where a measurement writes no file, docs/figures.json. The
 * tables of bench/train and bench/eval/results.ts are written by those.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readLearning } from '../../bench/train/learning/figures.ts';
import { type OwnFigures, readFigures as readOwnFigures } from '../../bench/train/own/figures.ts';
import { firstTable } from './first-table.ts';
import { allPages, ROOT } from './pages.ts';

const FolderSchema = z.strictObject({
  folder: z.string(),
  /** Whether its questions were read while the rules were made. */
  lookedAt: z.boolean(),
  right: z.int(),
  shown: z.int(),
  wrong: z.int(),
  nothing: z.int(),
  /** Of the three questions that the folder does not answer. */
  refused: z.int(),
});
const ShareSchema = z.strictObject({ mean: z.number(), low: z.number(), high: z.number() });
const FiguresSchema = z.strictObject({
  inline: z.record(z.string(), z.strictObject({ text: z.string(), by: z.string() })),
  folders: z.array(FolderSchema),
  /** Shares of real questions answered right. */
  real: z.strictObject({ by: z.string(), questions: z.int(), default: ShareSchema, 'all-once': ShareSchema }),
  /** Small tables of measurements that write no file, by their mark. */
  tables: z.record(
    z.string(),
    z.strictObject({ by: z.string(), head: z.array(z.string()), rows: z.array(z.array(z.string())) }),
  ),
});
export type Figures = z.infer<typeof FiguresSchema>;

const ModelRunSchema = z.looseObject({
  questions: z.number(),
  right: z.number(),
  shown: z.number(),
  wrong: z.number(),
  abstained: z.number(),
  refused: z.number(),
  invented: z.number(),
  callsEach: z.number(),
  inputTokensEach: z.number(),
  outputTokensEach: z.number(),
  secondsEach: z.number(),
});
export type ModelRuns = Record<string, z.infer<typeof ModelRunSchema>>;

const read = (file: string): unknown => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));

export const readFigures = (): Figures => FiguresSchema.parse(read('docs/figures.json'));
export const readModelRuns = (): ModelRuns =>
  z.record(z.string(), ModelRunSchema).parse(read('bench/models/figures.json'));

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |\n`;
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [head, head.map(() => '---'), ...rows].map(row).join('');

function foldersTable({ folders }: Figures): string {
  const rows = folders.map(({ folder, lookedAt, right, shown, wrong, nothing, refused }) => [
    `${folder} (${lookedAt ? '' : 'never '}looked at)`,
    ...[right, shown, wrong, nothing, refused],
  ]);
  return table(['folder', 'right', 'shown', 'wrong', 'nothing', 'refused of 3'], rows);
}

function modelRunsTable(runs: ModelRuns): string {
  const rows = Object.entries(runs)
    .filter(([name]) => !name.includes('beside createAgent'))
    .map(([name, run]) => {
      const unanswerable = run.refused + run.invented;
      return [
        name,
        `${run.questions - unanswerable} and ${unanswerable}`,
        ...[run.right, run.shown, run.wrong, run.abstained],
        unanswerable === 0 ? '' : `${run.refused} of ${unanswerable}`,
        run.callsEach.toFixed(1),
        `${Math.round(run.inputTokensEach).toLocaleString('en')} and ${Math.round(run.outputTokensEach)}`,
        Math.round(run.secondsEach),
      ];
    });
  const head = ['questions', 'answerable and not', 'right', 'shown', 'wrong', 'nothing', 'refused', 'calls each'];
  return table([...head, 'tokens each, in and out', 'seconds each'], rows);
}

const TRAINED = 'trained, all seeds';
const points = (value: number): string => `${value >= 0 ? '+' : ''}${(100 * value).toFixed(1)}`;

/** What policies that were trained on people's own files came to, beside asking every knowledge base once. */
function ownFigures(own: OwnFigures): Record<string, string> {
  return Object.fromEntries(
    Object.entries(own).flatMap(([folder, { rows }]) => {
      const found = rows[TRAINED];
      if (!found) return [];
      const { mean, low, high } = found.overAllOnce;
      return [
        [`own-${folder}-searches`, `${(100 * found.searchShare).toFixed(0)} %`],
        [`own-${folder}-evidence`, `${points(mean)} [${points(low)}, ${points(high)}] points`],
      ];
    }),
  );
}

export interface Made {
  /** By their mark, which may stand on several pages. */
  tables: Record<string, string>;
  inline: Record<string, string>;
}

/** Every table and figure, by its mark. */
export async function madeFigures(): Promise<Made> {
  const [figures, runs, learning, own] = [readFigures(), readModelRuns(), await readLearning(), await readOwnFigures()];
  const written = Object.entries(figures.tables).map(([name, { head, rows }]) => [name, table(head, rows)]);
  return {
    tables: {
      ...Object.fromEntries(written),
      numbers: firstTable(learning, figures, runs),
      folders: foldersTable(figures),
      'model-runs': modelRunsTable(runs),
    },
    inline: {
      ...Object.fromEntries(Object.entries(figures.inline).map(([name, { text }]) => [name, text])),
      ...ownFigures(own),
    },
  };
}

/** The page with every mark filled. Throws where a mark has no figure. */
export function filled(text: string, { tables, inline }: Made): string {
  let page = text;
  for (const [name, content] of Object.entries(tables)) {
    const [start, end] = [`<!-- ${name}:start -->\n`, `<!-- ${name}:end -->`];
    const [from, to] = [page.indexOf(start), page.indexOf(end)];
    if (from >= 0 && to > from) page = page.slice(0, from + start.length) + content + page.slice(to);
  }
  return page.replace(/<!--=([\w-]+)-->[\s\S]*?<!--\/-->/g, (_, name: string) => {
    const figure = inline[name];
    if (figure === undefined) throw new Error(`no figure is called "${name}"; see docs/figures.json`);
    return `<!--=${name}-->${figure}<!--/-->`;
  });
}

export async function writeFigures(): Promise<void> {
  const made = await madeFigures();
  for (const { name, text } of allPages()) {
    const page = filled(text, made);
    if (page !== text) writeFileSync(join(ROOT, name), page);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFigures();
