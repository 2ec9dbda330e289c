/**
 * CSV and TSV, with the delimiter the file uses. As `table` a file is one table; as `text` or `text-image` every row is a document, its
 * fields found by column name: `id`, `title`, `text` (or `caption`, `contents`), `file` (or `image`), `url`.
 */
import { extname } from 'node:path';
import { messageOf, userError } from '../../../common/errors.ts';
import { stemOf, tableDocument } from '../documents.ts';
import { createLineDecoder } from '../encoding.ts';
import type { Note, ReadOptions, SourceItem } from '../source.ts';
import { textBytesOf } from '../text-bytes.ts';
import { createRecordSplitter, type DelimitedRecord, declaredDelimiter, sniffDelimiter } from './delimited.ts';
import { namedRow, repeatedNames } from './named-row.ts';
import { documentsOfRow } from './row-documents.ts';

/** One document holds the whole table, so its rows are bounded. */
const MAX_TABLE_ROWS = 200_000;
const HEAD_CHARACTERS = 64 * 1024;
const NEWLINE = 0x0a;

interface Position {
  bytes: number;
}

/** The text of the file in pieces of whole lines. */
async function* textPieces(
  path: string,
  position: Position,
  { signal, onNote }: { signal?: AbortSignal; onNote: (message: string) => void },
): AsyncGenerator<string> {
  const decode = createLineDecoder(onNote);
  let held: Buffer[] = [];
  for await (const { chunk, bytes } of textBytesOf(path, { signal, onNote })) {
    position.bytes = bytes;
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      held.push(chunk);
      continue;
    }
    yield decode(Buffer.concat([...held, chunk.subarray(0, end)]));
    held = [chunk.subarray(end)];
  }
  yield decode(Buffer.concat(held));
}

async function* records(
  path: string,
  position: Position,
  options: { signal?: AbortSignal; onNote: (message: string) => void },
): AsyncGenerator<DelimitedRecord> {
  const usual = extname(path).toLowerCase() === '.tsv' ? '\t' : ',';
  let splitter: ReturnType<typeof createRecordSplitter> | undefined;
  let head = '';
  const begin = (whole: boolean) => {
    const declared = declaredDelimiter(head);
    const body = head.slice(declared?.length ?? 0);
    const delimiter = declared?.delimiter ?? sniffDelimiter(body.slice(0, HEAD_CHARACTERS), { usual, whole });
    splitter = createRecordSplitter(delimiter, declared ? 2 : 1);
    return splitter.write(body);
  };
  for await (const piece of textPieces(path, position, options)) {
    if (splitter) yield* splitter.write(piece);
    else {
      head += piece;
      if (head.length >= HEAD_CHARACTERS) yield* begin(false);
    }
  }
  if (!splitter) yield* begin(true);
  yield* splitter!.end();
}

export async function* csv(path: string, options: ReadOptions): AsyncGenerator<SourceItem> {
  const position: Position = { bytes: 0 };
  const notes: Note[] = [];
  const onNote = (message: string) => notes.push({ kind: 'encoding', where: path, message });
  let header: string[] | undefined;
  /** Names with spaces around them: the cells have such too, and they mean nothing. */
  let padded = false;
  let caption: string | undefined;
  let index = 0;
  const rows: string[][] = [];
  for await (const { fields, line, unclosed } of records(path, position, { signal: options.signal, onNote })) {
    const where = `${path}:${line}`;
    if (unclosed)
      notes.push({ kind: 'mended', where, message: 'a quote does not close; the line was read as it stands' });
    // One field over several is the title of the table, not the head of its first column.
    const isTitled = header?.length === 1 && fields.length > 1 && index === 0 && rows.length === 0 && !caption;
    if (isTitled) caption = header![0];
    if (!header || isTitled) {
      header = fields;
      padded = header.some((name) => name !== name.trim());
      const twice = options.modality === 'table' ? [] : repeatedNames(header);
      for (const name of twice)
        notes.push({
          kind: 'mended',
          where,
          message: `several columns are named "${name}"; a row is read from the first that is not empty`,
        });
      continue;
    }
    if (options.modality === 'table') {
      if (rows.length >= MAX_TABLE_ROWS) {
        throw userError(
          'source-too-large',
          `${path}: one table may have ${MAX_TABLE_ROWS} rows at most; split the file`,
        );
      }
      rows.push(fields);
      continue;
    }
    if (index++ < options.skip) continue;
    const item: SourceItem = { documents: [], errors: [], notes: notes.splice(0), bytes: position.bytes };
    if (fields.slice(header.length).some((cell) => cell.trim() !== ''))
      item.notes!.push({
        kind: 'mended',
        where,
        message: 'the row has more cells than the header; those are not read',
      });
    const fallbackId = `${options.stem}-${index}`;
    try {
      Object.assign(
        item,
        documentsOfRow(namedRow(header, padded ? fields.map((cell) => cell.trim()) : fields), {
          ...options,
          fallbackId,
        }),
      );
    } catch (error) {
      item.errors.push({ where, message: messageOf(error) });
    }
    yield item;
  }
  if (options.modality === 'table' && options.skip === 0) {
    const title = stemOf(path).replace(/[_-]+/g, ' ');
    const document = header && tableDocument({ id: options.stem, title, caption, header, rows });
    const errors = document ? [] : [{ where: path, message: 'the table has no row with text' }];
    yield { documents: document ? [document] : [], errors, notes, bytes: position.bytes };
  } else if (index === 0) {
    notes.push({ kind: 'no-text', where: path, message: 'the file has no row' });
    yield { documents: [], errors: [], notes, bytes: position.bytes };
  } else if (notes.length > 0) yield { documents: [], errors: [], notes, bytes: position.bytes };
}
