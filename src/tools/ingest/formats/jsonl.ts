/**
 * JSONL, the native row format, and JSON: a file that is one array of rows, one row, several values one after the other, tables by column
 * (Open-WikiTable, pandas), or rows by line in spite of its name.
 */
import { readFile, stat } from 'node:fs/promises';
import { messageOf } from '../../../common/errors.ts';
import { decodeText } from '../encoding.ts';
import { linesOf } from '../lines.ts';
import type { Note, ReadOptions, SourceItem } from '../source.ts';
import { exactJson } from './exact-json.ts';
import { type JsonRow, jsonValues, rowsOf } from './json-values.ts';
import { documentsOfRow } from './row-documents.ts';

async function* byLine(path: string, options: ReadOptions): AsyncGenerator<SourceItem> {
  let index = 0;
  let blank = true;
  const waiting: Note[] = [];
  const onNote = (message: string) => waiting.push({ kind: 'encoding', where: path, message });
  for await (const { number, text, bytes } of linesOf(path, { signal: options.signal, onNote })) {
    blank &&= text?.trim() === '';
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
  if (!blank || options.skip > index) return;
  const notes: Note[] = [...waiting, { kind: 'no-text', where: path, message: 'the file has no row' }];
  yield { documents: [], errors: [], notes, bytes: 0 };
}

/** A whole JSON file has to be parsed at once, so its size is bounded; JSONL is the format for more. */
const MAX_JSON_BYTES = 512 * 1024 * 1024;

const isContainer = (text: string): boolean => {
  try {
    const value: unknown = exactJson(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
};

/** The first lines that are not blank. */
async function firstLines(path: string, count: number): Promise<(string | undefined)[]> {
  const lines: (string | undefined)[] = [];
  for await (const { text } of linesOf(path)) {
    if (text !== undefined && text.trim() === '') continue;
    lines.push(text);
    if (lines.length >= count) break;
  }
  return lines;
}

/** Whether the first line is a JSON value by itself, and another line comes after it. */
async function isByLine(path: string): Promise<boolean> {
  const [first, second] = await firstLines(path, 2);
  return first !== undefined && second !== undefined && isContainer(first);
}

export async function* json(path: string, options: ReadOptions): AsyncGenerator<SourceItem> {
  const { size } = await stat(path);
  if (await isByLine(path)) {
    yield* byLine(path, options);
    return;
  }
  yield* whole(path, size, options);
}

/** Rows by line; in spite of the name one array, or values of which neither of the first two lines holds a whole one. */
export async function* jsonl(path: string, options: ReadOptions): AsyncGenerator<SourceItem> {
  const { size } = await stat(path);
  if (size <= MAX_JSON_BYTES && !(await hasLines(path))) yield* whole(path, size, options);
  else yield* byLine(path, options);
}

/** A line that is an array by itself is no row. */
async function hasLines(path: string): Promise<boolean> {
  const lines = await firstLines(path, 2);
  if (lines[0]?.trimStart().startsWith('[')) return false;
  return lines.length === 0 || lines.some((line) => line === undefined || isContainer(line));
}

async function* whole(path: string, size: number, options: ReadOptions): AsyncGenerator<SourceItem> {
  if (size > MAX_JSON_BYTES) {
    const message = 'a JSON file is read whole and may have 512 MB at most; convert it to JSONL, one row a line';
    yield { documents: [], errors: [{ where: path, message }], bytes: size };
    return;
  }
  const notes: Note[] = [];
  const { text, note } = decodeText(await readFile(path));
  if (note) notes.push({ kind: 'encoding', where: path, message: note });
  const rows = rowsOfText(text);
  if (rows.length === 0) {
    notes.push({ kind: 'no-text', where: path, message: 'the file has no row' });
    yield { documents: [], errors: [], notes, bytes: size };
  }
  for (const [index, row] of rows.entries()) {
    if (index < options.skip) continue;
    const bytes = Math.round((size * (index + 1)) / rows.length);
    const item: SourceItem = { documents: [], errors: [], notes: notes.splice(0), bytes };
    try {
      if ('error' in row) throw row.error;
      Object.assign(item, documentsOfRow(row.value, { ...options, fallbackId: `${options.stem}-${index + 1}` }));
    } catch (error) {
      item.errors.push({ where: rows.length === 1 ? path : `${path}[${index}]`, message: messageOf(error) });
    }
    yield item;
  }
}

/** One value and its rows, or several one after the other; where there is but one and it is damaged, that is the error. */
function rowsOfText(text: string): JsonRow[] {
  if (text.trim() === '') return [];
  try {
    return rowsOf(exactJson(text)).map((value) => ({ value }));
  } catch (error) {
    const values = [...jsonValues(text)];
    if (values.filter((one) => 'value' in one).length === 0) return [{ error }];
    return values.flatMap((one): JsonRow[] => ('value' in one ? rowsOf(one.value).map((value) => ({ value })) : [one]));
  }
}
