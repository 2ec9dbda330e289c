/**
 * Prompts in the form that the released R1-Router checkpoints were trained on, every sentence ours: which parts stand where, the line
 * names of the user's turn, `ter-0:` before a passage, thoughts of several lines. They ask for no `<cite>`, which the checkpoints have
 * never written; what an answer rests on is then found by its words. Used with `naming: 'reference'`, in serving and in exports.
 */

import { type Naming, referenceNames } from '../protocols/naming.ts';
import { conversationLines, DATA, historyLines, oneLine, passageLines } from './lines.ts';
import type { RouterPrompts } from './prompts.ts';

const FORM = `Write exactly this and nothing else:
<think>
what is known from the answers so far, and what is missing
</think>
<sub-question>
one question that needs a single look-up, or None
</sub-question>
<ret>
the retriever that is most likely to know, or None
</ret>`;

const ANSWER_FORM = `Write exactly this and nothing else:
<think>
how the answer follows
</think>
<answer>
the answer in as few words as it takes
</answer>`;

const KINDS =
  'Passages of the text retriever begin with `ter`, of the text image retriever with `tir`, of the table retriever with `tar`.';

export const referencePrompts: RouterPrompts = {
  decide({ question, history, conversation, knowledgeBases }) {
    const list = knowledgeBases.map(({ name, description }) => `- ${name}: ${oneLine(description)}`).join('\n');
    return {
      system: `You break a question up into questions that each need a single look-up, and say which retriever to ask.

${FORM}

The retrievers:
${list}

Ask one thing at a time, in words that can be understood on their own. Never ask again what was asked before. When the answers so far suffice, write None in both.
${DATA}`,
      user: [
        ...conversationLines(conversation),
        `Origin question: ${oneLine(question)}`,
        ...historyLines(history),
      ].join('\n'),
    };
  },

  read({ subQuestion, passages }) {
    return {
      system: `You answer a question from what was retrieved for it.

${ANSWER_FORM}

Where nothing retrieved says it, write None as the answer.
${DATA}`,
      user: [
        KINDS,
        ...passageLines(passages),
        '',
        `Answer this question in <answer></answer>: ${oneLine(subQuestion)}`,
      ].join('\n'),
    };
  },

  answer({ question, history, passages, conversation }) {
    const found = passages.length > 0 ? [KINDS, ...passageLines(passages), ''] : [];
    return {
      system: `You give the final answer to a question from the answers to its parts.

${ANSWER_FORM}

Where the parts do not give it, write None as the answer.
${DATA}`,
      user: [
        ...found,
        ...conversationLines(conversation),
        `Origin question: ${oneLine(question)}`,
        ...historyLines(history),
        `Now give the final answer to the origin question: ${oneLine(question)}`,
      ].join('\n'),
    };
  },
};

/** Names and prompts go together: a checkpoint that was trained on one is shown the other as well. */
export function promptsFor(naming: Naming): { prompts?: RouterPrompts } {
  return naming === referenceNames ? { prompts: referencePrompts } : {};
}
