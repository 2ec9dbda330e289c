/** The parts of a single-hop question: names, asked noun, property and subject, verbs, the type of answer to expect. */

import { wordTable } from '../../common/word-table.ts';
import type { AnswerType, Inquiry, Words } from '../language.ts';
import { AUXILIARIES, FUNCTION_WORDS, isParticiple, PREPOSITIONS, TRANSPARENT_NOUNS, VERBS } from './lexicon.ts';
import { EVENTS, isPersonNoun } from './noun-classes.ts';
import type { NounPhrase } from './noun-phrase.ts';
import { superlativeAt } from './quantities.ts';
import { type Sentence, spanText } from './sentence.ts';
import { stem } from './stem.ts';

const PLACES = new Set(
  'country city place continent town region location state nation island village county river sea ocean capital birthplace hometown province district'.split(
    ' ',
  ),
);

const NUMBERS = new Set(
  'population area number height length mass weight density elevation altitude depth width speed price cost temperature percentage rate age distance radius diameter latitude longitude amount total score rank attendance points'.split(
    ' ',
  ),
);

const DATES = new Set('year date day month time century decade birthday birthdate'.split(' '));

const ORDINALS = wordTable<number>({
  second: 2,
  third: 3,
  fourth: 4,
  fifth: 5,
  sixth: 6,
  seventh: 7,
  eighth: 8,
  ninth: 9,
  tenth: 10,
});

/** Runs of capitalised words (not the first of the sentence), quotations and numbers. */
export function namesOf(sentence: Sentence): string[] {
  const { tokens, length } = sentence;
  const names: string[] = [];
  for (let index = 0; index < length; ) {
    const token = tokens[index]!;
    const begins =
      token.quoted ||
      token.kind === 'number' ||
      (token.kind === 'word' &&
        token.capital &&
        (index > 0 || !FUNCTION_WORDS.has(token.lower)) &&
        !(FUNCTION_WORDS.has(token.lower) && !tokens[index + 1]?.capital));
    if (!begins || (index === 0 && isOpening(token.lower))) {
      index++;
      continue;
    }
    let end = index + 1;
    while (end < length) {
      const next = tokens[end]!;
      const joined =
        next.quoted === token.quoted &&
        (next.capital ||
          next.quoted ||
          (next.kind === 'number' && token.kind !== 'number') ||
          (['of', 'the', 'de', 'and', 'la', 'von', 'van', 'da', 'del'].includes(next.lower) &&
            tokens[end + 1]?.capital === true &&
            next.lower !== 'and'));
      if (!joined) break;
      end++;
    }
    names.push(spanText(sentence, index, end));
    index = end;
  }
  return names;
}

const isOpening = (word: string): boolean =>
  [
    'what',
    'which',
    'who',
    'whose',
    'where',
    'when',
    'how',
    'in',
    'to',
    'on',
    'of',
    'is',
    'are',
    'does',
    'do',
    'did',
    'was',
    'were',
    'has',
    'have',
    'name',
    'the',
    'a',
    'from',
    'by',
    'for',
    'at',
    'can',
    'with',
    'among',
    'between',
    'under',
    'into',
  ].includes(word);

export function askedNounOf(sentence: Sentence): string[] | undefined {
  const { tokens, asked, questionWord } = sentence;
  if (questionWord !== 'which' && questionWord !== 'what' && questionWord !== 'whose') return undefined;
  const nouns: string[] = [];
  for (let index = asked.start + 1; index < asked.end; index++) {
    const token = tokens[index]!;
    if (
      token.kind === 'possessive' ||
      ['of', 'in', 'from', 'on', 'with', 'for', 'that', 'who', 'whose'].includes(token.lower)
    )
      break;
    if (token.kind !== 'word') continue;
    nouns.push(token.lower);
  }
  const kept = nouns.filter((noun) => noun !== 'one' && noun !== 'else');
  const plain = kept.length > 1 ? kept : kept.filter((noun) => !TRANSPARENT_NOUNS.has(noun));
  return plain.length > 0 ? plain : undefined;
}

/** `Which country's capital ...`, `Which country has the capital ...` */
export function leadingPreposition(sentence: Sentence): string | undefined {
  const { tokens, length, asked, opening } = sentence;
  if (opening !== 'question' || length === 0) return undefined;
  if (asked.start > 0) return tokens[0]!.lower;
  const last = tokens[length - 1]!.lower;
  return PREPOSITIONS.has(last) ? last : undefined;
}

/** `What is X a kind of?` */
export function strandedNoun(sentence: Sentence): { noun: string; subject: string } | undefined {
  const { tokens, length, auxiliary } = sentence;
  if (auxiliary < 0 || length - auxiliary < 5 || tokens[length - 1]!.lower !== 'of') return undefined;
  const article = tokens.findLastIndex(
    (token, index) => index < length - 2 && ['a', 'an', 'the'].includes(token.lower),
  );
  if (article <= auxiliary + 1 || length - article > 5) return undefined;
  return { noun: spanText(sentence, article + 1, length - 1), subject: spanText(sentence, auxiliary + 1, article) };
}

export function ownedBy(sentence: Sentence): boolean {
  for (let index = sentence.asked.start; index < sentence.asked.end; index++)
    if (sentence.tokens[index]!.kind === 'possessive') return true;
  return false;
}

export const askedPreposition = (sentence: Sentence): boolean => sentence.asked.start > 0;

interface AttributeParts {
  attribute: string;
  noun: string;
  subject: string;
}

/** `the capital of X` -> capital, X; `X's capital`; `the official language spoken in X`. Transparent heads are skipped. */
export function attributeOf(sentence: Sentence, phrase: NounPhrase): AttributeParts | undefined {
  const { tokens } = sentence;
  const [complement] = phrase.complements;
  const of = phrase.complements.find(({ kind }) => kind === 'of');
  if (!complement || (phrase.name && !(of && phrase.determiner === 'the'))) return undefined;
  // `the GDP per capita of X`
  if (complement.kind === 'preposition' && of && sentence.tokens[complement.start]!.lower === 'per') {
    return {
      attribute: spanText(sentence, phrase.headStart, of.start),
      noun: tokens[phrase.headEnd - 1]!.lower,
      subject: spanText(sentence, of.start + 1, phrase.end),
    };
  }
  const head = spanText(sentence, phrase.headStart, phrase.headEnd);
  const noun = tokens[phrase.headEnd - 1]!.lower;
  if (complement.kind === 'owner') {
    const owner = phrase.children.find((child) => child.start === complement.start);
    const subject = spanText(sentence, complement.start, complement.end);
    return { attribute: head, noun, subject: owner ? subject : subject };
  }
  const subject = spanText(sentence, Math.min(complement.start + 1, complement.end), phrase.end);
  if (TRANSPARENT_NOUNS.has(noun) && complement.kind === 'of' && phrase.headEnd - phrase.headStart === 1) {
    const child = phrase.children[0];
    const deeper = child && !child.name && attributeOf(sentence, child);
    if (deeper) return deeper;
  }
  if (COUNTED.has(noun) && complement.kind === 'of' && phrase.children[0]) {
    // `the number of airports in X`: airports are asked for.
    const child = phrase.children[0];
    const inside = child.complements[0];
    const counted = spanText(sentence, child.headStart, child.headEnd);
    return {
      attribute: counted,
      noun: 'number',
      subject: inside ? spanText(sentence, inside.start + 1, phrase.end) : subject,
    };
  }
  return { attribute: head, noun, subject };
}

const COUNTED = new Set(['number', 'amount', 'count', 'total']);

export function expectedOf(questionWord: string | undefined, noun: string): AnswerType {
  if (questionWord === 'who' || isPersonNoun(noun)) return 'person';
  return typeOfNoun(noun);
}

export function typeOfNoun(noun: string): AnswerType {
  const single = noun.replace(/ies$/, 'y').replace(/s$/, '');
  if (NUMBERS.has(noun) || NUMBERS.has(single)) return 'number';
  if (DATES.has(noun) || DATES.has(single)) return 'date';
  if (PLACES.has(noun) || PLACES.has(single)) return 'place';
  return isPersonNoun(noun) ? 'person' : 'thing';
}

/** `born`, `die`, `founded`: the verbs of the sentence. */
/** After one of these a word is a noun, whatever else it can be: `the name`. */
const DETERMINERS = new Set(['the', 'a', 'an', 'its', 'their', 'his', 'her', 'this', 'that']);

export function verbStems(sentence: Sentence, { stem }: Words): string[] {
  const { tokens, length } = sentence;
  const verbs: string[] = [];
  for (let index = 0; index < length; index++) {
    const token = tokens[index]!;
    if (
      token.kind === 'word' &&
      !token.capital &&
      !token.quoted &&
      (VERBS.has(token.lower) || (index > 1 && isParticiple(token.lower))) &&
      !DETERMINERS.has(tokens[index - 1]?.lower ?? '') &&
      !AUXILIARIES.has(token.lower)
    )
      verbs.push(stem(token.lower));
  }
  return verbs;
}

const EVENT_STEMS = new Set([...EVENTS].map(stem));

/** What happened, without its subject: `born`, `birth`, `independent`. */
export function eventStems(sentence: Sentence, names: readonly string[], words: Words): string[] {
  const { contentStems } = words;
  const named = new Set(names.flatMap((name) => contentStems(name)));
  const asked = new Set(contentStems(spanText(sentence, sentence.asked.start, sentence.asked.end)));
  const light = new Set([
    'see',
    'saw',
    'gain',
    'get',
    'take',
    'place',
    'year',
    'date',
    'happen',
    'occur',
    'becom',
    'achiev',
    'obtain',
    'declar',
    'win',
    'won',
    'receiv',
    'becam',
    'mark',
    'come',
    'world',
    'pass',
  ]);
  const nominal = contentStems(sentence.text).filter((item) => EVENT_STEMS.has(item));
  if (nominal.length > 0) return nominal;
  const verbs = verbStems(sentence, words).filter((item) => !light.has(item));
  if (verbs.length > 0) return verbs;
  return contentStems(sentence.text)
    .filter((item) => !named.has(item) && !asked.has(item) && !light.has(item))
    .slice(0, 4);
}

export function subjectAfterAuxiliary(sentence: Sentence): string {
  const start = sentence.auxiliary >= 0 ? sentence.auxiliary + 1 : sentence.asked.end;
  return spanText(sentence, start, Math.min(sentence.verb, sentence.length));
}

export function restOf(sentence: Sentence): string {
  return spanText(sentence, Math.min(sentence.asked.end, sentence.length), sentence.length);
}

export function superlativeOf(sentence: Sentence): Inquiry['superlative'] {
  const { tokens, length } = sentence;
  for (let index = 0; index < length; index++) {
    const token = tokens[index]!;
    if (token.quoted || (token.capital && index > 0)) continue;
    const found = superlativeAt(token.lower, tokens[index + 1]?.lower);
    if (!found) continue;
    const next = tokens[index + found.words];
    const noun =
      next && next.kind === 'word' && !FUNCTION_WORDS.has(next.lower) && !isParticiple(next.lower) ? next.lower : '';
    const second = tokens[index + found.words + 1];
    const compound =
      noun &&
      second &&
      second.kind === 'word' &&
      !FUNCTION_WORDS.has(second.lower) &&
      !VERBS.has(second.lower) &&
      !second.capital
        ? `${noun} ${second.lower}`
        : noun;
    return {
      attributes: found.attributes,
      noun: compound,
      direction: found.direction,
      rank: ORDINALS[tokens[index - 1]?.lower ?? ''] ?? 1,
    };
  }
  return undefined;
}
