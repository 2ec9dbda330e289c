/**
 * The answer alone, while it is being written. Forms are filled quote first: so the proof is checked before a word of the answer
 * is told to anybody, and what is told is never taken back as unfounded.
 */
import type { AIMessage } from '@langchain/core/messages';
import { parsePartialJson } from '@langchain/core/output_parsers';
import type { StepContext } from '../policy.ts';
import { type Calculation, ground } from './grounding.ts';
import type { LabelledPassage } from './protocols/naming.ts';
import { FINISH } from './protocols/understand-decision.ts';

export interface ProgressOptions {
  passages: readonly LabelledPassage[];
  calculations?: readonly Calculation[];
  /** In a reply that decides: only where it ends the run. */
  mustFinish?: boolean;
}

/** For `ChatCall.onProgress`; undefined where nobody listens. */
export function answerProgress(
  { onAnswer }: Pick<StepContext, 'onAnswer'>,
  { passages, calculations, mustFinish = false }: ProgressOptions,
): ((message: AIMessage) => void) | undefined {
  if (!onAnswer) return undefined;
  let told = '';
  return (message) => {
    const { quote, answer } = formSoFar(message, mustFinish) ?? {};
    if (typeof answer !== 'string' || typeof quote !== 'string' || answer === told) return;
    if (!answer.startsWith(told) || EMPTY.some((word) => word.startsWith(answer.trim().toLowerCase()))) return;
    // The proof alone: the answer is not yet whole.
    if (ground({ answer: quote, quote, labels: [] }, passages, calculations).answer === null) return;
    onAnswer(answer.slice(told.length));
    told = answer;
  };
}

/** An abstention that was put into words must not be told letter by letter. */
const EMPTY = ['none.', 'null'];

type Form = Record<string, unknown>;

function formSoFar(message: AIMessage, mustFinish: boolean): Form | undefined {
  const [call] = message.tool_calls ?? [];
  if (call) {
    const { searches } = call.args as Form;
    if (mustFinish && call.name !== FINISH && !(Array.isArray(searches) && searches.length === 0)) return undefined;
    return call.args;
  }
  const text = message.text.trimStart();
  if (!text.startsWith('{')) return undefined;
  const form = partial(text);
  const ends = Array.isArray(form?.searches) && form.searches.length === 0;
  return mustFinish && !ends ? undefined : form;
}

function partial(text: string): Form | undefined {
  try {
    const value: unknown = parsePartialJson(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Form) : undefined;
  } catch {
    return undefined;
  }
}
