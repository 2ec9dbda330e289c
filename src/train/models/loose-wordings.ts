/**
 * Questions asked loosely: in keywords, or with their phrases in another order. They say the same and no grammar takes them apart,
 * so that a policy trained on them beside the plain ones learns what to ask where the grammar is at a loss; and a validation on them
 * tells policies apart that are all right on plain wordings.
 */
import type { Random } from '../../common/random.ts';

const LITTLE = new Set(
  `a an the of in on at by for with from to and as is are was were be been do does did has have had can could will would who whom
  whose which what when where how much it its that this these those there here i you me we they he she please tell`.split(
    /\s+/,
  ),
);

/** Words that open a new phrase. */
const OPENING = new Set(
  'of in on at by for with from to whose which that who where and or than as when between is are was were does did'.split(
    ' ',
  ),
);

const FILLERS = ['', '', 'looking for ', 'need: ', 'question about ', 'find '];

export function looseWording(question: string, random: Random): string {
  const loose = random.next() < 0.5 ? keywords(question) : reordered(question, random);
  return random.pick(FILLERS) + (loose.length >= 3 ? loose : question);
}

/** Quotations and names keep their words. */
const words = (question: string): string[] => question.match(/[“"][^”"]*[”"]|[^\s]+/g) ?? [];

const bare = (word: string): string => word.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

function keywords(question: string): string {
  return words(question.replace(/[?.!]+$/, ''))
    .map((word) => word.replace(/,$/, ''))
    .filter((word, place) => /^[“"]/.test(word) || !LITTLE.has(bare(word)) || (place > 0 && /^\p{Lu}{2}/u.test(word)))
    .join(' ');
}

function reordered(question: string, random: Random): string {
  const phrases: string[][] = [[]];
  for (const word of words(question.replace(/[?.!]+$/, ''))) {
    if (OPENING.has(bare(word)) && phrases.at(-1)!.length > 1) phrases.push([]);
    phrases.at(-1)!.push(word.replace(/,$/, ''));
  }
  return random
    .shuffle(phrases)
    .map((phrase) => phrase.join(' '))
    .join(', ');
}
