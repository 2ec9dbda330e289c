/**
 * A call of a tool as JSON that a model is held to: `{"name": ..., "arguments": {...}}`. Where it may also reply in words, the words are
 * the arguments of a tool of our own, so that whatever it writes has this one form.
 */
import type { ToolCall, ToolCallChunk } from '@langchain/core/messages';
import { sha256 } from '../../../common/content-hash.ts';
import type { ToolDefinition } from './turns.ts';

/** Not a tool that anybody runs: its one argument is the text of the reply. */
export const REPLY = 'reply_in_words';
export const WORDS: ToolDefinition = {
  name: REPLY,
  description: 'Replies to the user in words, where no other tool is needed.',
  parameters: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
};

export function callSchema(tools: readonly ToolDefinition[]): Record<string, unknown> {
  return {
    anyOf: tools.map(({ name, parameters = { type: 'object', properties: {} } }) => ({
      type: 'object',
      properties: { name: { const: name }, arguments: parameters },
      required: ['name', 'arguments'],
    })),
  };
}

interface Written {
  content: string;
  tool_calls?: ToolCall[];
  invalid_tool_calls?: { name?: string; args: string; id: string; error: string; type: 'invalid_tool_call' }[];
}

/** The reply as a message has it. Only one that was cut off cannot be read. */
export function parseCall(text: string): Written {
  let call: { name: string; arguments: Record<string, unknown> };
  try {
    call = JSON.parse(text);
  } catch {
    const { name } = HEAD.exec(text)?.groups ?? {};
    const args = text.replace(HEAD, '');
    const error = 'the reply was cut off';
    return { content: '', invalid_tool_calls: [{ type: 'invalid_tool_call', name, args, id: idOf(text), error }] };
  }
  if (call.name === REPLY) return { content: String(call.arguments.text ?? '') };
  return {
    content: '',
    tool_calls: [{ type: 'tool_call', id: idOf(text), name: call.name, args: call.arguments }],
  };
}

/** The same for the same call: runs with one seed have one record. Nine letters and digits, which the strictest provider asks for. */
const idOf = (text: string): string => sha256(text).slice(0, 9);

const HEAD = /^\{"name": "(?<name>(?:[^"\\]|\\.)*)", "arguments": /;

/** A call while it is being written, as chunks. */
export class CallPieces {
  #text = '';
  #name: string | undefined;
  #told = 0;

  /** Undefined where there is nothing new to tell. */
  add(piece: string): { content?: string; tool_call_chunks?: ToolCallChunk[] } | undefined {
    this.#text += piece;
    const head = HEAD.exec(this.#text);
    if (!head) return undefined;
    // The brace that closes the whole is not the arguments'.
    const args = this.#text.slice(head[0].length).replace(/\}$/, '');
    const begins = this.#name === undefined;
    this.#name ??= JSON.parse(`"${head.groups?.name}"`) as string;
    if (this.#name === REPLY) return this.#words(args);
    const fresh = args.slice(this.#told);
    this.#told = Math.max(this.#told, args.length);
    if (fresh === '' && !begins) return undefined;
    const chunk = { type: 'tool_call_chunk' as const, index: 0, args: fresh };
    return { tool_call_chunks: [begins ? { ...chunk, name: this.#name, id: sha256(this.#name).slice(0, 9) } : chunk] };
  }

  /** What stands in the quotes so far, an escape that is half written left out. */
  #words(args: string): { content?: string } | undefined {
    const inner = /^\{"text": "((?:[^"\\]|\\(?:u[0-9a-fA-F]{4}|[^u]))*)/.exec(args)?.[1];
    if (inner === undefined) return undefined;
    const text = JSON.parse(`"${inner}"`) as string;
    const fresh = text.slice(this.#told);
    this.#told = text.length;
    return fresh === '' ? undefined : { content: fresh };
  }
}
