/**
 * A fourth knowledge base: any object with a name, a description, a modality, a cost and a `search`. Here a list in memory; it
 * could as well call a search engine or a database. Run it with `npx node examples/custom-knowledge-base.ts`.
 */
import { createRouterGraph, type Policy, searchFor } from 'r1-router';
import type { SearchableKnowledgeBase } from 'r1-router/tools';
import { answerWithLastReading, readFirstLine } from './parts.ts';

const notes = [
  { id: 'n1', text: 'The espresso machine on the third floor is descaled on the first Monday of the month.' },
  { id: 'n2', text: 'Visitors sign in at the front desk and wear a badge.' },
];

/** Ranks notes by the number of words they share with the query. */
export const officeNotes: SearchableKnowledgeBase = {
  name: 'Office notes',
  description: 'House rules and practical notes of our office.',
  modality: 'text',
  cost: 1,
  async search({ text = '' }, { limit = 10 } = {}) {
    const wanted = new Set(text.toLowerCase().match(/\p{L}+/gu));
    const scored = notes.map((note) => ({
      note,
      score: (note.text.toLowerCase().match(/\p{L}+/gu) ?? []).filter((word) => wanted.has(word)).length,
    }));
    return scored
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, limit)
      .map(({ note, score }, rank) => ({ ...note, documentId: note.id, knowledgeBase: 'Office notes', score, rank }));
  },
};

/** A policy is anything that maps a state to a decision: here, ask once and stop. */
const askOnce: Policy = {
  name: 'ask-once',
  version: '1',
  async decide({ question, steps }) {
    if (steps.length > 0) return { decision: { type: 'stop' } };
    return { decision: searchFor(question, 'Office notes') };
  },
};

export async function main(): Promise<string> {
  const graph = createRouterGraph({
    knowledgeBases: [officeNotes],
    policy: askOnce,
    reader: readFirstLine,
    answerer: answerWithLastReading,
  });
  const { answer, citations } = await graph.invoke({ question: 'When is the espresso machine descaled?' });
  return `${answer} [${citations.map(({ passageId }) => passageId).join(', ')}]`;
}

if (import.meta.main) console.log(await main());
