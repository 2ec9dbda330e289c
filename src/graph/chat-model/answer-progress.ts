/**
 * The answer alone, while it is being written. Forms are filled quote first: so the proof is checked before a word of the answer
 * is told to anybody, and what is told is never taken back as unfounded.
 */
import type { AIMessage } from '@langchain/core/messages';
import { parsePartialJson } from '@langchain/core/output_parsers';
import { isJsonObject, type JsonObject } from '../../common/json.ts';
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

function formSoFar(message: AIMessage, mustFinish: boolean): JsonObject | undefined {
  const [call] = message.tool_calls ?? [];
  const form = call ? call.args : partial(message.text.trimStart());
  if (!form) return undefined;
  const { searches, next } = form;
  if (typeof next === 'object' && next !== null) return isJsonObject(next) && next.do === 'answer' ? next : undefined;
  const ends = call?.name === FINISH || (Array.isArray(searches) && searches.length === 0);
  return mustFinish && !ends ? undefined : form;
}

function partial(text: string): JsonObject | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value: unknown = parsePartialJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
