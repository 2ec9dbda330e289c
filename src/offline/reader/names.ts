/**
 * Names as prose writes them, runs of capitalised words, and what their last word and the sentences around them say of their
 * kind. Closed classes of English only: no list of what there is in the world, save its continents.
 */

import type { Token } from '../english/tokens.ts';
import type { AnswerType } from '../language.ts';

const set = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const CONTINENTS = set('africa america antarctica asia australasia eurasia europe oceania');
const FEATURES = set(
  'ocean sea lake river strait bay gulf channel canal mountain mountains range alps peninsula desert valley plateau basin hemisphere peak falls glacier forest park archipelago isles bridge',
);
const RANGES = set('range mountains alps');
/** Parts of the world that are named after the compass: the Middle East, the Midwest. */
const COMPASS = set('north south east west midwest northeast northwest southeast southwest');
const GOVERNED = set('country nation state republic kingdom county province city town');

const isNameWord = (token: Token | undefined): boolean => token?.kind === 'word' && /^\p{Lu}/u.test(token.text);

/** Where the name that begins at `start` ends, over `of` and its article (`Isle of Man`); `start` where none begins. */
export function nameEnd(tokens: readonly Token[], start: number): number {
  let end = start;
  while (isNameWord(tokens[end])) {
    end++;
    const next = tokens[end + 1]?.lower === 'the' ? end + 2 : end + 1;
    if (tokens[end]?.lower === 'of' && isNameWord(tokens[next])) end = next;
  }
  return end;
}

/** Waters, heights and the like, of which something may be in or on one. */
export const isFeature = (noun: string): boolean => FEATURES.has(noun);

/** Whether something of that name may be what `noun` says: no sea is a country, and only a sea is a sea. */
export function mayBe(noun: string, name: string): boolean {
  const parts = name.toLowerCase().split(/\s+/);
  const last = parts.at(-1)!;
  if (noun === 'continent') return CONTINENTS.has(last);
  if (noun === 'range') return RANGES.has(last);
  if (FEATURES.has(noun)) return parts.includes(noun) || parts.includes(`${noun}s`);
  if (!GOVERNED.has(noun)) return true;
  // South Africa alone is named after its part of a continent and has a government.
  const part = CONTINENTS.has(last) && name !== 'South Africa';
  return !part && !FEATURES.has(last) && !COMPASS.has(last) && !FEATURES.has(parts[0]!);
}

/** Whether what a passage is on may be a person or place, as asked: nobody is a place, and only somebody is a person. */
export function mayAnswer(expected: AnswerType, text: string): boolean {
  if (expected === 'place') return !/\b(?:was|were) born in \d|\bis known as an? \p{Ll}/u.test(text);
  if (expected === 'person') return /\b(?:born|died|known as)\b|\(\d{3,4}\b/.test(text);
  return true;
}
