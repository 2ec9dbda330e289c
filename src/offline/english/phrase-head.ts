/**
 * Premodifiers and head of a noun phrase, and where they end: names with small words in them, quotations, and the plain word
 * behind which a verb, a clause or a description begins.
 */
import {
  AUXILIARIES,
  CONJUNCTIONS,
  DEFINITE,
  INDEFINITE,
  isParticiple,
  PICTURE_NOUNS,
  POSSESSIVE_PRONOUNS,
  PREPOSITIONS,
  QUESTION_WORDS,
  SHOWN,
  VERBS,
} from './lexicon.ts';
import { comparativeAt } from './quantities.ts';
import { isPostnominal, reducedClauseEnd } from './reduced-clause.ts';
import { OPEN_MARK, type Token } from './tokens.ts';

export const isPunctuation = (token: Token): boolean => token.kind === 'punctuation';

export const OPENING = new Set(['"', '“', '«', '„', '⟦']);

const CLOSING = new Set(['"', '”', '»', '⟧', ')', "'"]);
const BRIDGING_PUNCTUATION = new Set([
  '+',
  '⟦',
  '⟧',
  '(',
  ')',
  '"',
  '“',
  '”',
  "'",
  '-',
  '–',
  '&',
  '.',
  '#',
  '/',
  '$',
  '%',
  '°',
]);

const SUBJECT_PRONOUNS = new Set(['i', 'you', 'we', 'it', 'they', 'he', 'she', 'me', 'us', 'them', 'him']);

/** A word that can stand inside the head of a phrase. */
function headWord(tokens: readonly Token[], index: number, start: number): boolean {
  const token = tokens[index]!;
  if (index > start && tokens[index - 1]!.text === '⟧') return false;
  if (token.quoted) return true;
  if (index > start && isPostnominal(tokens, index)) return false;
  if (token.kind === 'number') return true;
  if (token.kind !== 'word') return false;
  const { lower } = token;
  // `Is the capital of the country in the picture | Vienna?`
  if (token.capital && index > start && PICTURE_NOUNS.has(tokens[index - 1]!.lower) && !tokens[index - 1]!.capital)
    return false;
  if (token.capital && index > 0 && !QUESTION_WORDS.has(lower)) {
    // "The" inside a name ("Lord Of The Rings"), but not a capitalised article that opens another phrase.
    return !DEFINITE.has(lower) || tokens[index - 1]!.capital || lower === 'the';
  }
  if (AUXILIARIES.has(lower) || PREPOSITIONS.has(lower) || CONJUNCTIONS.has(lower)) return false;
  if (SUBJECT_PRONOUNS.has(lower)) return false;
  // `Is X | larger than Y`
  if (index > start && comparativeAt(lower) && tokens[index + 1]?.lower === 'than') return false;
  if (QUESTION_WORDS.has(lower) || DEFINITE.has(lower) || INDEFINITE.has(lower)) return false;
  // A participle after a noun describes it; before one it is an adjective ("the pictured animal").
  if (index > start && isParticiple(lower) && !nounFollows(tokens, index)) return false;
  if (index > start && SHOWN.has(lower)) return false;
  // So does any verb after a name: "the capital Oslo | share".
  if (index > start && VERBS.has(lower) && tokens[index - 1]!.capital && index - 1 > 0) return false;
  // A plain verb after the head ends the phrase: "the country | borders", "this flag | belongs".
  if (index > start && VERBS.has(lower) && !lower.endsWith('ing') && finiteVerb(lower) && !PICTURE_NOUNS.has(lower)) {
    const next = tokens[index + 1]?.lower ?? '';
    if (!nounFollows(tokens, index) || VERBS.has(next) || isParticiple(next) || /[^s]s$/.test(lower)) return false;
  }
  if (index > start && opensGerund(tokens, index)) return false;
  return true;
}

/** `the country | bearing the code X`, `a nation | boasting X`: whatever the verb, an object follows. */
export function opensGerund(tokens: readonly Token[], index: number): boolean {
  const { lower, capital, quoted } = tokens[index]!;
  const next = tokens[index + 1];
  if (capital || quoted || lower.length < 6 || !lower.endsWith('ing') || !next) return false;
  return (
    DEFINITE.has(next.lower) ||
    INDEFINITE.has(next.lower) ||
    POSSESSIVE_PRONOUNS.has(next.lower) ||
    next.capital ||
    next.text === OPEN_MARK
  );
}

export const AMBIGUOUS_NOUNS = new Set(
  'name names number use capital cover host star stars produce release record records head form show play score share rank border borders run runs end start finish measure cost taste smell function support sign feature debut act display store study work works play plays drop drops cross reign rule flow appearance release hunt count visit ring wave award crown head chair trade print mint touch pay issue react list'.split(
    ' ',
  ),
);

export function finiteVerb(word: string): boolean {
  return !AMBIGUOUS_NOUNS.has(word);
}

function nounFollows(tokens: readonly Token[], index: number): boolean {
  const next = tokens[index + 1];
  if (next?.kind !== 'word') return false;
  const { lower } = next;
  return !(
    AUXILIARIES.has(lower) ||
    PREPOSITIONS.has(lower) ||
    CONJUNCTIONS.has(lower) ||
    DEFINITE.has(lower) ||
    INDEFINITE.has(lower) ||
    QUESTION_WORDS.has(lower) ||
    POSSESSIVE_PRONOUNS.has(lower) ||
    lower === 'here' ||
    next.capital
  );
}

/** `the country | Kyoto is in`: a name after a plain noun may be the subject of a clause about it. */
function opensClause(tokens: readonly Token[], index: number, from: number, limit: number, subject: boolean): boolean {
  if (subject || index <= from) return false;
  const token = tokens[index]!;
  const before = tokens[index - 1]!;
  if (before.capital || before.quoted || before.kind !== 'word' || !DEFINITE.has(tokens[from - 1]?.lower ?? ''))
    return false;
  const name = token.capital || token.text === OPEN_MARK || token.quoted;
  if (!name && !['people', 'scientists', 'locals', 'one', 'they', 'we', 'you', 'i'].includes(token.lower)) return false;
  const end = reducedClauseEnd(tokens, index, limit);
  // Without a stranded preposition a name is rather the noun's own: `the river Mur flows`.
  return end !== undefined && (!name || PREPOSITIONS.has(tokens[end - 1]!.lower));
}

export function headAt(
  tokens: readonly Token[],
  from: number,
  limit: number,
  subject = false,
): { end: number; name: boolean } {
  let end = from;
  while (end < limit) {
    const token = tokens[end]!;
    if (opensClause(tokens, end, from, limit, subject)) break;
    if (headWord(tokens, end, from)) end++;
    else if (isPunctuation(token) && BRIDGING_PUNCTUATION.has(token.text) && (end > from || OPENING.has(token.text))) {
      // Parentheses and quotation marks belong to a name: "Coast To Coast (1987 Film)".
      if (token.text === '(') {
        const close = closing(tokens, end, limit);
        if (close === undefined) break;
        end = close + 1;
      } else end++;
    } else if (nameContinues(tokens, end, from, limit) || placeContinues(tokens, end, from, limit)) end++;
    else break;
  }
  while (end > from && isPunctuation(tokens[end - 1]!) && !CLOSING.has(tokens[end - 1]!.text)) end--;
  const head = tokens[end - 1];
  const name =
    head !== undefined &&
    (isPunctuation(head) || head.quoted || head.kind === 'number' || (head.capital && end - 1 > 0));
  return { end, name };
}

/** `Cowpens, South Carolina`: a name after a comma that runs to the end. */
export function placeContinues(tokens: readonly Token[], index: number, from: number, limit: number): boolean {
  if (tokens[index]!.text !== ',' || index <= from || !tokens[index - 1]!.capital || index + 1 >= limit) return false;
  for (let other = index + 1; other < limit; other++) if (!tokens[other]!.capital) return false;
  return true;
}

function closing(tokens: readonly Token[], open: number, limit: number): number | undefined {
  for (let index = open + 1; index < limit && index < open + 12; index++) if (tokens[index]!.text === ')') return index;
  return undefined;
}

/** `Bank of England`, `Isle of the Dead`, `Trinidad and Tobago`: small words between capitals of one name. */
function nameContinues(tokens: readonly Token[], index: number, from: number, limit: number): boolean {
  if (index <= from || index + 1 >= limit) return false;
  const before = tokens[index - 1]!;
  const here = tokens[index]!;
  if (!before.capital || here.kind !== 'word') return false;
  if (
    ['of', 'de', 'da', 'du', 'del', 'la', 'von', 'van', 'al', 'el', 'di', 'des', 'le', 'y', 'e'].includes(here.lower)
  ) {
    const next = tokens[index + 1]!;
    if (next.capital) return true;
    return next.lower === 'the' && tokens[index + 2]?.capital === true && index + 2 < limit;
  }
  // `Bosnia and Herzegovina`; two names that are compared are told apart before their phrases are parsed.
  if (here.lower === 'and' && tokens[index + 1]!.capital && !here.quoted) return true;
  if (here.lower === 'the' && ['of', 'and'].includes(before.lower)) return true;
  return here.lower === 'the' && tokens[index - 1]!.lower === 'of' && tokens[index + 1]!.capital;
}

export function startsPhrase(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index]!;
  if (token.quoted || token.kind === 'number') return true;
  if (token.kind !== 'word') return OPENING.has(token.text);
  const { lower } = token;
  if (DEFINITE.has(lower) || INDEFINITE.has(lower)) return true;
  if (POSSESSIVE_PRONOUNS.has(lower)) return true;
  if (token.capital && index > 0 && !QUESTION_WORDS.has(lower)) return true;
  return !(
    AUXILIARIES.has(lower) ||
    PREPOSITIONS.has(lower) ||
    CONJUNCTIONS.has(lower) ||
    QUESTION_WORDS.has(lower) ||
    VERBS.has(lower)
  );
}
