/**
 * Rows in place of a number. Small models ask for a count where they want to look something up: then the few rows that were counted are
 * told beside their number, and where no row has what was looked for, those of other columns and tables that do.
 */
import type { TableQuery } from '../../tools/table-calculator.ts';
import { oneLine } from './prompts/lines.ts';
import type { LabelledPassage } from './protocols/naming.ts';

/** Rows told at most, and characters of one. */
const MOST_ROWS = 3;
const ROW_LIMIT = 300;

type Conditions = NonNullable<TableQuery['where']>;
interface Rows {
  header: readonly string[];
  rows: readonly (readonly string[])[];
}

/** ` (Boat: Tern; Length (m): 8)`; empty where there are too many to be told. */
export function countedRows(table: Rows, rows: readonly number[], where: Conditions): string {
  if (rows.length === 0 || rows.length > MOST_ROWS || !where.some(isNamed)) return '';
  return ` (${rows.map((row) => rowText(table.header, table.rows[row] ?? [])).join(' | ')})`;
}

/** The rows of any table found that have a value of the conditions in some cell; the table that was asked told them nothing. */
export function rowsElsewhere(where: Conditions, labelled: readonly LabelledPassage[]): string[] {
  const wanted = where.filter(isNamed).map(({ value }) => String(value));
  const found = labelled.flatMap(({ label, passage: { table } }) =>
    (table?.rows ?? [])
      .filter((row) => row.some((cell) => wanted.some((value) => isAlike(cell, value))))
      .map((row) => `${label}: ${rowText(table?.header ?? [], row)}`),
  );
  return [...new Set(found)].slice(0, MOST_ROWS);
}

/** A condition on a name and not on a size. */
export const isNamed = ({ is, value }: Conditions[number]): boolean =>
  (is === 'equal' || is === 'contains') && /\p{L}{2}/u.test(String(value));

function rowText(header: readonly string[], row: readonly string[]): string {
  const cells = row.map((cell, column) => `${header[column] ?? ''}: ${cell}`);
  return oneLine(cells.join('; ')).slice(0, ROW_LIMIT);
}

/** The same, or the whole cell within what was looked for: `Bowls` within `Bowls team`. */
function isAlike(cell: string, value: string): boolean {
  const [held, wanted] = [plain(cell), plain(value)];
  return /\p{L}{3}/u.test(held) && ` ${wanted} `.includes(` ${held} `);
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
