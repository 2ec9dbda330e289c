/**
 * Yes-or-no questions about what the picture shows: `Is this the flag of X?`, `Does this emblem belong to X?`, `Is the pictured
 * animal a panda?`. They ask for the picture's name and compare it with the claimed one.
 */
import { BE, DO, FUNCTION_WORDS } from './lexicon.ts';
import { lookupPicture, REPRESENTATIONS, rootPhrases } from './nested.ts';
import type { NounPhrase } from './noun-phrase.ts';
import { parseSentence, type Sentence, spanText } from './sentence.ts';

export interface PictureClaim {
  subQuestion: string;
  /** What the picture is said to show. */
  value: string;
}

export function pictureClaim(question: string): PictureClaim | undefined {
  const sentence = parseSentence(question);
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
  if (!picture || roots.length > 2) return undefined;
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
  if (other) return claimed(sentence, other.start, picture);
  return undefined;
}

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
