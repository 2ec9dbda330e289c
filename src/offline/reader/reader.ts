/**
 * The built-in reader: no model, no key. It finds the cell, sentence or caption that answers a single-hop question, cites it,
 * and abstains where nothing covers the question well enough. Deterministic; a few milliseconds for ten passages.
 */

import type { Reader, ReaderOutput, ReadInput } from '../../graph/policy.ts';
import { asksAboutNames } from '../candidates/evidence-candidates.ts';
import { english } from '../english/english.ts';
import type { Language } from '../language.ts';

export interface ExtractiveReaderOptions {
  /** How many of the retrieved passages it reads. More find more, and cost reads. Default 5. */
  limit?: number;
  /** Below this confidence it abstains; tuned on the atlas' validation split. In [0, 1]. Default 0.45. */
  threshold?: number;
  /** Default English. Give the policy's instance, so that both share what it has worked out. */
  language?: Language;
}

export const DEFAULT_THRESHOLD = 0.45;

/** The built-in reader: it finds the cell, sentence or caption that answers a question, cites it, and abstains in doubt. */
export function extractiveReader({
  limit = 5,
  threshold = DEFAULT_THRESHOLD,
  language = english(),
}: ExtractiveReaderOptions = {}): Reader {
  return {
    name: 'extractive',
    limit,
    async read({ question, subQuestion: asked, passages, image }: ReadInput): Promise<ReaderOutput> {
      // The names in front found the passages; what is asked is the question.
      const subQuestion = asksAboutNames(asked, question) ? question : asked;
      const inquiry = language.inquire(subQuestion);
      const found = language.read(inquiry, passages, { withImage: image !== undefined });
      if (!found || found.confidence < threshold)
        return { answer: null, citations: [], confidence: found?.confidence ?? 0 };
      const { passage, quote, answer, confidence } = found;
      const supports = passages.filter(
        (other) =>
          other.id === passage.id ||
          (other.table && other.documentId !== passage.documentId && language.confirms(inquiry, other, answer)),
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
