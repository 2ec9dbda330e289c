/**
 * In the manner of Search-o1: a reasoning model that may break off to search, and a second reading that takes from the documents
 * only what the reasoning needs before it goes on.
 *
 * Li et al., "Search-o1: Agentic Search-Enhanced Large Reasoning Models" (arXiv 2501.05366), section 3: search queries and
 * results stand in the reasoning between special markers; Reason-in-Documents refines what was found. Unlike there, each
 * stretch of reasoning is a call of its own, and a last call writes the answer from the whole chain.
 */

import { passageLines } from '../../graph/chat-model/prompts/prompts.ts';
import { labelPassages } from '../../graph/chat-model/protocols/naming.ts';
import type { Answerer, EvidenceStep, Policy, Reader } from '../../graph/policy.ts';
import { stepsTaken } from '../../graph/step-record.ts';
import { askWhere, type Method, passageLimitOf, required } from './method.ts';
import { freeReply, taggedAnswer } from './parts.ts';

const QUERY = ['<|begin_search_query|>', '<|end_search_query|>'] as const;
const RESULT = ['<|begin_search_result|>', '<|end_search_result|>'] as const;

export const searchO1: Method = {
  name: 'search-o1',
  title: 'Search-o1',
  arxiv: '2501.05366',
  build(settings) {
    const model = required('search-o1', settings, 'model');

    const policy: Policy = {
      name: 'search-o1',
      version: '1',
      async decide(state, context) {
        const { question, steps, maxSteps } = state;
        const prompt = {
          system: `You reason step by step towards the answer to a question. Whenever you are unsure of a fact, break off by writing a search query as ${QUERY[0]}your query${QUERY[1]} and nothing after it. What was found is given to you as ${RESULT[0]}text${RESULT[1]}, and you go on from there. You can search ${maxSteps - stepsTaken(steps)} more times. When you know enough, finish the reasoning without a query.`,
          user: [`Question: ${question}`, chainOf(steps)].join('\n').trim(),
        };
        const { text, usage } = await freeReply({ model, prompt, runName: 'reason', withImage: true }, context);
        const { before, query } = cutAtQuery(text);
        if (query === undefined) return { decision: { type: 'stop' }, thought: text, usage };
        return { decision: askWhere(query, settings, state), thought: before, usage };
      },
    };

    const reader: Reader = {
      name: 'reason-in-documents',
      limit: passageLimitOf(settings),
      async read({ question, subQuestion, passages, steps }, context) {
        const prompt = {
          system: `You read documents on behalf of someone who is reasoning about a question and has searched for something. Write down, in a few sentences, only what the documents say that helps this reasoning on; write None when they say nothing of use.`,
          user: [
            ...passageLines(labelPassages(passages)),
            `Question: ${question}`,
            `Reasoning so far: ${chainOf(steps)}`,
            `Searched for: ${subQuestion}`,
          ].join('\n'),
        };
        const { text, usage } = await freeReply({ model, prompt, runName: 'reason in documents' }, context);
        const useful = text !== '' && text.toLowerCase() !== 'none';
        const citations = passages.map(({ id, knowledgeBase }) => ({ passageId: id, knowledgeBase }));
        return { answer: useful ? text : null, citations: useful ? citations.slice(0, 1) : [], usage };
      },
    };

    const answerer: Answerer = {
      name: 'search-o1',
      async answer({ question, steps }, context) {
        const prompt = {
          system: `You give the final answer to a question after the reasoning below. Answer with as few words as the question allows, or None when it cannot be known.

Reply in exactly this form:
<answer>the answer, or None</answer>`,
          user: [`Question: ${question}`, chainOf(steps)].join('\n').trim(),
        };
        const { text, usage } = await freeReply({ model, prompt, runName: 'write answer', withImage: true }, context);
        const answer = taggedAnswer(text);
        const citations = answer === null ? [] : steps.flatMap((step) => step.reading?.citations ?? []);
        return { answer, citations, usage: { ...usage, reads: 0 } };
      },
    };

    return { policy, reader, answerer, maxSteps: settings.maxSteps ?? 5 };
  },
};

/** Thoughts, queries and refined results as one text. */
function chainOf(steps: readonly EvidenceStep[]): string {
  return steps
    .map(({ thought = '', subQuestion, answer }) =>
      [
        thought,
        `${QUERY[0]}${subQuestion}${QUERY[1]}`,
        `${RESULT[0]}${answer ?? 'Nothing of use was found.'}${RESULT[1]}`,
      ].join('\n'),
    )
    .join('\n');
}

/** What stands before the first query, and the query; a query without its end goes to the end of the line. */
function cutAtQuery(text: string): { before: string; query?: string } {
  const [opening, closing] = QUERY;
  const start = text.indexOf(opening);
  if (start < 0) return { before: text };
  const [inside = ''] = text.slice(start + opening.length).split(closing, 1);
  const [query = ''] = inside.trim().split('\n', 1);
  return { before: text.slice(0, start).trim(), query };
}
