/** Words that may stand for one another: of like meaning, or misspelt. */
import { distance } from 'fastest-levenshtein';
import { relatedness } from '../english/synonyms.ts';
import { relatedStems } from '../thesaurus.ts';

/** What may stand for a term: related words of the vocabulary, and where it is in no unit, words spelt alike or that it begins. */
export function alternatives(term: string, vocabulary: ReadonlySet<string>): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [other, nearness] of relatedStems(term)) if (vocabulary.has(other)) found.set(other, nearness);
  for (const other of vocabulary) {
    const related = relatedness(term, other);
    if (related > 0 && related < 1) found.set(other, Math.max(related, found.get(other) ?? 0));
  }
  if (vocabulary.has(term)) return found;
  for (const other of vocabulary) {
    if (spelledAlike(term, other)) found.set(other, Math.max(0.8, found.get(other) ?? 0));
  }
  return found;
}

function spelledAlike(left: string, right: string): boolean {
  const shorter = Math.min(left.length, right.length);
  if (shorter < 4 || /\d/.test(left)) return false;
  if (left.startsWith(right) || right.startsWith(left)) return shorter >= 5 || right.startsWith(left);
  if (shorter < 5 || Math.abs(left.length - right.length) > 2) return false;
  return distance(left, right) <= (shorter >= 8 ? 2 : 1);
}
