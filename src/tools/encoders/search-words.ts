/**
 * The words of a text for the lexical index, spellings folded (`fold.ts`). Scripts
 * without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) are cut by the platform's segmenter, and beside its words every two
 * neighbouring characters count as one: the segmenter sees a word in a sentence otherwise than alone. Korean, whose words carry
 * their particles, is cut into pairs of syllables only.
 */
import { fold } from './fold.ts';

const WORD = /[\p{L}\p{N}\p{M}_]+/gu;
const RUN =
  /(?<hangul>\p{Script=Hangul}+)|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]+/gu;
const UNSPACED = new RegExp(RUN.source, 'u');

/**
 * 1,234,567 and its like: groups of three after one to three digits (or of two and a last of three, as in India). A point or a
 * space in the text needs two groups: one alone is a decimal fraction, or two numbers.
 */
const GROUPED =
  /(?<![\p{L}\p{N}_.,])\d{1,3}(?:(?:,\d{3})+|(?:,\d{2})+,\d{3}|(?:['’_\u202f\u2009\u00a0]\d{3})+|(?:\.\d{3}){2,}|(?: \d{3}){2,})(?![\p{L}\p{N}_]|[.,]\d{3}(?!\d))/gu;
const SEPARATOR = /[^\d]/g;
/** Two digits and a separator: what a grouped number cannot be without. */
const MAY_BE_GROUPED = /\d[^\d]\d{2}/;

/** `'s` of English; other apostrophes cut a word in two. */
const POSSESSIVE = /['’‘]s?\b/g;
/** An apostrophe that can be a sound of its word (`Hawai'i`): not before what English and French put there. */
const SOUNDED = /(?:\p{L}{3,}|(?<!\p{L})o)['’‘](?!(?:s|t|re|ve|ll|d|m|n)(?!\p{L}))\p{L}+/gu;

/** U.S.A. and its like, and what can be one at all. */
const ACRONYM = /(?<![\p{L}\p{N}_.])(?:\p{L}\.){2,}(?:\p{L}(?![\p{L}\p{N}_]))?/gu;
const MAY_BE_ACRONYM = /(?:^|\P{L})\p{L}\.\p{L}(?:\.|\P{L}|$)/u;
/** A Hebrew abbreviation with a plain quotation mark in the place of its own. */
const HEBREW_ACRONYM = /[\u05d0-\u05ea]+["'][\u05d0-\u05ea]+/g;
/** Arabic words that end in the letter which many write as heh. */
const TEH_MARBUTA = /\p{L}+\u0629(?!\p{L})/gu;

let segmenter: Intl.Segmenter | undefined;
let clusters: Intl.Segmenter | undefined;

export interface SearchWords {
  /** In order; a run of an unspaced script gives its words and then its pairs. */
  words: string[];
  /** In one piece what stands in pieces among the words (grouped numbers, abbreviations, words with an apostrophe), and other spellings. */
  joined: string[];
}

export function searchWords(text: string): SearchWords {
  let prepared = fold(text);
  const joined = MAY_BE_GROUPED.test(prepared) ? groupedNumbers(text, prepared) : [];
  if (MAY_BE_ACRONYM.test(prepared)) joined.push(...joinedBy(prepared, ACRONYM, /\./g, ''));
  if (/[\u05d0-\u05ea]["']/.test(prepared)) joined.push(...joinedBy(prepared, HEBREW_ACRONYM, /["']/g, ''));
  if (prepared.includes('\u0629')) joined.push(...joinedBy(prepared, TEH_MARBUTA, /\u0629$/, '\u0647'));
  if (/['’‘]/.test(prepared)) {
    for (const [word] of prepared.matchAll(SOUNDED)) joined.push(word.replace(/['’‘]/, ''));
    prepared = prepared.replace(POSSESSIVE, ' ');
  }
  const found = prepared.match(WORD);
  if (!found) return { words: [], joined };
  if (!UNSPACED.test(prepared)) return { words: found, joined };
  return { words: found.flatMap((word) => (UNSPACED.test(word) ? cut(word) : word)), joined };
}

function joinedBy(text: string, word: RegExp, mark: RegExp, instead: string): string[] {
  return (text.match(word) ?? []).map((found) => found.replace(mark, instead));
}

/** From the text, where fixed spaces are not plain ones yet, and from its folded form, where all digits are known. */
function groupedNumbers(text: string, folded: string): string[] {
  const found = [...(text.match(GROUPED) ?? []), ...(folded.match(GROUPED) ?? [])];
  return [...new Set(found.map((number) => fold(number).replace(SEPARATOR, '')))];
}

/** Cuts the unspaced runs of a word (`2024年北京` has two) and keeps what stands around them. */
function cut(word: string): string[] {
  const out: string[] = [];
  let end = 0;
  for (const run of word.matchAll(RUN)) {
    if (run.index > end) out.push(word.slice(end, run.index));
    out.push(...(run.groups?.hangul ? koreanWords(run[0]) : unspacedWords(run[0])));
    end = run.index + run[0].length;
  }
  if (end < word.length) out.push(word.slice(end));
  return out;
}

function charactersOf(run: string): string[] {
  clusters ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(clusters.segment(run), ({ segment }) => segment);
}

const pairsOf = (characters: readonly string[]) => characters.slice(1).map((next, i) => characters[i]! + next);

function unspacedWords(run: string): string[] {
  segmenter ??= new Intl.Segmenter('zh', { granularity: 'word' });
  const characters = charactersOf(run);
  const pairs = pairsOf(characters);
  const known = new Set(pairs);
  const words = Array.from(segmenter.segment(run), ({ segment }) => segment).filter((word) => !known.has(word));
  return [...words, ...pairs];
}

/** Particles after a noun of one syllable, which no pair of syllables would find without them. */
const PARTICLE = /^(.)(?:은|는|이|가|을|를|의|에|도|만|와|과|로|으로|에서|에게|까지|부터)$/u;

function koreanWords(run: string): string[] {
  const characters = charactersOf(run);
  if (characters.length === 1) return characters;
  const noun = PARTICLE.exec(run)?.[1];
  return noun === undefined ? pairsOf(characters) : [noun, ...pairsOf(characters)];
}
