/**
 * The short prompt of a small decoder: question, what has been asked and answered, and nothing that is the same for every question.
 * The knowledge bases are not described: such a model knows the ones it was trained with, by name. Training writes it and the policy
 * that serves shows it, so that both see the same text.
 */
import { z } from 'zod';
import { type DecidePromptInput, historyLines, oneLine, type Prompt } from '../graph/chat-model/prompts/prompts.ts';
import type { RenderMessages } from './chat-model.ts';

type ShortPromptInput = Pick<DecidePromptInput, 'question' | 'hasImage' | 'history'>;

function shortPrompt({ question, hasImage, history }: ShortPromptInput, options: { named: boolean }): Prompt {
  const lines = [
    `Origin question: ${oneLine(question)}`,
    ...(hasImage ? ['(an image)'] : []),
    ...historyLines(history, options),
  ];
  return { system: '', user: lines.join('\n') };
}

/**
 * What a small decoder is shown, by the name that a model's config.json gives it. The first one does not say who has been asked, so
 * that no model can learn to ask another.
 */
export const SHORT_PROMPTS = {
  short: (input: ShortPromptInput): Prompt => shortPrompt(input, { named: false }),
  'short-2': (input: ShortPromptInput): Prompt => shortPrompt(input, { named: true }),
} as const;

export type ShortPromptName = keyof typeof SHORT_PROMPTS;
export const ShortPromptNameSchema = z.enum(Object.keys(SHORT_PROMPTS) as ShortPromptName[]);
/** Of trainings that begin today. */
export const LATEST_SHORT_PROMPT: ShortPromptName = 'short-2';

/** ChatML without a system turn; reminders after an invalid output are part of the user's text. */
export const shortChatMl: RenderMessages = (messages) =>
  `${messages
    .filter(({ role }) => role === 'user')
    .map(({ text }) => `<|im_start|>${text}\n`)
    .join('')}<|im_start|>`;
