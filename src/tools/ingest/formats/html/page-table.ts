/** A `table` element: whether it holds data or lays out the page, and its cells by the table model. */
import { layOutTable, type RowGroup, spanOf } from '../../table-model.ts';
import { attributeOf, HEADING, lineOf, type Node, tagOf, walkTree } from './tree.ts';

export interface PageTable {
  caption: string;
  header?: string[];
  rows: string[][];
}

interface Parts {
  caption?: Node;
  groups: { head: boolean; rows: Node[][] }[];
  /** Markup that only tables of data have. */
  marked: boolean;
}

const GROUPS = new Set(['thead', 'tbody', 'tfoot']);
const isCell = (node: Node) => tagOf(node) === 'td' || tagOf(node) === 'th';
const cellsOf = (row: Node) => (row.childNodes ?? []).filter(isCell);

function partsOf(table: Node): Parts {
  const role = attributeOf(table, 'role')?.toLowerCase();
  const parts: Parts = {
    groups: [],
    marked: role === 'table' || role === 'grid' || role === 'treegrid' || attributeOf(table, 'summary') !== undefined,
  };
  const feet: Parts['groups'] = [];
  let loose: Node[][] | undefined;
  for (const child of table.childNodes ?? []) {
    const tag = tagOf(child);
    if (tag === 'caption') parts.caption ??= child;
    else if (tag === 'colgroup' || tag === 'col') parts.marked = true;
    else if (tag === 'tr') {
      if (!loose) {
        loose = [];
        parts.groups.push({ head: false, rows: loose });
      }
      loose.push(cellsOf(child));
    } else if (GROUPS.has(tag)) {
      loose = undefined;
      const rows = (child.childNodes ?? []).filter((row) => tagOf(row) === 'tr').map(cellsOf);
      // A foot stands at the end, wherever it is written.
      (tag === 'tfoot' ? feet : parts.groups).push({ head: tag === 'thead', rows });
    }
  }
  parts.groups.push(...feet);
  if (parts.caption || parts.groups.some(({ head }) => head)) parts.marked = true;
  return parts;
}

/** Above it the text of one cell is prose. */
const PROSE = 600;
const MARKED_CELL = ['scope', 'headers', 'abbr'];

/** What is in the cells, without looking into tables inside. */
function contentOf(cells: readonly Node[]): { headings: boolean; tables: boolean; longest: number } {
  const content = { headings: false, tables: false, longest: 0 };
  for (const cell of cells) {
    let length = 0;
    walkTree(cell, (node) => {
      const tag = tagOf(node);
      if (node.nodeName === '#text') length += node.value?.trim().length ?? 0;
      else if (HEADING.test(tag)) content.headings = true;
      else if (tag === 'table') content.tables = true;
      return tag !== 'table';
    });
    content.longest = Math.max(content.longest, length);
  }
  return content;
}

function isData(table: Node, { groups, marked }: Parts): boolean {
  const role = attributeOf(table, 'role')?.toLowerCase();
  if (role === 'presentation' || role === 'none') return false;
  const rows = groups.flatMap((group) => group.rows).filter((cells) => cells.length > 0);
  if (rows.length < 2) return false;
  const cells = rows.flat();
  const hasHeads = cells.some(
    (cell) => tagOf(cell) === 'th' || MARKED_CELL.some((name) => attributeOf(cell, name) !== undefined),
  );
  if (marked || hasHeads) return true;
  const { headings, tables, longest } = contentOf(cells);
  if (headings || tables || longest > PROSE) return false;
  return rows.some((row) => row.length > 1);
}

/**
 * The tables of data of a page, decided once each: outer ones before those in their cells. Throws `table-too-large` from `read`.
 */
export function createTableReader() {
  const known = new Map<Node, Parts | undefined>();

  function partsOfData(table: Node): Parts | undefined {
    if (!known.has(table)) {
      const parts = partsOf(table);
      known.set(table, isData(table, parts) ? parts : undefined);
    }
    return known.get(table);
  }

  /** A table inside a cell is a table of its own; one that lays out the cell is its text. */
  const isInnerData = (node: Node) => tagOf(node) === 'table' && partsOfData(node) !== undefined;

  return {
    /** Undefined where the table lays out the page. */
    read(table: Node): PageTable | undefined {
      const parts = partsOfData(table);
      if (!parts) return undefined;
      const groups: RowGroup[] = parts.groups.map(({ head, rows }) => ({
        head,
        rows: rows.map((cells) =>
          cells.map((cell) => ({
            text: lineOf(cell, isInnerData),
            head: tagOf(cell) === 'th',
            colspan: spanOf(attributeOf(cell, 'colspan'), 'colspan'),
            rowspan: spanOf(attributeOf(cell, 'rowspan'), 'rowspan'),
          })),
        ),
      }));
      const laidOut = layOutTable(groups);
      const caption = parts.caption ? lineOf(parts.caption, isInnerData) : '';
      return { ...laidOut, caption: caption || laidOut.caption || '' };
    },
  };
}
