/** Stems of the words that carry content, for matching questions with one another and with passages. */
import { languageTools } from '../../tools/encoders/language.ts';
import { words } from '../../tools/encoders/words.ts';
import { FUNCTION_WORDS } from './lexicon.ts';

const stems = new Map<string, string>();
const CACHE_SIZE = 100_000;

export function stem(word: string): string {
  let found = stems.get(word);
  if (found === undefined) {
    found = word.length > 40 ? word : languageTools('english').stem(word);
    if (stems.size >= CACHE_SIZE) stems.clear();
    stems.set(word, found);
  }
  return found;
}

/** Stems in order, function words left out. */
export function contentStems(text: string): string[] {
  return words(text)
    .filter((word) => !FUNCTION_WORDS.has(word))
    .map(stem);
}

/** Stems in order, all words. */
export function allStems(text: string): string[] {
  return words(text).map(stem);
}

/** F1 of two multisets of stems. */
export function overlap(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || right.length === 0) return 0;
  const counts = new Map<string, number>();
  for (const item of left) counts.set(item, (counts.get(item) ?? 0) + 1);
  let common = 0;
  for (const item of right) {
    const count = counts.get(item) ?? 0;
    if (count > 0) {
      common++;
      counts.set(item, count - 1);
    }
  }
  return (2 * common) / (left.length + right.length);
}
