/** A world small enough to train on in a second: capitals in a table, people in texts, questions that name which. */
import { QuestionSchema } from '../../src/eval/datasets/question.ts';
import { memoryImageStore } from '../../src/graph/image-store.ts';
import { extractiveAnswerer } from '../../src/offline/answerer.ts';
import { extractiveReader } from '../../src/offline/reader/reader.ts';
import type { SearchableKnowledgeBase } from '../../src/tools/knowledge-base.ts';
import type { Passage } from '../../src/tools/passage.ts';
import type { TrainingWorld } from '../../src/train/trainer/train-scorer.ts';
import type { TrainingData } from '../../src/train/trainer/training-data.ts';

const COUNTRIES = [
  'Arland',
  'Borduria',
  'Corvia',
  'Dalmor',
  'Estrana',
  'Fenwick',
  'Gondal',
  'Hyrule',
  'Ixania',
  'Jotun',
  'Kazom',
  'Lutha',
];

function passagesFor(name: string, text: string): Passage[] {
  const country = COUNTRIES.find((candidate) => text.includes(candidate));
  if (!country) return [];
  const isTable = name === 'table';
  const id = `${name}-${country}`;
  const body = isTable
    ? `Country: ${country} | Capital: ${country} City`
    : `${country} is a country. Its king is King ${country.slice(0, 3)}us.`;
  return [
    {
      id,
      documentId: id,
      knowledgeBase: name,
      score: 5,
      rank: 0,
      title: isTable ? 'Capitals' : country,
      text: body,
      ...(isTable
        ? { table: { title: 'Capitals', header: ['Country', 'Capital'], rows: [[country, `${country} City`]] } }
        : {}),
    },
  ];
}

const knowledgeBase = (name: string, description: string, modality: 'text' | 'table'): SearchableKnowledgeBase => ({
  name,
  description,
  modality,
  cost: 1,
  search: async ({ text = '' }) => passagesFor(name, text),
});

export function smallWorld(): TrainingWorld {
  return {
    knowledgeBases: [
      knowledgeBase('text', 'Encyclopedia articles about kings and countries', 'text'),
      knowledgeBase('table', 'Tables of capitals and figures', 'table'),
    ],
    images: memoryImageStore(),
    reader: extractiveReader(),
    answerer: extractiveAnswerer(),
  };
}

export function smallData(): TrainingData {
  const questions = COUNTRIES.flatMap((country, index) => [
    QuestionSchema.parse({
      id: `capital-${index}`,
      question: `What is the capital of ${country}?`,
      answers: [`${country} City`],
      steps: [
        {
          subQuestion: `What is the capital of ${country}?`,
          knowledgeBase: 'table',
          documents: [`table-${country}`],
          answer: `${country} City`,
        },
      ],
    }),
    QuestionSchema.parse({
      id: `king-${index}`,
      question: `Who is the king of ${country}?`,
      answers: [`King ${country.slice(0, 3)}us`],
      steps: [
        {
          subQuestion: `Who is the king of ${country}?`,
          knowledgeBase: 'text',
          documents: [`text-${country}`],
          answer: `King ${country.slice(0, 3)}us`,
        },
      ],
    }),
  ]).map((question) => ({ question }));
  return { train: questions.slice(0, 16), validation: questions.slice(16) };
}
