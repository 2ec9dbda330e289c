/** Retrieve once, then answer: from one knowledge base, from all, or after the image has been put into words. */

import { passOnReader } from '../../graph/pass-on-reader.ts';
import { allOncePolicy } from '../../graph/policies/all-once.ts';
import { fixedPolicy } from '../../graph/policies/fixed.ts';
import type { Policy } from '../../graph/policy.ts';
import { askWhere, type Method, type MethodParts, type MethodSettings, passageLimitOf, required } from './method.ts';
import { freeReply, passagesAnswerer, readingParts } from './parts.ts';

/**
 * One search of one knowledge base with the question as it is, one model call over the passages.
 *
 * Lewis et al., "Retrieval-Augmented Generation for Knowledge-Intensive NLP Tasks" (arXiv 2005.11401).
 */
export const ragOne: Method = {
  name: 'rag-one',
  title: 'RAG, one knowledge base',
  arxiv: '2005.11401',
  build(settings) {
    const knowledgeBase = required('rag-one', settings, 'knowledgeBase');
    return retrieveThenAnswer('rag-one', settings, fixedPolicy({ knowledgeBase }));
  },
};

/** One search of every knowledge base, one model call over all passages (arXiv 2005.11401, without a choice of source). */
export const ragAll: Method = {
  name: 'rag-all',
  title: 'RAG, every knowledge base',
  arxiv: '2005.11401',
  build: (settings) => retrieveThenAnswer('rag-all', settings, allOncePolicy()),
};

/**
 * The image is described by the model, the description is searched together with the question, and the passages are read: how
 * text-only retrieval has been applied to questions about images since PICa (Yang et al., arXiv 2109.05014). A question without
 * an image is searched as it is.
 */
export const captionThenRag: Method = {
  name: 'caption-then-rag',
  title: 'Caption, then RAG',
  arxiv: '2109.05014',
  build(settings) {
    const model = required('caption-then-rag', settings, 'model');
    const policy: Policy = {
      name: 'caption-then-rag',
      version: '1',
      async decide(state, context) {
        const { question, image, steps } = state;
        if (steps.length > 0) return { decision: { type: 'stop' } };
        if (image === undefined) return { decision: askWhere(question, settings, state) };
        const prompt = {
          system:
            'You describe an image in one sentence, with the names of whatever you recognise in it. Write nothing else.',
          user: `Someone will ask about this image: ${question}`,
        };
        const { text, usage } = await freeReply({ model, prompt, runName: 'write caption', withImage: true }, context);
        return { decision: askWhere(`${question} ${text}`, settings, state), thought: text, usage };
      },
    };
    return retrieveThenAnswer('caption-then-rag', settings, policy);
  },
};

/** With a chat model the answerer reads the passages itself, in one call; without, they are read as a step is. */
export function retrieveThenAnswer(name: string, settings: MethodSettings, policy: Policy): MethodParts {
  const { model } = settings;
  if (!model) return { policy, ...readingParts(settings), maxSteps: 2 };
  const reader = passOnReader(passageLimitOf(settings));
  return { policy, reader, answerer: passagesAnswerer(model, name), maxSteps: 2 };
}
