/** Messages and tools as the API of OpenAI has them, which is how trainers render prompts. */
import type { AIMessage, BaseMessage, ToolMessage } from '@langchain/core/messages';
import type { StructuredTool } from '@langchain/core/tools';

export interface WireMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: unknown;
  tool_calls?: { id: string; type: 'function'; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
  name?: string;
}

export interface WireTool {
  type: 'function';
  function: { name: string; description: string; parameters: unknown };
}

const ROLES: Readonly<Record<string, WireMessage['role']>> = { human: 'user', ai: 'assistant', tool: 'tool' };

export function wireMessage(message: BaseMessage): WireMessage {
  const role = ROLES[message.type] ?? 'system';
  const wire: WireMessage = { role, content: message.content };
  if (role === 'assistant') {
    const { tool_calls: calls = [] } = message as AIMessage;
    if (calls.length > 0) {
      wire.tool_calls = calls.map(({ id, name, args }) => ({
        id: id ?? '',
        type: 'function',
        function: { name, arguments: JSON.stringify(args) },
      }));
    }
  }
  if (role === 'tool') {
    const { tool_call_id: id, name } = message as ToolMessage;
    wire.tool_call_id = id;
    if (name !== undefined) wire.name = name;
  }
  return wire;
}

export function wireTool({ name, description, schema }: StructuredTool): WireTool {
  return { type: 'function', function: { name, description, parameters: schema } };
}

/**
 * What is new since the messages before, as text: what the calls brought, or what was wrong with them. Where the run has turned to
 * something else (its last answer), that is told in full.
 */
export function newText(before: readonly WireMessage[], now: readonly WireMessage[]): string {
  let same = 0;
  while (same < before.length && JSON.stringify(before[same]) === JSON.stringify(now[same])) same++;
  return (
    now
      .slice(same)
      // The instructions of a run are told once, apart from what is asked.
      .filter(({ role }) => role !== 'assistant' && (role !== 'system' || before.length > 0))
      .map(({ content }) => textOf(content))
      .join('\n\n')
  );
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .flatMap((block: { text?: unknown }) => (typeof block.text === 'string' ? [block.text] : []))
    .join('\n');
}
