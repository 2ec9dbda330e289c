/**
 * Gold trajectories as texts for a small decoder trained from scratch: at every gold step a short prompt (question, what has been
 * asked and answered) and the teacher's decision in the tag protocol. The knowledge bases are not described: such a model knows
 * the ones it was trained with, by name. The same prompt is used when the model serves.
 */
import type { Question } from '../../../eval/datasets/question.ts';
import { type DecidePromptInput, historyLines, oneLine, type Prompt } from '../../../graph/prompts/prompts.ts';
import { writeDecision } from '../../../graph/protocol/decision-tags.ts';
import type { HistoryEntry } from '../../../graph/step-record.ts';
import type { RenderMessages } from './chat-model.ts';

export const END_OF_TURN = '<|im_end|>';
export const SPECIAL_TOKENS = ['<|im_start|>', END_OF_TURN] as const;

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

export interface TrajectoryText {
  prompt: string;
  completion: string;
}

/** One text a gold step and one for the stop; none for questions without gold steps. */
export function trajectoryTexts({ question, image, steps }: Question): TrajectoryText[] {
  if (!steps) return [];
  const history: HistoryEntry[] = [];
  const texts: TrajectoryText[] = [];
  const say = (decision: Parameters<typeof writeDecision>[0]): void => {
    const { user } = shortDecidePrompt({ question, hasImage: image !== undefined, history });
    texts.push({
      prompt: shortChatMl([{ role: 'user', text: user }]),
      completion: `${writeDecision(decision)}${END_OF_TURN}`,
    });
  };
  for (const { subQuestion, knowledgeBase, answer } of steps) {
    say({ type: 'search', subQuestion, name: knowledgeBase });
    history.push({ subQuestion, knowledgeBase, outcome: 'passages', answer });
  }
  say({ type: 'stop' });
  return texts;
}

/** How a model's config.json names these prompts. */
export const SHORT_PROMPT = 'short';
