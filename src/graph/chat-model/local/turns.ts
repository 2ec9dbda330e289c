/**
 * Messages as turns of plain text. Tools and calls are written in the notation that Hermes and Qwen models were tuned on: definitions
 * in `<tools>`, a call in `<tool_call>`, what it brought in `<tool_response>`. Pictures are left out: these models read text.
 */
import type { AIMessage, BaseMessage, ToolMessage } from '@langchain/core/messages';
import type { Turn } from './engine.ts';

/** A tool as it is declared to the model. */
export interface ToolDefinition {
  name: string;
  description?: string;
  parameters?: Readonly<Record<string, unknown>>;
}

/** Neighbours of one role are one turn, since templates want roles to alternate. */
export function turnsOf(messages: readonly BaseMessage[], tools: readonly ToolDefinition[] = []): Turn[] {
  const turns: Turn[] = [];
  const said = messages.map(turnOf);
  if (tools.length > 0) {
    const system = said[0]?.role === 'system' ? said.shift()?.text : undefined;
    said.unshift({ role: 'system', text: [system, toolText(tools)].filter(Boolean).join('\n\n') });
  }
  for (const turn of said) {
    const last = turns.at(-1);
    if (last?.role === turn.role) last.text = `${last.text}\n${turn.text}`;
    else turns.push({ ...turn });
  }
  return turns;
}

function turnOf(message: BaseMessage): Turn {
  const { text } = message;
  switch (message.getType()) {
    case 'system':
    case 'developer':
      return { role: 'system', text };
    case 'ai': {
      const calls = (message as AIMessage).tool_calls ?? [];
      return {
        role: 'model',
        text: [text, ...calls.map(({ name, args }) => callText(name, args))].filter(Boolean).join('\n'),
      };
    }
    case 'tool':
      return { role: 'user', text: `<tool_response>\n${nameOf(message as ToolMessage)}${text}\n</tool_response>` };
    default:
      return { role: 'user', text };
  }
}

function nameOf({ name }: ToolMessage): string {
  return name ? `${name}:\n` : '';
}

/** As the grammar of a call has it, so that what the model reads of itself is what it may write. */
function callText(name: string, args: unknown): string {
  return `<tool_call>\n{"name": ${JSON.stringify(name)}, "arguments": ${spaced(args)}}\n</tool_call>`;
}

/** JSON with `, ` and `: ` between its parts. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const pairs = Object.entries(value).filter(([, part]) => part !== undefined);
  return `{${pairs.map(([key, part]) => `${JSON.stringify(key)}: ${spaced(part)}`).join(', ')}}`;
}

function toolText(tools: readonly ToolDefinition[]): string {
  const lines = tools.map(({ name, description, parameters }) => spaced({ name, description, parameters }));
  return `# Tools
These tools can be called, each described by a JSON schema:
<tools>
${lines.join('\n')}
</tools>
To call one, write its name and its arguments as JSON:
<tool_call>
{"name": "...", "arguments": {...}}
</tool_call>
Reply with one call and nothing else.`;
}
