/** Readers, answerers and policies that several methods are made of. */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { chatModelAnswerer } from '../../graph/chat-model/answerer.ts';
import { callChatModel, promptMessages } from '../../graph/chat-model/call.ts';
import {
  type AnswerPromptInput,
  conversationLines,
  type Prompt,
  passageLines,
} from '../../graph/chat-model/prompts/prompts.ts';
import { parseAnswer } from '../../graph/chat-model/protocols/answer-tags.ts';
import { withoutQuotes } from '../../graph/chat-model/protocols/naming.ts';
import { chatModelReader } from '../../graph/chat-model/reader.ts';
import type { ModelUsage } from '../../graph/decision.ts';
import type { Answerer, Policy, Reader, StepContext } from '../../graph/policy.ts';
import { extractiveAnswerer } from '../../offline/answerer.ts';
import { extractiveReader } from '../../offline/reader/reader.ts';
import type { MethodSettings } from './method.ts';

/** Stops at once. */
export const neverSearch: Policy = {
  name: 'never-search',
  version: '1',
  async decide() {
    return { decision: { type: 'stop' } };
  },
};

/** One call over all passages, as in plain retrieval-augmented generation. */
export function passagesAnswerer(model: BaseChatModel, name: string): Answerer {
  return chatModelAnswerer({
    protocol: 'tags',
    model,
    name,
    passagesPerStep: Number.POSITIVE_INFINITY,
    image: 'always',
    withoutEvidence: 'ask',
    prompts: { answer: answerFromPassages },
  });
}

function answerFromPassages({ question, passages, conversation }: AnswerPromptInput): Prompt {
  return {
    system: `You answer a question from passages that were retrieved for it, and from the image if there is one.

Answer with as few words as the question allows. When neither holds the answer, write None.
After the answer, list the labels of the passages it rests on.

Reply in exactly this form:
<answer>the answer, or None</answer><cite>labels, separated by commas</cite>`,
    user: [...passageLines(passages), ...conversationLines(conversation), `Question: ${question}`].join('\n'),
  };
}

/** What reads and answers where a method says nothing about it: as the settings say, else the chat model, else by extraction. */
export function readingParts({ model, reader, answerer, passages }: MethodSettings): {
  reader: Reader;
  answerer: Answerer;
} {
  return {
    reader:
      reader ??
      (model ? chatModelReader({ protocol: 'tags', model, limit: passages }) : extractiveReader({ limit: passages })),
    answerer: answerer ?? (model ? chatModelAnswerer({ protocol: 'tags', model }) : extractiveAnswerer()),
  };
}

/** One reply of a model, as it is, for methods that do not speak in tags. */
export async function freeReply(
  call: { model: BaseChatModel; prompt: Prompt; runName: string; withImage?: boolean },
  context: StepContext,
): Promise<{ text: string; usage: ModelUsage }> {
  const { model, prompt, runName, withImage = false } = call;
  const image = withImage ? await context.image() : undefined;
  const { text, usage } = await callChatModel({ model, messages: promptMessages(prompt), image, context, runName });
  return { text: text.trim(), usage };
}

/** How chain-of-thought answers are commonly marked, here and in the prompts. */
export const ANSWER_MARK = 'So the answer is:';

/** What stands after the last answer mark, on its line, without the full stop; null where there is none. */
export function markedAnswer(text: string): string | null {
  const at = text.toLowerCase().lastIndexOf(ANSWER_MARK.toLowerCase());
  if (at < 0) return null;
  const rest = text.slice(at + ANSWER_MARK.length).trim();
  const [line = ''] = rest.split('\n', 1);
  const bare = withoutQuotes(line.trim().endsWith('.') ? line.trim().slice(0, -1) : line.trim());
  return bare === '' || bare.toLowerCase() === 'none' ? null : bare;
}

/** The answer between tags where there are tags; nothing otherwise. */
export function taggedAnswer(text: string): string | null {
  const parsed = parseAnswer(text);
  return parsed.type === 'answer' ? parsed.answer : null;
}
