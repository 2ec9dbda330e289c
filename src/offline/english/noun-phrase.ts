/**
 * Noun phrases with everything that hangs on them: `the capital of the country whose flag is shown` is a head (`capital`)
 * with one complement, itself a head (`country`) with a relative clause. A recursive descent over closed word classes; no
 * part-of-speech model, no vocabulary of any data set. Every token is visited a bounded number of times.
 */
import {
  APPOSITIVE_NOUNS,
  DEFINITE,
  INDEFINITE,
  isParticiple,
  PICTURE_NOUNS,
  POSSESSIVE_PRONOUNS,
  PREPOSITIONS,
  RELATIVES,
  SHOWN,
  VERBS,
} from './lexicon.ts';
import { isPersonNoun } from './noun-classes.ts';
import { headAt, isPunctuation, OPENING, opensGerund, startsPhrase } from './phrase-head.ts';
import { isPostnominal, reducedClauseEnd } from './reduced-clause.ts';
import { clauseEnd, clauseFollows, pointsHere } from './relative-clause.ts';
import type { Token } from './tokens.ts';

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
      if (!addPreposition(tokens, phrase, at, limit, depth)) break;
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
    if (lower === 'and' && addSecondHead(tokens, phrase, at, limit)) continue;
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

/** What stands behind a preposition; false where the phrase ends before it. */
function addPreposition(
  tokens: readonly Token[],
  phrase: NounPhrase,
  at: number,
  limit: number,
  depth: number,
): boolean {
  const next = tokens[at + 1];
  if (next && ['which', 'whom', 'whose'].includes(next.lower)) {
    addClause(tokens, phrase, at, limit, depth);
    return true;
  }
  const child = at + 1 < limit ? nounPhraseAt(tokens, at + 1, limit, depth + 1) : undefined;
  if (pointsHere(tokens, at, limit) && (!child || INDEFINITE.has(next?.lower ?? ''))) {
    phrase.complements.push({ kind: 'participle', start: at, end: at + 1 });
    phrase.end = at + 1;
    return true;
  }
  if (child) {
    phrase.complements.push({ kind: tokens[at]!.lower === 'of' ? 'of' : 'preposition', start: at, end: child.end });
    phrase.children.push(child);
    phrase.end = child.end;
    return true;
  }
  if (next?.lower !== 'here' && next?.lower !== 'there') return false;
  phrase.complements.push({ kind: 'preposition', start: at, end: at + 2 });
  phrase.end = at + 2;
  return true;
}

/** `the clan leader and outlaw who ...`: one head of two nouns. */
function addSecondHead(tokens: readonly Token[], phrase: NounPhrase, at: number, limit: number): boolean {
  if (phrase.complements.length > 0 || phrase.name) return false;
  const from = DEFINITE.has(tokens[at + 1]?.lower ?? '') ? at + 2 : at + 1;
  const second = headAt(tokens, from, limit);
  const following = tokens[second.end]?.lower ?? '';
  const goesOn =
    second.end > from &&
    second.end < limit &&
    (['who', 'that', 'which', 'whose'].includes(following) ||
      (from === at + 1 &&
        !tokens[from]!.capital &&
        isParticiple(following) &&
        isPersonNoun(tokens[second.end - 1]!.lower)));
  if (!goesOn) return false;
  phrase.headEnd = second.end;
  phrase.end = second.end;
  return true;
}

/** Drawings of nothing but what they stand for. */
const FLAGS = new Set(['flag', 'banner', 'ensign']);

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

export { startsPhrase } from './phrase-head.ts';
