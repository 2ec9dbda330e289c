/**
 * Arithmetic over the rows of a table: which rows satisfy conditions, which has the most or least of a column, how many there are, sums
 * and means. A model that calls it never compares figures itself, and the built-in reader of files uses it too. It reads cells; what a
 * question means is for others to say.
 */
import { z } from 'zod';
import { userError } from '../common/errors.ts';

const OPERATORS = ['equal', 'not-equal', 'contains', 'more', 'less', 'at-least', 'at-most'] as const;

export const TableQuerySchema = z.strictObject({
  where: z
    .array(
      z.strictObject({
        column: z.string().describe('header of the column'),
        is: z.enum(OPERATORS),
        value: z.union([z.string(), z.number()]),
      }),
    )
    .default([])
    .describe('conditions that a row must satisfy, all of them'),
  sort: z
    .strictObject({ column: z.string(), direction: z.enum(['ascending', 'descending']) })
    .optional()
    .describe('the order of the rows; rows without a number there are left out'),
  take: z.number().int().positive().optional().describe('how many rows at most, after sorting'),
  give: z
    .enum(['cells', 'count', 'sum', 'mean'])
    .default('cells')
    .describe('the cells of `column`, or how many rows, or the sum or mean of `column`'),
  column: z.string().optional().describe('the column that is given; default the first'),
});
export type TableQuery = z.input<typeof TableQuerySchema>;

export interface CalculableTable {
  header: readonly string[];
  rows: readonly (readonly string[])[];
}

export interface TableResult {
  /** Indices of the rows that it rests on, in the order of the result. */
  rows: number[];
  /** The cells given, or the one number. */
  values: string[];
}

/** Throws the user error `table-column` where a column does not exist; the message names those that do. */
export function calculateTable(table: CalculableTable, query: TableQuery): TableResult {
  const { where, sort, take, give, column } = TableQuerySchema.parse(query);
  const given = column === undefined ? 0 : columnOf(table, column);
  const conditions = where.map((condition) => ({ ...condition, at: columnOf(table, condition.column) }));
  let rows = table.rows.flatMap((row, index) =>
    conditions.every(({ at, is, value }) => satisfies(row[at] ?? '', is, value)) ? [index] : [],
  );
  if (sort) {
    const at = columnOf(table, sort.column);
    const sign = sort.direction === 'ascending' ? 1 : -1;
    const keyed = rows.flatMap((index) => {
      const value = numberIn(table.rows[index]?.[at] ?? '');
      return value === undefined ? [] : [{ index, value }];
    });
    // Of equal values the earlier row stays first.
    keyed.sort((left, right) => sign * (left.value - right.value) || left.index - right.index);
    rows = keyed.map(({ index }) => index);
  }
  if (take !== undefined) rows = rows.slice(0, take);
  const cells = rows.map((index) => table.rows[index]?.[given] ?? '');
  if (give === 'cells') return { rows, values: cells };
  if (give === 'count') return { rows, values: [String(rows.length)] };
  const numbers = cells.flatMap((cell) => numberIn(cell) ?? []);
  const sum = numbers.reduce((total, value) => total + value, 0);
  const value = give === 'sum' ? sum : sum / numbers.length;
  return { rows, values: numbers.length === 0 ? [] : [String(Math.round(value * 1e6) / 1e6)] };
}

function columnOf({ header }: CalculableTable, name: string): number {
  const wanted = name.trim().toLowerCase();
  const exact = header.findIndex((title) => title.trim().toLowerCase() === wanted);
  const at = exact >= 0 ? exact : header.findIndex((title) => withoutUnit(title).toLowerCase() === withoutUnit(wanted));
  if (at >= 0) return at;
  throw userError(
    'table-column',
    `table: no column "${name}"; it has ${header.map((title) => `"${title}"`).join(', ')}`,
  );
}

function satisfies(cell: string, is: (typeof OPERATORS)[number], value: string | number): boolean {
  const number = numberIn(cell);
  const wanted = typeof value === 'number' ? value : numberIn(value);
  const same =
    typeof value === 'string' && wanted === undefined
      ? plain(cell) === plain(value)
      : number !== undefined && number === wanted;
  switch (is) {
    case 'equal':
      return same || plain(cell) === plain(String(value));
    case 'not-equal':
      return !same && plain(cell) !== plain(String(value));
    case 'contains':
      return ` ${plain(cell)} `.includes(` ${plain(String(value))} `);
    case 'more':
      return number !== undefined && wanted !== undefined && number > wanted;
    case 'less':
      return number !== undefined && wanted !== undefined && number < wanted;
    case 'at-least':
      return number !== undefined && wanted !== undefined && number >= wanted;
    case 'at-most':
      return number !== undefined && wanted !== undefined && number <= wanted;
    default:
      return is satisfies never;
  }
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** `Price (EUR)` and `Price_EUR`: the unit of a header, which its cells leave out. */
export function unitOf(header: string): string | undefined {
  const bracketed = /[([]\s*([^()[\]]{1,12}?)\s*[)\]]\s*$/.exec(header)?.[1];
  const trailing = TRAILING_UNIT.exec(header)?.[1];
  return bracketed ?? trailing ?? /\s(?:in|\/)\s*([\p{L}%€$£°]{1,8})\s*$/u.exec(header)?.[1];
}

/** A header without its unit. */
export function withoutUnit(header: string): string {
  return header
    .replace(/[([][^()[\]]*[)\]]/g, ' ')
    .replace(/\s(?:in|\/)\s*[\p{L}%€$£°]{1,8}\s*$/u, ' ')
    .replace(TRAILING_UNIT, ' ')
    .replaceAll('_', ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** `Price_EUR`, `duration min`: a unit behind the last gap. */
const TRAILING_UNIT =
  /(?<=[\p{L}\p{N})])[_\s](mins?|minutes|hrs?|hours|days|weeks|months|years|kg|km|cm|mm|m2|ml|litres?|liters?|eur|euros?|usd|dollars?|gbp|pounds?|chf|nok|sek|dkk|kroner|pln|zloty|pct|percent|kwh?|[€$£%])\s*$/iu;

const NUMBER = /[-−]?\d{1,3}(?:[,'\u00a0\u202f ]\d{3})+(?:\.\d+)?(?!\d)|[-−]?\d+(?:[.,]\d+)?/u;

/** The number of a cell, where it begins with one but for a sign or currency: `41,000`, `€ 890`, `12.5 kg`, `1 250`. */
export function numberIn(cell: string): number | undefined {
  const text = cell.trim().replace(/^[\p{Sc}~≈<>]\s*|^(?:EUR|USD|GBP|CHF)\s*/u, '');
  const match = NUMBER.exec(text);
  if (match?.index !== 0) return undefined;
  const digits = match[0].replace('−', '-');
  const grouped = /[,'\u00a0\u202f ]\d{3}(?:\D|$)/u.test(digits) && !/^-?0,/.test(digits);
  const value = Number(grouped ? digits.replace(/[,'\u00a0\u202f ]/gu, '') : digits.replace(',', '.'));
  return Number.isFinite(value) ? value : undefined;
}
