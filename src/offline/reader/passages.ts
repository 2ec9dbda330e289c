/**
 * Reads passages in English: each by its kind, a claim by all of them, and the best extraction of all. Pure and deterministic; a
 * few milliseconds for ten passages.
 */

import type { Passage } from '../../tools/passage.ts';
import { sameAnswer } from '../english/combine.ts';
import type { Extraction, Inquiry } from '../language.ts';
import { isPicture, readCaption } from './caption.ts';
import { readClaim } from './claim.ts';
import { best, indexOfRun, type WordedInquiry } from './extraction.ts';
import { plainTitle } from './sentences.ts';
import { readTable } from './table.ts';
import { readText } from './text.ts';

/** The best extraction of all, whatever its confidence; undefined where there is none. Pure. */
export function readPassages(
  inquiry: WordedInquiry,
  passages: readonly Passage[],
  { withImage, inquire }: { withImage: boolean; inquire: (question: string) => Inquiry },
): Extraction | undefined {
  if (inquiry.form === 'claim') return best(readClaim(inquiry, passages, inquire));
  const found: Extraction[] = [];
  const pictures = passages.filter(isPicture);
  const lead = leadOf(pictures);
  joinChunks(inquiry, passages).forEach((passage, place) => {
    const own = isPicture(passage)
      ? readCaption(inquiry, passage, { withImage, lead })
      : passage.table
        ? readTable(inquiry, passage)
        : readText(inquiry, passage);
    // Retrieval's order breaks ties and tempers the far ranks.
    for (const extraction of own)
      found.push({
        ...extraction,
        confidence: extraction.confidence * (1 - 0.015 * Math.min(10, isPicture(passage) ? 0 : place)),
      });
  });
  return best(inquiry.form === 'attribute' ? preferAbout(inquiry, found) : found);
}

/** Superlatives and counts need the whole table: passages of one table are read as one, in the order of their rows. */
function joinChunks(inquiry: Inquiry, passages: readonly Passage[]): readonly Passage[] {
  if (!inquiry.superlative && inquiry.form !== 'count') return passages;
  const joined: Passage[] = [];
  for (const passage of passages) {
    const { table } = passage;
    const at = table ? joined.findIndex((other) => other.table && other.documentId === passage.documentId) : -1;
    const known = joined[at]?.table;
    if (!table || !known) {
      joined.push(passage);
      continue;
    }
    const before = chunkNumber(passage) < chunkNumber(joined[at]!);
    const rows = before ? [...table.rows, ...known.rows] : [...known.rows, ...table.rows];
    joined[at] = { ...(before ? passage : joined[at]!), table: { ...known, rows } };
  }
  return joined;
}

const chunkNumber = (passage: Passage): number => Number(/#(\d+)$/.exec(passage.id)?.[1] ?? 0);

/**
 * A question on a property of something is answered by the passage on that thing; another passage that merely mentions it
 * counts less while there is one.
 */
function preferAbout(inquiry: WordedInquiry, found: readonly Extraction[]): Extraction[] {
  const { allStems } = inquiry.words;
  const question = allStems(inquiry.text);
  const about = ({ passage }: Extraction): boolean =>
    passage.table !== undefined || indexOfRun(question, allStems(plainTitle(passage.title ?? ''))) >= 0;
  if (!found.some((extraction) => about(extraction) && extraction.confidence > 0.3)) return [...found];
  return found.map((extraction) =>
    about(extraction) ? extraction : { ...extraction, confidence: extraction.confidence * 0.7 },
  );
}

/** How far the best likeness stands above the next, as a factor near 1. */
function leadOf(pictures: readonly Passage[]): number {
  const [first, second] = pictures;
  if (!first || !second || first.score <= 0) return 1;
  return 0.85 + 0.15 * Math.min(1, (first.score - second.score) / (0.1 * first.score));
}

/** Whether a table says the same, so that it is cited too. */
export function readsTheSame(inquiry: WordedInquiry, passage: Passage, answer: string): boolean {
  const other = best(readTable(inquiry, passage));
  return other !== undefined && other.confidence > 0.6 && sameAnswer(other.answer, answer, inquiry.words);
}
