/** A table beside a question: which of its rows the question names, and how an answer from a row is written. */
import type { Passage, TablePart } from '../../tools/passage.ts';
import { numberIn, unitOf } from '../../tools/table-calculator.ts';
import { indexOfRun } from '../reader/extraction.ts';
import type { Asked } from './asked.ts';
import type { FileAnswer } from './read-text.ts';
import { allStems } from './words.ts';

/** One table, put together from the passages of it that were found. */
export interface FoundTable {
  passage: Passage;
  table: TablePart;
  /** False where rows may be missing. */
  complete: boolean;
}

export interface Reading {
  found: FoundTable;
  question: string;
  asked: Asked;
  words: string[];
  stems: string[];
}

/** The passages of one table, put together in the order of their rows. */
export function tablesOf(passages: readonly Passage[]): FoundTable[] {
  const byDocument = new Map<string, Passage[]>();
  for (const passage of passages) {
    if (!passage.table) continue;
    const key = `${passage.knowledgeBase}\n${passage.documentId}`;
    byDocument.set(key, [...(byDocument.get(key) ?? []), passage]);
  }
  return [...byDocument.values()].map((parts) => {
    const ordered = parts.sort((left, right) => chunkOf(left) - chunkOf(right));
    const [first] = ordered;
    const rows = ordered.flatMap(({ table }) => table!.rows);
    const complete = ordered.length === (first!.parts ?? 1);
    return { passage: first!, table: { ...first!.table!, rows }, complete };
  });
}

const chunkOf = ({ id }: Passage): number => Number(/#(\d+)$/.exec(id)?.[1] ?? 0);

export const YES_OR_NO = /^\s*(?:and )?(?:is|are|was|were|does|do|did|has|have|can|could)\b/i;

export interface NamedRow {
  row: number;
  /** The cell, or the item of it that the question names. */
  words: string;
  column: number;
  stems: string[];
}

/** Cells of words that stand in the question as they are; the longest first, parts of longer ones left out. */
export function namedRows({ found: { table }, stems }: Reading): NamedRow[] {
  const key = keyColumn(table);
  const named = table.rows.flatMap((cells, row) =>
    cells.flatMap((cell, column): NamedRow[] => {
      const own = bestItem(cell, stems);
      if (own.length === 0 || own.length > 8 || !/\p{L}/u.test(cell) || indexOfRun(stems, own) < 0) return [];
      if (
        own.length === 1 &&
        ((own[0]!.length < 3 && !(column === key && /\d/.test(own[0]!))) ||
          table.header.some((title) => allStems(title).includes(own[0]!)))
      )
        return [];
      return [{ row, column, stems: own, words: itemText(cell, own) }];
    }),
  );
  return named
    .filter(
      (one) => !named.some((other) => other.stems.length > one.stems.length && indexOfRun(other.stems, one.stems) >= 0),
    )
    .sort((left, right) => right.stems.length - left.stems.length);
}

/** The one row whose name ends as the question says: the `battery` of a spare battery, where no other name has that word. */
export function rowByHead({ found: { table }, stems }: Reading): NamedRow[] {
  const column = keyColumn(table);
  const keys = table.rows.map((row) => allStems(row[column] ?? ''));
  const found = keys.flatMap((own, row): NamedRow[] => {
    const head = own.at(-1) ?? '';
    const isOnly = head.length > 2 && keys.filter((other) => other.includes(head)).length === 1;
    if (own.length < 2 || !isOnly || !stems.includes(head)) return [];
    return [{ row, column, stems: own.filter((item) => stems.includes(item)), words: table.rows[row]![column]! }];
  });
  return found.length === 1 ? found : [];
}

const itemText = (cell: string, own: readonly string[]): string =>
  cell
    .split(/[;,/]/)
    .find((item) => allStems(item).join(' ') === own.join(' '))
    ?.trim() ?? cell;

/** A cell may be a list: of `Norwegian; German` the item that the question names, else the whole. */
function bestItem(cell: string, stems: readonly string[]): string[] {
  const items = cell.split(/[;,/]/).map(allStems);
  return (items.length > 1 && items.find((item) => item.length > 0 && indexOfRun(stems, item) >= 0)) || allStems(cell);
}

/** The column that names the rows: the first whose cells are words and differ. */
export function keyColumn({ header, rows }: TablePart): number {
  const column = header.findIndex((_, at) => {
    const cells = rows.map((row) => row[at] ?? '');
    return cells.every((cell) => numberIn(cell) === undefined) && new Set(cells).size >= 0.9 * cells.length;
  });
  return Math.max(0, column);
}

/** Capitalised words and codes of the question stand in the row: a Packer 400 is no Packer 200. */
export function everyNameKnown({ question }: Reading, known: ReadonlySet<string>): boolean {
  const inside = question.replace(/^\s*\S+/, '');
  const names = [...inside.matchAll(/\b(?:\p{Lu}[\p{L}\p{N}]*|\d[\d.,]*)\b/gu)].flatMap(([name]) =>
    name === 'I' ? [] : allStems(name),
  );
  return names.every((item) => known.has(item));
}

export const withUnit = (cell: string, header: string): string => {
  const unit = unitOf(header);
  return unit !== undefined && numberIn(cell) !== undefined && !/\p{L}|%|\p{Sc}/u.test(cell) ? `${cell} ${unit}` : cell;
};

export function answerOf(
  { passage, table }: FoundTable,
  answer: string,
  rows: readonly number[],
  confidence: number,
): FileAnswer {
  const quote = rows
    .slice(0, 3)
    .map((row) => table.rows[row]!.join(' | '))
    .join(' / ');
  return { answer, passage, quote, confidence };
}
