/** Differences, sums and spans of time: `the difference in Z between X and Y`, `how old was X when he died?` */

import type { Comparison, Side } from './comparison-types.ts';
import { nounPhraseAt } from './noun-phrase.ts';
import { type Sentence, spanText } from './sentence.ts';

/** `How old was X when he died?`, `How long did X live?`: from birth to death. */
export function lifespan(sentence: Sentence): Comparison | undefined {
  const { tokens, length, questionWord } = sentence;
  const lower = tokens.slice(0, length).map((token) => token.lower);
  const age = lower[0] === 'at' && lower[1] === 'what' && lower[2] === 'age';
  if (questionWord !== 'how' && !age) return undefined;
  const aux = lower.findIndex((word, index) => index > 0 && ['was', 'did'].includes(word));
  if (aux < 0 || aux > 4 || (!age && !['old', 'long', 'many'].includes(lower[1]!)) || lower.includes('after'))
    return undefined;
  const subject = nounPhraseAt(tokens, aux + 1, length);
  if (!subject) return undefined;
  const rest = lower.slice(subject.headEnd).join(' ');
  const living =
    ['live', 'become', 'get'].some((word) => rest.split(' ').includes(word)) &&
    (lower[1] !== 'many' || lower[2] === 'years');
  if (!living && !/\b(died|die|death)\b/.test(rest)) return undefined;
  const end = lower.findIndex(
    (word, index) => index > aux && ['live', 'become', 'get', 'when', 'die', 'died', 'at'].includes(word),
  );
  const text = spanText(sentence, subject.start, end > subject.start ? Math.min(end, subject.end) : subject.end);
  return {
    asks: 'difference',
    left: { text, question: `When was ${text} born?` },
    right: { text, question: `When did ${text} die?` },
    direction: 1,
  };
}

/** `How many years after X did Y become independent?` */
export function yearsApart(sentence: Sentence): Comparison | undefined {
  const { tokens, length } = sentence;
  const lower = tokens.slice(0, length).map((token) => token.lower);
  if (lower[0] !== 'how' || lower[1] !== 'many' || lower[2] !== 'years') return undefined;
  const at = lower.findIndex((word, index) => index >= 3 && index <= 4 && (word === 'after' || word === 'before'));
  const aux = lower.findIndex((word, index) => index > at && ['did', 'was'].includes(word));
  if (at < 0 || aux < 0) return undefined;
  const first = nounPhraseAt(tokens, at + 1, aux);
  const second = nounPhraseAt(tokens, aux + 1, length);
  if (!first || !second || second.end >= length) return undefined;
  const predicate = spanText(sentence, second.end, length);
  const ask = (text: string): Side => ({ text, question: `When ${lower[aux]} ${text} ${predicate}?` });
  return {
    asks: 'difference',
    left: ask(spanText(sentence, first.start, first.end)),
    right: ask(spanText(sentence, second.start, second.end)),
    direction: 1,
  };
}

const SUMS = new Set(['sum', 'total', 'combined', 'together', 'altogether', 'joint']);

export function arithmeticQuestion(sentence: Sentence): Comparison | undefined {
  const { tokens, length, opening } = sentence;
  if (opening === 'yes-no') return undefined;
  const lower = tokens.slice(0, length).map((token) => token.lower);
  const difference = lower.indexOf('difference');
  const sum = lower.findIndex((word) => SUMS.has(word));
  if (difference < 0 && sum < 0) return undefined;
  const between = lower.indexOf('between');
  const joint = lower.lastIndexOf('and');
  if (joint < 0) return undefined;
  const asks = difference >= 0 ? 'difference' : 'sum';
  if (difference >= 0 && between < 0) return undefined;
  // `difference in population between X and Y`, `difference between the populations of X and Y`, `combined population of X and Y`
  const right = spanText(sentence, joint + 1, length).replace(/\s+(combined|together|altogether|in total)$/i, '');
  if (difference >= 0 && lower[difference + 1] === 'in' && between > difference) {
    const noun = spanText(sentence, difference + 2, between);
    const left = spanText(sentence, between + 1, joint);
    return {
      asks,
      left: { text: left, question: `What is the ${noun} of ${left}?` },
      right: { text: right, question: `What is the ${noun} of ${right}?` },
      direction: 1,
    };
  }
  const start = difference >= 0 ? between + 1 : nounAfterSum(sentence, sum);
  const phrase = nounPhraseAt(tokens, start, joint);
  const of = lower.indexOf('of', start);
  if (!phrase || of < 0 || of > joint) return undefined;
  const noun = singular(spanText(sentence, phrase.headStart, of));
  const left = spanText(sentence, of + 1, joint);
  const rightSide =
    /^(the |that )/i.test(right) && right.toLowerCase().includes(' of ')
      ? right.replace(/^that of/i, `the ${noun} of`)
      : `the ${noun} of ${right.replace(/^of /i, '')}`;
  return {
    asks,
    left: { text: left, question: `What is the ${noun} of ${left}?` },
    right: { text: right, question: `What is ${rightSide}?` },
    direction: 1,
  };
}

function nounAfterSum(sentence: Sentence, sum: number): number {
  const { tokens } = sentence;
  let start = sum + 1;
  while (tokens[start] && ['of', 'the', 'total', 'combined'].includes(tokens[start]!.lower)) start++;
  return start;
}

const singular = (noun: string): string =>
  noun
    .replace(/^the /i, '')
    .replace(/ies$/, 'y')
    .replace(/([^s])s$/, '$1');
