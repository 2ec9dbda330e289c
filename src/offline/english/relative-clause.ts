/**
 * Where a relative clause ends: at a comma, or before the verb that is the question's own. A clause inside the clause has a verb
 * of its own and is passed over whole.
 */
import {
  AUXILIARIES,
  BE,
  CONJUNCTIONS,
  DEFINITE,
  HAVE,
  isParticiple,
  PICTURE_NOUNS,
  PREPOSITIONS,
  RELATIVES,
  SHOWN,
  VERBS,
} from './lexicon.ts';
import { AMBIGUOUS_NOUNS, isPunctuation, placeContinues } from './phrase-head.ts';
import { reducedClauseEnd } from './reduced-clause.ts';
import { OPEN_MARK, type Token } from './tokens.ts';

/** Deeper nesting than this is not a question people ask; it bounds the recursion. */
const DEEPEST = 8;

/** `the flag here`, `the tower above`: the place of the picture. */
export function pointsHere(tokens: readonly Token[], at: number, limit: number): boolean {
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

export function clauseFollows(tokens: readonly Token[], at: number, limit: number): boolean {
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

/** Verbs of place, complete without an object. */
const LYING = new Set(['lies', 'sits', 'stands', 'resides']);

/** A relative clause runs to the limit, a comma, or a conjunction that opens another question. */
export function clauseEnd(tokens: readonly Token[], from: number, limit: number, depth: number = 0): number {
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
    const before = tokens[end - 1];
    if (finite && before && isSecondVerb(token, before)) break;
    if (
      AUXILIARIES.has(token.lower) ||
      (VERBS.has(token.lower) && !token.capital && !isParticiple(token.lower) && !AMBIGUOUS_NOUNS.has(token.lower))
    )
      finite = true;
    if (hasSaidAll(tokens, end, { from, complete })) break;
    end++;
  }
  return end;
}

/** A second finite verb is the question's own: `whose capital is Oslo | has the most ...`. */
function isSecondVerb(token: Token, before: Token): boolean {
  if (BE.has(before.lower) && FINITE.has(token.lower)) return true;
  if (JOINS_VERB.has(before.lower)) return false;
  if (
    !token.capital &&
    VERBS.has(token.lower) &&
    /[^s]s$/.test(token.lower) &&
    !AMBIGUOUS_NOUNS.has(token.lower) &&
    !DEFINITE.has(before.lower)
  )
    return true;
  return AUXILIARIES.has(token.lower) && token.lower !== 'be' && (token.lower !== 'been' || !HAVE.has(before.lower));
}

/** A clause from `from`, with a verb before `at` where it is `complete`, that cannot go on there. */
function hasSaidAll(
  tokens: readonly Token[],
  at: number,
  { from, complete }: { from: number; complete: boolean },
): boolean {
  const token = tokens[at]!;
  const before = tokens[at - 1]?.lower ?? '';
  const second = tokens[at - 2]?.lower ?? '';
  // `the country whose flag is shown | larger`: what is shown is complete, except for where and how it is shown.
  if (
    at > from &&
    complete &&
    (SHOWN.has(before) || before === 'see') &&
    !DEFINITE.has(second) &&
    !['in', 'here', 'on', 'above', 'below', 'by', 'at', 'and', 'as', 'within'].includes(token.lower)
  )
    return true;
  if (
    at > from + 1 &&
    complete &&
    PICTURE_NOUNS.has(before) &&
    !PREPOSITIONS.has(token.lower) &&
    !isParticiple(token.lower) &&
    !AUXILIARIES.has(token.lower) &&
    !SHOWS.has(token.lower)
  )
    return true;
  if (at > from && before === 'here') return true;
  // `in which X lies | share a border`
  if (complete && LYING.has(before) && VERBS.has(token.lower) && !isParticiple(token.lower)) return true;
  // `whose flag this is | landlocked`
  return at > from + 1 && ['is', 'was'].includes(before) && ['this', 'it'].includes(second);
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
