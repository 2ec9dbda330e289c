/**
 * English, as it ships: everyday questions of reference works, taken apart by grammar and read by rules. This file is the only
 * door to it: policies, reader and answerer know `language.ts`.
 *
 * VERSION goes up with every change of what any of this returns, since a scorer's inputs are made of it. The fingerprint in
 * `test/offline/english/fingerprint.test.ts` fails where it was forgotten.
 */

import type { Passage } from '../../tools/passage.ts';
import type { AskedState, Extraction, Inquiry, Language, ReadOptions } from '../language.ts';
import { readPassages, readsTheSame } from '../reader/passages.ts';
import { englishMemory } from './memory.ts';
import { EnglishUnderstanding } from './understanding.ts';

export const ENGLISH = { name: 'english', version: 1 } as const;

/**
 * An instance of English with a memory of its own, bounded. Keep one for as long as questions come, and give it to all parts of a
 * run: what was understood, parsed or stemmed is then not worked out again.
 */
export function english(): Language {
  const memory = englishMemory();
  const { words, inquire } = memory;
  const understood = new WeakMap<AskedState, EnglishUnderstanding>();
  const found = new WeakMap<readonly Passage[], Map<string, Extraction | null>>();

  const understand = (state: AskedState): EnglishUnderstanding => {
    const known = understood.get(state) ?? new EnglishUnderstanding(state, memory);
    understood.set(state, known);
    return known;
  };

  /** The same result of a search is looked at again while a policy looks further, and by every sight of a training. */
  const read = (inquiry: Inquiry, passages: readonly Passage[], { withImage, limit }: ReadOptions) => {
    const known = found.get(passages) ?? new Map<string, Extraction | null>();
    found.set(passages, known);
    const key = JSON.stringify([inquiry.text, withImage, limit]);
    const before = known.get(key);
    if (before !== undefined) return before ?? undefined;
    const extraction = readPassages({ ...inquiry, words }, limit === undefined ? passages : passages.slice(0, limit), {
      withImage,
      inquire,
    });
    known.set(key, extraction ?? null);
    return extraction;
  };

  return {
    ...ENGLISH,
    understand,
    inquire,
    read,
    confirms: (inquiry, passage, answer) => readsTheSame({ ...inquiry, words }, passage, answer),
    words,
  };
}
