import { beforeAll, describe, expect, it } from 'vitest';
import { shippedScorer } from '../../../src/config/policies.ts';
import { driveRouter } from '../../../src/graph/driver.ts';
import type { EvidenceStep, Policy, PolicyState, StepContext } from '../../../src/graph/policy.ts';
import { extractiveAnswerer } from '../../../src/offline/answerer.ts';
import { coverPolicy } from '../../../src/offline/policies/cover.ts';
import type { LoadedScorer } from '../../../src/offline/policies/scorer/directory.ts';
import { loadScorer } from '../../../src/offline/policies/scorer/directory.ts';
import { extractiveReader } from '../../../src/offline/reader/reader.ts';
import type { KnowledgeBaseCard, SearchableKnowledgeBase } from '../../../src/tools/knowledge-base.ts';
import type { Passage } from '../../../src/tools/passage.ts';
import { smallWorld } from '../../train/small-world.ts';

const QUESTION = 'Who is the brother of the player from Ukraine?';

const passage = (knowledgeBase: string, id: string, rest: Partial<Passage> = {}): Passage => ({
  id,
  documentId: id,
  knowledgeBase,
  score: 9,
  rank: 0,
  text: id,
  ...rest,
});

const players = (rows: string[][], id = 'players') =>
  passage('table', id, {
    title: 'Castel del Monte',
    table: { title: 'Castel del Monte', header: ['Player', 'From'], rows },
  });

const WORLD: Record<string, Passage[]> = {
  table: [
    players([
      ['Luca Vanni', 'Italy'],
      ['Sergiy Stakhovsky', 'Ukraine'],
    ]),
    ...Array.from({ length: 9 }, (_, place) => passage('table', `other${place}`)),
  ],
  text: Array.from({ length: 10 }, (_, place) => passage('text', `text${place}`)),
  image: [passage('image', 'Kyiv')],
};

const CARDS: KnowledgeBaseCard[] = [
  { name: 'text', description: 'Encyclopedia articles about people and places', modality: 'text', cost: 1 },
  { name: 'image', description: 'Pictures of people and places', modality: 'text-image', cost: 1 },
  { name: 'table', description: 'Tables of results and lists', modality: 'table', cost: 1 },
];

let scorer: LoadedScorer;
beforeAll(async () => {
  scorer = await loadScorer(shippedScorer());
});

/** What is asked of whom, one entry a step, and what it cost. */
async function run(
  policy: Policy,
  {
    question = QUESTION,
    cards = CARDS,
    maxSteps = 3,
    found = WORLD,
  }: Partial<{
    question: string;
    cards: readonly KnowledgeBaseCard[];
    maxSteps: number;
    found: Record<string, Passage[]>;
  }> = {},
) {
  const knowledgeBases = cards.map(
    (card): SearchableKnowledgeBase => ({
      ...card,
      search: async () => found[card.modality === 'text-image' ? 'image' : card.modality]!,
    }),
  );
  const parts = { knowledgeBases, policy, reader: extractiveReader(), answerer: extractiveAnswerer(), maxSteps };
  const { steps, usage, stopReason } = await driveRouter(parts)({ question });
  const asked = steps.map(({ decision }) =>
    decision.type === 'search' ? [decision.searches[0]!.knowledgeBase, decision.searches[0]!.subQuestion] : [],
  );
  return {
    asked,
    usage,
    stopReason,
    read: steps.map(({ passages, usage }) => passages.slice(0, usage.reads).map(({ id }) => id)),
  };
}

const step = (knowledgeBase: string, passages: Passage[]): EvidenceStep => ({
  subQuestion: QUESTION,
  knowledgeBases: [knowledgeBase],
  outcome: 'passages',
  answer: null,
  passages,
});

const state = (steps: EvidenceStep[], rest: Partial<PolicyState> = {}): PolicyState => ({
  question: QUESTION,
  steps,
  knowledgeBases: CARDS,
  maxSteps: 3,
  conversation: [],
  ...rest,
});

const contextOf = (found: Record<string, Passage[]>): StepContext => ({
  seed: 's',
  config: {},
  image: async () => undefined,
  search: async (name) => ({ outcome: 'passages', passages: found[name] ?? [] }),
});

describe('the policy that covers', () => {
  it('asks each knowledge base before it reads one on, reads each of them twice, and then stops', async () => {
    const { knowledgeBases, ...parts } = smallWorld();
    const question = 'What is the capital of Arland?';
    for (const cards of [knowledgeBases, knowledgeBases.toReversed()]) {
      const drive = driveRouter({ ...parts, knowledgeBases: cards, policy: coverPolicy(scorer), maxSteps: 6 });
      const { steps, usage } = await drive({ question });
      const asked = steps.map(({ decision }) =>
        decision.type === 'search' ? decision.searches[0]!.knowledgeBase : 'stop',
      );
      expect(asked).toEqual(['table', 'text', 'table', 'text', 'stop']);
      expect(usage.searches).toBe(2);
    }
  });

  it('asks tables first, and texts by the row that was read', async () => {
    const { asked } = await run(coverPolicy(scorer, { discount: 1e-6 }));
    expect(asked.slice(0, 2)).toContainEqual(['text', `About Sergiy Stakhovsky: ${QUESTION}`]);
    expect(asked[0]).toEqual(['table', QUESTION]);
  });

  it('finds the row among all that the search brought, not only what was read', async () => {
    const low = [...WORLD.table!.slice(1), WORLD.table![0]!];
    const { asked } = await run(coverPolicy(scorer), { found: { ...WORLD, table: low } });
    expect(asked).toContainEqual(['text', `About Sergiy Stakhovsky: ${QUESTION}`]);
  });

  it('goes by no names and by no order', async () => {
    const renamed = CARDS.map((card) => ({ ...card, name: `my ${card.modality}s` })).toReversed();
    const plain = await run(coverPolicy(scorer), { maxSteps: 5 });
    const other = await run(coverPolicy(scorer), { maxSteps: 5, cards: renamed });
    const names = new Map(CARDS.map(({ name, modality }) => [name, `my ${modality}s`]));
    expect(other.asked).toEqual(plain.asked.map(([name, asked]) => [names.get(name!), asked]));
  });

  it('keeps to a plan of as many readings as there are steps', async () => {
    const more = [...CARDS, { name: 'lists', description: 'Lists of ships', modality: 'table' as const, cost: 1 }];
    const { asked, usage } = await run(coverPolicy(scorer), { cards: more, maxSteps: 2 });
    expect(asked).toHaveLength(2);
    expect(usage.searches).toBeLessThanOrEqual(2);
  });
});

describe('pictures', () => {
  const decide = async (steps: EvidenceStep[], found = WORLD, rest: Partial<PolicyState> = {}) => {
    const { decision } = await coverPolicy(scorer, { discount: 1e-6 }).decide(state(steps, rest), contextOf(found));
    return decision.type === 'search' ? decision.searches[0]!.knowledgeBase : decision.type;
  };
  const afterTexts = [step('table', WORLD.table!), step('text', WORLD.text!)];

  it('are passed over where a row tells much and no caption is named: the tables are read on, at no search', async () => {
    const { asked, usage, read } = await run(coverPolicy(scorer, { discount: 1e-6 }));
    expect(asked.map(([name]) => name)).toEqual(['table', 'text', 'table']);
    expect(asked[2]).toEqual(['table', QUESTION]);
    expect(read[2]).toEqual(['other4', 'other5', 'other6', 'other7', 'other8']);
    expect(usage.searches).toBe(3);
  });

  it('are asked where the question names a caption, as far as it says what and not which', async () => {
    const captions = { ...WORLD, image: [passage('image', 'Ukraine (country)')] };
    expect(await decide(afterTexts, captions)).toBe('image');
    const titled = { ...WORLD, image: [passage('image', 'x', { title: 'Player', text: 'a long description' })] };
    expect(await decide(afterTexts, titled)).toBe('image');
  });

  it('are asked where a caption tells as much as the row', async () => {
    const captions = { ...WORLD, image: [passage('image', 'The brother of a Ukraine player, seen in Kyiv')] };
    expect(await decide(afterTexts, captions)).toBe('image');
  });

  it('are asked where the rows tell little, where there are none, and where the question has a picture', async () => {
    const poor = { ...WORLD, table: [players([['Luca Vanni', 'Italy']])] };
    const long = 'Who is the younger brother of the tall player from a country in ruins?';
    expect(await decide([step('table', poor.table), step('text', WORLD.text!)], poor, { question: long })).toBe(
      'image',
    );
    expect(await decide([step('text', WORLD.text!)], WORLD, { knowledgeBases: CARDS.slice(0, 2) })).toBe('image');
    expect(await decide(afterTexts, WORLD, { image: 'hash' })).toBe('image');
  });

  it('come after everything else, once they were passed over', async () => {
    const { asked } = await run(coverPolicy(scorer, { discount: 1e-6 }), { maxSteps: 6 });
    expect(asked.map(([name]) => name)).toEqual(['table', 'text', 'table', 'text', 'image', 'image']);
  });
});
