/**
 * Parquet (hyparquet), read a row group at a time in a thread of its own. As `table` a file is one table, else every row is a document, as
 * in CSV. A picture in a column of bytes, or in the `{bytes, path}` that data sets on the hub use, is the picture of its document.
 */
import { stat } from 'node:fs/promises';
import { messageOf, userError } from '../../../common/errors.ts';
import { stemOf, tableDocument } from '../documents.ts';
import type { Note, ReadOptions, SourceItem } from '../source.ts';
import { namedRow, repeatedNames } from './named-row.ts';
import { readParquet } from './parquet/read-rows.ts';
import type { Plain } from './parquet/values.ts';
import { documentsOfRow } from './row-documents.ts';

const MAX_TABLE_ROWS = 200_000;

interface Picture {
  bytes?: Uint8Array;
  path?: string;
}

const isStruct = (value: Plain): value is { [name: string]: Plain } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** By the first bytes of PNG, JPEG, GIF, WebP, TIFF, BMP and AVIF. */
function isImageFile(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  return /^(?:\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP|II\*\0|MM\0\*|BM|....ftypavi[fs])/s.test(head);
}

/** Undefined for a value that is no picture. */
function pictureOf(value: Plain): Picture | undefined {
  if (value instanceof Uint8Array) return isImageFile(value) ? { bytes: value } : undefined;
  // Of several the first.
  if (Array.isArray(value)) return value.length > 0 && value.every(pictureOf) ? pictureOf(value[0]!) : undefined;
  if (!isStruct(value)) return undefined;
  const names = Object.keys(value);
  if (!names.includes('bytes') || names.some((name) => name !== 'bytes' && name !== 'path')) return undefined;
  const { bytes, path } = value;
  return {
    ...(bytes instanceof Uint8Array ? { bytes } : {}),
    ...(typeof path === 'string' && path !== '' ? { path } : {}),
  };
}

const sizeOf = (bytes: Uint8Array): string => `[${bytes.length.toLocaleString('en')} bytes]`;

/** A cell that is a list or a struct keeps its JSON form in a table; of bytes it says how many. */
function cellText(value: Plain): string | number | boolean | null {
  const picture = Array.isArray(value) ? undefined : pictureOf(value);
  if (picture) return picture.path ?? (picture.bytes ? sizeOf(picture.bytes) : null);
  if (value instanceof Uint8Array) return sizeOf(value);
  if (typeof value !== 'object' || value === null) return value;
  return JSON.stringify(value, (_key, inner: Plain) => (inner instanceof Uint8Array ? sizeOf(inner) : inner));
}

/** A row by column name. What is no scalar says nothing in a text; the first picture is the row's. */
function rowOf(columns: readonly string[], values: readonly Plain[]): Record<string, unknown> {
  let picture: Picture | undefined;
  const cells = values.map((value) => {
    const found = pictureOf(value);
    if (found) {
      picture ??= found;
      return undefined;
    }
    return typeof value === 'object' ? undefined : value;
  });
  const row = namedRow(columns, cells);
  if (picture?.bytes) row.bytes = picture.bytes;
  if (picture?.path && row.file === undefined) row.file = picture.path;
  return row;
}

export async function* parquet(path: string, options: ReadOptions): AsyncGenerator<SourceItem> {
  const { size } = await stat(path);
  if (size === 0) throw userError('source-corrupt', `${path}: not a readable Parquet file (it is empty)`);
  const isTable = options.modality === 'table';
  const whole: unknown[][] = [];
  let header: string[] = [];
  let total = 0;
  const notes: Note[] = [];
  const task = { path, skip: isTable ? 0 : options.skip };
  for await (const answer of readParquet(task, { size, signal: options.signal })) {
    if (answer.kind === 'unreadable') {
      throw userError('source-corrupt', `${path}: not a readable Parquet file (${answer.message})`);
    }
    if (answer.kind === 'open') {
      header = answer.columns;
      total = answer.rows;
      for (const name of isTable ? [] : repeatedNames(header))
        notes.push({
          kind: 'mended',
          where: path,
          message: `several columns are named "${name}"; a row is read from the first that is not empty`,
        });
    } else if (answer.kind === 'damaged') {
      const { first, count, message } = answer;
      const where = `${path} rows ${first + 1} to ${first + count}`;
      const errors = [{ where, message: `cannot be decoded (${message})` }];
      const bytes = Math.round((size * (first + count)) / Math.max(1, total));
      yield { documents: [], errors, bytes: Math.min(size, bytes) };
    } else if (answer.kind === 'rows') {
      for (const [offset, values] of answer.rows.entries()) {
        if (isTable) {
          if (whole.length >= MAX_TABLE_ROWS) {
            throw userError(
              'source-too-large',
              `${path}: one table may have ${MAX_TABLE_ROWS} rows at most; split the file`,
            );
          }
          whole.push(values.map(cellText));
          continue;
        }
        const number = answer.first + offset + 1;
        const item: SourceItem = {
          documents: [],
          errors: [],
          notes: notes.splice(0),
          bytes: Math.round((size * number) / total),
        };
        try {
          const fallbackId = `${options.stem}-${number}`;
          Object.assign(item, documentsOfRow(rowOf(header, values), { ...options, fallbackId }));
        } catch (error) {
          item.errors.push({ where: `${path} row ${number}`, message: messageOf(error) });
        }
        yield item;
      }
    }
  }
  if (isTable && options.skip === 0) {
    const title = stemOf(path).replace(/[_-]+/g, ' ');
    const document = tableDocument({ id: options.stem, title, header, rows: whole });
    const errors = document ? [] : [{ where: path, message: 'the table has no row with text' }];
    yield { documents: document ? [document] : [], errors, notes, bytes: size };
  } else if (!isTable && total === 0) {
    notes.push({ kind: 'no-text', where: path, message: 'the file has no row' });
    yield { documents: [], errors: [], notes, bytes: size };
  }
}
