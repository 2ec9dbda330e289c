/**
 * The rows of a row group, some at a time. What its pages promise is added up before any of them is unpacked: a column that has
 * not as many rows as the group is damage, and would put the values of one row beside those of another.
 */
import type { ColumnChunk, ParquetParsers, RowGroup, SchemaTree } from 'hyparquet';
import { assembleNested } from 'hyparquet/src/assemble.js';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { isFlatColumn } from 'hyparquet/src/schema.js';
import { type Column, ColumnRows } from './column.ts';
import type { Description } from './description.ts';
import { Budget, type FileBytes } from './file-bytes.ts';
import { pagesOf, valuesIn } from './pages.ts';
import { PARSERS, type Plain, plainValue } from './values.ts';

const MOST_ROWS = 2_000;
/** A group up to this is decoded before any of its rows is given, so that damage anywhere in it costs all of them. */
const VALUES_AT_ONCE = 250_000;
const BYTES_AT_ONCE = 8 * 1024 * 1024;

const parsers = { ...DEFAULT_PARSERS, ...PARSERS } as ParquetParsers;

/** The columns below a node, each with its nodes from the root on. */
function columnsBelow(path: SchemaTree[]): SchemaTree[][] {
  const { children } = path.at(-1)!;
  return children.length === 0 ? [path] : children.flatMap((child) => columnsBelow([...path, child]));
}

const nameOf = (path: readonly SchemaTree[]) => path.at(-1)!.path.join('.');

function columnOf(path: SchemaTree[], chunk: ColumnChunk | undefined): Column {
  const meta = chunk?.meta_data;
  if (chunk?.file_path) throw new Error(`the data of its column ${nameOf(path)} is in another file`);
  if (!meta) throw new Error(`it has no data for its column ${nameOf(path)}`);
  const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
  const end = start + Number(meta.total_compressed_size);
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
    throw new Error(`it does not say where the data of its column ${nameOf(path)} is`);
  }
  return { range: { start, end }, codec: String(meta.codec), type: meta.type, path, parsers };
}

interface Extent {
  values: number;
  bytes: number;
}

/** By the headers of its pages. */
function extentOf(file: FileBytes, column: Column, rows: number): Extent {
  const extent = { values: 0, bytes: 0 };
  for (const page of pagesOf(file, column.range)) {
    extent.values += valuesIn(page);
    extent.bytes += page.header.uncompressed_page_size;
  }
  if (isFlatColumn(column.path) && extent.values !== rows) {
    throw new Error(`${rows} rows are promised, its column ${nameOf(column.path)} has ${extent.values}`);
  }
  return extent;
}

/** Of a column at the top: its value in each of the next rows. */
interface Field {
  node: SchemaTree;
  meaning: SchemaTree;
  columns: { name: string; rows: ColumnRows }[];
}

export class GroupRows {
  readonly #fields: Field[];
  /** As many as fit into memory beside each other. */
  readonly atOnce: number;

  constructor(file: FileBytes, { root, stored, group }: Pick<Description, 'root' | 'stored'> & { group: RowGroup }) {
    const rows = Number(group.num_rows);
    const budget = new Budget(file.size);
    const byName = new Map(group.columns.map((chunk) => [chunk.meta_data?.path_in_schema.join('\0'), chunk] as const));
    const extents: Extent[] = [];
    this.#fields = stored.children.map((node, index) => ({
      node,
      meaning: root.children[index]!,
      columns: columnsBelow([stored, node]).map((path) => {
        const column = columnOf(path, byName.get(path.at(-1)!.path.join('\0')));
        extents.push(extentOf(file, column, rows));
        return { name: nameOf(path), rows: new ColumnRows(file, column, budget) };
      }),
    }));
    const values = extents.reduce((sum, extent) => sum + extent.values, 0);
    const bytes = extents.reduce((sum, extent) => sum + extent.bytes, 0);
    const share = Math.max(values / VALUES_AT_ONCE, bytes / BYTES_AT_ONCE);
    this.atOnce = share <= 1 ? rows : Math.max(1, Math.min(MOST_ROWS, Math.floor(rows / share)));
  }

  skip(count: number): void {
    for (const { columns } of this.#fields) for (const { rows } of columns) rows.skip(count);
  }

  take(count: number): Plain[][] {
    const fields = this.#fields.map(({ node, meaning, columns }) => {
      const values = new Map(columns.map(({ name, rows }) => [name, rows.take(count)]));
      if (node.children.length > 0) assembleNested(values, node, parsers);
      const whole = values.get(node.path.join('.'));
      if (whole?.length !== count) throw new Error(`its column ${node.element.name} cannot be put together`);
      return whole.map((value) => plainValue(meaning, value));
    });
    return Array.from({ length: count }, (_, row) => fields.map((values) => values[row]!));
  }

  /** Throws where a column has more rows than were taken. */
  end(): void {
    for (const { columns } of this.#fields) {
      for (const { name, rows } of columns) {
        if (!rows.atEnd()) throw new Error(`its column ${name} has more rows than are promised`);
      }
    }
  }
}
