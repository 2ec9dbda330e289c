/** Parquet (hyparquet), read a row group at a time. As `table` a file is one table, else every row is a document, as in CSV. */
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { messageOf, userError } from '../../../common/errors.ts';
import { stemOf, tableDocument } from '../documents.ts';
import type { Format, ReadOptions, SourceItem } from '../source.ts';
import { namedRow } from './csv.ts';
import { documentsOfRow } from './jsonl.ts';

const ROWS_AT_ONCE = 2_000;

/** Bigints, dates and nested values as text: a document holds no other. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date) return value.toISOString();
  return value;
}

/** A cell that is a list or a struct keeps its JSON form in a table. */
function cellText(value: unknown): unknown {
  const simple = plain(value);
  return typeof simple === 'object' && simple !== null
    ? JSON.stringify(simple, (_key, inner) => plain(inner) as string)
    : simple;
}

async function* parquet(path: string, options: ReadOptions): AsyncGenerator<SourceItem> {
  const file = await asyncBufferFromFile(path);
  let total: number;
  try {
    total = Number((await parquetMetadataAsync(file)).num_rows);
  } catch (error) {
    throw userError('source-corrupt', `${path}: not a readable Parquet file (${messageOf(error)})`, error);
  }
  const whole: unknown[][] = [];
  let header: string[] | undefined;
  const start = options.modality === 'table' ? 0 : options.skip;
  for (let first = start; first < total; first += ROWS_AT_ONCE) {
    options.signal?.throwIfAborted();
    const rowEnd = Math.min(first + ROWS_AT_ONCE, total);
    const rows = await parquetReadObjects({ file, compressors, rowStart: first, rowEnd });
    for (const [offset, row] of rows.entries()) {
      header ??= Object.keys(row);
      const cells = header.map((column) => row[column]);
      if (options.modality === 'table') {
        whole.push(cells.map(cellText));
        continue;
      }
      const number = first + offset + 1;
      const item: SourceItem = { documents: [], errors: [], bytes: Math.round((file.byteLength * number) / total) };
      try {
        item.documents = documentsOfRow(namedRow(header, cells.map(plain)), {
          ...options,
          fallbackId: `${stemOf(path)}-${number}`,
        });
      } catch (error) {
        item.errors.push({ where: `${path} row ${number}`, message: messageOf(error) });
      }
      yield item;
    }
  }
  if (options.modality !== 'table' || options.skip > 0) return;
  const document =
    header && tableDocument({ id: stemOf(path), title: stemOf(path).replace(/[_-]+/g, ' '), header, rows: whole });
  yield {
    documents: document ? [document] : [],
    errors: document ? [] : [{ where: path, message: 'the table has no row with text' }],
    bytes: file.byteLength,
  };
}

export const parquetFormat: Format = {
  name: 'parquet',
  extensions: ['.parquet'],
  modalities: ['text', 'table', 'text-image'],
  items: parquet,
};
