/**
 * The built-in reader: no model, no key. It finds the cell, sentence or caption that answers a single-hop question, cites it,
 * and abstains where nothing covers the question well enough. Deterministic; a few milliseconds for ten passages.
 */

import type { Reader, ReaderOutput, ReadInput } from '../../graph/policy.ts';
import type { Passage } from '../../tools/passage.ts';
import { asksAboutNames } from '../candidates/evidence-candidates.ts';
import { sameAnswer } from '../english/combine.ts';
import { type Inquiry, inquire } from '../english/inquiry.ts';
import { allStems } from '../english/words.ts';
import { isPicture, readCaption } from './caption.ts';
import { readClaim } from './claim.ts';
import { best, type Extraction, indexOfRun } from './extraction.ts';
import { plainTitle } from './sentences.ts';
import { readTable } from './table.ts';
import { readText } from './text.ts';

export interface ExtractiveReaderOptions {
  /** How many of the retrieved passages it reads. More find more, and cost reads. Default 5. */
  limit?: number;
  /** Below this confidence it abstains; tuned on the atlas' validation split. In [0, 1]. Default 0.45. */
  threshold?: number;
}

export const DEFAULT_THRESHOLD = 0.45;

export function extractiveReader({ limit = 5, threshold = DEFAULT_THRESHOLD }: ExtractiveReaderOptions = {}): Reader {
  return {
    name: 'extractive',
    limit,
    async read({ question, subQuestion: asked, passages, image }: ReadInput): Promise<ReaderOutput> {
      // The names in front found the passages; what is asked is the question.
      const subQuestion = asksAboutNames(asked, question) ? question : asked;
      const found = readPassages(subQuestion, passages, image !== undefined);
      if (!found || found.confidence < threshold)
        return { answer: null, citations: [], confidence: found?.confidence ?? 0 };
      const { passage, quote, answer, confidence } = found;
      const supports = passages.filter(
        (other) =>
          other.id === passage.id ||
          (other.table && other.documentId !== passage.documentId && supportsToo(subQuestion, other, answer)),
      );
      return {
        answer,
        citations: supports.map((other) => ({
          passageId: other.id,
          knowledgeBase: other.knowledgeBase,
          ...(other.id === passage.id && { quote: quote.slice(0, 300) }),
        })),
        confidence,
      };
    },
  };
}

/** The best extraction of all, whatever its confidence; undefined where there is none. Pure. */
export function readPassages(
  subQuestion: string,
  passages: readonly Passage[],
  withImage: boolean,
): Extraction | undefined {
  const inquiry = inquire(subQuestion);
  if (inquiry.form === 'claim') return best(readClaim(inquiry, passages));
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
function preferAbout(inquiry: Inquiry, found: readonly Extraction[]): Extraction[] {
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

function supportsToo(subQuestion: string, passage: Passage, answer: string): boolean {
  const other = best(readTable(inquire(subQuestion), passage));
  return other !== undefined && other.confidence > 0.6 && sameAnswer(other.answer, answer);
}
