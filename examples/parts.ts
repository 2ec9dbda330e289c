/** The plainest reader and answerer there can be, shared by the examples so that they need neither model nor data. */
import type { Answerer, Reader } from 'r1-router';

/** Answers with the first passage, whole. */
export const readFirstLine: Reader = {
  name: 'first-passage',
  limit: 1,
  async read({ passages: [first] }) {
    if (!first) return { answer: null, citations: [] };
    return { answer: first.text, citations: [{ passageId: first.id, knowledgeBase: first.knowledgeBase }] };
  },
};

/** Answers with what was read last. */
export const answerWithLastReading: Answerer = {
  name: 'last-reading',
  async answer({ steps }) {
    const reading = steps.findLast((step) => step.answer !== null)?.reading;
    return { answer: reading?.answer ?? null, citations: reading?.citations ?? [], usage: { reads: 0 } };
  },
};
