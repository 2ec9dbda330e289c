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

/** In [0, 1]: 1 for the same words, 0 where the names differ. */
export function likeness(left: string, right: string): number {
  const [a, b] = [inquire(left), inquire(right)];
  const names = (items: readonly string[]): string => [...new Set(items.flatMap(allStems))].sort().join(' ');
  if (names(a.names) !== names(b.names)) return 0;
  const [first, second] = [left, right].map((text) =>
    contentStems(text).filter((item) => !PICTURE_STEMS.has(item) && !FILLERS.has(item)),
  ) as [string[], string[]];
  if (a.expected === 'picture' && b.expected === 'picture' && (first.length === 0 || second.length === 0)) return 1;
  if (first.length === 0 || second.length === 0) return first.length === second.length ? 1 : 0;
  return Math.min(coverage(first, second), coverage(second, first));
}
