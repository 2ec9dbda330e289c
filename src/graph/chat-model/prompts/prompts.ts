/**
 * The prompts of the chat-model policy, reader and answerer, as functions that a user may replace one by one. The default ones
 * speak the tag protocol of `protocol/`. The user turns keep the line names that the reference's checkpoints were trained on
 * (`Origin question`, `Sub-question1`, `Answer1`); every sentence is ours.
 */

import type { Turn } from '../../policy.ts';
import type { HistoryEntry } from '../../step-record.ts';
import type { LabelledPassage } from '../protocols/naming.ts';
import { conversationLines, DATA, historyLines, oneLine, passageLines } from './lines.ts';

export { conversationLines, historyLines, oneLine, passageLines } from './lines.ts';

export interface DecidePromptInput {
  question: string;
  hasImage: boolean;
  history: readonly HistoryEntry[];
  conversation: readonly Turn[];
  /** As the model knows them. */
  knowledgeBases: readonly { name: string; description: string }[];
  /** How many more steps there may be, this one included. Not for the prompt's facts: small models take it for one of them. */
  stepsLeft: number;
}

interface ReadPromptInput {
  question: string;
  subQuestion: string;
  passages: readonly LabelledPassage[];
  history: readonly HistoryEntry[];
  hasImage: boolean;
}

export interface AnswerPromptInput {
  question: string;
  history: readonly HistoryEntry[];
  passages: readonly LabelledPassage[];
  conversation: readonly Turn[];
  hasImage: boolean;
}

export interface Prompt {
  system: string;
  user: string;
}

export interface RouterPrompts {
  decide(input: DecidePromptInput): Prompt;
  read(input: ReadPromptInput): Prompt;
  answer(input: AnswerPromptInput): Prompt;
}

export const defaultPrompts: RouterPrompts = {
  decide({ question, history, conversation, knowledgeBases }) {
    const list = knowledgeBases.map(({ name, description }) => `- ${name}: ${oneLine(description)}`).join('\n');
    return {
      system: `You plan how to answer a question by looking things up, one fact at a time. Each turn you either ask for one more fact or stop.

These are the retrievers you can ask:
${list}

First think inside <think> tags: which facts are known from the answers so far, and which single fact is needed next?
Then write that need as one short question that can be understood without its context (names, not "he" or "it"), inside <sub-question> tags.
Then write the name of the one retriever most likely to know, copied exactly from the list, inside <ret> tags.
When the answers so far suffice, or nothing could be gained by asking, write None in both. A retriever that was asked the same before brings nothing new; another one may.
${DATA}

Reply in exactly this form:
<think>your reasoning</think><sub-question>your question, or None</sub-question><ret>a retriever, or None</ret>`,
      user: lines([
        ...conversationLines(conversation),
        `Origin question: ${oneLine(question)}`,
        ...historyLines(history, { named: true }),
      ]),
    };
  },

  read({ question, subQuestion, passages, history }) {
    return {
      system: `You read passages that a retriever found and take from them the answer to one question.

Use the passages and, if there is one, the image; where they contradict what you remember, the passages are right. Answer with as few words as the question allows: a name, a date, a number with its unit. When the passages do not hold the answer, write None.
After the answer, list the labels of the passages it rests on.
${DATA}

Reply in exactly this form:
<think>where the answer stands</think><answer>the answer, or None</answer><cite>labels, separated by commas</cite>`,
      user: lines([
        ...passageLines(passages),
        `Origin question: ${oneLine(question)}`,
        ...historyLines(history),
        `Question to answer now: ${oneLine(subQuestion)}`,
      ]),
    };
  },

  answer({ question, history, passages, conversation }) {
    return {
      system: `You give the final answer to a question after its parts have been looked up.

Build on the partial answers and the passages. Answer with as few words as the question allows, without a full sentence and without explanations. When they do not suffice for an answer, write None: a wrong answer is worse than none.
After the answer, list the labels of the passages it rests on.
${DATA}

Reply in exactly this form:
<think>how the parts give the answer</think><answer>the answer, or None</answer><cite>labels, separated by commas</cite>`,
      user: lines([
        ...passageLines(passages),
        ...conversationLines(conversation),
        `Origin question: ${oneLine(question)}`,
        ...historyLines(history),
      ]),
    };
  },
};

function lines(all: readonly string[]): string {
  return all.join('\n');
}
