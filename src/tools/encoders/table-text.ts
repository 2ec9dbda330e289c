/**
 * Tables as text: cut into chunks of whole rows that repeat title, section, caption and header, and written either as
 * `header: cell` pairs (the default: what a reader and a language model find their way in) or with the markers of the
 * reference system, for its released table retriever and checkpoints.
 */
import type { TableDocument } from '../document.ts';
import type { TablePart } from '../passage.ts';

export type TableStyle = 'pairs' | 'markers';

export interface TableChunkOptions {
  /** Rows of a chunk at most. 10 beat whole tables by 1 to 2 points of R@1 on every table set of `docs/research/retrieval.md`. */
  rows?: number;
  /** Characters of the cells of a chunk at most; one row alone may be longer. */
  characters?: number;
}

/** A run of rows of a table, and the number of its first row in the whole table. */
export interface TableChunk {
  part: TablePart;
  firstRow: number;
}

/** A table without rows gives one chunk, so that its title can be found. */
export function tableChunks(
  table: TableDocument,
  { rows = 10, characters = 4000 }: TableChunkOptions = {},
): TableChunk[] {
  const { title, section, caption, header } = table;
  const chunks: TableChunk[] = [];
  let start = 0;
  while (start < table.rows.length || chunks.length === 0) {
    let end = start;
    let size = 0;
    while (end < table.rows.length && end - start < rows) {
      const length = table.rows[end]!.reduce((sum, cell) => sum + cell.length, 0);
      if (end > start && size + length > characters) break;
      size += length;
      end++;
    }
    chunks.push({ part: { title, section, caption, header, rows: table.rows.slice(start, end) }, firstRow: start });
    if (end === start) break;
    start = end;
  }
  return chunks;
}

/** One row as `header: cell` pairs; empty cells are left out. */
export function rowText(header: readonly string[], row: readonly string[]): string {
  return row.flatMap((cell, column) => (cell.trim() === '' ? [] : `${header[column] ?? ''}: ${cell}`)).join('; ');
}

export function tableText(part: TablePart, { style = 'pairs' }: { style?: TableStyle } = {}): string {
  switch (style) {
    case 'pairs': {
      const about = [part.title, part.section, part.caption].filter((piece) => piece?.trim());
      return [about.join(' | '), ...part.rows.map((row) => rowText(part.header, row))].filter(Boolean).join('\n');
    }
    case 'markers':
      return [
        `[Title] ${part.title ?? ''}`,
        `[Section title] ${part.section ?? ''}`,
        `[Caption] ${part.caption ?? ''}`,
        // The table name is a column of Open-WikiTable that no source but itself has.
        '[Table name]',
        `[Header] ${part.header.join(' | ')}`,
        `[Rows] ${part.rows.map((row) => `[Row] ${row.join(' | ')}`).join(' ')}`,
      ].join(' ');
    default:
      return style satisfies never;
  }
}
