/**
 * The answer alone, while it is being written. Forms are filled quote first: so the proof is checked before a word of the answer
 * is told to anybody, and what is told is never taken back as unfounded.
 */
import type { AIMessage } from '@langchain/core/messages';
import { parsePartialJson } from '@langchain/core/output_parsers';
import type { StepContext } from '../policy.ts';
import { type Calculation, ground } from './grounding.ts';
import type { LabelledPassage } from './protocols/naming.ts';
import { scanTags } from './protocols/tags.ts';
import { FINISH } from './protocols/understand-decision.ts';

export interface ProgressOptions {
  passages: readonly LabelledPassage[];
  calculations?: readonly Calculation[];
  /** In a reply that decides: only where it ends the run. */
  mustFinish?: boolean;
  /** In tags, where labels take the place of a quote. */
  byTags?: boolean;
}

/** For `ChatCall.onProgress`; undefined where nobody listens. */
export function answerProgress(
  { onAnswer }: Pick<StepContext, 'onAnswer'>,
  { passages, calculations, mustFinish = false, byTags = false }: ProgressOptions,
): ((message: AIMessage) => void) | undefined {
  if (!onAnswer) return undefined;
  let told = '';
  return (message) => {
    const { quote, answer } = byTags
      ? { quote: null, answer: answerInTags(message.text) }
      : (formSoFar(message, mustFinish) ?? {});
    if (typeof answer !== 'string' || answer === told || !answer.startsWith(told)) return;
    if (EMPTY.some((word) => word.startsWith(answer.trim().toLowerCase()))) return;
    // The proof alone: the answer is not yet whole.
    const isProven =
      typeof quote === 'string' && ground({ ...ANY, answer: quote, quote }, passages, calculations).answer;
    if (!byTags && !isProven) return;
    onAnswer(answer.slice(told.length));
    told = answer;
  };
}

const ANY = { labels: [] };

/** What stands after `<answer>`, up to whatever may be a label or another tag; undefined where it has not begun. */
function answerInTags(text: string): string | undefined {
  const opening = scanTags(text).findLast(({ name, closing }) => name === 'answer' && !closing);
  return opening && text.slice(opening.end).split(/[<[`]/, 1)[0]?.trim();
}

/** An abstention that was put into words must not be told letter by letter. */
const EMPTY = ['none.', 'null'];

type Form = Record<string, unknown>;

function formSoFar(message: AIMessage, mustFinish: boolean): Form | undefined {
  const [call] = message.tool_calls ?? [];
  if (call) {
    const { searches, next } = call.args as Form;
    if (typeof next === 'object' && next !== null) return (next as Form).do === 'answer' ? (next as Form) : undefined;
    if (mustFinish && call.name !== FINISH && !(Array.isArray(searches) && searches.length === 0)) return undefined;
    return call.args;
  }
  const text = message.text.trimStart();
  if (!text.startsWith('{')) return undefined;
  const form = partial(text);
  const { next } = form ?? {};
  if (typeof next === 'object' && next !== null) return (next as Form).do === 'answer' ? (next as Form) : undefined;
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
