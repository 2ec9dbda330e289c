/** `Do X and Y have the same Z?`, `is X in the same Z as Y?` */

import { unquote } from './comparison-choice.ts';
import type { Comparison, Side } from './comparison-types.ts';
import { VERBS } from './lexicon.ts';
import { nounPhraseAt } from './noun-phrase.ts';
import { fills } from './pair.ts';
import { type Sentence, spanText } from './sentence.ts';

export function sameQuestion(sentence: Sentence): Comparison | undefined {
  const { tokens, length, opening } = sentence;
  if (opening !== 'yes-no') return undefined;
  const same = tokens.findIndex(
    (token, index) =>
      index < length && (token.lower === 'same' || token.lower === 'share' || token.lower === 'identical'),
  );
  if (same < 0) return undefined;
  const subjectStart = tokens[1]?.lower === 'both' ? 2 : 1;
  // `Is the capital of Trinidad and Tobago the same as ...`: one thing is compared with what follows `as`.
  const single =
    ['is', 'does', 'was', 'has'].includes(tokens[0]!.lower) &&
    tokens.some((token, index) => index > same && index < length && token.lower === 'as');
  const joint = single
    ? -1
    : (jointBefore(sentence, subjectStart, same) ??
      tokens.findIndex(
        (token, index) =>
          index > subjectStart &&
          index < same &&
          token.lower === 'and' &&
          !token.quoted &&
          !withinName(sentence, index),
      ));
  return joint < 0 ? sameAs(sentence, same) : sameOfBoth(sentence, { subjectStart, joint, same });
}

/** `Is the capital of X the same as that of Y?` */
function sameAs(sentence: Sentence, same: number): Comparison | undefined {
  const { tokens, length } = sentence;
  const as = tokens.findIndex((token, index) => index > same && token.lower === 'as');
  const subject = nounPhraseAt(tokens, 1, same);
  if (as < 0 || !subject) return undefined;
  let right = spanText(sentence, as + 1, length);
  const head = spanText(sentence, subject.headStart, subject.headEnd);
  const leftText = spanText(sentence, subject.start, Math.min(subject.end, same)).replace(/\s+the$/i, '');
  if (subject.complements.length === 0) {
    // `Does X have the same currency as Y?`
    const property = propertyNoun(sentence, same);
    if (!property) return undefined;
    const inside = ['in', 'on'].includes(tokens[same - 2]?.lower ?? '')
      ? `In which ${property} is`
      : `What is the ${property} of`;
    const ask = (text: string): Side => ({ text, question: `${inside} ${text}?` });
    return { asks: 'same', left: ask(leftText.replace(/\s+(?:in|on)$/i, '')), right: ask(right), direction: 1 };
  }
  const property = propertyNoun(sentence, same);
  if (property && property !== head) {
    const inside = ['in', 'on'].includes(tokens[same - 2]?.lower ?? '')
      ? `In which ${property} is`
      : `What is the ${property} of`;
    const ask = (text: string): Side => ({ text, question: `${inside} ${text}?` });
    return { asks: 'same', left: ask(leftText.replace(/\s+(?:in|on)$/i, '')), right: ask(right), direction: 1 };
  }
  right = right.replace(/^(that|the one) of /i, `the ${head} of `);
  return {
    asks: 'same',
    left: { text: leftText, question: `What is ${leftText}?` },
    right: { text: right, question: `What is ${right}?` },
    direction: 1,
  };
}

/** `Do X and Y have the same Z?` */
function sameOfBoth(
  sentence: Sentence,
  { subjectStart, joint, same }: { subjectStart: number; joint: number; same: number },
): Comparison | undefined {
  const { tokens } = sentence;
  let rightEnd = same;
  for (let index = joint + 1; index < same; index++) {
    const { lower, quoted } = tokens[index]!;
    if (quoted) continue;
    if (
      (VERBS.has(lower) && !withinCapitals(sentence, index)) ||
      lower === 'both' ||
      (['in', 'from', 'on', 'of'].includes(lower) &&
        ['the', 'same'].includes(tokens[index + 1]?.lower ?? '') &&
        !tokens[index + 1]!.capital) ||
      (['a', 'the', 'both'].includes(lower) && index + 1 >= same - 1)
    ) {
      rightEnd = index;
      break;
    }
  }
  const whole = nounPhraseAt(tokens, joint + 1, same);
  if (whole?.complements.some(({ kind }) => kind === 'relative' || kind === 'reduced-relative') && whole.end > rightEnd)
    rightEnd = whole.end;
  if (tokens[rightEnd - 1]?.text === ',') rightEnd--;
  const left = spanText(sentence, subjectStart, joint).replace(/,$/, '');
  const right = spanText(sentence, joint + 1, rightEnd);
  if (!left || !right) return undefined;
  const noun = propertyNoun(sentence, same);
  if (!noun) return undefined;
  const verbs = tokens.slice(rightEnd, same).map((token) => token.lower);
  const ask = (subject: string): Side => {
    const text = unquote(subject);
    if (verbs.includes('born')) return { text, question: `In which ${noun} was ${text} born?` };
    if (verbs.includes('die')) return { text, question: `In which ${noun} did ${text} die?` };
    if (verbs.includes('located') || verbs.includes('situated') || verbs.includes('lie') || verbs.includes('in'))
      return { text, question: `In which ${noun} is ${text} located?` };
    if (verbs.includes('from') || verbs.includes('originate') || verbs.includes('come'))
      return { text, question: `Which ${noun} is ${text} from?` };
    if (verbs.includes('belong')) return { text, question: `To which ${noun} does ${text} belong?` };
    if (verbs.includes('part')) return { text, question: `What is the ${noun} of ${text}?` };
    if (noun.startsWith('number of ')) return { text, question: `How many ${noun.slice(10)} does ${text} have?` };
    if (noun.includes(' of ')) return { text, question: `In which ${noun} is ${text}?` };
    return { text, question: `What is the ${noun} of ${text}?` };
  };
  const [first, second] = shareOut(distributed(left), right);
  return { asks: 'same', left: ask(first), right: ask(second), direction: 1 };
}

/** The last `and` with a whole phrase on its left and one that begins like a phrase on its right. */
function jointBefore(sentence: Sentence, start: number, same: number): number | undefined {
  const { tokens } = sentence;
  for (let index = same - 2; index > start; index--) {
    const { lower, quoted } = tokens[index]!;
    if (lower !== 'and' || quoted) continue;
    const next = tokens[index + 1]!;
    if (next.lower === 'the' && !next.capital && fills(tokens, start, index)) return index;
  }
  return undefined;
}

/** `the directors of X and Y` -> `the director of X`, `the director of Y`. */
function shareOut(left: string, right: string): [string, string] {
  const owned = /^the ([a-z ]+?)s of (.+)$/.exec(left);
  if (!owned || /^the [a-z]/.test(right)) return [left, right];
  const noun = owned[1]!.replace(/ie$/, 'y');
  return [`the ${noun} of ${owned[2]}`, `the ${noun} of ${right}`];
}

/** `films X and Y` keep their class word on the left side only, which is fine. */
const distributed = (left: string): string =>
  left.replace(
    /^(the )?(films|movies|bands|cities|countries|villages|songs|albums|people|elements|directors of films|towns|stations|schools|rivers|lakes)\s+/i,
    '',
  );

function propertyNoun(sentence: Sentence, same: number): string | undefined {
  const { tokens, length } = sentence;
  const start = ['the', 'a'].includes(tokens[same + 1]?.lower ?? '') ? same + 2 : same + 1;
  if (start >= length) return undefined;
  const skip = tokens[start]?.lower === 'same' ? start + 1 : start;
  const phrase = nounPhraseAt(tokens, skip, length);
  if (!phrase) return undefined;
  // `the same region of the world`, but not `the same currency in 2010`.
  const of = phrase.complements[0]?.kind === 'of' ? phrase.complements[0].end : phrase.headEnd;
  return spanText(sentence, phrase.headStart, of);
}

const withinCapitals = (sentence: Sentence, index: number): boolean => sentence.tokens[index]!.capital;

/** `Trinidad and Tobago`: both neighbours capitalised and another conjunction follows. */
function withinName(sentence: Sentence, index: number): boolean {
  const { tokens, length } = sentence;
  if (!tokens[index - 1]?.capital || !tokens[index + 1]?.capital) return false;
  for (let other = index + 1; other < length; other++) {
    if (tokens[other]!.lower === 'and' && !tokens[other]!.quoted)
      return tokens.slice(index + 1, other).every((token) => token.capital);
    if (!tokens[other]!.capital) return false;
  }
  return false;
}
