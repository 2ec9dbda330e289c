/**
 * Whether two single-hop questions ask the same: the same names, and every other word of either met by the same or a related
 * word of the other. So that a step asked in other words (by a chat model, by a teacher) is known for what it answers.
 */

import { words as wordsOf } from '../../tools/encoders/words.ts';
import type { Words } from '../language.ts';
import { PICTURE_NOUNS, SHOWN } from './lexicon.ts';
import type { EnglishMemory } from './memory.ts';
import { comparativeAt, superlativeAt } from './quantities.ts';
import { stem } from './stem.ts';
import { coverage } from './synonyms.ts';

const PICTURE_STEMS = new Set([...PICTURE_NOUNS, ...SHOWN, 'shown', 'here'].map(stem));
const FILLERS = new Set(['name', 'term', 'thing', 'call', 'describ'].map(stem));

/** Whether an answer to one answers the other: no word of either is left without a same or related word in the other. */
export function asksTheSame(left: string, right: string, memory: EnglishMemory): boolean {
  if (likeness(left, right, memory) < 0.6) return false;
  const { words } = memory;
  const [first, second] = [contentWords(left, words), contentWords(right, words)];
  if (first.length === 0 || second.length === 0) return true;
  // Where each has a word that the other lacks, the two differ in it: gold atoms, zinc atoms.
  const within = (own: readonly string[], other: readonly string[]) => own.every((item) => coverage([item], other) > 0);
  if (!within(first, second) && !within(second, first)) return false;
  return unmet(left, first, { other: second, words }) && unmet(right, second, { other: first, words });
}

/**
 * No word of the one lacks a same or related word in the other, except in front of one that has: `the three-letter ISO code`
 * is the ISO code, but `population density` is no population, and the largest neighbour is not any neighbour.
 */
function unmet(
  text: string,
  own: readonly string[],
  { other, words: { stem } }: { other: readonly string[]; words: Words },
): boolean {
  if (own.every((item) => coverage([item], other) > 0)) return true;
  const known = new Set(own);
  const all = wordsOf(text);
  return all.every((word, index) => {
    const item = stem(word);
    if (!known.has(item) || coverage([item], other) > 0) return true;
    if (superlativeAt(word) || comparativeAt(word) || ORDINALS.has(word)) return false;
    if (CLASS_WORDS.has(word) && index > 0 && coverage([stem(all[index - 1]!)], other) > 0) return true;
    let next = index + 1;
    while (next < all.length && known.has(stem(all[next]!)) && coverage([stem(all[next]!)], other) === 0) next++;
    return next < all.length && known.has(stem(all[next]!));
  });
}

const ORDINALS = new Set('first second third fourth fifth last next former previous current'.split(' '));
/** The capital city is the capital, the element gold is gold. */
const CLASS_WORDS = new Set(['city', 'town', 'country', 'state', 'element', 'number']);

const contentWords = (text: string, { contentStems }: Words): string[] =>
  contentStems(text).filter((item) => !PICTURE_STEMS.has(item) && !FILLERS.has(item));

/** `another name`, `a kind of`: more than the name is asked for, though these words say nothing by themselves. */
const asksForMore = (question: string): boolean =>
  /\b(?:another|other|else)\b|\b(?:kind|sort|type) of(?: thing\b| *\??$)/i.test(question);

/** In [0, 1]: 1 for the same words, 0 where the names differ. */
export function likeness(left: string, right: string, { inquire, words }: EnglishMemory): number {
  const [a, b] = [inquire(left), inquire(right)];
  const { allStems } = words;
  // A name counts where the other has it as a name or in small letters: `Tin` and `tin`.
  const named = (names: readonly string[], text: string): boolean => {
    const said = new Set(allStems(text));
    return names.flatMap(allStems).every((word) => said.has(word));
  };
  if (!named(a.names, right) || !named(b.names, left) || (a.form === 'claim') !== (b.form === 'claim')) return 0;
  const [first, second] = [contentWords(left, words), contentWords(right, words)];
  if (asksForMore(left) !== asksForMore(right)) return 0;
  if (a.expected === 'picture' && b.expected === 'picture' && (first.length === 0 || second.length === 0)) return 1;
  if (first.length === 0 || second.length === 0) return first.length === second.length ? 1 : 0;
  return Math.min(coverage(first, second), coverage(second, first));
}
