/** English words as stems, for matching a question with sentences, headers and cells. */
import { remembered } from '../../common/remembered.ts';
import { words } from '../../tools/encoders/words.ts';
import { FUNCTION_WORDS } from '../english/lexicon.ts';
import { stem as stemOnce } from '../english/stem.ts';

/** The words of a folder come up in every search: stemming them anew was most of what a training took. */
export const stem = remembered(stemOnce, 50_000);

/** Stems in order, all words. */
export const allStems = (text: string): string[] => words(text).map(stem);

/** Stems in order, function words left out. */
export const contentStems = (text: string): string[] =>
  words(text)
    .filter((word) => !FUNCTION_WORDS.has(word))
    .map(stem);

/** Whether two texts have the same words, whatever their endings. */
export const sameText = (left: string, right: string): boolean =>
  allStems(left).join(' ') === allStems(right).join(' ');
