import { describe, expect, it } from 'vitest';
import type { EvidenceStep, PolicyState, StepContext } from '../../../src/graph/policy.ts';
import { extractiveAnswerer } from '../../../src/offline/answerer.ts';
import { isReserve } from '../../../src/offline/candidates/candidates.ts';
import {
  aboutNames,
  asksAboutNames,
  evidenceCandidates as candidatesBy,
} from '../../../src/offline/candidates/evidence-candidates.ts';
import { english } from '../../../src/offline/english/english.ts';
import { extractiveReader } from '../../../src/offline/reader/reader.ts';
import type { Passage } from '../../../src/tools/passage.ts';

const language = english();
const evidenceCandidates = (asked: { question: string; steps: readonly EvidenceStep[] }) =>
  candidatesBy(asked, language.words);

const QUESTION = 'Who is the younger brother of the 2018 Castel del Monte player from Ukraine?';
const context = { seed: 's', config: {} } as StepContext;

const tablePassage: Passage = {
  id: 't#0',
  documentId: 't',
  knowledgeBase: 'table',
  score: 9,
  rank: 0,
  text: '',
  table: {
    title: 'Castel del Monte',
    header: ['Player', 'Country', 'Seed', 'Year'],
    rows: [
      ['Luca Vanni', 'Italy', '1', '2018'],
      ['Sergiy Stakhovsky', 'Ukraine', '2', '2018'],
      ['Yannick Maden', 'Germany', '3', '2018'],
    ],
  },
};

const step = (passages: Passage[], answer: string | null = null): EvidenceStep => ({
  subQuestion: QUESTION,
  knowledgeBases: ['table'],
  outcome: 'passages',
  answer,
  passages,
});

const state = (steps: EvidenceStep[], question = QUESTION): PolicyState => ({
  question,
  steps,
  knowledgeBases: [],
  maxSteps: 5,
  conversation: [],
});

describe('candidates led by evidence', () => {
  it('name the row that says most of what the question says', () => {
    const [first, second, ...more] = evidenceCandidates({ question: QUESTION, steps: [step([tablePassage])] });
    expect(first).toEqual({
      subQuestion: `About Sergiy Stakhovsky: ${QUESTION}`,
      provider: 'evidence',
      kind: 'row',
      completes: true,
    });
    expect(second?.subQuestion).toMatch(/^About (Luca Vanni, Italy|Yannick Maden, Germany): Who/);
    expect(more).toEqual([]);
  });

  it('come from tables only, and from rows that share a word with the question', () => {
    const prose: Passage = { ...tablePassage, table: undefined, text: 'Sergiy Stakhovsky of Ukraine' };
    expect(evidenceCandidates({ question: QUESTION, steps: [step([prose])] })).toEqual([]);
    expect(evidenceCandidates({ question: 'How deep is Loch Ness?', steps: [step([tablePassage])] })).toEqual([]);
    expect(evidenceCandidates({ question: QUESTION, steps: [] })).toEqual([]);
  });

  it('count a row once, however often it was read', () => {
    const steps = [step([tablePassage]), step([tablePassage])];
    expect(evidenceCandidates({ question: QUESTION, steps })).toHaveLength(2);
  });

  it('stand behind those of the grammar, as a reserve, after an answer too', () => {
    const open = language.understand(state([step([tablePassage])])).candidates;
    expect(open.map(isReserve).indexOf(true)).toBeGreaterThan(0);
    expect(open.at(-1)).toMatchObject({ provider: 'evidence' });
    const simple = 'What is the seed of Sergiy Stakhovsky?';
    const asked = { ...step([tablePassage], '2'), subQuestion: simple };
    const answered = language.understand(state([asked], simple)).candidates;
    expect(answered.length).toBeGreaterThan(0);
    expect(answered.every(isReserve)).toBe(true);
    expect(language.understand(state([], 'What is 6 times 7?')).candidates).toEqual([]);
  });
});

describe('a question under names', () => {
  const question = 'What is the capital of Arland?';
  const asked = aboutNames(['Arland', 'Borduria'], question);
  const passage: Passage = {
    ...tablePassage,
    table: { header: ['Country', 'Capital'], rows: [['Arland', 'Arlon']] },
    text: 'Country: Arland | Capital: Arlon',
  };

  it('is known by its form', () => {
    expect(asksAboutNames(asked, question)).toBe(true);
    expect(asksAboutNames(question, question)).toBe(false);
    expect(asksAboutNames(asked, 'Who?')).toBe(false);
  });

  it('is read as the question it holds, and answers it', async () => {
    const reading = await extractiveReader().read(
      {
        question,
        subQuestion: asked,
        knowledgeBases: [{ name: 'table', description: '', modality: 'table', cost: 1 }],
        passages: [passage],
        steps: [],
      },
      context,
    );
    expect(reading.answer).toBe('Arlon');
    const steps = [{ ...step([passage], reading.answer), subQuestion: asked, reading }];
    const answer = await extractiveAnswerer().answer({ question, steps, conversation: [] }, context);
    expect(answer.answer).toBe('Arlon');
    expect(answer.citations).toHaveLength(1);
  });
});
