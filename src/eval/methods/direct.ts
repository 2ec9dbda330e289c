/** The two methods without retrieval: the model answers from what it knows, at once or after thinking aloud. */

import { chatModelAnswerer } from '../../graph/chat-model/answerer.ts';
import type { AnswerPromptInput, Prompt } from '../../graph/chat-model/prompts/prompts.ts';
import { passOnReader } from '../../graph/pass-on-reader.ts';
import { type Method, required } from './method.ts';
import { neverSearch } from './parts.ts';

/** One model call: question (and image) in, answer out. */
export const direct: Method = {
  name: 'direct',
  title: 'Direct',
  build: (settings) => withoutRetrieval('direct', required('direct', settings, 'model'), directPrompt),
};

/**
 * One model call that thinks step by step before it answers.
 *
 * Wei et al., "Chain-of-Thought Prompting Elicits Reasoning in Large Language Models" (arXiv 2201.11903), without worked
 * examples, as in Kojima et al. (arXiv 2205.11916).
 */
export const chainOfThought: Method = {
  name: 'chain-of-thought',
  title: 'Chain of thought',
  arxiv: '2201.11903',
  build: (settings) =>
    withoutRetrieval('chain-of-thought', required('chain-of-thought', settings, 'model'), chainOfThoughtPrompt),
};

function withoutRetrieval(
  name: string,
  model: NonNullable<Parameters<Method['build']>[0]['model']>,
  answer: (input: AnswerPromptInput) => Prompt,
) {
  const answerer = chatModelAnswerer({
    protocol: 'tags',
    model,
    name,
    passagesPerStep: 0,
    image: 'always',
    withoutEvidence: 'ask',
    prompts: { answer },
  });
  return { policy: neverSearch, reader: passOnReader(1), answerer, maxSteps: 1 };
}

function directPrompt({ question }: AnswerPromptInput): Prompt {
  return {
    system: `You answer questions from what you know, with as few words as the question allows. When you do not know, write None.

Reply in exactly this form:
<answer>the answer, or None</answer>`,
    user: `Question: ${question}`,
  };
}

function chainOfThoughtPrompt({ question }: AnswerPromptInput): Prompt {
  return {
    system: `You answer questions from what you know. Think step by step first: which facts are needed, what is each of them, what follows. Then answer with as few words as the question allows, or None when you do not know.

Reply in exactly this form:
<think>your steps</think><answer>the answer, or None</answer>`,
    user: `Question: ${question}`,
  };
}
