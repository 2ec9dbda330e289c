/**
 * A reply as a decision, whatever was asked for: tool calls, a JSON object, the paper's tags or a bare `None` are all understood.
 * What is none of these is invalid with a reason, and never a stop. Nothing is thrown, whatever the model wrote.
 */
import type { BaseMessage } from '@langchain/core/messages';
import type { Decision, InvalidReason, Search } from '../../decision.ts';
import type { SaidAnswer } from '../grounding.ts';
import { parseDecision, withoutFences } from './decision-tags.ts';
import { isNone, withoutQuotes } from './naming.ts';
import { scanTags, splitThought } from './tags.ts';
import { saidAnswer } from './understand-answer.ts';
import { answerIn, placeIn, queryIn, thoughtIn, type WrittenCall, writtenCalls } from './written-calls.ts';

export const FINISH = 'finish';
export const CALCULATE = 'calculate_table';

/** Characters of a sub-question. */
const SUB_QUESTION_LIMIT = 2000;
/** Characters of a reply that are kept with an invalid decision. */
const RAW_LIMIT = 4000;

/** The names under which a model may know the knowledge bases. */
export interface KnownNames {
  /** As tools, as in the prompt and as they are, each to the name of the knowledge base. */
  names: ReadonlyMap<string, string>;
  /** Those of the prompt alone, for the tags. */
  shown: ReadonlyMap<string, string>;
}

export interface UnderstoodDecision {
  decision: Decision;
  thought?: string;
  /** What a stop was said with. */
  said?: SaidAnswer;
  /** Calls of the calculator: no decision, but asked for before one. */
  calculations: WrittenCall[];
}

/** `text` is the reply as it is kept, where it is invalid. */
export function understandDecision(
  message: BaseMessage,
  known: KnownNames,
  { refused = false, text = message.text }: { refused?: boolean; text?: string } = {},
): UnderstoodDecision {
  const invalid = (reason: InvalidReason): UnderstoodDecision => ({
    decision: { type: 'invalid', reason, raw: text.slice(0, RAW_LIMIT) },
    calculations: [],
  });
  const calls = writtenCalls(message);
  if (calls.length > 0) {
    const understood = fromCalls(calls, known);
    return 'reason' in understood ? invalid(understood.reason) : { ...thoughtOf(message), ...understood };
  }
  if (refused) return invalid('refused');
  const tags = scanTags(message.text);
  if (tags.some(({ name }) => name === 'sub-question' || name === 'ret')) {
    return { ...parseDecision(message.text, known.shown), calculations: [] };
  }
  const split = splitThought(message.text);
  if ('fault' in split) return invalid(split.fault);
  const bare = withoutQuotes(withoutFences(split.said.trim()));
  if (bare === '') return invalid('empty-output');
  if (isNone(bare)) return { decision: { type: 'stop' }, ...thoughtOf(message), calculations: [] };
  return invalid('no-tool-call');
}

/** A finish that comes first and says something ends it; else searches go before a finish, and both before what is faulty. */
function fromCalls(
  calls: readonly WrittenCall[],
  known: KnownNames,
): Pick<UnderstoodDecision, 'decision' | 'said' | 'calculations'> | { reason: InvalidReason } {
  const searches: Search[] = [];
  const calculations: WrittenCall[] = [];
  const faults: InvalidReason[] = [];
  let finish: { first: boolean; said?: SaidAnswer } | undefined;
  for (const [place, call] of calls.entries()) {
    const understood = understandCall(call, known);
    if (understood === 'calculation') calculations.push(call);
    else if (typeof understood === 'string') faults.push(understood);
    else if ('search' in understood) searches.push(understood.search);
    else finish ??= { first: place === 0, ...understood };
  }
  const stop = finish && { decision: { type: 'stop' as const }, said: finish.said, calculations: [] };
  if (stop && finish?.first && finish.said?.answer) return stop;
  if (searches.length > 0) return { decision: { type: 'search', searches }, calculations: [] };
  // Whatever was to be calculated comes before an end without an answer.
  if (calculations.length > 0) return { decision: { type: 'stop' }, calculations };
  return stop ?? { reason: faults[0] ?? 'no-tool-call' };
}

type UnderstoodCall = { search: Search } | { said?: SaidAnswer } | 'calculation' | InvalidReason;

function understandCall(call: WrittenCall, { names }: KnownNames): UnderstoodCall {
  const named = lookUp(call.name, names);
  if (named === undefined && folded(call.name) === CALCULATE) return 'calculation';
  if (call.unreadable !== undefined) return 'invalid-arguments';
  const place = placeIn(call);
  const query = queryIn(call);
  const knowledgeBase = named ?? (place === undefined ? undefined : lookUp(place, names));
  if (knowledgeBase === undefined) {
    const ends = ENDS.has(folded(call.name));
    const answer = answerIn(call);
    if (ends || (call.name === '' && answer !== undefined && query === undefined)) {
      return answer === undefined ? {} : { said: saidAnswer(call) };
    }
    if (isNone(place ?? '') || (call.name === '' && (isNone(query ?? '') || endsBare(call)))) return {};
    return place !== undefined || call.name !== '' ? 'unknown-knowledge-base' : 'invalid-arguments';
  }
  if (query === undefined) return 'invalid-arguments';
  if (query === '' || isNone(query)) return 'empty-sub-question';
  if (query.length > SUB_QUESTION_LIMIT) return 'too-long';
  return { search: { subQuestion: query, knowledgeBase } };
}

const ENDS: ReadonlySet<string> = new Set([FINISH, 'final_answer', 'answer', 'give_answer', 'stop', 'done', 'none']);

/** `{"searches": []}` and the like: a form that was filled with nothing. */
function endsBare({ args }: WrittenCall): boolean {
  return 'searches' in args && Array.isArray(args.searches) && args.searches.length === 0;
}

const folded = (name: string): string => name.trim().toLowerCase();

/** Exactly as shown, or else the one that differs in case and separators only. */
function lookUp(name: string, names: ReadonlyMap<string, string>): string | undefined {
  const exact = names.get(name);
  if (exact !== undefined || name === '') return exact;
  const wanted = loose(name);
  const alike = new Set([...names].filter(([shown]) => loose(shown) === wanted).map(([, own]) => own));
  return alike.size === 1 ? [...alike][0] : undefined;
}

const loose = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^functions[.:]/, '')
    .replace(/[\s_.-]+/g, ' ')
    .trim();

function thoughtOf(message: BaseMessage): { thought?: string } {
  const split = splitThought(message.text);
  if ('fault' in split) return {};
  const { tool_calls: calls } = message as { tool_calls?: unknown };
  const beside = Array.isArray(calls) && calls.length > 0 ? split.said.trim() : '';
  const thought = [split.thought, beside, thoughtIn(message)].filter(Boolean).join('\n');
  return thought === '' ? {} : { thought };
}
