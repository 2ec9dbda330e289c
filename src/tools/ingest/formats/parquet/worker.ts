/**
 * The thread that decodes a Parquet file. A damaged file may make the decoder reject where nobody waits, run on, or ask for any memory: here
 * that ends this thread at most. It gives rows when it is asked, a portion at a time; a task begins the next file.
 */
import { parentPort } from 'node:worker_threads';
import {
  asyncBufferFromFile,
  type Compressors,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { messageOf } from '../../../../common/errors.ts';
import { PARSERS, type Plain, plainValue, withRawColumns } from './values.ts';

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
/** A row group up to this is decoded once; of a larger one each portion by itself, which takes longer and less memory. */
const GROUP_BYTES = 128 * 1024 * 1024;
/** A page unpacks to a few megabytes where it is not made to fill a memory. */
const MOST_PAGE_BYTES = 512 * 1024 * 1024;

/** An empty page is not even the packed form of nothing. */
const forgiving: Compressors = Object.fromEntries(
  Object.entries(compressors).map(([codec, unpack]) => [
    codec,
    (input: Uint8Array, length: number) => {
      if (length > MOST_PAGE_BYTES) throw new Error('a page unpacks to more than 512 MB');
      return length === 0 ? new Uint8Array() : unpack!(input, length);
    },
  ]),
);

async function* answers({ path, skip }: ParquetTask): AsyncGenerator<ParquetAnswer> {
  const file = await asyncBufferFromFile(path);
  const described = await parquetMetadataAsync(file);
  const metadata = withRawColumns(described);
  const columns = parquetSchema(described).children;
  const names = columns.map(({ element }) => element.name);
  const counts = described.row_groups.map(({ num_rows }) => Number(num_rows));
  if (![...counts, Number(described.num_rows)].every((count) => Number.isSafeInteger(count) && count >= 0)) {
    throw new Error('it does not say how many rows it has');
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  yield { kind: 'open', columns: names, rows: total };
  let groupStart = 0;
  for (const group of described.row_groups) {
    const groupEnd = groupStart + Number(group.num_rows);
    const atOnce = Number(group.total_byte_size) <= GROUP_BYTES ? Number(group.num_rows) : ROWS_AT_ONCE;
    for (let first = Math.max(groupStart, skip); first < groupEnd; ) {
      const rowEnd = Math.min(first + Math.max(1, atOnce), groupEnd);
      let rows: Record<string, unknown>[] = [];
      try {
        const range = { rowStart: first, rowEnd };
        rows = await parquetReadObjects({
          file,
          metadata,
          compressors: forgiving,
          parsers: PARSERS,
          utf8: false,
          ...range,
        });
        if (rows.length !== rowEnd - first)
          throw new Error(`${rowEnd - first} rows are promised, ${rows.length} are there`);
      } catch (error) {
        yield { kind: 'damaged', first, count: rowEnd - first, message: messageOf(error) };
        rows = [];
      }
      for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
        const portion = rows.slice(from, from + ROWS_AT_ONCE);
        const plain = portion.map((row) => columns.map((column) => plainValue(column, row[column.element.name])));
        yield { kind: 'rows', first: first + from, rows: plain };
      }
      first = rowEnd;
    }
    groupStart = groupEnd;
  }
  const promised = Number(described.num_rows);
  if (promised > total) {
    yield { kind: 'damaged', first: total, count: promised - total, message: 'the file names no place for them' };
  }
}

// Columns are decoded side by side; when one fails, nobody waits for the others.
process.on('unhandledRejection', () => {});

const port = parentPort!;
let source: AsyncGenerator<ParquetAnswer> | undefined;
port.on('message', async (message: ParquetTask | 'next') => {
  if (message !== 'next') source = answers(message);
  let answer: ParquetAnswer;
  try {
    const next = await source!.next();
    answer = next.done ? { kind: 'end' } : next.value;
  } catch (error) {
    answer = { kind: 'unreadable', message: messageOf(error) };
  }
  port.postMessage(answer);
});
