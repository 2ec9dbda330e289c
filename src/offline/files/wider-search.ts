/** A question in more words: with each content word words of like meaning, for a second search where the first found too little. */

import { words } from '../../tools/encoders/words.ts';
import { termReader } from '../../tools/evidence.ts';
import { comparativeAt, gradableAdjective, superlativeAt } from '../english/quantities.ts';
import { nearestWords, relatedWords } from '../thesaurus.ts';
import { propertyNames } from './table-columns.ts';
import { stem } from './words.ts';

/** Words added for one word of the question. */
const MOST_RELATED = 8;

export function widerQuestion(question: string): string {
  const said = words(question);
  const pairs = said.slice(1).map((word, index) => `${said[index]}_${word}`);
  const related = [...termReader(stem)(question), ...pairs].flatMap((term) =>
    [...relatedWords(term)]
      .sort(([, left], [, right]) => right - left)
      .slice(0, MOST_RELATED)
      .map(([other]) => other.replaceAll('_', ' ')),
  );
  const measured = said.flatMap((word, index) => {
    const gradable =
      superlativeAt(word, said[index + 1]) ?? comparativeAt(word, said[index + 1]) ?? gradableAdjective(word);
    return gradable?.attributes ?? [];
  });
  const respelled = said.flatMap((word) => [...otherSpellings(word), ...nearestWords(stem(word))]);
  const added = [...new Set([...respelled, ...measured, ...propertyNames(question), ...related])];
  return added.length === 0 ? question : `${question} ${added.join(' ')}`;
}

/** British for American and the other way round. */
function otherSpellings(word: string): string[] {
  if (word.length < 6) return [];
  const swapped = /[iy]z(?=[aei])/.test(word)
    ? word.replace(/([iy])z(?=[aei])/, '$1s')
    : word.replace(/([iy])s(?=(?:ation|e|ing)\w{0,2}$)/, '$1z');
  const coloured = /[^o]our/.test(word)
    ? word.replace('our', 'or')
    : word.replace(/(?<=[^aeiou])or(?=s?$|ed$|ing$)/, 'our');
  const centred = word.replace(/(?<=[bt])re(s?)$/, 'er$1');
  return [swapped, coloured, centred].filter((other) => other !== word);
}

/** The same for questions that compare or rank, and for no others: their words ("heaviest") stand in no table, the column's ("weight") do. */
export function comparedInOtherWords(question: string): string | undefined {
  const said = words(question);
  const compares = said.some(
    (word, index) => superlativeAt(word, said[index + 1]) ?? comparativeAt(word, said[index + 1]),
  );
  const wider = widerQuestion(question);
  return compares && wider !== question ? wider : undefined;
}
