/**
 * Records of delimited text, as spreadsheets write it: fields in quotes may hold delimiters, line ends and doubled quotes. A quote that
 * never closes costs its own line nothing but its quote: the line is read as it stands, and what follows is read as ever.
 */

/** A field in quotes goes on at most this far. */
const LONGEST_FIELD = 16 * 1024 * 1024;

export interface DelimitedRecord {
  fields: string[];
  /** Of the file, where the record begins; from 1. */
  line: number;
  /** It has a quote that does not close. */
  unclosed: boolean;
  /** A field that is not in quotes has one: a sign of another delimiter. */
  stray: boolean;
}

const DELIMITERS = [',', ';', '\t', '|'] as const;
/** Looked for where none of those stands in the first record; every record must agree on them. */
const RARE = ['~', '^', '\x1f', '\x1e', '\x01', '\xa6', '\xa7', ':'] as const;

/** Splits text that comes in pieces. `write` gives the records that are complete; `end` the rest. */
export function createRecordSplitter(delimiter: string, firstLine = 1) {
  let text = '';
  let line = firstLine;

  function* take(last: boolean): Generator<DelimitedRecord> {
    const quoting: Splitting = { delimiter, last, literal: false };
    let start = 0;
    while (start < text.length) {
      let unclosed = false;
      let record = recordAt(text, start, quoting);
      if (record === 'open') {
        unclosed = true;
        record = recordAt(text, start, { ...quoting, literal: true });
      }
      if (record === undefined || record === 'open') break;
      const { fields, next, stray } = record;
      if (next === start) break;
      const at = line;
      for (let end = text.indexOf('\n', start); end >= 0 && end < next; end = text.indexOf('\n', end + 1)) line++;
      start = next;
      if (fields.length > 1 || fields[0] !== '') yield { fields, line: at, unclosed, stray };
    }
    text = text.slice(start);
  }

  return {
    *write(more: string): Generator<DelimitedRecord> {
      text += more;
      yield* take(false);
    },
    *end(): Generator<DelimitedRecord> {
      yield* take(true);
    },
  };
}

interface Splitting {
  delimiter: string;
  /** No more text will come. */
  last: boolean;
  /** Quotes mean nothing. */
  literal: boolean;
}

/** The record at `start`; undefined where more text is needed to know. */
function recordAt(
  text: string,
  start: number,
  splitting: Splitting,
): { fields: string[]; next: number; stray: boolean } | 'open' | undefined {
  const { delimiter, last, literal } = splitting;
  const fields: string[] = [];
  let stray = false;
  let at = start;
  for (;;) {
    const quote = literal ? -1 : openingQuote(text, at);
    if (quote >= 0) {
      const field = quotedField(text, quote, splitting);
      if (field === undefined || field === 'open') return field;
      fields.push(field.value);
      at = field.end;
    } else {
      const end = fieldEnd(text, at, delimiter);
      // The text may end between the two characters of a line end.
      if (end === text.length && !last) return undefined;
      const field = text.slice(at, end);
      stray ||= field.includes('"');
      fields.push(field);
      at = end;
    }
    if (at >= text.length) return last ? { fields, next: at, stray } : undefined;
    if (text.startsWith(delimiter, at)) {
      at += delimiter.length;
      continue;
    }
    if (text.charCodeAt(at) === 0x0d) {
      if (at + 1 >= text.length && !last) return undefined;
      if (text.charCodeAt(at + 1) === 0x0a) at++;
    }
    return { fields, next: at + 1, stray };
  }
}

/** Of a field at `start`, with spaces before it or none; -1 where the field has none. */
function openingQuote(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) === 0x20) at++;
  return text.charCodeAt(at) === 0x22 ? at : -1;
}

function fieldEnd(text: string, start: number, delimiter: string): number {
  const code = delimiter.charCodeAt(0);
  for (let at = start; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === 0x0a || character === 0x0d) return at;
    if (character === code && (delimiter.length === 1 || text.startsWith(delimiter, at))) return at;
  }
  return text.length;
}

/** 'open' where the quote at `start` does not close: at the end of the text, or where a later field begins with one. */
function quotedField(
  text: string,
  start: number,
  { delimiter, last }: Splitting,
): { value: string; end: number } | 'open' | undefined {
  let value = '';
  let from = start + 1;
  let newLine = -2;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) {
      if (last || text.length - start > LONGEST_FIELD) return 'open';
      return undefined;
    }
    if (quote - start > LONGEST_FIELD) return 'open';
    if (text.charCodeAt(quote + 1) === 0x22) {
      value += text.slice(from, quote + 1);
      from = quote + 2;
      continue;
    }
    let end = quote + 1;
    while (text.charCodeAt(end) === 0x20) end++;
    if (end >= text.length && !last) return undefined;
    const next = text.charCodeAt(end);
    if (end >= text.length || next === 0x0a || next === 0x0d || text.startsWith(delimiter, end)) {
      return { value: value + text.slice(from, quote), end };
    }
    // A quote inside the words of one line belongs to them; after a line end it opens the next field.
    if (newLine === -2) newLine = text.indexOf('\n', start);
    if (newLine >= 0 && newLine < quote) return 'open';
    value += text.slice(from, quote + 1);
    from = quote + 1;
  }
}

/** Stands for none: every line is one field. */
const NO_DELIMITER = '\0';
/** Of the records, as many as must agree on a width where the first does not. */
const MOST = 0.8;

/** Records that tell how a file is delimited. */
const SAMPLE_RECORDS = 50;

function recordsOf(text: string, delimiter: string, whole: boolean): DelimitedRecord[] {
  const splitter = createRecordSplitter(delimiter);
  const records = [...splitter.write(text)];
  return (whole ? [...records, ...splitter.end()] : records).slice(0, SAMPLE_RECORDS);
}

/**
 * The delimiter of a text by its beginning: the one by which most records have as many fields as the first, and it has two at least.
 * `usual` is that of the file's name, and wins where nothing speaks for another. A first record of one field, over others that agree on no
 * width, makes a file of one column. One that always stands twice is taken twice (`::`). `whole`: the text is the file.
 */
export function sniffDelimiter(head: string, { usual, whole }: { usual: string; whole: boolean }): string {
  const delimiter = likeliestDelimiter(head, usual, whole);
  return isDoubled(head, delimiter, whole) ? delimiter + delimiter : delimiter;
}

/** Every second field is empty, in every record. */
function isDoubled(head: string, delimiter: string, whole: boolean): boolean {
  const records = recordsOf(head, delimiter, whole);
  const width = records[0]?.fields.length ?? 0;
  if (width < 3 || width % 2 === 0 || records.length < 2) return false;
  return records.every(
    ({ fields }) => fields.length === width && fields.every((field, i) => i % 2 === 0 || field === ''),
  );
}

function likeliestDelimiter(head: string, usual: string, whole: boolean): string {
  let best = usual;
  let bestShare = 0;
  for (const delimiter of [usual, ...DELIMITERS.filter((one) => one !== usual)]) {
    const [first, ...others] = recordsOf(head, delimiter, whole);
    const width = first?.fields.length ?? 0;
    if (width < 2) continue;
    const fitting = others.filter(({ fields, stray }) => fields.length === width && !stray).length;
    const share = (others.length === 0 ? 0.5 : fitting / others.length) * (first!.stray ? 0.5 : 1);
    if (share <= bestShare + 0.05) continue;
    best = delimiter;
    bestShare = share;
  }
  if (bestShare > 0 || hasDelimiter(head, usual, whole)) return best;
  return rareDelimiter(head, whole) ?? underOneField(head, usual, whole);
}

function hasDelimiter(head: string, delimiter: string, whole: boolean): boolean {
  return (recordsOf(head, delimiter, whole)[0]?.fields.length ?? 0) > 1;
}

function rareDelimiter(head: string, whole: boolean): string | undefined {
  return RARE.find((delimiter) => {
    const records = recordsOf(head, delimiter, whole);
    const width = records[0]?.fields.length ?? 0;
    return width > 1 && records.length > 1 && records.every(({ fields, stray }) => fields.length === width && !stray);
  });
}

/** The delimiter of the records under a title, or none. */
function underOneField(head: string, usual: string, whole: boolean): string {
  for (const delimiter of [usual, ...DELIMITERS]) {
    const widths = recordsOf(head, delimiter, whole)
      .slice(1)
      .map(({ fields }) => fields.length);
    const same = widths.filter((width) => width > 1 && width === widths[0]).length;
    if (same > 2 && same / widths.length >= MOST) return delimiter;
  }
  return NO_DELIMITER;
}

/** Excel's first line `sep=;`, which is no record. */
export function declaredDelimiter(head: string): { delimiter: string; length: number } | undefined {
  const match = /^"?sep=(\\t|.)"?(?:\r\n|\n|\r)/i.exec(head);
  return match ? { delimiter: match[1] === '\\t' ? '\t' : match[1]!, length: match[0].length } : undefined;
}
