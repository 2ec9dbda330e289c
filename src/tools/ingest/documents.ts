/** Makes table documents from the loose tables that formats find. */
import { basename, extname } from 'node:path';
import type { TableDocument } from '../document.ts';

/** The name of a file without folder and extension: the title of what has no other. */
export function stemOf(path: string): string {
  return basename(path, extname(path));
}

export interface RawTable {
  id: string;
  title?: string;
  section?: string;
  caption?: string;
  header?: readonly unknown[];
  rows: readonly (readonly unknown[])[];
}

const cell = (value: unknown): string =>
  value === null || value === undefined ? '' : String(value).replace(/\s+/g, ' ').trim();

/**
 * A table with as many cells in every row as in its header: short rows are filled with empty cells, extra cells get the header
 * `column N`. Without a header the first row serves. Undefined where no cell is left.
 */
export function tableDocument({ id, title, section, caption, header, rows }: RawTable): TableDocument | undefined {
  const body = rows.map((row) => row.map(cell)).filter((row) => row.some((value) => value !== ''));
  const head = header ? header.map(cell) : body.shift();
  if (!head || body.length === 0) return undefined;
  // Not spread into one call: a table may have more rows than a call has room for.
  const width = body.reduce((most, row) => Math.max(most, row.length), head.length);
  if (width === 0) return undefined;
  const full = Array.from({ length: width }, (_, column) => head[column] || `column ${column + 1}`);
  return {
    id,
    ...(title ? { title } : {}),
    ...(section ? { section } : {}),
    ...(caption ? { caption } : {}),
    header: full,
    rows: body.map((row) => Array.from({ length: width }, (_, column) => row[column] ?? '')),
  };
}
