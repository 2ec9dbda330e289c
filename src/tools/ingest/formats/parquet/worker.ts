/**
 * The thread that decodes a Parquet file. What would make the decoder run on, or ask for any memory, is refused before it is decoded; what is
 * missed ends this thread at most. It gives rows when it is asked, a portion at a time; a task begins the next file.
 */
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../../../common/errors.ts';
import { describeFile } from './description.ts';
import { FileBytes } from './file-bytes.ts';
import { GroupRows } from './row-group.ts';
import type { Plain } from './values.ts';

export interface ParquetTask {
  path: string;
  /** Rows to leave out from the start. */
  skip: number;
}

export type ParquetAnswer =
  | { kind: 'open'; columns: string[]; rows: number }
  /** `first`: the number of the first row, from 0. */
  | { kind: 'rows'; first: number; rows: Plain[][] }
  | { kind: 'damaged'; first: number; count: number; message: string }
  | { kind: 'unreadable'; message: string }
  | { kind: 'end' };

const ROWS_AT_ONCE = 2_000;
/** Of one answer, which is copied from this thread to the other. */
const SIZE_AT_ONCE = 16 * 1024 * 1024;

/** In bytes or characters. */
function sizeOf(value: Plain): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  const parts = Array.isArray(value) ? value : Object.values(value);
  return parts.reduce<number>((sum, part) => sum + sizeOf(part), 8);
}

function* portions(rows: readonly Plain[][]): Generator<Plain[][]> {
  let portion: Plain[][] = [];
  let size = 0;
  for (const row of rows) {
    const more = sizeOf(row);
    if (portion.length === ROWS_AT_ONCE || (portion.length > 0 && size + more > SIZE_AT_ONCE)) {
      yield portion;
      portion = [];
      size = 0;
    }
    portion.push(row);
    size += more;
  }
  if (portion.length > 0) yield portion;
}

function* answersOf(file: FileBytes, skip: number): Generator<ParquetAnswer> {
  const { metadata, root, stored, counts, promised } = describeFile(file);
  const total = counts.reduce((sum, count) => sum + count, 0);
  yield { kind: 'open', columns: root.children.map(({ element }) => element.name), rows: total };
  let groupStart = 0;
  for (const [index, group] of metadata.row_groups.entries()) {
    const groupEnd = groupStart + counts[index]!;
    let first = Math.max(groupStart, skip);
    try {
      const rows = first < groupEnd ? new GroupRows(file, { root, stored, group }) : undefined;
      rows?.skip(first - groupStart);
      while (rows && first < groupEnd) {
        const taken = rows.take(Math.min(rows.atOnce, groupEnd - first));
        if (first + taken.length === groupEnd) rows.end();
        for (const portion of portions(taken)) {
          yield { kind: 'rows', first, rows: portion };
          first += portion.length;
        }
      }
    } catch (error) {
      yield { kind: 'damaged', first, count: groupEnd - first, message: messageOf(error) };
    }
    groupStart = groupEnd;
  }
  if (promised > total) {
    yield { kind: 'damaged', first: total, count: promised - total, message: 'the file names no place for them' };
  }
}

function* answers({ path, skip }: ParquetTask): Generator<ParquetAnswer> {
  const file = new FileBytes(path);
  try {
    yield* answersOf(file, skip);
  } finally {
    file.close();
  }
}

const port = parentPort!;
let source: Generator<ParquetAnswer> | undefined;
port.on('message', (message: ParquetTask | 'next') => {
  if (message !== 'next') source = answers(message);
  let answer: ParquetAnswer;
  try {
    const next = source!.next();
    answer = next.done ? { kind: 'end' } : next.value;
  } catch (error) {
    answer = { kind: 'unreadable', message: messageOf(error) };
  }
  port.postMessage(answer);
});
