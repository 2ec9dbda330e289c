/** What was measured on people's own files: one JSON file, and the table of docs/research/own-files.md that is made of it. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../../src/common/atomic-file.ts';
import { replaceMarked } from '../marked.ts';

const Interval = z.strictObject({ mean: z.number(), low: z.number(), high: z.number() });

const RowSchema = z.strictObject({
  /** Share of the needed evidence that was read. */
  evidence: Interval,
  searches: z.number(),
  /** Up to the search that brought the last of what was found. */
  perfectStop: z.number(),
  overAllOnce: Interval,
  overUntrained: Interval,
  /** Searches as a share of those of `all-once`. */
  searchShare: z.number(),
});
export type OwnRow = z.infer<typeof RowSchema>;

const FiguresSchema = z.record(
  z.string(),
  z.strictObject({ questions: z.number(), rows: z.record(z.string(), RowSchema) }),
);
export type OwnFigures = z.infer<typeof FiguresSchema>;

const FILE = resolve(import.meta.dirname, 'figures.json');
const PAGE = resolve(import.meta.dirname, '../../../docs/research/own-files.md');

export const readFigures = async (): Promise<OwnFigures> =>
  FiguresSchema.parse(JSON.parse(await readFile(FILE, 'utf8').catch(() => '{}')));

/** Puts a folder's rows in the place of its earlier ones, and makes the table anew. */
export async function writeFigures(folder: string, measured: OwnFigures[string]): Promise<void> {
  const figures = { ...(await readFigures()), [folder]: measured };
  await writeFileAtomic(FILE, `${JSON.stringify(figures, null, 2)}\n`);
  await replaceMarked(PAGE, 'own', ownTable(figures));
}

const percent = (value: number): string => (100 * value).toFixed(1);
const signed = (value: number): string => `${value >= 0 ? '+' : ''}${percent(value)}`;
const between = ({ low, high }: z.infer<typeof Interval>): string => `[${percent(low)}, ${percent(high)}]`;
const gain = (one: z.infer<typeof Interval>): string =>
  one.low === 0 && one.high === 0 ? '0.0' : `${signed(one.mean)} ${between(one)}`;

export function ownTable(figures: OwnFigures): string {
  const lines = Object.entries(figures).flatMap(([folder, { rows }]) =>
    Object.entries(rows).map(([name, row]) => {
      const cells = [
        `${folder}, ${name}`,
        `${percent(row.evidence.mean)} ${between(row.evidence)}`,
        `${row.searches.toFixed(2)} (${(100 * row.searchShare).toFixed(0)} %)`,
        row.perfectStop.toFixed(2),
        name === 'all-once' ? '' : gain(row.overAllOnce),
        name === 'untrained' ? '' : gain(row.overUntrained),
      ];
      return `| ${cells.join(' | ')} |\n`;
    }),
  );
  return [
    '| | evidence read | searches (of all-once) | with a perfect stop | against all-once | against untrained |\n',
    '|---|---|---|---|---|---|\n',
    ...lines,
  ].join('');
}
