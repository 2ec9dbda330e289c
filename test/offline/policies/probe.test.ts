/** The probe policy over knowledge bases that record what they were asked. */

import { FakeListChatModel } from '@langchain/core/utils/testing';
import { describe, expect, it } from 'vitest';
import { driveRouter } from '../../../src/graph/driver.ts';
import { memoryImageStore } from '../../../src/graph/image-store.ts';
import { extractiveAnswerer } from '../../../src/offline/answerer.ts';
import type { Candidate } from '../../../src/offline/candidates/candidate.ts';
import { chatModelCandidates, parseProposals } from '../../../src/offline/candidates/chat-model-candidates.ts';
import { probePolicy } from '../../../src/offline/policies/probe.ts';
import { extractiveReader } from '../../../src/offline/reader/reader.ts';
import type { SearchableKnowledgeBase } from '../../../src/tools/knowledge-base.ts';
import type { Passage } from '../../../src/tools/passage.ts';

interface Recorded extends SearchableKnowledgeBase {
  asked: string[];
}

/** Passages whose words the query shares, best first. */
function lexical(
  name: string,
  card: Pick<SearchableKnowledgeBase, 'description' | 'modality'>,
  documents: Omit<Passage, 'knowledgeBase' | 'score' | 'rank' | 'documentId'>[],
): Recorded {
  const asked: string[] = [];
  return {
    name,
    cost: 1,
    ...card,
    asked,
    async search({ text = '', image }) {
      asked.push(text);
      const words = new Set(text.toLowerCase().match(/\p{L}+/gu));
      return documents
        .map((document) => ({
          document,
          score: image
            ? 1
            : [...words].filter((word) => `${document.title} ${document.text}`.toLowerCase().includes(word)).length,
        }))
        .filter(({ score }) => score > 0)
        .sort((a, b) => b.score - a.score)
        .map(
          ({ document, score }, rank): Passage => ({
            ...document,
            documentId: document.id,
            knowledgeBase: name,
            score,
            rank,
          }),
        );
    },
  };
}

const rows = [
  ['Peru', 'Lima', '7,737,002'],
  ['Norway', 'Oslo', '580,000'],
];
const world = (
  names = { text: 'text', image: 'image', table: 'table' },
): Record<'text' | 'image' | 'table', Recorded> => ({
  text: lexical(
    names.text,
    { description: 'Encyclopedia passages on people and countries: years of birth, independence.', modality: 'text' },
    [
      {
        id: 'peru',
        title: 'Peru',
        text: 'Peru: a republic in western South America; achieved independence from Spain in 1821.',
      },
    ],
  ),
  image: lexical(names.image, { description: 'Pictures of flags with captions.', modality: 'text-image' }, [
    { id: 'flag', title: 'Flag of Peru', text: 'The flag of Peru.', image: {} },
  ]),
  table: lexical(names.table, { description: 'Tables of capitals and their population.', modality: 'table' }, [
    {
      id: 'capitals',
      title: 'Capitals',
      text: rows.map((row) => row.slice(0, 2).join(' ')).join('\n'),
      table: { header: ['Country', 'Capital'], rows: rows.map((row) => row.slice(0, 2)) },
    },
    {
      id: 'cities',
      title: 'Cities',
      text: `Population\n${rows.map((row) => row.slice(1).join(' ')).join('\n')}`,
      table: { header: ['City', 'Population'], rows: rows.map((row) => row.slice(1)) },
    },
  ]),
});

const FLAG_QUESTION = 'What is the population of the capital of the country whose flag is shown?';

async function ask(question: string, knowledgeBases: SearchableKnowledgeBase[], withImage = false) {
  const images = memoryImageStore();
  const image = withImage ? await images.put(new Uint8Array([1, 2, 3])) : undefined;
  const drive = driveRouter({
    knowledgeBases,
    policy: probePolicy(),
    reader: extractiveReader(),
    answerer: extractiveAnswerer(),
    images,
  });
  return drive(
    { question, ...(image && { image }) },
    { context: { seed: 1, runId: '0192f0c1-0000-7000-8000-000000000001' } },
  );
}

describe('probe policy', () => {
  it('asks the pictures for the picture and only them, then the tables', async () => {
    const { text, image, table } = world();
    const { answer, citations, usage, steps } = await ask(FLAG_QUESTION, [text, image, table], true);
    expect(answer).toBe('7,737,002');
    expect(image.asked).toEqual(["Which country's flag is shown in the image?"]);
    expect(text.asked).toEqual([]);
    expect(table.asked).toEqual(['What is the capital of Peru?', 'What is the population of Lima?']);
    expect(citations.map(({ passageId }) => passageId)).toEqual(['flag', 'capitals', 'cities']);
    expect(usage.searches).toBe(3);
    expect(steps.at(-1)?.decision).toEqual({ type: 'stop' });
  });

  it('decides the same whatever the order and the names of the knowledge bases', async () => {
    const plain = world();
    const other = world({ text: 'alpha', image: 'beta', table: 'gamma' });
    const roles = new Map([
      ['alpha', 'text'],
      ['beta', 'image'],
      ['gamma', 'table'],
    ]);
    const first = await ask(FLAG_QUESTION, [plain.text, plain.image, plain.table], true);
    const second = await ask(FLAG_QUESTION, [other.table, other.image, other.text], true);
    const decisions = (steps: typeof first.steps) =>
      steps.map(({ decision }) =>
        decision.type === 'search'
          ? decision.searches.map(({ subQuestion, knowledgeBase }) => [
              subQuestion,
              roles.get(knowledgeBase) ?? knowledgeBase,
            ])
          : decision.type,
      );
    expect(decisions(second.steps)).toEqual(decisions(first.steps));
    expect(second.answer).toBe(first.answer);
  });

  it('goes on to the next knowledge base when the reader finds nothing', async () => {
    const { text, image, table } = world();
    const { answer, steps } = await ask('From which country did Peru gain independence?', [table, image, text]);
    expect(answer).toBe('Spain');
    expect(steps.length).toBeLessThanOrEqual(3);
  });

  it('computes without a search', async () => {
    const { text, image, table } = world();
    expect(await ask('What is 12 times 7?', [text, image, table])).toMatchObject({
      answer: '84',
      usage: { searches: 0, reads: 0 },
    });
  });

  it('gives up and abstains when nothing new can be found', async () => {
    const { text, image, table } = world();
    const { answer, usage } = await ask('What is the capital of Wakanda?', [text, image, table]);
    expect(answer).toBeNull();
    expect(usage.searches).toBeLessThanOrEqual(4);
  });

  it('survives a knowledge base that fails', async () => {
    const { image, table } = world();
    const broken: SearchableKnowledgeBase = {
      name: 'broken',
      description: 'Tables of capitals and their population, always down.',
      modality: 'table',
      cost: 1,
      search: async () => {
        throw new Error('down');
      },
    };
    const { answer } = await ask('What is the capital of Peru?', [broken, image, table]);
    expect(answer).toBe('Lima');
  });
});

describe('candidates of a chat model', () => {
  it('are asked before those of the grammar', async () => {
    const { text, image, table } = world();
    const model = new FakeListChatModel({
      responses: ['1. "What is the capital of Peru?"', 'FINAL: What is the population of Lima?'],
    });
    const drive = driveRouter({
      knowledgeBases: [text, image, table],
      policy: probePolicy({ candidates: chatModelCandidates({ model }) }),
      reader: extractiveReader(),
      answerer: extractiveAnswerer(),
    });
    const { answer, steps } = await drive(
      { question: 'What is the population of the capital of Peru?' },
      { context: { seed: 1, includeTrace: true } },
    );
    expect(answer).toBe('7,737,002');
    const proposed = steps.map(({ policy }) => policy.trace?.candidates as Candidate[]);
    expect(proposed[0]?.[0]).toEqual({
      subQuestion: 'What is the capital of Peru?',
      provider: 'chat-model',
      kind: 'inner',
      completes: false,
    });
    expect(proposed[1]?.[0]).toMatchObject({ provider: 'chat-model', completes: true });
  });

  it('keep only lines that are questions', () => {
    expect(parseProposals('Sure!\n- What is X?\nFINAL: "Who is Y?"\nNo more', 5)).toEqual([
      { subQuestion: 'What is X?', provider: 'chat-model', kind: 'inner', completes: false },
      { subQuestion: 'Who is Y?', provider: 'chat-model', kind: 'whole', completes: true },
    ]);
    expect(parseProposals('DONE', 5)).toBe('done');
    expect(parseProposals('', 5)).toEqual([]);
  });
});
