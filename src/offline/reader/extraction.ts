/** What a reading of one passage yields: an answer with its place and how sure the reader is of it. */
import type { Passage } from '../../tools/passage.ts';

export interface Extraction {
  answer: string;
  /** In [0, 1]: how much of the question the passage covers, and how well the answer fits what was asked. */
  confidence: number;
  passage: Passage;
  /** The cell or sentence that carries the answer. */
  quote: string;
}

export function best(extractions: readonly Extraction[]): Extraction | undefined {
  let found: Extraction | undefined;
  for (const extraction of extractions) {
    if (extraction.answer.trim() === '' || extraction.answer === '-') continue;
    if (!found || extraction.confidence > found.confidence + 1e-9) found = extraction;
  }
  return found;
}

/** Where `needle` stands in `hay` as a run, or -1. */
export function indexOfRun(hay: readonly string[], needle: readonly string[]): number {
  if (needle.length === 0 || needle.length > hay.length) return -1;
  for (let start = 0; start + needle.length <= hay.length; start++) {
    let index = 0;
    while (index < needle.length && hay[start + index] === needle[index]) index++;
    if (index === needle.length) return start;
  }
  return -1;
}
