import { describe, expect, it } from 'vitest';
import { SHIPPED_SCORER } from '../../src/config/policies.ts';
import { driveRouter } from '../../src/graph/driver.ts';
import { coverPolicy } from '../../src/graph/policies/cover.ts';
import { loadScorer } from '../../src/graph/policies/scorer/directory.ts';
import type { Passage } from '../../src/tools/passage.ts';
import { smallWorld } from '../train/small-world.ts';

const table: Passage = {
  id: 't#0',
  documentId: 't',
  knowledgeBase: 'table',
  score: 9,
  rank: 0,
  text: 'Castel del Monte',
  table: { header: ['Player', 'Country'], rows: [['Sergiy Stakhovsky', 'Ukraine']] },
};
const CARDS = [
  { name: 'text', description: 'Encyclopedia articles about people and places', modality: 'text' as const, cost: 1 },
  { name: 'table', description: 'Tables of results and lists', modality: 'table' as const, cost: 1 },
];

describe('the policy that covers', () => {
  it('asks each knowledge base before it asks one again, whatever their order, and never stops', async () => {
    const policy = coverPolicy(await loadScorer(SHIPPED_SCORER));
    const { knowledgeBases, ...parts } = smallWorld();
    const question = 'Which player comes from Ukraine?';
    for (const cards of [knowledgeBases, knowledgeBases.toReversed()]) {
      const { steps, stopReason } = await driveRouter({ ...parts, knowledgeBases: cards, policy, maxSteps: 4 })({
        question,
      });
      const asked = steps.map(({ decision }) => (decision.type === 'search' ? decision.knowledgeBase : 'stop'));
      expect(new Set(asked.slice(0, cards.length)).size).toBe(cards.length);
      expect(asked).not.toContain('stop');
      expect(stopReason).not.toBe('policy');
    }
  });

  it('asks texts by the row of a table that was read', async () => {
    const policy = coverPolicy(await loadScorer(SHIPPED_SCORER), { discount: 1e-6 });
    const question = 'Who is the brother of the player from Ukraine?';
    const read = {
      subQuestion: question,
      knowledgeBase: 'table',
      outcome: 'passages' as const,
      answer: null,
      passages: [table],
    };
    const state = { question, steps: [read], knowledgeBases: CARDS, maxSteps: 3, conversation: [] };
    const context = {
      seed: 's',
      config: {},
      image: async () => undefined,
      search: async () => ({ outcome: 'empty' as const, passages: [] }),
    };
    expect((await policy.decide(state, context)).decision).toEqual({
      type: 'search',
      subQuestion: `About Sergiy Stakhovsky: ${question}`,
      knowledgeBase: 'text',
    });
  });
});
