/**
 * Words of a sentence with their places in it: what the grammar, the probe and the reader all look at. One pass over the
 * characters, no regular expression that could backtrack, so that a hostile question costs no more than a long one.
 */

export interface Token {
  /** As written. */
  text: string;
  lower: string;
  /** Offsets into the sentence; `end` is exclusive. */
  start: number;
  end: number;
  kind: 'word' | 'number' | 'punctuation' | 'possessive';
  /** Begins with an upper-case letter (or with a point, as `.se`): may be a name. */
  capital: boolean;
  /** Stands between quotation marks (or in parentheses after a name): part of a name, whatever its case. */
  quoted: boolean;
}

const LETTER = /\p{L}|\p{M}/u;
const DIGIT = /\p{N}/u;
const UPPER = /\p{Lu}/u;
/** Stand around an answer that took the place of its phrase, so that it stays one name; never shown. */
export const OPEN_MARK = '⟦';
export const CLOSE_MARK = '⟧';
const OPEN_QUOTES = new Set(['"', '“', '«', '„', OPEN_MARK]);
const CLOSE_QUOTES = new Set(['"', '”', '»', CLOSE_MARK]);
const APOSTROPHES = new Set(["'", '’', 'ʼ']);

const isLetter = (char: string | undefined): boolean => char !== undefined && LETTER.test(char);
const isDigit = (char: string | undefined): boolean => char !== undefined && DIGIT.test(char);
const isWordChar = (char: string | undefined): boolean => isLetter(char) || isDigit(char);

/** Whether the apostrophe at `index` ends a name as a possessive: `France's`, `the states' capitals`. */
function possessiveLength(chars: readonly string[], index: number): number {
  const next = chars[index + 1];
  // Title Case runs over names ("Tarzan'S Revenge"); only a small s owns.
  if (next === 's' && !isWordChar(chars[index + 2])) return 2;
  const before = chars[index - 1];
  return (before === 's' || before === 'S') && !isWordChar(next) ? 1 : 0;
}

/** Characters that join two word characters into one word: `well-known`, `U.S`, `O'Neill`, `12,500`, `3.5`. */
function joins(chars: readonly string[], index: number): boolean {
  const char = chars[index]!;
  const before = chars[index - 1];
  const next = chars[index + 1];
  if (!isWordChar(next)) return false;
  if (char === '-' || char === '–' || char === '_' || char === '&' || char === '/') return isWordChar(before);
  if (APOSTROPHES.has(char)) return possessiveLength(chars, index) === 0;
  if (char === ',') return isDigit(before) && isDigit(next) && isDigit(chars[index + 2]) && isDigit(chars[index + 3]);
  if (char === '.') return isWordChar(before);
  return false;
}

export function tokenize(sentence: string): Token[] {
  const chars = Array.from(sentence);
  const tokens: Token[] = [];
  let offset = 0;
  let quoted = false;
  let index = 0;
  const push = (text: string, kind: Token['kind']) => {
    tokens.push({
      text,
      lower: text.toLowerCase(),
      start: offset,
      end: offset + text.length,
      kind,
      capital: UPPER.test(text[0]!),
      quoted,
    });
    offset += text.length;
  };
  while (index < chars.length) {
    const char = chars[index]!;
    // `.se`: a point that opens a word is part of it, as in an internet domain or a file's ending.
    const dotted =
      char === '.' && isLetter(chars[index + 1]) && (index === 0 || (chars[index - 1] ?? '').trim() === '');
    if (
      isWordChar(char) ||
      dotted ||
      (isDigit(chars[index + 1]) && (char === '-' || char === '−') && !isWordChar(chars[index - 1]))
    ) {
      let end = index + 1;
      while (end < chars.length && (isWordChar(chars[end]) || joins(chars, end))) end++;
      // An abbreviation keeps its last full stop: "U.S." but not the end of a sentence.
      if (
        !dotted &&
        chars[end] === '.' &&
        end - index > 1 &&
        chars.slice(index, end).includes('.') &&
        !isDigit(chars[index])
      )
        end++;
      push(chars.slice(index, end).join(''), isDigit(char) || char === '-' || char === '−' ? 'number' : 'word');
      if (dotted) tokens.at(-1)!.capital = true;
      index = end;
      continue;
    }
    if (APOSTROPHES.has(char) && index > 0) {
      const length = possessiveLength(chars, index);
      if (length > 0 && ownsAfter(chars[index - 1]) && !(quoted && length === 1)) {
        push(chars.slice(index, index + length).join(''), 'possessive');
        index += length;
        continue;
      }
    }
    if (char.trim() === '') {
      offset += char.length;
      index++;
      continue;
    }
    if (quoted && CLOSE_QUOTES.has(char)) quoted = false;
    else if (OPEN_QUOTES.has(char)) {
      push(char, 'punctuation');
      quoted = hasClosingQuote(chars, index + 1);
      index++;
      continue;
    }
    push(char, 'punctuation');
    index++;
  }
  return tokens;
}

/** A name can own: a word, or what closes a quotation, a mark or a bracket. */
const ownsAfter = (char: string | undefined): boolean =>
  isWordChar(char) || char === ')' || (char !== undefined && CLOSE_QUOTES.has(char));

/** A quotation longer than 400 characters is taken for a stray mark. */
function hasClosingQuote(chars: readonly string[], from: number): boolean {
  for (let index = from; index < chars.length && index < from + 400; index++) {
    if (CLOSE_QUOTES.has(chars[index]!)) return true;
  }
  return false;
}

/** The words of the sentence between two tokens, as written. */
export function textBetween(sentence: string, tokens: readonly Token[], from: number, to: number): string {
  if (from >= to) return '';
  return sentence.slice(tokens[from]!.start, tokens[to - 1]!.end);
}
