/**
 * The short prompt of a small decoder: question, what has been asked and answered, and nothing that is the same for every question.
 * The knowledge bases are not described: such a model knows the ones it was trained with, by name. Training writes it and the policy
 * that serves shows it, so that both see the same text.
 */
import { type DecidePromptInput, historyLines, oneLine, type Prompt } from '../graph/chat-model/prompts/prompts.ts';
import type { RenderMessages } from './chat-model.ts';

/** What a small decoder is shown; nothing that is the same for every question. */
export function shortDecidePrompt({
  question,
  hasImage,
  history,
}: Pick<DecidePromptInput, 'question' | 'hasImage' | 'history'>): Prompt {
  const lines = [
    `Origin question: ${oneLine(question)}`,
    ...(hasImage ? ['(an image)'] : []),
    ...historyLines(history),
  ];
  return { system: '', user: lines.join('\n') };
}

/** ChatML without a system turn; reminders after an invalid output are part of the user's text. */
export const shortChatMl: RenderMessages = (messages) =>
  `${messages
    .filter(({ role }) => role === 'user')
    .map(({ text }) => `<|im_start|>${text}\n`)
    .join('')}<|im_start|>`;

/** How a model's config.json names these prompts. */
export const SHORT_PROMPT = 'short';
