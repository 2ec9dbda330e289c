/**
 * Relative clauses without their pronoun: the country | this flag belongs to, the country | Kyoto is in, the money | people
 * use there. What tells them from an apposition (`the river Mur`) is a gap: a preposition, or a transitive verb, after which
 * nothing comes that it could belong to.
 */
import { wordTable } from '../../common/word-table.ts';
import {
  AUXILIARIES,
  BE,
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
import type { Token } from './tokens.ts';

const SUBJECTS = new Set(
  'you we one they i he she people it scientists biologists zoologists botanists chemists locals'.split(' '),
);
const NAMING = new Set(['call', 'name', 'label', 'abbreviate', 'write']);

/** Adjectives that follow their noun with a preposition: `the country adjacent to X`, `the nation home to X`. */
const POSTNOMINAL = wordTable<readonly string[]>({
  home: ['to'],
  adjacent: ['to'],
  next: ['to'],
  close: ['to'],
  native: ['to', 'of'],
  similar: ['to'],
  opposite: ['to'],
  equal: ['to'],
  responsible: ['for'],
  famous: ['for', 'as'],
  notable: ['for'],
  north: ['of'],
  south: ['of'],
  east: ['of'],
  west: ['of'],
});

export const isPostnominal = (tokens: readonly Token[], index: number): boolean =>
  POSTNOMINAL[tokens[index]!.lower]?.includes(tokens[index + 1]?.lower ?? '') === true;

const KINDS = new Set(['kind', 'type', 'sort', 'part', 'member']);

/** Nothing follows that could fill the gap: the end, a comma, an auxiliary, a verb, another preposition. */
function gapAt(tokens: readonly Token[], index: number, limit: number): boolean {
  const token = tokens[index];
  if (index >= limit || !token) return true;
  if (token.kind === 'punctuation') return [',', ':', ';', '?', '.'].includes(token.text);
  if (token.quoted || token.capital || token.kind !== 'word') return false;
  const { lower } = token;
  // `What is the thing X is in | a kind of?`
  if (INDEFINITE.has(lower) && KINDS.has(tokens[index + 1]?.lower ?? '')) return true;
  if (DEFINITE.has(lower) || INDEFINITE.has(lower) || POSSESSIVE_PRONOUNS.has(lower)) return false;
  if (QUESTION_WORDS.has(lower) || SUBJECTS.has(lower)) return false;
  return (
    AUXILIARIES.has(lower) ||
    PREPOSITIONS.has(lower) ||
    CONJUNCTIONS.has(lower) ||
    VERBS.has(lower) ||
    lower === 'the' ||
    isParticiple(lower)
  );
}

/** The end of the subject that begins at `at`: a name, a pronoun, or a determiner with its noun. */
function subjectEnd(tokens: readonly Token[], at: number, limit: number): number | undefined {
  const first = tokens[at]!;
  let index = at + 1;
  if (!first.capital && !first.quoted && SUBJECTS.has(first.lower)) return index < limit ? index : undefined;
  const determined = DEFINITE.has(first.lower) || POSSESSIVE_PRONOUNS.has(first.lower);
  if (!determined && !first.capital && !first.quoted && first.text !== '⟦' && first.text !== '“') return undefined;
  for (; index < limit && index < at + 9; index++) {
    const { lower, kind, capital, quoted, text } = tokens[index]!;
    if (capital || quoted || kind === 'number' || '⟦⟧“”"-'.includes(text)) continue;
    if (kind !== 'word') return undefined;
    if (AUXILIARIES.has(lower)) break;
    if (VERBS.has(lower) && !(determined && index === at + 1)) break;
    if (['of', 'the', 'de', 'and'].includes(lower) && tokens[index + 1]?.capital) continue;
    if (determined && (SHOWN.has(lower) || ['above', 'below', 'here'].includes(lower))) continue;
    // `the flag in question`, `the flag in the picture`
    if (determined && lower === 'in' && tokens[index + 1]?.lower === 'question') {
      index++;
      continue;
    }
    if (determined && lower === 'in' && PICTURE_NOUNS.has(tokens[index + 2]?.lower ?? '')) {
      index += 2;
      continue;
    }
    if (!determined || PREPOSITIONS.has(lower) || CONJUNCTIONS.has(lower)) return undefined;
  }
  return index < limit ? index : undefined;
}

/**
 * The end of a clause without pronoun that begins at `at`, right after a head noun; undefined where what begins there is no
 * such clause.
 */
export function reducedClauseEnd(tokens: readonly Token[], at: number, limit: number): number | undefined {
  const verb = subjectEnd(tokens, at, limit);
  if (verb === undefined) return undefined;
  const subject = tokens[at]!;
  const personal = verb === at + 1 && SUBJECTS.has(subject.lower);
  let index = verb;
  const be = BE.has(tokens[verb]!.lower);
  if (AUXILIARIES.has(tokens[index]!.lower)) {
    if (!be && !personal && !['can', 'has', 'have', 'had'].includes(tokens[index]!.lower)) return undefined;
    index++;
    while (
      index < limit &&
      (AUXILIARIES.has(tokens[index]!.lower) || ['also', 'not', 'now'].includes(tokens[index]!.lower))
    )
      index++;
  } else if (!VERBS.has(tokens[index]!.lower)) return undefined;
  // `this is`, `it is`: the clause is complete.
  if (be && ['this', 'it', 'that'].includes(subject.lower) && verb === at + 1 && gapAt(tokens, index, limit))
    return index;
  if (be) {
    // `is [located|part|the capital] in|of _`
    if (['the', 'a', 'an'].includes(tokens[index]?.lower ?? '')) index++;
    for (let words = 0; words < 3 && index < limit && !PREPOSITIONS.has(tokens[index]!.lower); words++, index++) {
      const { kind, capital, lower } = tokens[index]!;
      if (kind !== 'word' || capital || AUXILIARIES.has(lower)) return undefined;
    }
    return index < limit && PREPOSITIONS.has(tokens[index]!.lower) && gapAt(tokens, index + 1, limit)
      ? index + 1
      : undefined;
  }
  if (VERBS.has(tokens[index]?.lower ?? '') && !AUXILIARIES.has(tokens[index]!.lower)) index++;
  // `biologists call X`: the noun before is named by it.
  if (personal && NAMING.has(tokens[verb]!.lower) && tokens[index]?.capital) return nameEnd(tokens, index, limit);
  // `X forms part of _`, `you see the flag of _`
  const object = objectEnd(tokens, index, limit);
  if (object !== undefined) return object;
  if (index < limit && PREPOSITIONS.has(tokens[index]!.lower)) {
    // `Is the capital of the country this flag belongs to | Oslo?`
    if (DEFINITE.has(subject.lower) && onlyNames(tokens, index + 1, limit)) return index + 1;
    if (gapAt(tokens, index + 1, limit))
      return tokens[index]!.lower === 'to' && VERBS.has(tokens[index + 1]?.lower ?? '') && personal
        ? purposeEnd(tokens, index + 1, limit)
        : index + 1;
    // `you know by this flag`, `people use in X`: the verb has the gap, its adverbial follows.
    return personal ? adverbialEnd(tokens, index, limit) : undefined;
  }
  if (index < limit && (tokens[index]!.lower === 'here' || tokens[index]!.lower === 'above')) return index + 1;
  if (!gapAt(tokens, index, limit)) return undefined;
  // `the club Leo Varga captains`; a name right after the noun may as well be the noun's own: `the river Mur flows`.
  return index;
}

/** A name and the small words of it: `Felis catus`. */
function nameEnd(tokens: readonly Token[], from: number, limit: number): number {
  let index = from + 1;
  while (
    index < limit &&
    tokens[index]!.kind === 'word' &&
    !AUXILIARIES.has(tokens[index]!.lower) &&
    !PREPOSITIONS.has(tokens[index]!.lower)
  )
    index++;
  return index;
}

/** A name fills the rest: the value of a claim. */
function onlyNames(tokens: readonly Token[], from: number, limit: number): boolean {
  if (from >= limit || limit - from > 4) return false;
  for (let index = from; index < limit; index++) if (!tokens[index]!.capital) return false;
  return true;
}

/** An object of one or two words whose preposition is stranded. */
function objectEnd(tokens: readonly Token[], from: number, limit: number): number | undefined {
  const start = ['the', 'a', 'an', 'its'].includes(tokens[from]?.lower ?? '') ? from + 1 : from;
  const noun = tokens[start];
  const preposition = tokens[start + 1];
  if (!noun || !preposition || start + 1 >= limit || noun.capital || noun.kind !== 'word') return undefined;
  if (PREPOSITIONS.has(noun.lower) || AUXILIARIES.has(noun.lower) || DEFINITE.has(noun.lower)) return undefined;
  return preposition.lower === 'of' && gapAt(tokens, start + 2, limit) ? start + 2 : undefined;
}

/** `one visits to see X`. */
function purposeEnd(tokens: readonly Token[], verb: number, limit: number): number {
  let index = verb + 1;
  while (index < limit && !AUXILIARIES.has(tokens[index]!.lower) && tokens[index]!.text !== ',') {
    if (!tokens[index]!.capital && VERBS.has(tokens[index]!.lower)) break;
    if (['with', 'and', 'or', 'than', 'a', 'an'].includes(tokens[index]!.lower)) break;
    index++;
  }
  return index;
}

function adverbialEnd(tokens: readonly Token[], preposition: number, limit: number): number {
  let index = preposition + 1;
  while (index < limit) {
    const { lower, text, capital } = tokens[index]!;
    if (text === ',' || AUXILIARIES.has(lower) || (!capital && ['than', 'or', 'and'].includes(lower))) break;
    if (VERBS.has(lower) && !capital && !isParticiple(lower) && index > preposition + 2) break;
    index++;
  }
  return index;
}
