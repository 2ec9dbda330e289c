/**
 * Iter-RetGen: retrieve, generate a whole answer, retrieve again with question and answer together, generate again.
 *
 * Shao et al., "Enhancing Retrieval-Augmented Large Language Models with Iterative Retrieval-Generation Synergy" (arXiv
 * 2305.15294), section 3: the query of iteration t is the output of iteration t - 1 joined with the question, every generation
 * sees the passages of its own iteration only, and the last generation is the answer. Two iterations, where the paper finds
 * most of the gain.
 */

import { passageLines } from '../../graph/chat-model/prompts/prompts.ts';
import { labelPassages } from '../../graph/chat-model/protocols/naming.ts';
import type { Answerer, Policy, Reader } from '../../graph/policy.ts';
import { askWhere, type Method, passageLimitOf, required } from './method.ts';
import { ANSWER_MARK, freeReply, markedAnswer } from './parts.ts';

const ITERATIONS = 2;
/** A generation is cut to this before it is searched. */
const QUERY_LIMIT = 1_500;

export const iterRetGen: Method = {
  name: 'iter-retgen',
  title: 'Iter-RetGen',
  arxiv: '2305.15294',
  build(settings) {
    const model = required('iter-retgen', settings, 'model');

    const policy: Policy = {
      name: 'iter-retgen',
      version: '1',
      async decide(state) {
        const { question, steps } = state;
        if (steps.length === ITERATIONS) return { decision: { type: 'stop' } };
        const generated = steps.at(-1)?.answer?.slice(0, QUERY_LIMIT) ?? '';
        const subQuestion = `${generated} ${question}`.trim();
        return { decision: askWhere(subQuestion, settings, state) };
      },
    };

    const reader: Reader = {
      name: 'iter-retgen',
      limit: passageLimitOf(settings),
      async read({ question, passages }, context) {
        const prompt = {
          system: `You answer a question with the help of passages. Think step by step in a few sentences, each stating one fact, and end with a line that begins with "${ANSWER_MARK}" and goes on with the answer in as few words as possible, or None.`,
          user: [...passageLines(labelPassages(passages)), `Question: ${question}`].join('\n'),
        };
        const { text, usage } = await freeReply({ model, prompt, runName: 'generate', withImage: true }, context);
        const answer = markedAnswer(text);
        const citations = passages
          .filter((passage) => answer !== null && passage.text.includes(answer))
          .map(({ id, knowledgeBase }) => ({ passageId: id, knowledgeBase, quote: answer ?? '' }));
        return { answer: text, citations, usage };
      },
    };

    return { policy, reader, answerer: lastGeneration, maxSteps: ITERATIONS + 1 };
  },
};

const lastGeneration: Answerer = {
  name: 'last-generation',
  async answer({ steps }) {
    const last = steps.findLast((step) => step.answer !== null);
    return {
      answer: markedAnswer(last?.answer ?? ''),
      citations: last?.reading?.citations ?? [],
      usage: { reads: 0 },
    };
  },
};
