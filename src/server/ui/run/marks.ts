/** Which words of a text and which cells of a table carry an answer. Pure. */
import type { Table } from '../api/schemas.ts';

export interface Part {
  text: string;
  /** `answer`: the words themselves; `quote`: the sentence around them. */
  mark?: 'answer' | 'quote';
}

interface Rest {
  quote?: string;
  answer?: string | null;
}

type Span = readonly [from: number, to: number];

/** The text in parts, in order; joined they are the text. */
export function markText(text: string, { quote, answer }: Rest): Part[] {
  const quoted = quote === undefined ? undefined : findIn(text, quote);
  const [from, to] = quoted ?? [0, 0];
  const place = quoted ?? [0, text.length];
  const answers = answer ? occurrences(text, answer, place) : [];
  const parts: Part[] = [];
  const push = (part: Part) => part.text !== '' && parts.push(part);
  const plainOrQuote = (start: number, end: number) => {
    push({ text: text.slice(start, Math.max(start, Math.min(end, from))) });
    push({ text: text.slice(Math.max(start, from), Math.min(end, to)), mark: 'quote' });
    push({ text: text.slice(Math.max(start, to), end) });
  };
  let at = 0;
  for (const [start, end] of answers) {
    plainOrQuote(at, start);
    push({ text: text.slice(start, end), mark: 'answer' });
    at = end;
  }
  plainOrQuote(at, text.length);
  return quoted === undefined ? joinPlain(parts) : parts;
}

/** Without a quote nothing is cut at its borders. */
function joinPlain(parts: readonly Part[]): Part[] {
  return parts.reduce<Part[]>((joined, part) => {
    const last = joined.at(-1);
    if (last && last.mark === undefined && part.mark === undefined) last.text += part.text;
    else joined.push({ ...part });
    return joined;
  }, []);
}

/** The text in parts where these spans are marked as answers. */
export function markSpans(text: string, spans: readonly Span[]): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    if (from < at || to <= from || to > text.length) continue;
    if (from > at) parts.push({ text: text.slice(at, from) });
    parts.push({ text: text.slice(from, to), mark: 'answer' });
    at = to;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}

/** As it stands, else with any white space for white space. */
function findIn(text: string, quote: string): Span | undefined {
  const wanted = quote.trim();
  if (wanted === '') return undefined;
  const at = text.indexOf(wanted);
  if (at >= 0) return [at, at + wanted.length];
  const match = new RegExp(wanted.split(/\s+/).map(escaped).join('\\s+'), 'iu').exec(text);
  return match ? [match.index, match.index + match[0].length] : undefined;
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** Whole words only: `is` is not in `this`. */
function occurrences(text: string, words: string, [from, to]: Span): Span[] {
  const wanted = words.trim();
  if (wanted.length < 2 && !/\p{N}/u.test(wanted)) return [];
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${escaped(wanted)}(?![\\p{L}\\p{N}])`, 'giu');
  return [...text.matchAll(pattern)]
    .map(({ index, 0: found }): Span => [index, index + found.length])
    .filter(([start, end]) => start >= from && end <= to);
}

/**
 * Cells as `row:column`. A quote of a table is `Header: cell`, several of them, or a row with ` | ` between its cells; where it is
 * neither, the cells that are the answer count.
 */
export function markCells({ header, rows }: Table, { quote = '', answer }: Rest): Set<string> {
  const same = (cell: string) => answer != null && cell.trim().toLowerCase() === answer.trim().toLowerCase();
  const marked = new Set<string>();
  for (const [row, cells] of rows.entries()) {
    const whole = cells.length > 1 && quote.includes(cells.join(' | '));
    const answering = cells.some(same);
    for (const [column, cell] of cells.entries()) {
      const named = cell !== '' && standsIn(quote, `${header[column]}: ${cell}`);
      if (named || (whole && (same(cell) || !answering))) marked.add(`${row}:${column}`);
    }
  }
  if (marked.size === 0) {
    for (const [row, cells] of rows.entries()) {
      for (const [column, cell] of cells.entries()) if (same(cell)) marked.add(`${row}:${column}`);
    }
  }
  return marked;
}

/** `Rank: 1` does not stand in `Rank: 11`. */
function standsIn(quote: string, words: string): boolean {
  const at = quote.indexOf(words);
  if (at < 0) return false;
  const next = quote.slice(at + words.length).match(/^./u)?.[0] ?? '';
  return !/[\p{L}\p{N}]/u.test(next);
}

/** The rows to show first: the nearest to those marked, or the first ones. */
export function rowsToShow(rows: number, marked: ReadonlySet<string>, most = 5): number[] {
  const markedRows = [...new Set([...marked].map((cell) => Number(cell.split(':')[0])))];
  const away = (row: number) => Math.min(...markedRows.map((other) => Math.abs(other - row)), rows);
  const all = Array.from({ length: rows }, (_row, index) => index);
  return all
    .sort((a, b) => away(a) - away(b) || a - b)
    .slice(0, most)
    .sort((a, b) => a - b);
}
