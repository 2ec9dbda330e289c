/**
 * The built-in answerer: the final answer is the one that the steps compose to (a bridge's last answer, the outcome of a
 * comparison, a computed number), with the citations of the steps it rests on; otherwise it abstains.
 */
import type { Answerer, AnswerInput, ReaderOutput } from '../graph/policy.ts';
import type { Citation } from '../graph/step-record.ts';
import { english } from './english/english.ts';
import type { Language } from './language.ts';

export interface ExtractiveAnswererOptions {
  /** Below this confidence of any step it rests on, it abstains. Default 0: the reader has its own threshold. */
  threshold?: number;
  /** Default English. Give the policy's instance, so that both share what it has worked out. */
  language?: Language;
}

/** It composes what was read before; no passage is shown to it again. */
const NO_READS = { reads: 0 };

/**
 * The built-in answerer: it composes the answer from what the steps read, with their citations, and abstains where they do not lead to one.
 */
export function extractiveAnswerer({ threshold = 0, language = english() }: ExtractiveAnswererOptions = {}): Answerer {
  return {
    name: 'extractive',
    async answer(input: AnswerInput): Promise<ReaderOutput> {
      const found = language.understand(input).standing;
      if (!found) return { answer: null, citations: [], confidence: 0, usage: NO_READS };
      const readings = found.steps.map((index) => input.steps[index]!.reading);
      const confidence = readings.reduce((least, reading) => Math.min(least, reading?.confidence ?? 1), 1);
      if (confidence < threshold) return { answer: null, citations: [], confidence, usage: NO_READS };
      return {
        answer: found.text,
        citations: distinct(readings.flatMap((reading) => reading?.citations ?? [])),
        confidence,
        usage: NO_READS,
      };
    },
  };
}

function distinct(citations: readonly Citation[]): Citation[] {
  return citations.filter(
    (citation, index) =>
      citations.findIndex(
        (other) => other.passageId === citation.passageId && other.knowledgeBase === citation.knowledgeBase,
      ) === index,
  );
}
