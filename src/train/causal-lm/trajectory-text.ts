/**
 * Gold trajectories as texts for a small decoder trained from scratch: at every gold step the short prompt and the teacher's decision
 * in the tag protocol.
 */
import { DECISION_TOKENS, END_OF_TURN } from '../../causal-lm/decision-tokens.ts';
import { SHORT_PROMPTS, type ShortPromptName, shortChatMl } from '../../causal-lm/short-prompt.ts';
import type { TextTokenizer } from '../../causal-lm/tokenizer.ts';
import type { Question } from '../../eval/datasets/question.ts';
import { writeDecision } from '../../graph/chat-model/protocols/decision-tags.ts';
import type { HistoryEntry } from '../../graph/step-record.ts';
import type { MaskedSequence } from './training.ts';

export interface TrajectoryText {
  prompt: string;
  completion: string;
}

const TAGS = new RegExp(`(${DECISION_TOKENS.join('|')})`);

/** As ids, of which the completion's are learnt. No token reaches over the edge of a tag: none does where decisions are held to it. */
export function textSequence(tokenizer: TextTokenizer, { prompt, completion }: TrajectoryText): MaskedSequence {
  const said = completion.split(TAGS).flatMap((part) => (part === '' ? [] : tokenizer.encode(part)));
  const shown = tokenizer.encode(prompt);
  return { ids: [...shown, ...said], mask: [...shown.map(() => 0), ...said.map(() => 1)] };
}

/** The question itself is what is asked, of `next`; a stop without. */
export function plainText(
  { question, image }: Pick<Question, 'question' | 'image'>,
  { prompt, history = [], next }: { prompt: ShortPromptName; history?: readonly HistoryEntry[]; next?: string },
): TrajectoryText {
  return decisionText(
    { question, image, history },
    next === undefined ? { type: 'stop' } : { type: 'search', subQuestion: question, name: next },
    prompt,
  );
}

type WrittenDecision = Parameters<typeof writeDecision>[0];

function decisionText(
  { question, image, history }: Pick<Question, 'question' | 'image'> & { history: readonly HistoryEntry[] },
  decision: WrittenDecision,
  prompt: ShortPromptName,
): TrajectoryText {
  const { user } = SHORT_PROMPTS[prompt]({ question, hasImage: image !== undefined, history });
  return {
    prompt: shortChatMl([{ role: 'user', text: user }]),
    completion: `${writeDecision(decision)}${END_OF_TURN}`,
  };
}

/** One text a gold step and one for the stop; none for questions without gold steps. */
export function trajectoryTexts({ question, image, steps }: Question, prompt: ShortPromptName): TrajectoryText[] {
  if (!steps) return [];
  const history: HistoryEntry[] = [];
  const texts: TrajectoryText[] = [];
  const say = (decision: WrittenDecision) => texts.push(decisionText({ question, image, history }, decision, prompt));
  for (const { subQuestion, knowledgeBase, answer } of steps) {
    say({ type: 'search', subQuestion, name: knowledgeBase });
    history.push({ subQuestion, knowledgeBases: [knowledgeBase], outcome: 'passages', answer });
  }
  say({ type: 'stop' });
  return texts;
}
