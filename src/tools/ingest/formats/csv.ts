/**
 * CSV and TSV (csv-parse). As `table` a file is one table; as `text` or `text-image` every row is a document, its fields found by
 * column name: `id`, `title`, `text` (or `caption`, `contents`), `file` (or `image`), `url`.
 */
import { createReadStream } from 'node:fs';
import { extname } from 'node:path';
import { type Parser, parse } from 'csv-parse';
import { messageOf, userError } from '../../../common/errors.ts';
import { stemOf, tableDocument } from '../documents.ts';
import type { Format, ReadOptions, SourceItem } from '../source.ts';
import { documentsOfRow } from './jsonl.ts';

/** One document holds the whole table, so its rows are bounded. */
const MAX_TABLE_ROWS = 200_000;

const SYNONYMS: Record<string, string> = {
  caption: 'text',
  contents: 'text',
  content: 'text',
  body: 'text',
  image: 'file',
  filename: 'file',
  path: 'file',
  name: 'title',
};

/** A row of named columns as a document row: names lower-cased, known synonyms applied where the plain name is absent. */
export function namedRow(columns: readonly string[], cells: readonly unknown[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [index, column] of columns.entries()) {
    const key = column.trim().toLowerCase();
    if (cells[index] !== undefined && cells[index] !== null && cells[index] !== '') row[key] = cells[index];
  }
  for (const [from, to] of Object.entries(SYNONYMS))
    if (row[to] === undefined && row[from] !== undefined) row[to] = row[from];
  return row;
}

function open(path: string, signal: AbortSignal | undefined): Parser {
  return createReadStream(path, { signal }).pipe(
    parse({
      delimiter: extname(path).toLowerCase() === '.tsv' ? '\t' : ',',
      bom: true,
      relax_column_count: true,
      relax_quotes: true,
      // Rows with their own line: the parser itself has read on by the time a row comes.
      info: true,
      skip_empty_lines: true,
      max_record_size: 16 * 1024 * 1024,
    }),
  );
}

async function* csv(path: string, options: ReadOptions): AsyncGenerator<SourceItem> {
  const parser = open(path, options.signal);
  let header: string[] | undefined;
  let index = 0;
  const rows: string[][] = [];
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (!header) {
        header = record;
        continue;
      }
      if (options.modality === 'table') {
        if (rows.length >= MAX_TABLE_ROWS) {
          throw userError(
            'source-too-large',
            `${path}: one table may have ${MAX_TABLE_ROWS} rows at most; split the file`,
          );
        }
        rows.push(record);
        continue;
      }
      if (index++ < options.skip) continue;
      const item: SourceItem = { documents: [], errors: [], bytes: parser.info.bytes };
      const fallbackId = `${stemOf(path)}-${index}`;
      try {
        item.documents = documentsOfRow(namedRow(header, record), { ...options, fallbackId });
      } catch (error) {
        item.errors.push({ where: `${path}:${info.lines}`, message: messageOf(error) });
      }
      yield item;
    }
  } catch (error) {
    yield {
      documents: [],
      errors: [{ where: `${path}:${parser.info.lines}`, message: messageOf(error) }],
      bytes: parser.info.bytes,
    };
    return;
  }
  if (options.modality !== 'table' || options.skip > 0) return;
  const document =
    header && tableDocument({ id: stemOf(path), title: stemOf(path).replace(/[_-]+/g, ' '), header, rows });
  yield {
    documents: document ? [document] : [],
    errors: document ? [] : [{ where: path, message: 'the table has no row with text' }],
    bytes: parser.info.bytes,
  };
}

export const csvFormat: Format = {
  name: 'csv',
  extensions: ['.csv', '.tsv'],
  modalities: ['text', 'table', 'text-image'],
  items: csv,
};
