/**
 * Finds what a model asked for in a reply, whatever form it took: tool calls, tool calls that the provider could not read, and
 * calls written as JSON in the text (which models do whose server knows no tools). Nothing is thrown, whatever the model wrote.
 */
import type { BaseMessage } from '@langchain/core/messages';
import { isJsonObject, type JsonObject, jsonIn } from '../../../common/json.ts';
import { withoutFences } from './decision-tags.ts';
import { splitThought } from './tags.ts';

/** One call as the model wrote it. */
export interface WrittenCall {
  /** Empty where the model gave none: a bare object of arguments. */
  name: string;
  args: JsonObject;
  /** Of the provider, to answer it by. */
  id?: string;
  /** The arguments as text where they are no JSON object. */
  unreadable?: string;
}

/** Calls in one reply at most: a model that writes more has run away. */
const MOST_CALLS = 64;
/** Characters of text that are searched for JSON. */
const JSON_LIMIT = 100_000;

/** Tool calls first; the text is looked at only where there are none. */
export function writtenCalls(message: BaseMessage): WrittenCall[] {
  const calls = toolCalls(message).flatMap(unfolded);
  return (calls.length > 0 ? calls : callsInText(message.text)).slice(0, MOST_CALLS);
}

/** A form with a list of searches is a call for each; one with an empty list is what else stands in it. */
function unfolded(call: WrittenCall): WrittenCall[] {
  if (isJsonObject(call.args.next)) return nextOf(call.args.next);
  const { searches } = call.args;
  if (!Array.isArray(searches)) return [call];
  return searches.length > 0 ? callsOf(searches) : [{ name: '', args: call.args }];
}

/** What a form says comes next (`form.ts`). */
function nextOf({ do: said, ...args }: JsonObject): WrittenCall[] {
  switch (said) {
    case 'calculate':
      return [{ name: 'calculate_table', args }];
    case 'give up':
      return [{ name: 'finish', args: { quote: null, answer: null } }];
    case 'search':
      return Array.isArray(args.searches) ? callsOf(args.searches) : [];
    default:
      return callsOf(args);
  }
}

/** The form that was filled: the arguments of the first call, or the first JSON object of the text. */
export function answeredForm(message: BaseMessage): unknown {
  const [call] = toolCalls(message);
  if (call) return call.args;
  const split = splitThought(message.text);
  const said = ('fault' in split ? message.text : split.said).trim();
  return candidates(said).map(jsonIn).find(isJsonObject);
}

/** What a form says of its reasons. */
export function thoughtIn(message: BaseMessage): string | undefined {
  const [call] = toolCalls(message);
  const form = call?.args ?? jsonIn(withoutFences(message.text.trim()));
  return isJsonObject(form) && typeof form.thought === 'string' && form.thought !== '' ? form.thought : undefined;
}

/** The calls that the provider reports, readable or not. */
export function toolCalls(message: BaseMessage): WrittenCall[] {
  const { tool_calls: read, invalid_tool_calls: unread, tool_call_chunks: chunks } = message as unknown as JsonObject;
  const streamed = list(chunks);
  const readable = list(read).map(({ name, args, id }): WrittenCall => {
    // Of a streamed call that broke off LangChain makes what it can; what was written tells.
    const chunk = streamed.find((one) => one.id !== undefined && one.id === id);
    const broken = typeof chunk?.args === 'string' && chunk.args !== '' && jsonIn(chunk.args) === undefined;
    return { name: text(name), ...argumentsOf(broken ? chunk.args : args), ...(typeof id === 'string' && { id }) };
  });
  const unreadable = list(unread).map(({ name, args, id }): WrittenCall => {
    return { name: text(name), ...argumentsOf(args), ...(typeof id === 'string' && { id }) };
  });
  return [...readable, ...unreadable];
}

/** Calls written as JSON: the text itself, a fenced block, or `<tool_call>` elements. */
function callsInText(written: string): WrittenCall[] {
  const split = splitThought(written);
  const said = ('fault' in split ? written : split.said).trim();
  if (said.length > JSON_LIMIT) return [];
  for (const part of candidates(said)) {
    const value = jsonIn(part);
    const calls = value === undefined ? [] : callsOf(value);
    if (calls.length > 0) return calls;
  }
  return [];
}

function candidates(said: string): string[] {
  const elements = said.split(/<\/?tool_calls?>/).filter((_, index) => index % 2 === 1);
  const whole = elements.length > 0 ? [`[${elements.map((part) => part.trim()).join(',')}]`] : [];
  const fence = said.indexOf('```');
  const close = fence < 0 ? -1 : said.indexOf('```', fence + 3);
  const fenced = close < 0 ? [] : [withoutFences(said.slice(fence, close + 3))];
  const start = said.search(/[{[]/);
  const end = Math.max(said.lastIndexOf('}'), said.lastIndexOf(']'));
  return [...whole, said, ...fenced, ...(start >= 0 && end > start ? [said.slice(start, end + 1)] : [])];
}

/** The call that an object stands for: by name with arguments, in OpenAI's wrapping, or bare arguments. */
function callsOf(value: unknown): WrittenCall[] {
  if (Array.isArray(value)) return value.slice(0, MOST_CALLS).flatMap(callsOf);
  if (!isJsonObject(value)) return [];
  if (isJsonObject(value.next)) return nextOf(value.next);
  if (Array.isArray(value.tool_calls)) return callsOf(value.tool_calls);
  if (isJsonObject(value.function)) return callsOf(value.function);
  if (Array.isArray(value.searches) && value.searches.length > 0) return value.searches.flatMap(callsOf);
  const named = ['name', 'tool', 'tool_name', 'function', 'action'].find((key) => typeof value[key] === 'string');
  const held = ['arguments', 'args', 'parameters', 'input', 'action_input'].find((key) => value[key] !== undefined);
  if (named !== undefined && held !== undefined) {
    return [{ name: text(value[named]), ...argumentsOf(value[held]) }];
  }
  const known = ASKING.some((key) => key in value) || ANSWERING.some((key) => key in value) || 'searches' in value;
  if (named !== undefined) {
    const { [named]: name, ...args } = value;
    return known || Object.keys(args).length === 0 ? [{ name: text(name), args }] : [];
  }
  return known ? [{ name: '', args: value }] : [];
}

/** What a question to a retriever may be called, ours first. */
const ASKING = ['query', 'question', 'subQuestion', 'sub_question', 'sub-question', 'search_query', 'q'] as const;
const PLACES = ['knowledgeBase', 'knowledge_base', 'retriever', 'ret', 'source', 'index'] as const;
const ANSWERING = ['answer', 'final_answer', 'finalAnswer'] as const;

/** The question among arguments; undefined where there is none. */
export function queryIn({ args }: WrittenCall): string | undefined {
  const key = ASKING.find((name) => typeof args[name] === 'string');
  if (key !== undefined) return text(args[key]).trim();
  const place = placeIn({ args, name: '' });
  const texts = Object.values(args).filter((value) => typeof value === 'string' && value !== place);
  return texts.length === 1 ? text(texts[0]).trim() : undefined;
}

/** The knowledge base that is named among arguments. */
export function placeIn({ args }: WrittenCall): string | undefined {
  const key = PLACES.find((name) => typeof args[name] === 'string');
  return key === undefined ? undefined : text(args[key]).trim();
}

/** The answer as it was written, of whatever type; undefined where there is none. */
export function answerIn({ args }: WrittenCall): unknown {
  const key = ANSWERING.find((name) => name in args);
  return key === undefined ? undefined : args[key];
}

function argumentsOf(value: unknown): Pick<WrittenCall, 'args' | 'unreadable'> {
  if (isJsonObject(value)) return { args: value };
  if (typeof value !== 'string') return { args: {} };
  const read = value.trim() === '' ? {} : jsonIn(value);
  if (isJsonObject(read)) return { args: read };
  if (typeof read === 'string') return { args: { query: read } };
  return { args: {}, unreadable: value.slice(0, 4000) };
}

function list(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
