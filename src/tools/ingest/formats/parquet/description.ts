/** What a Parquet file says of itself, at its end: checked before it is believed. */
import { type FileMetaData, parquetMetadata, parquetSchema, type SchemaElement, type SchemaTree } from 'hyparquet';
import type { FileBytes } from './file-bytes.ts';
import { structEnd } from './thrift.ts';
import { withRawColumns } from './values.ts';

const TAIL = 8;
const MOST_DEPTH = 100;
/** Some thousand rows fit into a few bytes where they are alike; more than this are promised by damage alone, or to fill a disk. */
const LEAST_ROWS = 65_536;
const ROWS_A_BYTE = 64;

export interface Description {
  metadata: FileMetaData;
  /** What the columns mean. */
  root: SchemaTree;
  /** As what they are decoded; the same tree otherwise. */
  stored: SchemaTree;
  /** By row group. */
  counts: number[];
  /** As many as the file promises as a whole. */
  promised: number;
}

function readMetadata(file: FileBytes): FileMetaData {
  if (file.size < TAIL + 4) throw new Error('it is too short');
  const tail = Buffer.from(file.read(file.size - TAIL, TAIL));
  const magic = tail.toString('latin1', 4);
  if (magic === 'PARE') throw new Error('it is encrypted');
  if (magic !== 'PAR1') throw new Error('it does not end as Parquet does; it may be cut short');
  const length = tail.readUInt32LE(0);
  if (length > file.size - TAIL) throw new Error('its description is longer than the file');
  const bytes = file.read(file.size - TAIL - length, length + TAIL);
  structEnd(new DataView(bytes.buffer, bytes.byteOffset, length), 0);
  try {
    return parquetMetadata(bytes);
  } catch (cause) {
    throw new Error('its description is damaged', { cause });
  }
}

/** Every element a place in the tree, and the tree not too deep. */
function checkSchema(schema: readonly SchemaElement[]): void {
  /** Of each group that is open, how many of its children are to come. */
  const open = [1];
  for (const { num_children: children = 0 } of schema) {
    while (open.at(-1) === 0) open.pop();
    if (open.length === 0) throw new Error('its description has columns outside of its schema');
    open[open.length - 1]!--;
    if (children > 0) open.push(children);
    if (open.length > MOST_DEPTH) throw new Error(`its columns are nested more than ${MOST_DEPTH} deep`);
  }
  if (open.some((left) => left !== 0)) throw new Error('its description breaks off');
}

/** Throws where the file says nothing that can be true. */
export function describeFile(file: FileBytes): Description {
  const described = readMetadata(file);
  checkSchema(described.schema);
  const counts = described.row_groups.map(({ num_rows }) => Number(num_rows));
  const promised = Number(described.num_rows);
  if (![...counts, promised].every((count) => Number.isSafeInteger(count) && count >= 0)) {
    throw new Error('it does not say how many rows it has');
  }
  const total = Math.max(
    promised,
    counts.reduce((sum, count) => sum + count, 0),
  );
  if (total > LEAST_ROWS + ROWS_A_BYTE * file.size) {
    throw new Error(`it promises ${total} rows, more than ${file.size} bytes can hold`);
  }
  const stored = parquetSchema(withRawColumns(described));
  return { metadata: described, root: parquetSchema(described), stored, counts, promised };
}
