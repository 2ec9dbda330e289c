/**
 * Noun phrases with everything that hangs on them: `the capital of the country whose flag is shown` is a head (`capital`)
 * with one complement, itself a head (`country`) with a relative clause. A recursive descent over closed word classes; no
 * part-of-speech model, no vocabulary of any data set. Every token is visited a bounded number of times.
 */
import {
  APPOSITIVE_NOUNS,
  AUXILIARIES,
  BE,
  CONJUNCTIONS,
  DEFINITE,
  HAVE,
  INDEFINITE,
  isParticiple,
  PICTURE_NOUNS,
  POSSESSIVE_PRONOUNS,
  PREPOSITIONS,
  QUESTION_WORDS,
  RELATIVES,
  SHOWN,
  VERBS,
} from './lexicon.ts';
import { isPersonNoun } from './noun-classes.ts';
import { comparativeAt } from './quantities.ts';
import { isPostnominal, reducedClauseEnd } from './reduced-clause.ts';
import { OPEN_MARK, type Token } from './tokens.ts';

export interface Complement {
  kind: 'of' | 'preposition' | 'relative' | 'participle' | 'owner' | 'reduced-relative';
  /** Token range, the introducing word included (for an owner: the owner's phrase without the possessive mark). */
  start: number;
  end: number;
}

export interface NounPhrase {
  start: number;
  end: number;
  determiner?: string;
  /** Token range of premodifiers and head noun. */
  headStart: number;
  headEnd: number;
  complements: Complement[];
  /** Phrases inside the complements. */
  children: NounPhrase[];
  /** The head is a name (upper case, quoted, or a number). */
  name: boolean;
  /** Points at the question's picture, itself or through a clause. */
  picture: boolean;
}

/** Deeper nesting than this is not a question people ask; it bounds the recursion. */
const DEEPEST = 8;

const isPunctuation = (token: Token): boolean => token.kind === 'punctuation';
const OPENING = new Set(['"', '“', '«', '„', '⟦']);
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
  if (index > start && VERBS.has(lower) && !lower.endsWith('ing') && finiteVerb(lower)) {
    const next = tokens[index + 1]?.lower ?? '';
    if (!nounFollows(tokens, index) || VERBS.has(next) || isParticiple(next) || /[^s]s$/.test(lower)) return false;
  }
  if (index > start && opensGerund(tokens, index)) return false;
  return true;
}

/** `the country | bearing the code X`, `a nation | boasting X`: whatever the verb, an object follows. */
function opensGerund(tokens: readonly Token[], index: number): boolean {
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

const AMBIGUOUS_NOUNS = new Set(
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

/** The phrase that begins at `start` and ends before `limit`; undefined where none begins. */
export function nounPhraseAt(
  tokens: readonly Token[],
  start: number,
  limit: number,
  depth: number = 0,
  /** The phrase is the subject of a clause whose gap is not its own: `the country that the river Mur flows through`. */
  subject: boolean = false,
): NounPhrase | undefined {
  if (start >= limit || depth > DEEPEST) return undefined;
  const first = tokens[start]!;
  if (isPunctuation(first) && !OPENING.has(first.text)) return undefined;
  let index = start;
  let determiner: string | undefined;
  if (
    !first.quoted &&
    (DEFINITE.has(first.lower) || INDEFINITE.has(first.lower) || POSSESSIVE_PRONOUNS.has(first.lower)) &&
    !(first.capital && start > 0 && tokens[start + 1]?.capital)
  ) {
    determiner = first.lower;
    index++;
  } else if (['what', 'which', 'whose'].includes(first.lower)) {
    determiner = first.lower;
    index++;
  }
  const head = headAt(tokens, index, limit, subject);
  if (head.end === index && !determiner) return undefined;
  if (head.end === index && !(determiner === 'this' || determiner === 'that' || determiner === 'these'))
    return undefined;
  let phrase: NounPhrase = {
    start,
    end: head.end,
    ...(determiner !== undefined && { determiner }),
    headStart: index,
    headEnd: head.end,
    complements: [],
    children: [],
    name: head.name,
    picture: false,
  };
  // A chain of owners: the pictured country 's capital 's population.
  while (phrase.end < limit && tokens[phrase.end]!.kind === 'possessive') {
    const owned = headAt(tokens, phrase.end + 1, limit);
    if (owned.end === phrase.end + 1) break;
    phrase.picture = pointsAtPicture(tokens, phrase);
    phrase = {
      start,
      end: owned.end,
      ...(determiner !== undefined && { determiner }),
      headStart: phrase.end + 1,
      headEnd: owned.end,
      complements: [{ kind: 'owner', start, end: phrase.end }],
      children: [phrase],
      name: false,
      picture: false,
    };
  }
  addComplements(tokens, phrase, limit, depth, subject);
  phrase.picture = pointsAtPicture(tokens, phrase);
  return phrase;
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

function headAt(
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
function placeContinues(tokens: readonly Token[], index: number, from: number, limit: number): boolean {
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

function addComplements(
  tokens: readonly Token[],
  phrase: NounPhrase,
  limit: number,
  depth: number,
  subject: boolean,
): void {
  while (phrase.end < limit) {
    const token = tokens[phrase.end]!;
    if (token.kind === 'possessive') break;
    const comma = token.text === ',';
    const at = comma ? phrase.end + 1 : phrase.end;
    const word = tokens[at];
    if (!word || at >= limit || word.quoted) break;
    const { lower } = word;
    const next = tokens[at + 1];
    // A comma goes on with the phrase only before a clause about it.
    if (comma && !(RELATIVES.has(lower) && lower !== 'that' && clauseFollows(tokens, at, limit))) break;
    if (PREPOSITIONS.has(lower)) {
      if (next && ['which', 'whom', 'whose'].includes(next.lower)) {
        addClause(tokens, phrase, at, limit, depth);
        continue;
      }
      const child = at + 1 < limit ? nounPhraseAt(tokens, at + 1, limit, depth + 1) : undefined;
      if (pointsHere(tokens, at, limit) && (!child || INDEFINITE.has(next?.lower ?? ''))) {
        phrase.complements.push({ kind: 'participle', start: at, end: at + 1 });
        phrase.end = at + 1;
        continue;
      }
      if (!child) {
        if (next?.lower === 'here' || next?.lower === 'there') {
          phrase.complements.push({ kind: 'preposition', start: at, end: at + 2 });
          phrase.end = at + 2;
          continue;
        }
        break;
      }
      phrase.complements.push({ kind: lower === 'of' ? 'of' : 'preposition', start: at, end: child.end });
      phrase.children.push(child);
      phrase.end = child.end;
      continue;
    }
    if (RELATIVES.has(lower) && clauseFollows(tokens, at, limit)) {
      addClause(tokens, phrase, at, limit, depth);
      continue;
    }
    if (!comma && (isParticiple(lower) || opensGerund(tokens, at)) && phrase.headEnd > phrase.headStart) {
      addParticiple(tokens, phrase, at, limit, depth);
      continue;
    }
    // `with X as its capital`: the role belongs to the same complement.
    const withPhrase = phrase.complements.at(-1);
    if (
      lower === 'as' &&
      withPhrase?.end === at &&
      ['with', 'having', 'using'].includes(tokens[withPhrase.start]!.lower) &&
      (POSSESSIVE_PRONOUNS.has(next?.lower ?? '') || next?.lower === 'the' || INDEFINITE.has(next?.lower ?? ''))
    ) {
      const role = nounPhraseAt(tokens, at + 1, limit, depth + 1);
      if (!role) break;
      withPhrase.end = role.end;
      phrase.end = role.end;
      continue;
    }
    if (!comma && isPostnominal(tokens, at)) {
      addParticiple(tokens, phrase, at, limit, depth);
      continue;
    }
    if (pointsHere(tokens, at, limit) && phrase.headEnd > phrase.headStart) {
      phrase.complements.push({ kind: 'participle', start: at, end: at + 1 });
      phrase.end = at + 1;
      continue;
    }
    // `the clan leader and outlaw who ...`: one head of two nouns.
    if (lower === 'and' && phrase.complements.length === 0 && !phrase.name && !word.quoted) {
      const from = DEFINITE.has(next?.lower ?? '') ? at + 2 : at + 1;
      const second = headAt(tokens, from, limit);
      const following = tokens[second.end]?.lower ?? '';
      if (
        second.end > from &&
        second.end < limit &&
        (['who', 'that', 'which', 'whose'].includes(following) ||
          (from === at + 1 &&
            !tokens[from]!.capital &&
            isParticiple(following) &&
            isPersonNoun(tokens[second.end - 1]!.lower)))
      ) {
        phrase.headEnd = second.end;
        phrase.end = second.end;
        continue;
      }
    }
    // A clause without its pronoun: the country | this flag belongs to.
    if (!comma && !phrase.name && !subject && phrase.headEnd > phrase.headStart) {
      const end = reducedClauseEnd(tokens, at, limit);
      if (end === undefined) break;
      phrase.complements.push({ kind: 'reduced-relative', start: at, end });
      addChildren(tokens, phrase, at, end, depth, true);
      phrase.end = end;
      continue;
    }
    break;
  }
}

/** `the flag here`, `the tower above`: the place of the picture. */
function pointsHere(tokens: readonly Token[], at: number, limit: number): boolean {
  const { lower } = tokens[at]!;
  if (lower === 'here') return true;
  if (lower !== 'above' && lower !== 'below') return false;
  const next = tokens[at + 1];
  return (
    at + 1 >= limit ||
    !next ||
    isPunctuation(next) ||
    !(next.capital || DEFINITE.has(next.lower) || next.kind === 'number')
  );
}

/** What a picture does. */
const SHOWS = new Set(
  'shows show depicts displays portrays contains presents represents illustrates features'.split(' '),
);

/** Drawings of nothing but what they stand for. */
const FLAGS = new Set(['flag', 'banner', 'ensign']);

function clauseFollows(tokens: readonly Token[], at: number, limit: number): boolean {
  // `is the flag that of X`: a pronoun, not a clause.
  if (tokens[at]!.lower === 'that' && tokens[at + 1]?.lower === 'of') return false;
  return at + 1 < limit && !isPunctuation(tokens[at + 1]!);
}

const FINITE = new Set(['is', 'are', 'was', 'were', 'has', 'have', 'had', 'does', 'do', 'did']);

const JOINS_VERB = new Set([
  ...AUXILIARIES,
  'to',
  'and',
  'or',
  'but',
  'not',
  'that',
  'which',
  'who',
  'also',
  'never',
  ',',
]);

/** A relative clause runs to the limit, a comma, or a conjunction that opens another question. */
function clauseEnd(tokens: readonly Token[], from: number, limit: number, depth: number = 0): number {
  let end = from;
  let finite = false;
  while (end < limit) {
    const token = tokens[end]!;
    const complete = finite;
    if (token.quoted) {
      end++;
      continue;
    }
    // A clause inside the clause has a verb of its own: `that is the capital of the country in which X lies`.
    const nested = end > from && depth < DEEPEST ? innerClauseEnd(tokens, end, limit, depth) : undefined;
    if (nested !== undefined) {
      end = nested;
      continue;
    }
    if ((token.text === ',' && !placeContinues(tokens, end, from, limit)) || token.text === ':') break;
    if (['than', 'or'].includes(token.lower)) break;
    // A second finite verb is the question's own: `whose capital is Oslo | has the most ...`.
    const before = tokens[end - 1];
    if (finite && before && BE.has(before.lower) && FINITE.has(token.lower)) break;
    if (
      finite &&
      before &&
      !JOINS_VERB.has(before.lower) &&
      !token.capital &&
      VERBS.has(token.lower) &&
      /[^s]s$/.test(token.lower) &&
      !AMBIGUOUS_NOUNS.has(token.lower) &&
      !DEFINITE.has(before.lower)
    )
      break;
    if (
      AUXILIARIES.has(token.lower) &&
      token.lower !== 'be' &&
      (token.lower !== 'been' || !HAVE.has(before?.lower ?? '')) &&
      finite &&
      before &&
      !JOINS_VERB.has(before.lower)
    )
      break;
    if (
      AUXILIARIES.has(token.lower) ||
      (VERBS.has(token.lower) && !token.capital && !isParticiple(token.lower) && !AMBIGUOUS_NOUNS.has(token.lower))
    )
      finite = true;
    // `the country whose flag is shown | larger`: what is shown is complete, except for where and how it is shown.
    if (
      end > from &&
      complete &&
      (SHOWN.has(tokens[end - 1]!.lower) || tokens[end - 1]!.lower === 'see') &&
      !DEFINITE.has(tokens[end - 2]?.lower ?? '') &&
      !['in', 'here', 'on', 'above', 'below', 'by', 'at', 'and', 'as', 'within'].includes(token.lower)
    )
      break;
    if (
      end > from + 1 &&
      complete &&
      PICTURE_NOUNS.has(tokens[end - 1]!.lower) &&
      !PREPOSITIONS.has(token.lower) &&
      !isParticiple(token.lower) &&
      !AUXILIARIES.has(token.lower) &&
      !SHOWS.has(token.lower)
    )
      break;
    if (end > from && tokens[end - 1]!.lower === 'here') break;
    // `whose flag this is | landlocked`
    if (
      end > from + 1 &&
      ['is', 'was'].includes(tokens[end - 1]!.lower) &&
      ['this', 'it'].includes(tokens[end - 2]!.lower)
    )
      break;
    end++;
  }
  return end;
}

/** The end of a clause that begins at `at` after a noun, with its pronoun or without; undefined where none does. */
function innerClauseEnd(tokens: readonly Token[], at: number, limit: number, depth: number): number | undefined {
  const { lower, capital } = tokens[at]!;
  const before = tokens[at - 1]!;
  if (before.kind !== 'word' || AUXILIARIES.has(before.lower) || CONJUNCTIONS.has(before.lower)) return undefined;
  if (!PREPOSITIONS.has(before.lower) || lower === 'which' || lower === 'whom' || lower === 'whose') {
    if (RELATIVES.has(lower) && !capital && clauseFollows(tokens, at, limit))
      return Math.max(at + 1, clauseEnd(tokens, at + 1, limit, depth + 1));
  }
  if (before.capital || PREPOSITIONS.has(before.lower) || VERBS.has(before.lower) || DEFINITE.has(before.lower))
    return undefined;
  const name = tokens[at]!.capital || tokens[at]!.text === OPEN_MARK;
  const end = reducedClauseEnd(tokens, at, limit);
  return end !== undefined && (!name || PREPOSITIONS.has(tokens[end - 1]!.lower)) ? end : undefined;
}

function addClause(tokens: readonly Token[], phrase: NounPhrase, at: number, limit: number, depth: number): void {
  const end = Math.max(at + 1, clauseEnd(tokens, at + 1, limit));
  phrase.complements.push({ kind: 'relative', start: at, end });
  const subject = !VERBS.has(tokens[at + 1]?.lower ?? '') && tokens[at]!.lower !== 'whose';
  addChildren(tokens, phrase, at + 1, end, depth, subject);
  phrase.end = end;
}

/** The phrases inside a clause; the first may be the subject, whose gap is not its own. */
function addChildren(
  tokens: readonly Token[],
  phrase: NounPhrase,
  from: number,
  end: number,
  depth: number,
  first: boolean,
): void {
  let subject = first;
  for (let index = from; index < end; ) {
    const child = startsPhrase(tokens, index) ? nounPhraseAt(tokens, index, end, depth + 1, subject) : undefined;
    if (child) subject = false;
    if (child) phrase.children.push(child);
    index = child ? Math.max(child.end, index + 1) : index + 1;
  }
}

function addParticiple(tokens: readonly Token[], phrase: NounPhrase, at: number, limit: number, depth: number): void {
  let end = at + 1;
  while (end < limit) {
    const token = tokens[end]!;
    // `starring X and directed by Y`
    if (token.lower === 'and' && isParticiple(tokens[end + 1]?.lower ?? '') && end + 2 < limit) {
      end += 2;
      continue;
    }
    if (PREPOSITIONS.has(token.lower) || token.lower === 'here' || token.lower === 'as') {
      const child = token.lower === 'here' ? undefined : nounPhraseAt(tokens, end + 1, limit, depth + 1);
      if (child) phrase.children.push(child);
      end = child ? child.end : end + 1;
      if (!child && !pointsHere(tokens, end - 1, limit)) break;
      continue;
    }
    if (end === at + 1 && !SHOWN.has(tokens[at]!.lower) && startsPhrase(tokens, end)) {
      const child = nounPhraseAt(tokens, end, limit, depth + 1);
      if (!child) break;
      phrase.children.push(child);
      end = child.end;
      continue;
    }
    break;
  }
  phrase.complements.push({ kind: 'participle', start: at, end });
  phrase.end = end;
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

/**
 * Whether the phrase is about the picture: it says `shown` or `in the image`, or it is a bare `this flag`. Whether there IS a
 * picture the caller knows.
 */
function pointsAtPicture(tokens: readonly Token[], phrase: NounPhrase): boolean {
  if (phrase.children.some((child) => child.picture)) return true;
  const head = tokens[phrase.headEnd - 1];
  if (!head) return false;
  if (phrase.determiner === 'its' && head.lower === 'flag') return true;
  // `the flag's country`: a flag of nothing named is the one shown.
  if (phrase.determiner === 'the' && phrase.complements.length === 0 && FLAGS.has(head.lower)) return true;
  if (PICTURE_NOUNS.has(head.lower) && phrase.determiner !== undefined && DEFINITE.has(phrase.determiner)) return true;
  if ((phrase.determiner === 'this' || phrase.determiner === 'these') && !phrase.name) return true;
  for (let index = phrase.headStart; index < phrase.headEnd; index++) if (SHOWN.has(tokens[index]!.lower)) return true;
  return phrase.complements.some((complement) => {
    if (complement.kind === 'owner' || complement.kind === 'of') return false;
    for (let index = complement.start; index < complement.end; index++) {
      if (SHOWN.has(tokens[index]!.lower) || tokens[index]!.lower === 'here') return true;
      if (['above', 'below'].includes(tokens[index]!.lower) && complement.end === index + 1) return true;
      // `the flag in question`
      if (tokens[index]!.lower === 'question' && complement.end - complement.start === 2) return true;
      if (tokens[index]!.lower === 'see' && tokens[index - 1]?.lower === 'you') return true;
    }
    return false;
  });
}

/** `the city of Paris` names Paris; it needs no question of its own. */
export function isApposition(tokens: readonly Token[], phrase: NounPhrase): boolean {
  if (phrase.complements.length !== 1 || phrase.complements[0]!.kind !== 'of') return false;
  // `the capital city of France` is a property, `the city of Paris` a name.
  if (phrase.headEnd - phrase.headStart !== 1) return false;
  const head = tokens[phrase.headEnd - 1];
  const child = phrase.children[0];
  return (
    head !== undefined && APPOSITIVE_NOUNS.has(head.lower) && child?.name === true && child.complements.length === 0
  );
}
