/**
 * EasyR1 makes one user message of a row's problem and has no place for a system prompt. So both stand in the problem with a mark
 * between them, and the chat template that is exported beside the rows (`data.override_chat_template`) parts them again: the model is
 * trained on the very text that the graph shows it. It writes ChatML, as Qwen does; checkpoints that keep it serve every client.
 */

const MARK = '<|r1-router:user|>';

export const joinedPrompt = (system: string, user: string): string => `${system}${MARK}${user}`;

export function splitPrompt(problem: string): { system: string; user: string } {
  const at = problem.indexOf(MARK);
  if (at < 0) return { system: '', user: problem };
  return { system: problem.slice(0, at), user: problem.slice(at + MARK.length) };
}

const PICTURE = '<|vision_start|><|image_pad|><|vision_end|>';

export const CHAT_TEMPLATE = `{%- for message in messages -%}
{%- set parts = namespace(text='') -%}
{%- if message.content is string -%}
{%- set parts.text = message.content -%}
{%- else -%}
{%- for item in message.content -%}
{%- if item.type == 'image' or 'image' in item or 'image_url' in item -%}
{%- set parts.text = parts.text + '${PICTURE}' -%}
{%- elif 'text' in item -%}
{%- set parts.text = parts.text + item.text -%}
{%- endif -%}
{%- endfor -%}
{%- endif -%}
{%- if message.role == 'user' and '${MARK}' in parts.text -%}
{%- set said = parts.text.split('${MARK}', 1) -%}
{{- '<|im_start|>system\\n' + said[0] + '<|im_end|>\\n<|im_start|>user\\n' + said[1] + '<|im_end|>\\n' -}}
{%- else -%}
{{- '<|im_start|>' + message.role + '\\n' + parts.text + '<|im_end|>\\n' -}}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{- '<|im_start|>assistant\\n' -}}
{%- endif -%}
`;
