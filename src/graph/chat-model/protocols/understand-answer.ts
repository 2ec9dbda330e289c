/** A reply as an answer with its proof, whatever was asked for: a tool call, a JSON object, the tags or a bare `None`. */
import type { BaseMessage } from '@langchain/core/messages';
import type { InvalidReason } from '../../decision.ts';
import type { SaidAnswer } from '../grounding.ts';
import { parseAnswer } from './answer-tags.ts';
import { withoutFences } from './decision-tags.ts';
import { isNone, withoutQuotes } from './naming.ts';
import { scanTags, splitThought } from './tags.ts';
import { answerIn, type WrittenCall, writtenCalls } from './written-calls.ts';

export type UnderstoodAnswer = { said: SaidAnswer } | { reason: InvalidReason };

export function understandAnswer(message: BaseMessage, { refused = false } = {}): UnderstoodAnswer {
  const calls = writtenCalls(message);
  const call = calls.find((written) => answerIn(written) !== undefined) ?? calls[0];
  if (call?.unreadable !== undefined) return { reason: 'invalid-arguments' };
  if (call) return answerIn(call) === undefined ? { reason: 'invalid-arguments' } : { said: saidAnswer(call) };
  if (refused) return { reason: 'refused' };
  if (scanTags(message.text).some(({ name }) => name === 'answer')) {
    const parsed = parseAnswer(message.text);
    if (parsed.type === 'invalid') return { reason: parsed.reason };
    return { said: { answer: parsed.answer, quote: null, labels: parsed.labels } };
  }
  const split = splitThought(message.text);
  if ('fault' in split) return { reason: split.fault };
  const bare = withoutQuotes(withoutFences(split.said.trim()));
  if (bare === '') return { reason: 'empty-output' };
  // Small models write `None, p3`.
  if (isNone(bare.split(/[\s,;]/)[0] ?? '') && bare.length < 40) return { said: NOTHING_SAID };
  return { reason: 'no-tool-call' };
}

const NOTHING_SAID: SaidAnswer = { answer: null, quote: null, labels: [] };

/** The arguments of an answer, of whatever types the model chose. */
export function saidAnswer(call: WrittenCall): SaidAnswer {
  const { quote, evidence, citations, sources, cite } = call.args;
  return {
    answer: textOf(answerIn(call)),
    quote: textOf(quote ?? evidence),
    labels: labelsIn(citations ?? sources ?? cite),
  };
}

function textOf(value: unknown): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(textOf).filter(Boolean).join('; ') || null;
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return text === '' || isNone(text) || text.toLowerCase() === 'null' ? null : text;
}

/** Labels as a list or in one text, with or without brackets. */
function labelsIn(value: unknown): string[] {
  const texts = Array.isArray(value) ? value : [value];
  return texts
    .flatMap((text) => (typeof text === 'string' || typeof text === 'number' ? String(text) : []))
    .flatMap((text) => text.slice(0, 2000).split(/[\s,;[\]()]+/))
    .filter(Boolean)
    .map((label) => (/^\d+$/.test(label) ? `p${label}` : label));
}
