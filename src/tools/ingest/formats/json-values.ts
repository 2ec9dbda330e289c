/**
 * What a JSON file holds as rows: an array, one row, values that stand one after the other (printed over several lines or on one),
 * rows inside an object that only wraps them, and frames written by column (pandas: `{"text": {"0": "..."}}`).
 */
import { isJsonObject } from '../../../common/json.ts';
import { exactJson } from './exact-json.ts';

/** A row, or why there is none. */
export type JsonRow = { value: unknown } | { error: unknown };

/** Where the value that opens at `start` ends, brackets and strings balanced; -1 where it does not end. */
function valueEnd(text: string, start: number): number {
  let depth = 0;
  const mark = /["[\]{}]/g;
  mark.lastIndex = start;
  for (let match = mark.exec(text); match; match = mark.exec(text)) {
    if (match[0] === '"') {
      let close = text.indexOf('"', match.index + 1);
      while (close > 0 && isEscaped(text, close)) close = text.indexOf('"', close + 1);
      if (close < 0) return -1;
      mark.lastIndex = close + 1;
    } else if (match[0] === '{' || match[0] === '[') depth++;
    else if (--depth === 0) return match.index + 1;
  }
  return -1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++;
  return backslashes % 2 === 1;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: U+001E stands before each value of a JSON text sequence
const BETWEEN = /[\s\ufeff\x1e,]*/y;

/** The values of a text one after the other; what begins none costs its line. Where one does not end, its line is what it costs. */
export function* jsonValues(text: string): Generator<JsonRow> {
  for (let at = 0; ; ) {
    BETWEEN.lastIndex = at;
    BETWEEN.exec(text);
    at = BETWEEN.lastIndex;
    if (at >= text.length) return;
    const opens = text[at] === '{' || text[at] === '[';
    let end = opens ? valueEnd(text, at) : -1;
    if (end < 0) {
      const line = /\r|\n|$/g;
      line.lastIndex = at;
      end = line.exec(text)!.index;
    }
    try {
      yield { value: exactJson(text.slice(at, end)) };
    } catch (error) {
      yield { error };
    }
    at = end;
  }
}

/** An object at the very beginning, with a line end or the end of the text behind it. */
export function leadingObject(text: string): { values: Record<string, unknown>; length: number } | undefined {
  const [opening] = /^\{\s*"/.exec(text) ?? [];
  const end = opening === undefined ? -1 : valueEnd(text, 0);
  const [rest] = end < 0 ? [] : (/^[ \t]*(?:\r?\n|$)/.exec(text.slice(end)) ?? []);
  if (rest === undefined) return undefined;
  try {
    return { values: exactJson(text.slice(0, end)) as Record<string, unknown>, length: end + rest.length };
  } catch {
    return undefined;
  }
}

/** The fields that make an object a row of its own. */
const ROW_FIELDS = ['text', 'contents', 'passage', 'content', 'body', 'caption', 'txt', 'header', 'rows'];

/** A frame written by column, `{column: {rowKey: value}}`, as rows; undefined for anything else. */
function rowsOfColumns(value: Record<string, unknown>): unknown[] | undefined {
  const main = ROW_FIELDS.map((name) => value[name]).find(isJsonObject);
  if (!main) return undefined;
  const columns = Object.entries(value);
  return Object.keys(main).map((key) =>
    Object.fromEntries(columns.map(([name, column]) => [name, isJsonObject(column) ? column[key] : undefined])),
  );
}

/** A frame written as `{columns: [name], data: [[value]]}` (pandas' "split"): rows by name where a name is that of a row's text, else a table. */
function rowsOfSplit({ columns, data, ...others }: Record<string, unknown>): unknown[] | undefined {
  if (!Array.isArray(columns) || !Array.isArray(data) || !data.every(Array.isArray)) return undefined;
  if (!columns.some((name) => ROW_FIELDS.includes(String(name)))) return [{ ...others, header: columns, rows: data }];
  return data.map((row) => Object.fromEntries(columns.map((name, place) => [String(name), row[place]])));
}

/** Lists of objects in the values of an object, and in theirs. */
function listsIn(value: Record<string, unknown>, depth: number): unknown[][] {
  return Object.values(value).flatMap((inner) => {
    if (Array.isArray(inner)) return inner.length > 0 && inner.every(isJsonObject) ? [inner] : [];
    return depth > 0 && isJsonObject(inner) ? listsIn(inner, depth - 1) : [];
  });
}

const MOST_WRAPPINGS = 3;

/** The rows of one value. An object that has no field of a row and one list of objects is no more than its wrapping. */
export function rowsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (!isJsonObject(value)) return [value];
  const columns = rowsOfColumns(value) ?? rowsOfSplit(value);
  if (columns) return columns;
  if (ROW_FIELDS.some((name) => name in value && !(name === 'rows' && !('header' in value)))) return [value];
  const lists = listsIn(value, 0);
  if (lists.length === 1) return lists[0]!;
  const entries = Object.entries(value);
  if (entries.length > 0 && entries.every(([, row]) => isJsonObject(row) && ROW_FIELDS.some((name) => name in row))) {
    return entries.map(([id, row]) => ({ id, ...(row as Record<string, unknown>) }));
  }
  const deeper = lists.length === 0 ? listsIn(value, MOST_WRAPPINGS) : [];
  return deeper.length === 1 ? deeper[0]! : [value];
}
