/**
 * A planner in the manner of OmniSearch: at each step it looks at what came back, and may take the question further apart, ask
 * the same thing better or elsewhere, check an answer that looks wrong, or conclude.
 *
 * Li et al., "Benchmarking Multimodal Retrieval Augmented Generation with Dynamic VQA Dataset and Self-adaptive Planning Agent"
 * (arXiv 2411.02937), section 4: a planning agent that writes a thought, a sub-question and a retrieval call, a solver for the
 * sub-question, and retrieved content fed back to the planner. Search engines there are knowledge bases here.
 */

import { chatModelAnswerer } from '../../graph/chat-model/answerer.ts';
import { chatModelPolicy } from '../../graph/chat-model/policy.ts';
import type { DecidePromptInput, Prompt } from '../../graph/chat-model/prompts/prompts.ts';
import { conversationLines, historyLines, oneLine } from '../../graph/chat-model/prompts/prompts.ts';
import { chatModelReader } from '../../graph/chat-model/reader.ts';
import { type Method, passageLimitOf, required } from './method.ts';

export const omniSearch: Method = {
  name: 'omnisearch',
  title: 'OmniSearch',
  arxiv: '2411.02937',
  build(settings) {
    const model = required('omnisearch', settings, 'model');
    const { naming } = settings;
    return {
      policy: chatModelPolicy({ protocol: 'tags', model, name: 'omnisearch', naming, prompts: { decide: plan } }),
      reader: chatModelReader({ protocol: 'tags', model, limit: passageLimitOf(settings), imageFor: 'all' }),
      answerer: chatModelAnswerer({ protocol: 'tags', model, image: 'always' }),
      maxSteps: settings.maxSteps ?? 5,
    };
  },
};

function plan({ question, hasImage, history, conversation, knowledgeBases, stepsLeft }: DecidePromptInput): Prompt {
  const list = knowledgeBases.map(({ name, description }) => `- ${name}: ${oneLine(description)}`).join('\n');
  return {
    system: `You are the planner of a team that answers a question${hasImage ? ' about an image' : ''}. Others search and read for you; you look at what they bring and decide the next move:
- the plan works: ask for the next fact;
- a reply is missing or vague: ask the same more precisely, or elsewhere;
- a reply looks wrong or contradicts another: ask for what would settle it;
- everything is there: conclude.

You can have these searched:
${list}

Write what you make of the replies so far and what comes next inside <think> tags; then the one question to ask now, complete in itself, inside <sub-question> tags; then where, by name, inside <ret> tags. To conclude, write None in both.

Reply in exactly this form:
<think>your plan</think><sub-question>a question, or None</sub-question><ret>a name, or None</ret>`,
    user: [
      ...conversationLines(conversation),
      `Origin question: ${question}`,
      ...historyLines(history),
      `Moves left: ${stepsLeft}`,
    ].join('\n'),
  };
}
