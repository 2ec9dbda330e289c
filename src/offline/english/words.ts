/** Stems of the words that carry content, for matching questions with one another and with passages. */
import { remembered } from '../../common/remembered.ts';
import { words } from '../../tools/encoders/words.ts';
import type { Words } from '../language.ts';
import { FUNCTION_WORDS } from './lexicon.ts';
import { stem } from './stem.ts';
import { coverage, relatedness } from './synonyms.ts';

/** Words whose stems are kept: a passage's words come again and again, and a stem takes longer than a look. */
const REMEMBERED = 100_000;

/** English words, with a memory of their own. */
export function englishWords(): Words {
  const stemOf = remembered(stem, REMEMBERED);
  const contentStems = (text: string): string[] =>
    words(text)
      .filter((word) => !FUNCTION_WORDS.has(word))
      .map(stemOf);
  return {
    stem: stemOf,
    contentStems,
    allStems: (text) => words(text).map(stemOf),
    vocabulary: remembered((text) => [...new Set(contentStems(text))], 200),
    relatedness,
    coverage,
  };
}
