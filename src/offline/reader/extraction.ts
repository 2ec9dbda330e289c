/** What the readers of tables, texts, captions and claims share. */
import type { Extraction, Inquiry, Words } from '../language.ts';

/** An inquiry with the words by which it is matched with a passage. */
export interface WordedInquiry extends Inquiry {
  readonly words: Words;
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
