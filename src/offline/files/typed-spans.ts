/**
 * The spans of a sentence that have the form of an answer of a kind: `28 days`, `every three years`, `Astrid Halden and Tomasz Wrona`.
 * Form alone decides; whether the sentence answers the question is for the caller.
 */

import type { Asked, AskedKind } from './asked.ts';
import { stem } from './words.ts';

export interface Span {
  text: string;
  /** From and to, in UTF-16 units of the sentence. */
  at: readonly [number, number];
}

const NUMERAL = String.raw`(?:\d[\d,.]*\d|\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety|a hundred|half an?|an?)`;
const COUNTED = String.raw`(?:\d[\d,.]*\d|\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety)`;
const RANGE = String.raw`${COUNTED}(?:\s*(?:-|–|to|or)\s*${COUNTED})?`;
const TIME_UNIT =
  '(?:seconds?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|fortnights?|months?|years?|semesters?|terms?|working days|business days)';
const LENGTH_UNIT =
  '(?:characters|letters|digits|words|pages|mm|cm|m|km|metres?|meters?|kilometres?|kilometers?|miles?|feet|foot|inch(?:es)?|yards?)';
const MEASURE_UNIT = String.raw`(?:${LENGTH_UNIT}|kg|kilos?|kilograms?|g|grams?|tonnes?|tons?|litres?|liters?|l|ml|m²|m2|square (?:metres?|meters?|feet)|°\s?[CF]|degrees(?: (?:celsius|fahrenheit))?|percent|%|per cent|ppt|ppm|bar|watts?|kW|V|volts?|lux|km\/h|mph|Mbit\/s)`;
const MONTH = '(?:January|February|March|April|May|June|July|August|September|October|November|December)';
const WEEKDAY = '(?:Mondays?|Tuesdays?|Wednesdays?|Thursdays?|Fridays?|Saturdays?|Sundays?)';
const CLOCK = String.raw`(?:\d{1,2}[:.]\d{2}(?:\s?(?:am|pm|a\.m\.|p\.m\.|h))?|\d{1,2}\s?(?:am|pm|a\.m\.|p\.m\.|o'clock)|noon|midnight|midday)`;
const CURRENCY = '(?:euros?|eur|dollars?|usd|pounds?|gbp|francs?|chf|kroner|crowns?|cents?|pence)';
const WORDS_OF_NAME = String.raw`\p{Lu}[\p{L}'’-]+(?: (?:\p{Lu}\.|de|van|von|der|da|di|la|bin|al|\p{Lu}[\p{L}'’-]+))`;
const TITLED = String.raw`(?:Dr|Mr|Mrs|Ms|Prof)\.? `;
const NAME = `(?:${TITLED}${WORDS_OF_NAME}*|${WORDS_OF_NAME}+)`;

const PATTERNS: Partial<Record<AskedKind, RegExp>> = {
  money: new RegExp(
    String.raw`\p{Sc}\s?\d[\d,.]*|(?:\d[\d,.]*\d|\d)\s?(?:\p{Sc}|${CURRENCY}\b)|\bfree(?: of charge)?\b|\b${COUNTED} ${CURRENCY}\b`,
    'giu',
  ),
  'time-span': new RegExp(String.raw`\b${RANGE}\s(?:\p{Ll}+\s)?${TIME_UNIT}\b|\b${RANGE}[\s-]${LENGTH_UNIT}\b`, 'giu'),
  measure: new RegExp(String.raw`(?<![\p{L}\p{N}])${RANGE}\s?${MEASURE_UNIT}(?![\p{L}\p{N}])`, 'giu'),
  frequency: new RegExp(
    String.raw`\bevery\s(?:(?:other|second|third|fourth|${NUMERAL})\s)?(?:${TIME_UNIT}|${WEEKDAY}|${MONTH}|morning|evening|spring|summer|autumn|winter)\b|\b(?:once|twice|${NUMERAL} times)\s(?:an?|per|every|each)\s(?:${NUMERAL}\s)?${TIME_UNIT}\b|\b(?:hourly|daily|weekly|fortnightly|monthly|quarterly|yearly|annually)\b|\b(?:each|per)\s${TIME_UNIT}\b`,
    'giu',
  ),
  clock: new RegExp(String.raw`\b(?:from )?${CLOCK}(?:\s?(?:-|–|to|until|and)\s?${CLOCK})?(?![\p{L}\p{N}])`, 'giu'),
  date: new RegExp(
    String.raw`\b(?:\d{1,2}(?:st|nd|rd|th)?(?: of)? ${MONTH}(?:,? \d{4})?|the \d{1,2}(?:st|nd|rd|th)(?! (?:of|\p{L}))|${MONTH} \d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?|${MONTH} \d{4}|(?:1[5-9]|20)\d{2}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.(?:\d{4})?|(?:1[0-9]|20)\d{2}|${WEEKDAY}|${MONTH})\b`,
    'gu',
  ),
  person: new RegExp(`${NAME}(?:(?:, ${NAME})*,? and ${NAME})?`, 'gu'),
  email: /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu,
  website:
    /\b(?:https?:\/\/|www\.)[^\s,;()]+|\b[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.(?:com|org|net|info|example|eu|io|[a-z]{2})\b(?:\/[^\s,;()]*)?/giu,
  number: /(?<![\p{L}\p{N}])\+?\d[\d /()-]*\d(?![\p{L}\p{N}])/gu,
  colour:
    /\b(?:(?:light|dark|pale|bright|deep) )?(?:red|orange|yellow|green|blue|purple|violet|pink|brown|black|white|grey|gray|silver|gold|golden|beige|turquoise|cyan|magenta|cream)\b/giu,
};

/** Where a place stands: behind a preposition, to the next mark that ends it. */
const PLACE =
  /(?<=\b(?:is|are|was|were|stands?|lies?|sits?|hangs?|lives?|kept|stored|located|found|housed|based|held)\s(?:\p{L}+\s){0,2})(?:in|at|on|under|behind|beside|above|below|next to|near|opposite|inside|outside) (?:the |our |a |an )?(?!\d|(?:January|February|March|April|May|June|July|August|September|October|November|December|total|case|addition|general|time|winter|summer|spring|autumn)\b)[^.,;:()]{2,60}(?:, (?:in|at|on|next to|near|opposite) [^.,;:()]{2,40})?/giu;

export function spansOf(sentence: string, asked: Asked): Span[] {
  if (asked.kind === 'count') return countedSpans(sentence, asked.counted);
  if (asked.kind === 'phone') return phoneSpans(sentence);
  const pattern = asked.kind === 'place' ? PLACE : PATTERNS[asked.kind];
  if (pattern === undefined) return [];
  const spans = [...sentence.matchAll(pattern)].map((match) => spanOf(match.index, match[0]));
  return asked.kind === 'clock' ? spans.map((span) => endOfRange(span, asked)) : spans;
}

const PHONE_CUE = /\b(?:phones?|telephone|tel|call|ring|dial|ext|extension|mobile|cell|fax|hotline|numbers?)\b/i;

/** Many digits, or few where the sentence speaks of a call; a year is none. */
function phoneSpans(sentence: string): Span[] {
  const found = [...sentence.matchAll(PATTERNS.number!)].map((match) => spanOf(match.index, match[0]));
  return found.filter(({ text }) => {
    const digits = text.replace(/\D/g, '').length;
    return digits >= 6 || (digits >= 3 && PHONE_CUE.test(sentence) && !/^(?:1[89]|20)\d\d$/.test(text));
  });
}

/** Of `8:00 to 13:00` the side that is asked for: when something closes, or opens. */
function endOfRange(span: Span, { end }: Asked): Span {
  const times = [...span.text.matchAll(new RegExp(CLOCK, 'giu'))].map(([time]) => time);
  if (times.length !== 2 || end === undefined) return span;
  return { ...span, text: times[end === 'last' ? 1 : 0]! };
}

/** Quantities of every form, for questions that name what they want by a noun of its own: `the daily allowance`. */
export function valueSpans(sentence: string): Span[] {
  const kinds: AskedKind[] = ['money', 'time-span', 'measure', 'clock', 'date'];
  const found = kinds.flatMap((kind) => spansOf(sentence, { kind, frame: new Set(), plural: false }));
  // `10 minutes` is also a date's `10`: the longer span stands.
  return found.filter(
    (span) =>
      !found.some(
        (other) =>
          other !== span &&
          other.at[0] <= span.at[0] &&
          other.at[1] >= span.at[1] &&
          other.text.length > span.text.length,
      ),
  );
}

function countedSpans(sentence: string, counted: string | undefined): Span[] {
  if (counted === undefined) return [];
  const wanted = stem(counted);
  const pattern = new RegExp(String.raw`\b${RANGE}\s((?:\p{L}+\s){0,2})(\p{L}+)`, 'giu');
  const found: Span[] = [];
  for (const match of sentence.matchAll(pattern)) {
    const words = `${match[1] ?? ''}${match[2] ?? ''}`.trim().split(/\s+/);
    // `Four treatment rooms` are no treatments: the number of the noun is that of the question.
    const place = words.findIndex(
      (word) => stem(word.toLowerCase()) === wanted && /s$/i.test(word) === /s$/i.test(counted),
    );
    if (place < 0) continue;
    const number = new RegExp(`^${RANGE}`, 'iu').exec(match[0])?.[0] ?? '';
    found.push(spanOf(match.index, `${number} ${words.slice(0, place + 1).join(' ')}`));
  }
  return found;
}

const spanOf = (start: number, text: string): Span => {
  const trimmed = text.replace(/[\s,.;:-]+$/, '');
  return { text: trimmed, at: [start, start + trimmed.length] };
};
