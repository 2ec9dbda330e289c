/**
 * The table model of HTML, for every format that has cells which span: where a cell stands, in each column and row it covers, and one
 * header line out of the rows of a head. Bounded while it is laid out, since a few bytes may span a thousand columns.
 */
import { userError } from '../../common/errors.ts';

export interface SpannedCell {
  text: string;
  /** A header cell (`th`, `!`). */
  head: boolean;
  colspan: number;
  /** 0: to the end of its group. */
  rowspan: number;
}

export interface RowGroup {
  /** Its rows are head rows, whatever their cells. */
  head: boolean;
  rows: SpannedCell[][];
}

export interface LaidOutTable {
  /** Of a first row that is one cell over all columns. */
  caption?: string;
  header?: string[];
  rows: string[][];
}

const MOST_COLUMNS = 1_000;
const MOST_ROWS_SPANNED = 65_534;
const MOST_CELLS = 4_000_000;
const MOST_CHARACTERS = 64 * 1024 * 1024;

/** The number of a `colspan` or `rowspan` attribute, as browsers read it. */
export function spanOf(attribute: string | undefined, kind: 'colspan' | 'rowspan'): number {
  const value = Number.parseInt(attribute ?? '1', 10);
  if (kind === 'colspan') return Number.isNaN(value) || value < 1 ? 1 : Math.min(value, MOST_COLUMNS);
  return Number.isNaN(value) || value < 0 ? 1 : Math.min(value, MOST_ROWS_SPANNED);
}

interface Line {
  texts: string[];
  head: boolean;
  /** Its first cell is the head of the others. */
  headed: boolean;
  /** Its own cells, of which one alone may cover the whole line. */
  cells: number;
}

/** Every line with a text in each column its cells cover. */
function linesOf(groups: readonly RowGroup[]): Line[] {
  const lines: Line[] = [];
  let cells = 0;
  let characters = 0;
  for (const group of groups) {
    /** What goes on from rows above, by column. */
    const above: { text: string; rows: number }[] = [];
    for (const row of group.rows) {
      const texts: string[] = [];
      const put = (column: number, text: string) => {
        texts[column] = text;
        cells++;
        characters += text.length;
        if (cells > MOST_CELLS || characters > MOST_CHARACTERS) {
          throw userError('table-too-large', 'a table whose cells span so far that it is over 64 million characters');
        }
      };
      const isAbove = (column: number) => (above[column]?.rows ?? 0) > 0;
      const takeAbove = (column: number) => {
        const entry = above[column]!;
        entry.rows--;
        put(column, entry.text);
      };
      let column = 0;
      for (const { text, colspan, rowspan } of row) {
        for (; isAbove(column); column++) takeAbove(column);
        for (const end = column + colspan; column < end; column++) {
          put(column, text);
          if (rowspan !== 1) above[column] = { text, rows: rowspan === 0 ? Number.POSITIVE_INFINITY : rowspan - 1 };
        }
      }
      for (; column < above.length; column++) if (isAbove(column)) takeAbove(column);
      const head = group.head || isHead(row);
      const headed = row.length > 1 && row.every((cell, place) => cell.head === (place === 0));
      lines.push({ texts, head, headed, cells: row.length });
    }
  }
  return lines;
}

/** Header cells, and beside them nothing but empty corners. */
function isHead(row: readonly SpannedCell[]): boolean {
  return row.some(({ head }) => head) && row.every(({ head, text }) => head || text.trim() === '');
}

/** One name a column: what stands over it from top to bottom, each once. */
function oneHeader(lines: readonly Line[], width: number): string[] {
  return Array.from({ length: width }, (_, column) => {
    const parts = lines.map(({ texts }) => (texts[column] ?? '').trim());
    return parts.filter((part, place) => part !== '' && part !== parts[place - 1]).join(' ');
  });
}

/** Throws `table-too-large` where the cells span beyond all bounds. */
export function layOutTable(groups: readonly RowGroup[]): LaidOutTable {
  const lines = linesOf(groups).filter(({ texts }) => texts.length > 0);
  const width = lines.reduce((most, { texts }) => Math.max(most, texts.length), 0);
  let heads = 0;
  while (heads < lines.length && lines[heads]!.head) heads++;
  // A table of header cells only: the first row is the head of the others.
  if (heads === lines.length) heads = Math.min(1, lines.length);
  const head = lines.slice(0, heads);
  const first = head[0];
  const titled = head.length > 1 && width > 1 && first!.cells === 1 && first!.texts.length === width;
  const caption = titled ? first!.texts[0]!.trim() : '';
  // Names stand before the rows and none over the columns, so that the first row is one as the others.
  const unnamed = heads === 0 && lines.length > 1 && lines.every(({ headed }) => headed);
  const rows = lines.slice(heads).map(({ texts }) => Array.from({ length: width }, (_, column) => texts[column] ?? ''));
  return {
    ...(caption ? { caption } : {}),
    ...(head.length > 0 ? { header: oneHeader(titled ? head.slice(1) : head, width) } : {}),
    ...(unnamed ? { header: Array.from({ length: width }, () => '') } : {}),
    rows,
  };
}
