/**
 * Numbers and dates as people write them: `1,234,567`, `3.5 million`, `12 May 1899`, `44 BC`. What a comparison and a table
 * column are ordered by.
 */
import { wordTable } from '../../common/word-table.ts';

const SCALE = wordTable<number>({
  hundred: 1e2,
  thousand: 1e3,
  million: 1e6,
  billion: 1e9,
  trillion: 1e12,
  m: 1e6,
  bn: 1e9,
  k: 1e3,
});
const WORDS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  );
const MONTHS = 'january february march april may june july august september october november december'.split(' ');

/** The first number of the text with its scale word; undefined where it has none. */
export function parseNumber(text: string): number | undefined {
  const match = /[-−–]?\s?\d[\d,. ]*/.exec(text.slice(0, 200));
  if (!match) {
    const word = text.trim().toLowerCase().split(/\s+/, 1)[0]!;
    const index = WORDS.indexOf(word);
    return index >= 0 ? index : undefined;
  }
  let digits = match[0].trim();
  const negative = /^[-−]/.test(digits) && (match.index === 0 || /\s|\(/.test(text[match.index - 1]!));
  digits = digits.replace(/^[-−–]\s?/, '').replace(/[,.\s]+$/, '');
  // Groups of three behind blanks or commas; one comma before other than three digits is a decimal sign.
  digits = /^\d{1,3}([ ,]\d{3})+(\.\d+)?$/.test(digits)
    ? digits.replace(/[ ,]/g, '')
    : digits
        .split(/\s/, 1)[0]!
        .replace(/,(?=\d{3}(\D|$))/g, '')
        .replace(',', '.');
  const value = Number(digits);
  if (!Number.isFinite(value)) return undefined;
  const after = /^\s*([a-z]+)/i.exec(text.slice(match.index + match[0].trimEnd().length));
  const scale = after ? (SCALE[after[1]!.toLowerCase()] ?? 1) : 1;
  return (negative ? -value : value) * scale;
}

/** Days since year 0 as a sortable number; a bare year counts as its first day. */
export function parseDate(text: string): number | undefined {
  const lower = text.slice(0, 200).toLowerCase();
  const year = /\b(\d{3,4})\b(?!\s*(km|m|kg|people))/.exec(lower) ?? /\b(\d{1,4})\s*(bc|bce|ad)\b/.exec(lower);
  if (!year) return undefined;
  const sign = /\b(bc|bce)\b/.test(lower) ? -1 : 1;
  const month = MONTHS.findIndex((name) => new RegExp(`\\b${name.slice(0, 3)}[a-z]*\\b`).test(lower));
  const iso = /\b(\d{4})-(\d{2})-(\d{2})\b/.exec(lower);
  if (iso) return Number(iso[1]) * 372 + (Number(iso[2]) - 1) * 31 + Number(iso[3]) - 1;
  const day = month >= 0 ? /\b(\d{1,2})(?:st|nd|rd|th)?\b/.exec(lower.replace(year[0], ' ')) : null;
  return sign * (Number(year[1]) * 372) + Math.max(0, month) * 31 + (day ? Number(day[1]) - 1 : 0);
}

export function formatNumber(value: number): string {
  return String(Math.round(value * 1e6) / 1e6);
}
