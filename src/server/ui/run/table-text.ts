/**
 * The table that a passage's text was made from, where only the text is at hand: a line for the title, then a line of
 * `Header: cell; Header: cell` for each row. Undefined of any other text.
 */
import type { Table } from '../api/schemas.ts';

export function tableOfText(text: string): Table | undefined {
  const [title = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  const rows = lines.map(cellsOf);
  const header = [...new Set(rows.flatMap((cells) => cells.map(([name]) => name)))];
  const [first] = rows;
  if (!first || first.length < 2 || rows.some((cells) => cells.length < 2 || cells.length > header.length))
    return undefined;
  if (rows.some((cells) => cells[0]![0] !== first[0]![0]) || header.length > first.length + 4) return undefined;
  const cells = rows.map((row) => {
    const known = new Map(row);
    return header.map((name) => known.get(name) ?? '');
  });
  return { title, header, rows: cells };
}

/** A cell may hold semicolons of its own: what names no header goes on with the cell before. */
function cellsOf(line: string): [name: string, cell: string][] {
  const cells: [string, string][] = [];
  for (const piece of line.split('; ')) {
    const [, name, cell] = /^([^:]{1,60}): (.*)$/.exec(piece) ?? [];
    const last = cells.at(-1);
    if (name !== undefined && cell !== undefined) cells.push([name, cell]);
    else if (last) last[1] += `; ${piece}`;
    else return [];
  }
  return cells;
}
