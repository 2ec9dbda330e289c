/** A table as a question sees it: which rows it names, by which cells, and how well a header or a row accounts for its words. */
import type { Passage, TablePart } from '../../tools/passage.ts';
import { superlativeAt } from '../english/quantities.ts';
import { coverage } from '../english/synonyms.ts';
import { indexOfRun, type WordedInquiry } from './extraction.ts';

/** Larger tables are read up to this row; a passage of a table is usually far smaller. */
const MOST_ROWS = 400;

export interface Row {
  cells: string[];
  /** Columns whose cell stands in the question. */
  matched: Set<number>;
  /** Stems of the question that those cells account for. */
  covered: Set<string>;
  weight: number;
  /** A whole cell stands in the question, not only a name inside a cell. */
  exact: boolean;
}

export interface View {
  inquiry: WordedInquiry;
  passage: Passage;
  table: TablePart;
  headers: string[][];
  question: string[];
  /** The column that names the rows: the first that is not a number. */
  key: number;
  /** Stems of title, section and caption. */
  about: Set<string>;
  rows: Row[];
}

export function lookAt(inquiry: WordedInquiry, passage: Passage, table: TablePart): View {
  const question = inquiry.words.allStems(inquiry.text);
  const names = inquiry.names.map(inquiry.words.allStems);
  const about = new Set(
    inquiry.words.allStems([table.title, table.section, table.caption, passage.title].filter(Boolean).join(' ')),
  );
  const headers = table.header.map((header) => {
    const stems = inquiry.words.allStems(withoutUnit(header));
    return stems.length > 1 ? stems.filter((item) => item !== 'of' && item !== 'the' && item !== 'in') : stems;
  });
  const headerStems = new Set(headers.flat());
  const rows = table.rows.slice(0, MOST_ROWS).map((cells): Row => {
    const row: Row = { cells, matched: new Set(), covered: new Set(), weight: 0, exact: false };
    const counted = new Map<string, number>();
    cells.forEach((cell, column) => {
      const stems = inquiry.words.allStems(cell);
      if (stems.length === 0 || stems.length > 12) return;
      const symbol =
        /^[^\p{L}\p{N}]/u.test(cell) && cell.length > 1 && inquiry.text.toLowerCase().includes(cell.toLowerCase());
      if (
        !symbol &&
        stems.length === 1 &&
        (stems[0] === 'yes' ||
          stems[0] === 'no' ||
          (stems[0]!.length === 1 &&
            !/\d/.test(stems[0]!) &&
            !names.some((name) => name[0] === stems[0] && name.length === 1)))
      )
        return;
      let covered: readonly string[] | undefined;
      let weight = 0;
      if (
        indexOfRun(question, stems) >= 0 &&
        !(stems.length === 1 && headerStems.has(stems[0]!) && !names.some((name) => name.includes(stems[0]!)))
      ) {
        covered = stems;
        // Australia is only a part of the name of Western Australia.
        if (!names.some((name) => name.length > stems.length && indexOfRun(name, stems) > 0)) row.exact = true;
        weight = stems.length + (names.some((name) => name.join(' ') === stems.join(' ')) ? 1 : 0);
      } else {
        // A name inside a longer cell: `Paris` in `Paris, France`, `euro` in a list.
        const inside = names
          .filter((name) => name.length > 0 && indexOfRun(stems, name) >= 0)
          .sort((a, b) => b.length - a.length)[0];
        if (inside) {
          covered = inside;
          weight = inside.length * (0.4 + (0.4 * inside.length) / stems.length);
        }
      }
      if (!covered) return;
      row.matched.add(column);
      for (const item of covered) row.covered.add(item);
      // One name counts once a row, however many of its cells repeat it.
      const key = covered.join(' ');
      counted.set(key, Math.max(counted.get(key) ?? 0, weight));
    });
    for (const weight of counted.values()) row.weight += weight;
    // The row of X is the one that begins with X, not one that mentions it: a country, not its neighbours.
    if (inquiry.form !== 'class' && row.matched.size > 0) row.weight += 0.5 / (1 + Math.min(...row.matched));
    return row;
  });
  const named = table.header.findIndex((_, column) => !numericColumn(rows, column));
  return { inquiry, passage, table, headers, question, about, rows, key: Math.max(0, named) };
}

const withoutUnit = (header: string): string => header.replace(/\([^)]*\)/g, ' ').replace(/[_/]/g, ' ');

/** How well a column's header names what is asked. */
export function headerScore(wanted: readonly string[], header: readonly string[]): number {
  if (wanted.length === 0 || header.length === 0) return 0;
  return 0.65 * coverage(wanted, header) + 0.35 * coverage(header, wanted);
}

/** Of the names in the question, the share that the row, the title or the header accounts for. */
export function nameCoverage(view: View, row: Row | undefined): number {
  const { inquiry, about, headers } = view;
  const wanted =
    inquiry.names.length > 0
      ? inquiry.names.flatMap(inquiry.words.allStems)
      : inquiry.words.contentStems(inquiry.subject);
  const needed = wanted.filter(
    (item) => !inquiry.attribute.includes(item) && (inquiry.names.length > 0 || !inquiry.verbs.includes(item)),
  );
  if (needed.length === 0) return row && row.matched.size > 0 ? 1 : 0.5;
  let known = 0;
  for (const item of needed) {
    if (row?.covered.has(item) || about.has(item)) known++;
    else if (headers.some((header) => header.includes(item))) known += 0.8;
  }
  return known / needed.length;
}

export function numericColumn(rows: readonly Row[], column: number): boolean {
  let numbers = 0;
  let filled = 0;
  for (const { cells } of rows.slice(0, 12)) {
    const cell = cells[column] ?? '';
    if (cell.trim() === '' || cell === '-') continue;
    filled++;
    if (/^\W{0,3}\d/.test(cell.trim())) numbers++;
  }
  return filled > 0 && numbers / filled > 0.6;
}

export const isSuperlative = (item: string): boolean => superlativeAt(item) !== undefined;
