/**
 * JSONL, the native row format, and JSON: a file that is one array of rows, one row, Open-WikiTable's tables by column (as pandas writes
 * a frame: `{"header": {"0": [...]}, ...}`), or rows by line in spite of its name.
 */
import { readFile, stat } from 'node:fs/promises';
import { messageOf } from '../../../common/errors.ts';
import type { Modality } from '../../knowledge-base.ts';
import { decodeText } from '../encoding.ts';
import { linesOf } from '../lines.ts';
import type { Format, Note, ReadOptions, SourceItem } from '../source.ts';
import { exactJson } from './exact-json.ts';
import { documentsOfRow } from './row-documents.ts';

async function* byLine(path: string, options: ReadOptions): AsyncGenerator<SourceItem> {
  let index = 0;
  const waiting: Note[] = [];
  const onNote = (message: string) => waiting.push({ kind: 'encoding', where: path, message });
  for await (const { number, text, bytes } of linesOf(path, { signal: options.signal, onNote })) {
    if (index++ < options.skip) continue;
    const item: SourceItem = { documents: [], errors: [], notes: waiting.splice(0), bytes };
    const where = `${path}:${number}`;
    if (text === undefined) item.errors.push({ where, message: 'the line is longer than 64 MB' });
    else if (text.trim() !== '') {
      try {
        Object.assign(item, documentsOfRow(exactJson(text), { ...options, fallbackId: `${options.stem}-${number}` }));
      } catch (error) {
        item.errors.push({ where, message: messageOf(error) });
      }
    }
    yield item;
  }
}

/** A frame written by column, `{column: {rowKey: value}}`, as rows; undefined for anything else. */
function rowsOfColumns(value: unknown): Record<string, unknown>[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const columns = Object.entries(value);
  const header = (value as Record<string, unknown>).header;
  if (typeof header !== 'object' || header === null || Array.isArray(header)) return undefined;
  return Object.keys(header).map((key) =>
    Object.fromEntries(columns.map(([name, column]) => [name, (column as Record<string, unknown> | null)?.[key]])),
  );
}

/** A whole JSON file has to be parsed at once, so its size is bounded; JSONL is the format for more. */
const MAX_JSON_BYTES = 512 * 1024 * 1024;

/** Whether the first line that is not blank is a JSON value by itself, and another line comes after it. */
async function isByLine(path: string): Promise<boolean> {
  let found = false;
  for await (const { text } of linesOf(path)) {
    if (text === undefined) return false;
    if (text.trim() === '') continue;
    if (found) return true;
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value !== 'object' || value === null) return false;
      found = true;
    } catch {
      return false;
    }
  }
  return false;
}

async function* json(path: string, options: ReadOptions): AsyncGenerator<SourceItem> {
  const { size } = await stat(path);
  if (await isByLine(path)) {
    yield* byLine(path, options);
    return;
  }
  yield* whole(path, size, options);
}

/** Rows by line, or one array in spite of the name. */
async function* jsonl(path: string, options: ReadOptions): AsyncGenerator<SourceItem> {
  const { size } = await stat(path);
  if (size <= MAX_JSON_BYTES && (await beginsWithArray(path))) yield* whole(path, size, options);
  else yield* byLine(path, options);
}

/** A line that is an array by itself is no row either, so that nothing is lost where it is one of several. */
async function beginsWithArray(path: string): Promise<boolean> {
  for await (const { text } of linesOf(path))
    if (text === undefined || text.trim() !== '') return text?.trimStart().startsWith('[') ?? false;
  return false;
}

async function* whole(path: string, size: number, options: ReadOptions): AsyncGenerator<SourceItem> {
  if (size > MAX_JSON_BYTES) {
    const message = 'a JSON file is read whole and may have 512 MB at most; convert it to JSONL, one row a line';
    yield { documents: [], errors: [{ where: path, message }], bytes: size };
    return;
  }
  let value: unknown;
  const notes: Note[] = [];
  try {
    const { text, note } = decodeText(await readFile(path));
    if (note) notes.push({ kind: 'encoding', where: path, message: note });
    value = exactJson(text);
  } catch (error) {
    yield { documents: [], errors: [{ where: path, message: messageOf(error) }], notes, bytes: size };
    return;
  }
  const rows: unknown[] = Array.isArray(value) ? value : (rowsOfColumns(value) ?? [value]);
  if (rows.length === 0) {
    notes.push({ kind: 'no-text', where: path, message: 'the file has no row' });
    yield { documents: [], errors: [], notes, bytes: size };
  }
  for (const [index, row] of rows.entries()) {
    if (index < options.skip) continue;
    const bytes = Math.round((size * (index + 1)) / rows.length);
    const item: SourceItem = { documents: [], errors: [], notes: notes.splice(0), bytes };
    try {
      Object.assign(item, documentsOfRow(row, { ...options, fallbackId: `${options.stem}-${index + 1}` }));
    } catch (error) {
      item.errors.push({ where: `${path}[${index}]`, message: messageOf(error) });
    }
    yield item;
  }
}

const ALL: readonly Modality[] = ['text', 'table', 'text-image'];
export const jsonlFormat: Format = { name: 'jsonl', extensions: ['.jsonl', '.ndjson'], modalities: ALL, items: jsonl };
export const jsonFormat: Format = { name: 'json', extensions: ['.json'], modalities: ALL, items: json };
