/**
 * Yes-or-no questions about what the picture shows: `Is this the flag of X?`, `Does this emblem belong to X?`, `Is the pictured
 * animal a panda?`. They ask for the picture's name and compare it with the claimed one.
 */
import { BE, DO, FUNCTION_WORDS } from './lexicon.ts';
import type { EnglishMemory } from './memory.ts';
import { REPRESENTATIONS } from './noun-classes.ts';
import { type NounPhrase, nounPhraseAt } from './noun-phrase.ts';
import { lookupPicture, namesPicture } from './picture.ts';
import { rootPhrases } from './predicate.ts';
import { type Sentence, spanText } from './sentence.ts';

interface PictureClaim {
  subQuestion: string;
  /** What the picture is said to show. */
  value: string;
}

export function pictureClaim(sentence: Sentence): PictureClaim | undefined {
  const { tokens, length } = sentence;
  if (sentence.opening !== 'yes-no' || length < 3) return undefined;
  const first = tokens[0]!.lower;
  if (!BE.has(first) && !DO.has(first)) return undefined;
  // `Is this ...`: the pronoun alone is the picture.
  if (
    BE.has(first) &&
    ['this', 'it', 'that'].includes(tokens[1]!.lower) &&
    opensPhrase(tokens[2]?.lower, tokens[2]?.capital)
  ) {
    return claimed(sentence, 2, undefined);
  }
  const roots = rootPhrases(sentence);
  const picture = roots.find((phrase) => phrase.picture);
  if (!picture || roots.length > 2 || !namesPicture(sentence, picture)) return undefined;
  const other = roots.find((phrase) => phrase !== picture);
  if (other && other.start < picture.start) {
    // `Is X the country whose flag is shown?`, `Is X shown in the picture?`
    if (!other.name) return undefined;
    return { subQuestion: lookupPicture(sentence, picture), value: spanText(sentence, other.start, other.end) };
  }
  if (
    other &&
    DO.has(first) &&
    !between(sentence, picture.end, other.start, ['belong', 'represent', 'show', 'depict', 'stand'])
  )
    return undefined;
  if (other && (KINDS.has(tokens[other.headEnd - 1]!.lower) || !(other.name || other.determiner !== undefined)))
    return undefined;
  if (other) return claimed(sentence, other.start, picture);
  return undefined;
}

const KINDS = new Set(['kind', 'type', 'sort', 'member', 'part', 'neighbour', 'neighbor', 'species']);

const opensPhrase = (word: string | undefined, capital = false): boolean =>
  word !== undefined && (capital || ['a', 'an', 'the'].includes(word) || !FUNCTION_WORDS.has(word));

function between(sentence: Sentence, start: number, end: number, words: readonly string[]): boolean {
  for (let index = start; index < end; index++) if (words.includes(sentence.tokens[index]!.lower)) return true;
  return false;
}

function claimed(sentence: Sentence, start: number, picture: NounPhrase | undefined): PictureClaim | undefined {
  const { tokens, length } = sentence;
  let from = start;
  let representation: string | undefined;
  for (let index = start; index < length; index++) {
    const { lower } = tokens[index]!;
    if (REPRESENTATIONS.has(lower)) representation = lower;
    if (lower === 'of' && (representation || tokens[index - 1]?.lower === 'that')) {
      from = index + 1;
      break;
    }
  }
  // `Is this France's flag?`
  let end = length;
  const owner = tokens.findIndex((token, index) => index >= from && token.kind === 'possessive');
  if (owner > 0 && representation) end = owner;
  if (representation && from === start && owner < 0) return undefined;
  while (from < end && ['a', 'an', 'the'].includes(tokens[from]!.lower)) from++;
  if (from >= end) return undefined;
  const value = spanText(sentence, from, end);
  if (picture) return { subQuestion: lookupPicture(sentence, picture), value };
  return {
    subQuestion: representation
      ? `Which country's ${representation} is shown in the image?`
      : 'What is shown in the image?',
    value,
  };
}

/** A claim about a property, apart from the picture: what to ask, and the value claimed. */
interface ValueClaim {
  subQuestion: string;
  value: string;
}

/** `Does X have Y as its Z?` asks `What is the Z of X?` and compares the answer with Y. */
export function valueClaim(sentence: Sentence, memory: EnglishMemory): ValueClaim | undefined {
  const { tokens, length } = sentence;
  if (sentence.opening !== 'yes-no') return undefined;
  const as = tokens.findLastIndex((token, index) => index < length && token.lower === 'as' && !token.quoted);
  const have = tokens.findLastIndex(
    (token, index) => index < as && index > 1 && ['have', 'use', 'has', 'get'].includes(token.lower),
  );
  if (as < 0 || have < 0) return propertyClaim(sentence.text, memory);
  const property = spanText(sentence, as + 1, length).replace(/^(its|their|his|her|the|an|a)\s+/i, '');
  const subject = spanText(sentence, 1, have);
  const value = spanText(sentence, have + 1, as).replace(/^(the|an|a)\s+/i, '');
  return property && subject && value ? { subQuestion: `What is the ${property} of ${subject}?`, value } : undefined;
}

/** `Is V the P of X?`, `Is the P of X V?` asks `What is the P of X?` and compares. */
function propertyClaim(question: string, { inquire }: EnglishMemory): ValueClaim | undefined {
  const { claim } = inquire(question);
  if (!claim || !/^(?:the )?[^,]+ of |['’]s /.test(claim.property)) return undefined;
  const value = claim.value.replace(/^(the|an|a)\s+/i, '').trim();
  if (!value || /\b(?:in|than|from|before|after|as|or|and|one|part|kind|member)\b/.test(value)) return undefined;
  return { subQuestion: `What is ${claim.property}?`, value };
}

/** `Is X ⟦Y⟧?`, when what stood for Y has been found: the two sides of the equation. */
export function equation(sentence: Sentence): { left: string; right: string } | undefined {
  if (!sentence.text.includes('⟦')) return undefined;
  const { tokens, length } = sentence;
  if (sentence.opening !== 'yes-no' || !BE.has(tokens[0]!.lower)) return undefined;
  const open = tokens.findIndex((token) => token.text === '⟦');
  const close = tokens.findIndex((token) => token.text === '⟧');
  const sides =
    open === 1
      ? [spanText(sentence, 1, close + 1), spanText(sentence, close + 1, length)]
      : [spanText(sentence, 1, open), spanText(sentence, open, length)];
  const other = open === 1 ? [close + 1, length] : [1, open];
  if (open !== 1 && close !== length - 1) return undefined;
  // The other side must be one name or definite phrase: `Oslo`, `the krone`; not `landlocked`, `X a neighbour of`.
  const [from, to] = other as [number, number];
  const phrase = nounPhraseAt(tokens, from, to);
  if (
    !phrase ||
    phrase.end !== to ||
    !(phrase.name || phrase.determiner === 'the' || tokens[from]!.capital) ||
    phrase.complements.length > 0
  )
    return undefined;
  const clean = (text: string): string =>
    text
      .replace(/[⟦⟧]/g, '')
      .replace(/^(the|an|a)\s+/i, '')
      .trim();
  return { left: clean(sides[0]!), right: clean(sides[1]!) };
}
