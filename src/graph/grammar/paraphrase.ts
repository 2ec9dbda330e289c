/**
 * Whether two single-hop questions ask the same: the same names, and every other word of either met by the same or a related
 * word of the other. So that a step asked in other words (by a chat model, by a teacher) is known for what it answers.
 */
import { inquire } from './inquiry.ts';
import { PICTURE_NOUNS, SHOWN } from './lexicon.ts';
import { coverage } from './synonyms.ts';
import { allStems, contentStems, stem } from './words.ts';

const PICTURE_STEMS = new Set([...PICTURE_NOUNS, ...SHOWN, 'shown', 'here'].map(stem));
const FILLERS = new Set(['name', 'term', 'thing', 'call', 'describ'].map(stem));

/** Whether an answer to one answers the other: no word of either is left without a same or related word in the other. */
export function asksTheSame(left: string, right: string): boolean {
  if (likeness(left, right) < 0.6) return false;
  const [first, second] = [contentWords(left), contentWords(right)];
  return first.every((item) => coverage([item], second) > 0) && second.every((item) => coverage([item], first) > 0);
}

const contentWords = (text: string): string[] =>
  contentStems(text).filter((item) => !PICTURE_STEMS.has(item) && !FILLERS.has(item));

/** `another name`, `a kind of`: more than the name is asked for, though these words say nothing by themselves. */
const asksForMore = (question: string): boolean =>
  /\b(?:another|other|else)\b|\b(?:kind|sort|type) of(?: thing\b| *\??$)/i.test(question);

/** In [0, 1]: 1 for the same words, 0 where the names differ. */
export function likeness(left: string, right: string): number {
  const [a, b] = [inquire(left), inquire(right)];
  // A name counts where the other has it as a name or in small letters: `Tin` and `tin`.
  const named = (names: readonly string[], text: string): boolean => {
    const words = new Set(allStems(text));
    return names.flatMap(allStems).every((word) => words.has(word));
  };
  if (!named(a.names, right) || !named(b.names, left) || (a.form === 'claim') !== (b.form === 'claim')) return 0;
  const [first, second] = [contentWords(left), contentWords(right)];
  if (asksForMore(left) !== asksForMore(right)) return 0;
  if (a.expected === 'picture' && b.expected === 'picture' && (first.length === 0 || second.length === 0)) return 1;
  if (first.length === 0 || second.length === 0) return first.length === second.length ? 1 : 0;
  return Math.min(coverage(first, second), coverage(second, first));
}
