import { PREPOSITIONS } from '../english/lexicon.ts';
import { relatedness } from '../english/synonyms.ts';
import type { Token } from '../english/tokens.ts';
import type { WordedInquiry } from './extraction.ts';

interface Value {
  text: string;
  /** How well it looks like what was asked, in [0, 1]. */
  fit: number;
}

/** The value that stands with the property word at `at`. */
export function valueAt(
  inquiry: WordedInquiry,
  sentence: string,
  tokens: readonly Token[],
  at: number,
): Value | undefined {
  switch (inquiry.expected) {
    case 'date':
      return nearest(sentence, tokens, at, isDate, 1) ?? undefined;
    case 'number':
      if (inquiry.form === 'count') return counted(tokens, at);
      return nearest(sentence, tokens, at, (token) => token.kind === 'number', 1) ?? undefined;
    default:
      return behindPreposition(inquiry, sentence, tokens, at) ?? phraseAfter(inquiry, sentence, tokens, at);
  }
}

/** `26 countries`, `more than 3,000 small islands`: a count stands before what is counted. */
function counted(tokens: readonly Token[], at: number): Value | undefined {
  for (let index = at - 1; index >= Math.max(0, at - 3); index--) {
    const { kind, text, lower } = tokens[index]!;
    if (kind === 'number') return { text, fit: 1 };
    if (kind !== 'word' || PREPOSITIONS.has(lower)) return undefined;
  }
  return undefined;
}

const isDate = (token: Token): boolean => token.kind === 'number' && /^\d{3,4}s?$/.test(token.text);

function nearest(
  sentence: string,
  tokens: readonly Token[],
  at: number,
  accepts: (token: Token) => boolean,
  fit: number,
): Value | undefined {
  let found = -1;
  let distance = Number.POSITIVE_INFINITY;
  tokens.forEach((token, index) => {
    if (!accepts(token)) return;
    // What follows the property word is likelier to be its value than what stands before it.
    const away = index > at ? index - at : (at - index) * 2 + 3;
    if (away < distance) {
      distance = away;
      found = index;
    }
  });
  if (found < 0) return undefined;
  return { text: withDay(sentence, tokens, found), fit: distance > 15 ? fit * 0.7 : fit };
}

const MONTHS = new Set(
  'january february march april may june july august september october november december'.split(' '),
);

/** A year with its day and month where they stand beside it. */
function withDay(sentence: string, tokens: readonly Token[], at: number): string {
  let start = at;
  while (
    start > 0 &&
    at - start < 4 &&
    (MONTHS.has(tokens[start - 1]!.lower) ||
      tokens[start - 1]!.text === ',' ||
      /^\d{1,2}$/.test(tokens[start - 1]!.text))
  )
    start--;
  while (start < at && tokens[start]!.text === ',') start++;
  if (!tokens.slice(start, at).some((token) => MONTHS.has(token.lower))) return tokens[at]!.text;
  return sentence.slice(tokens[start]!.start, tokens[at]!.end);
}

const LINKS = new Set([
  'is',
  'are',
  'was',
  'were',
  'as',
  'of',
  'in',
  'by',
  'to',
  'into',
  'from',
  'at',
  'for',
  'on',
  ':',
  'include',
  'includes',
  'name',
  'names',
  'also',
  'called',
  'with',
  'the',
  'a',
  'an',
  'and',
  'be',
  'been',
  'known',
  '100',
  'around',
  'about',
  'near',
]);

function phraseAfter(
  inquiry: WordedInquiry,
  sentence: string,
  tokens: readonly Token[],
  at: number,
): Value | undefined {
  const asked = new Set(inquiry.words.allStems(inquiry.text));
  const key = tokens[at]!.lower;
  const next = tokens[at + 1]?.lower;
  // `a unit of money` says what a unit is of, not which; `a smaller unit, the cent` does.
  if (inquiry.form === 'class' && next === 'of' && !KINDS.has(key)) return undefined;
  if (key === 'known' && next === 'for' && /known as|known for being|as what/i.test(inquiry.text)) return undefined;
  let start = next === ',' && ['the', 'a', 'an'].includes(tokens[at + 2]?.lower ?? '') ? at + 2 : at + 1;
  let linked = start > at + 1;
  while (
    start < tokens.length &&
    (LINKS.has(tokens[start]!.lower) ||
      (tokens[start]!.kind === 'number' && start + 1 < tokens.length && tokens[start + 1]!.kind === 'word')) &&
    start < at + 6
  ) {
    linked = true;
    start++;
  }
  let end = phraseEnd(tokens, start);
  if (end <= start) return undefined;
  // `a smaller unit, the cent`: a class word is followed by the name of the thing.
  const first = inquiry.words.allStems(sentence.slice(tokens[start]!.start, tokens[end - 1]!.end));
  if (
    tokens[end]?.text === ',' &&
    ['the', 'a', 'an'].includes(tokens[end + 1]?.lower ?? '') &&
    (first.some((item) => asked.has(item)) || ['a', 'an'].includes(tokens[start - 1]?.lower ?? ''))
  ) {
    start = end + 2;
    end = phraseEnd(tokens, start);
    if (end <= start) return undefined;
  }
  const text = sentence.slice(tokens[start]!.start, tokens[end - 1]!.end);
  const stems = inquiry.words.allStems(text);
  if (stems.length === 0 || (stems.every((item) => asked.has(item)) && !KINDS.has(key))) return undefined;
  if (stems.length === 1 && KINDS.has(text.toLowerCase())) return undefined;
  const proper = tokens[start]!.capital;
  let fit = linked || proper ? 1 : NAMING.has(key) ? 0.95 : 0.6;
  if ((inquiry.expected === 'place' || inquiry.expected === 'person') && !proper) fit *= 0.4;
  // `the genus Giraffa` is no answer to a question for the family.
  const rank = /^([a-z]+) \p{Lu}/u.exec(text)?.[1];
  const asks = inquiry.words.contentStems(inquiry.attributeText);
  if (
    rank &&
    asks.length > 0 &&
    !asks.some((item) => relatedness(item, inquiry.words.stem(rank)) > 0) &&
    RANKS.has(rank)
  )
    fit *= 0.3;
  return { text, fit };
}

/** `From whom did X gain independence?`: what stands behind `from`, shortly after the property. */
function behindPreposition(
  inquiry: WordedInquiry,
  sentence: string,
  tokens: readonly Token[],
  at: number,
): Value | undefined {
  const { preposition } = inquiry;
  if (preposition === undefined || ['of', 'to', 'under', 'into', 'with'].includes(preposition)) return undefined;
  for (let index = at + 1; index < Math.min(tokens.length, at + 6); index++) {
    if (tokens[index]!.lower !== preposition) continue;
    let start = index + 1;
    while (['the', 'a', 'an'].includes(tokens[start]?.lower ?? '')) start++;
    const end = phraseEnd(tokens, start);
    if (end <= start) return undefined;
    return { text: sentence.slice(tokens[start]!.start, tokens[end - 1]!.end), fit: 1 };
  }
  return undefined;
}

const RANKS = new Set('genus family order class species phylum tribe kingdom division'.split(' '));

const KINDS = new Set(['kind', 'type', 'sort', 'form', 'species', 'variety', 'member', 'part']);

const NAMING = new Set(['called', 'named', 'known', 'termed', 'alias', 'nicknamed']);

function phraseEnd(tokens: readonly Token[], start: number): number {
  let end = start;
  while (end < tokens.length && end < start + 14) {
    const token = tokens[end]!;
    if (token.kind === 'punctuation' && !['“', '”', '"', '-', "'", '&'].includes(token.text)) break;
    if (
      [
        'and',
        'or',
        'which',
        'that',
        'who',
        'where',
        'is',
        'was',
        'are',
        'were',
        'but',
        'in',
        'from',
        'on',
        'at',
        'by',
        'with',
        'for',
        'having',
      ].includes(token.lower) &&
      end > start
    ) {
      const nameGoesOn =
        token.lower === 'and' &&
        tokens[end - 1]!.capital &&
        tokens[end + 1]?.capital === true &&
        !tokens.slice(start, end).some((other) => other.text === ',');
      if (!nameGoesOn) break;
    }
    end++;
  }
  return end;
}
