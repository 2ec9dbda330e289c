/**
 * The built-in answerer: the final answer is the one that the steps compose to (a bridge's last answer, the outcome of a
 * comparison, a computed number), with the citations of the steps it rests on; otherwise it abstains.
 */
import { deriveState } from '../candidates.ts';
import { asksAboutNames } from '../evidence-candidates.ts';
import type { Answerer, AnswerInput, ReaderOutput } from '../policy.ts';
import type { Citation } from '../step-record.ts';

export interface ExtractiveAnswererOptions {
  /** Below this confidence of any step it rests on, it abstains. Default 0: the reader has its own threshold. */
  threshold?: number;
}

/** It composes what was read before; no passage is shown to it again. */
const NO_READS = { reads: 0 };

export function extractiveAnswerer({ threshold = 0 }: ExtractiveAnswererOptions = {}): Answerer {
  return {
    name: 'extractive',
    async answer(input: AnswerInput): Promise<ReaderOutput> {
      const found = deriveState(input).answer ?? answeredWhole(input);
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

/** The question as it was asked, answered by one step: as it stands (another policy may have asked it whole), or under names. */
function answeredWhole({ question, steps }: AnswerInput): { text: string; steps: number[] } | undefined {
  const asIs = steps.findLastIndex((step) => step.answer !== null && step.subQuestion.trim() === question.trim());
  const underNames = () =>
    steps.findLastIndex(({ answer, subQuestion }) => answer !== null && asksAboutNames(subQuestion, question));
  const index = asIs < 0 ? underNames() : asIs;
  return index < 0 ? undefined : { text: steps[index]!.answer!, steps: [index] };
}

function distinct(citations: readonly Citation[]): Citation[] {
  return citations.filter(
    (citation, index) =>
      citations.findIndex(
        (other) => other.passageId === citation.passageId && other.knowledgeBase === citation.knowledgeBase,
      ) === index,
  );
}
