/**
 * What went wrong in a run that did not answer right, by what can be seen without judging: whether the documents that hold the answer were
 * found, whether the answer stood in what the model was shown, and where its own answer came from.
 */
import type { BaseMessage } from '@langchain/core/messages';
import { needsOf } from '../../src/eval/datasets/golds.ts';
import type { Question } from '../../src/eval/datasets/question.ts';
import { evidenceRecall } from '../../src/eval/metrics/evidence.ts';
import type { RouterOutput } from '../../src/graph/run-state.ts';
import { holdsAny } from './kit.ts';

export type Fault =
  /** Nothing of what is needed was found. */
  | 'not found'
  /** One of several steps was found, and what follows was not. */
  | 'next step not asked'
  /** Everything was found, and the part with the answer was not among what the model was shown. */
  | 'not shown'
  /** No answer, with the answer before it. */
  | 'abstained'
  /** Another answer, from a calculation. */
  | 'calculation'
  /** Another answer, with the right one before it. */
  | 'misread'
  /** An answer to what has none. */
  | 'invented';

export interface Run {
  question: Question;
  output: RouterOutput;
  /** What the model was shown (`watchPrompts`). */
  shown: readonly string[];
}

export function faultOf({ question, output, shown }: Run): Fault {
  if (!question.answerable) return 'invented';
  if (!shown.some((text) => holdsAny(text, question.answers))) {
    const found = output.steps.map(({ passages }) => passages.map(({ documentId }) => documentId));
    const recall = evidenceRecall(found, needsOf(question)) ?? 0;
    return recall === 0 ? 'not found' : recall < 1 ? 'next step not asked' : 'not shown';
  }
  if (output.answer === null) return 'abstained';
  const { thought = '' } = output.steps.at(-1) ?? {};
  const quotes = output.citations.flatMap(({ quote }) => quote ?? []);
  const isCalculated = quotes.some((quote) => thought.includes(quote)) && /^c1: /m.test(thought);
  return isCalculated ? 'calculation' : 'misread';
}

/** A callback that keeps what a model is shown of the run, without the instructions. */
export function watchPrompts(shown: string[]) {
  return {
    handleChatModelStart(_model: unknown, [messages = []]: BaseMessage[][]) {
      shown.push(...messages.filter(({ type }) => type !== 'system').map(({ text }) => text));
    },
  };
}
