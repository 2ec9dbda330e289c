/** `Is X larger than Y?`, `did X die before Y?`, `how much larger is X than Y?` */

import { type Property, propertyAfter, sideQuestion } from './comparison-sides.ts';
import type { Comparison, Cue, Side } from './comparison-types.ts';
import { AUXILIARIES, BE, DO, HAVE, SHOWN, VERBS } from './lexicon.ts';
import { type NounPhrase, nounPhraseAt } from './noun-phrase.ts';
import { QUANTITIES } from './quantities.ts';
import { type Sentence, spanText } from './sentence.ts';
import { parseNumber } from './values.ts';

export function thanComparison(sentence: Sentence, cue: Cue, than: number): Comparison | undefined {
  const { tokens, length, opening } = sentence;
  const start = than + 1;
  if (start >= length) return undefined;
  const phrase = nounPhraseAt(tokens, start, length);
  const end = phrase && !sentenceTail(sentence, phrase.end) ? length : (phrase?.end ?? length);
  const right = spanText(sentence, start, end);
  if (opening === 'question') return howMuchMore(sentence, cue, { than, right });
  if (opening !== 'yes-no') return undefined;
  const property = propertyAfter(sentence, cue, than);
  if (tokens[1]?.lower === 'there' && property.noun !== '')
    return moreInOnePlace(sentence, cue, { than, right, property });
  return isMore(sentence, cue, { right, named: phrase !== undefined, property });
}

/** `How much larger is X than Y?`; `Which country is larger than Y` filters and does not compare two. */
function howMuchMore(
  sentence: Sentence,
  cue: Cue,
  { than, right }: { than: number; right: string },
): Comparison | undefined {
  const { tokens, asked } = sentence;
  if (tokens[asked.start]!.lower !== 'how') return undefined;
  const be = tokens.findIndex((token, index) => index > cue.index && index < than && BE.has(token.lower));
  const from =
    be >= 0
      ? be + 1
      : tokens.findIndex((token, index) => index > asked.start && index < cue.index && DO.has(token.lower)) + 1;
  const phrase = from > 0 ? nounPhraseAt(tokens, from, than) : undefined;
  if (!phrase) return undefined;
  const property = propertyAfter(sentence, cue, be >= 0 ? be : than);
  const side = (text: string): Side => ({
    text,
    question: sideQuestion(sentence, cue, property, text),
  });
  const quantity = quantityHead(sentence, phrase);
  if (quantity) {
    const other = right.replace(/^(that|the one) of /i, `the ${quantity} of `);
    return {
      asks: 'difference',
      left: {
        text: spanText(sentence, phrase.start, phrase.end),
        question: `What is ${spanText(sentence, phrase.start, phrase.end)}?`,
      },
      right: { text: other, question: `What is ${other}?` },
      direction: cue.gradable.direction,
    };
  }
  const times = tokens.slice(0, cue.index).some((token) => token.lower === 'times');
  return {
    asks: times ? 'ratio' : 'difference',
    left: side(spanText(sentence, phrase.start, phrase.end)),
    right: side(right),
    direction: cue.gradable.direction,
  };
}

/** `Are there more people in X than in Y?` */
function moreInOnePlace(
  sentence: Sentence,
  cue: Cue,
  { than, right, property }: { than: number; right: string; property: Property },
): Comparison | undefined {
  const { tokens } = sentence;
  const phrase = nounPhraseAt(tokens, cue.index + cue.gradable.words, than);
  const place = phrase?.complements.find(({ kind }) => kind === 'preposition');
  if (!place) return undefined;
  const left = spanText(sentence, place.start + 1, place.end);
  const other = right.replace(/^(in|on|at|of) /i, '');
  const noun = { ...property, noun: property.noun.split(' ', 1)[0]! };
  const side = (text: string): Side => ({ text, question: sideQuestion(sentence, cue, noun, text) });
  return { asks: 'order', left: side(left), right: side(other), direction: cue.gradable.direction };
}

/** `Is X larger than Y?`, `Does X have more people than Y?`; `named` where the other side is a phrase. */
function isMore(
  sentence: Sentence,
  cue: Cue,
  { right: said, named, property }: { right: string; named: boolean; property: Property },
): Comparison | undefined {
  let right = said;
  const limit = verbBefore(sentence, cue);
  const subject = nounPhraseAt(sentence.tokens, 1, limit);
  if (!subject) return undefined;
  const leftText = spanText(sentence, subject.start, Math.max(subject.end, 2));
  const direction = cue.gradable.direction;
  const quantity = quantityHead(sentence, subject);
  if (quantity) {
    // `Is the population of X larger than that of Y / than 5 million / than the population of Y / than Y's?`
    right = right.replace(/^(that|the one) of /i, `the ${quantity} of `);
    if (/['’]s?$/.test(right)) right = `${right} ${quantity}`;
    const literal = isNumber(right);
    const about = named && !literal && !right.toLowerCase().includes(quantity) ? `the ${quantity} of ${right}` : right;
    return {
      asks: 'order',
      left: { text: leftText, question: `What is ${leftText}?` },
      right: literal ? { text: right, value: right } : { text: right, question: `What is ${about}?` },
      direction,
    };
  }
  const ask = (text: string): string => sideQuestion(sentence, cue, property, text);
  if (isNumber(right))
    return {
      asks: 'order',
      left: { text: leftText, question: ask(leftText) },
      right: { text: right, value: right },
      direction,
    };
  right = right.replace(/\s+(does|do|is|was|has|did)$/i, '');
  return {
    asks: 'order',
    left: { text: leftText, question: ask(leftText) },
    right: { text: right, question: ask(right) },
    direction,
  };
}

const sentenceTail = (sentence: Sentence, index: number): boolean =>
  index < sentence.length && AUXILIARIES.has(sentence.tokens[index]!.lower);

/** `Does X | have more`, `Was X | born earlier`, `Is X | a larger country`: where the subject must end. */
function verbBefore(sentence: Sentence, cue: Cue): number {
  const { tokens } = sentence;
  let limit = cue.index;
  if (['a', 'an', 'the', 'much', 'far'].includes(tokens[limit - 1]?.lower ?? '')) limit--;
  if (
    tokens[limit - 1] &&
    !SHOWN.has(tokens[limit - 1]!.lower) &&
    (HAVE.has(tokens[limit - 1]!.lower) || VERBS.has(tokens[limit - 1]!.lower)) &&
    // `Is the country in which X lies | larger`: the question has its verb already, so this one ends a clause.
    !(BE.has(tokens[0]!.lower) && /[^s]s$/.test(tokens[limit - 1]!.lower))
  )
    limit--;
  return limit;
}

function quantityHead(sentence: Sentence, phrase: NounPhrase): string | undefined {
  if (phrase.complements.length === 0) return undefined;
  const head = sentence.tokens[phrase.headEnd - 1]!;
  if (!QUANTITIES.has(head.lower)) return undefined;
  return spanText(sentence, phrase.headStart, phrase.headEnd);
}

/** `5 million people`, `100 u`, `five million`: a quantity and nothing to look up. */
function isNumber(text: string): boolean {
  const words = text.trim().split(/\s+/);
  if (words.length > 5 || parseNumber(words[0]!) === undefined || /^\p{L}/u.test(words[0]!) !== isNumberWord(words[0]!))
    return false;
  return words.slice(1).every((word) => word.length <= 12 && !/^\p{Lu}\p{Ll}/u.test(word));
}

const isNumberWord = (word: string): boolean => /^\p{L}/u.test(word) && parseNumber(word) !== undefined;

/** `Did X die before Y?`, `Was X born after Y (was)?` */
export function eventOrder(sentence: Sentence): Comparison | undefined {
  const { tokens, length, opening } = sentence;
  if (opening !== 'yes-no') return undefined;
  const at = tokens.findIndex(
    (token, index) =>
      index > 1 && index < length && (token.lower === 'before' || token.lower === 'after') && !token.quoted,
  );
  if (at < 0) return undefined;
  // `born`, `become independent`, `gain its independence`
  const verb = tokens.findLastIndex(
    (token, index) => index > 1 && index < at && index >= at - 4 && VERBS.has(token.lower) && !token.capital,
  );
  const left = verb > 0 ? nounPhraseAt(tokens, 1, verb) : undefined;
  const rightPhrase = nounPhraseAt(tokens, at + 1, length);
  if (!left || !rightPhrase || left.end !== verb) return undefined;
  const predicate = spanText(sentence, verb, at);
  const right = spanText(sentence, rightPhrase.start, rightPhrase.end);
  const base = DO.has(tokens[0]!.lower);
  const ask = (subject: string): string =>
    base ? `When did ${subject} ${predicate}?` : `When was ${subject} ${predicate}?`;
  const leftText = spanText(sentence, left.start, left.end);
  const literal = /^\d{3,4}$/.test(right);
  return {
    asks: 'order',
    left: { text: leftText, question: ask(leftText) },
    right: literal ? { text: right, value: right } : { text: right, question: ask(right) },
    direction: tokens[at]!.lower === 'before' ? -1 : 1,
  };
}
