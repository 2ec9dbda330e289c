/**
 * IRCoT: one sentence of the chain of thought, then a search with that sentence, then the next sentence.
 *
 * Trivedi et al., "Interleaving Retrieval with Chain-of-Thought Reasoning for Knowledge-Intensive Multi-Step Questions" (arXiv
 * 2212.10509), section 3: passages are collected over all steps (at most 15), of each generation only the first sentence is
 * kept, the loop ends when a sentence says what the answer is, and a separate reading of all that was collected answers.
 */

import { passageLines } from '../../graph/chat-model/prompts/prompts.ts';
import { labelPassages } from '../../graph/chat-model/protocols/naming.ts';
import type { Policy, Reader } from '../../graph/policy.ts';
import type { Passage } from '../../tools/passage.ts';
import { askWhere, type Method, passageLimitOf, required } from './method.ts';
import { freeReply, passagesAnswerer } from './parts.ts';

const MOST_PASSAGES = 15;
const CONCLUSION = 'answer is';

export const ircot: Method = {
  name: 'ircot',
  title: 'IRCoT',
  arxiv: '2212.10509',
  build(settings) {
    const model = required('ircot', settings, 'model');

    const policy: Policy = {
      name: 'ircot',
      version: '1',
      async decide(state) {
        const { question, steps } = state;
        const last = steps.at(-1);
        if (last && (last.answer === null || last.answer.toLowerCase().includes(CONCLUSION))) {
          return { decision: { type: 'stop' } };
        }
        const subQuestion = last?.answer ?? question;
        return { decision: askWhere(subQuestion, settings, state) };
      },
    };

    const reader: Reader = {
      name: 'ircot',
      limit: passageLimitOf(settings),
      async read({ question, passages, steps }, context) {
        const collected = distinct([...steps.flatMap((step) => step.passages), ...passages]).slice(0, MOST_PASSAGES);
        const thoughts = steps.flatMap(({ answer }) => answer ?? []);
        const prompt = {
          system: `You reason about a question one sentence at a time. Write only the next sentence of the reasoning: one fact that the passages support and that leads closer to the answer. When the answer follows, write instead: So the answer is: (the answer).`,
          user: [
            ...passageLines(labelPassages(collected)),
            `Question: ${question}`,
            `Reasoning so far: ${thoughts.join(' ')}`,
          ].join('\n'),
        };
        const { text, usage } = await freeReply({ model, prompt, runName: 'reason', withImage: true }, context);
        return { answer: firstSentence(text), citations: [], usage };
      },
    };

    return { policy, reader, answerer: passagesAnswerer(model, 'ircot'), maxSteps: settings.maxSteps ?? 5 };
  },
};

function distinct(passages: readonly Passage[]): Passage[] {
  return [
    ...new Map(passages.map((passage) => [JSON.stringify([passage.knowledgeBase, passage.id]), passage])).values(),
  ];
}

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

function firstSentence(text: string): string {
  const [first] = sentences.segment(text);
  return first?.segment.trim() ?? '';
}
