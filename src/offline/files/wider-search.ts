/** A question in more words: with each content word words of like meaning, for a second search where the first found too little. */

import { words } from '../../tools/encoders/words.ts';
import { termReader } from '../../tools/evidence.ts';
import { comparativeAt, gradableAdjective, superlativeAt } from '../english/quantities.ts';
import { relatedWords } from '../thesaurus.ts';
import { propertyNames } from './read-table.ts';
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
  const added = [...new Set([...measured, ...propertyNames(question), ...related])];
  return added.length === 0 ? question : `${question} ${added.join(' ')}`;
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
