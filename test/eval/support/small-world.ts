/**
 * A world small enough to reason about: two knowledge bases over made-up rivers and seas, questions whose evidence lies in one
 * or both, and methods that route well, badly, or fail. All of it follows from the index of a river, so every process that
 * imports this file sees the same world.
 */

import type { Question } from '../../../src/eval/datasets/question.ts';
import type { EvaluationMethod } from '../../../src/eval/runner/method.ts';
import { searchFor } from '../../../src/graph/decision.ts';
import { driveRouter } from '../../../src/graph/driver.ts';
import { memoryImageStore } from '../../../src/graph/image-store.ts';
import type { Answerer, Policy, Reader } from '../../../src/graph/policy.ts';
import type { Modality, SearchableKnowledgeBase } from '../../../src/tools/knowledge-base.ts';

const river = (index: number) => `river${index}`;
const sea = (index: number) => `sea${index % 5}`;

function knowledgeBase(
  name: string,
  modality: Modality,
  documents: ReadonlyMap<string, string>,
): SearchableKnowledgeBase {
  return {
    name,
    description: `facts of ${name}`,
    modality,
    cost: 1,
    async search({ text = '' }, { limit = 10 } = {}) {
      const words = new Set(text.toLowerCase().split(/\W+/));
      return [...documents]
        .map(([id, content]) => ({ id, content, score: content.split(' ').filter((word) => words.has(word)).length }))
        .filter(({ score }) => score > 1)
        .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .map(({ id, content, score }, rank) => ({
          id,
          documentId: id,
          knowledgeBase: name,
          score,
          rank,
          text: content,
        }));
    },
  };
}

const RIVERS = Array.from({ length: 40 }, (_, index) => index);

export const images = memoryImageStore();

export const knowledgeBases = [
  knowledgeBase('rivers', 'text', new Map(RIVERS.map((i) => [`r${i}`, `${river(i)} flows into ${sea(i)}`]))),
  knowledgeBase(
    'seas',
    'table',
    new Map(RIVERS.slice(0, 5).map((i) => [`s${i}`, `sea${i} has depth ${i * 100 + 50}`])),
  ),
];

/** 40 of one step, 40 of two steps, 10 without an answer. */
export const questions: Question[] = [
  ...RIVERS.map(
    (i): Question => ({
      id: `flow-${i}`,
      question: `Where flows ${river(i)} into?`,
      answers: [sea(i)],
      answerable: true,
      template: `flow-${i % 5}`,
      route: 'rivers',
      steps: [
        { subQuestion: `where flows ${river(i)} into`, knowledgeBase: 'rivers', documents: [`r${i}`], answer: sea(i) },
      ],
    }),
  ),
  ...RIVERS.map(
    (i): Question => ({
      id: `depth-${i}`,
      question: `What depth has the sea that ${river(i)} flows into?`,
      answers: [String((i % 5) * 100 + 50)],
      answerable: true,
      template: `depth-${i % 5}`,
      route: 'rivers>seas',
      steps: [
        { subQuestion: `where flows ${river(i)} into`, knowledgeBase: 'rivers', documents: [`r${i}`], answer: sea(i) },
        { subQuestion: `${sea(i)} has depth`, knowledgeBase: 'seas', documents: [`s${i % 5}`], answer: '' },
      ],
    }),
  ),
  ...RIVERS.slice(0, 10).map(
    (i): Question => ({
      id: `none-${i}`,
      question: `Where flows brook${i} into?`,
      answers: [],
      answerable: false,
      route: 'rivers',
    }),
  ),
];

/** Answers with the last word of the best passage. */
const reader: Reader = {
  name: 'last-word',
  limit: 3,
  async read({ subQuestion, passages }) {
    const [best] = passages;
    const named = /river\d+|sea\d+/.exec(subQuestion)?.[0];
    if (best === undefined || named === undefined || !best.text.startsWith(`${named} `))
      return { answer: null, citations: [] };
    return {
      answer: best.text.split(' ').at(-1)!,
      citations: [{ passageId: best.id, knowledgeBase: best.knowledgeBase }],
    };
  },
};

const answerer: Answerer = {
  name: 'last-reading',
  async answer({ steps }) {
    const reading = steps.at(-1)?.reading;
    return { answer: reading?.answer ?? null, citations: reading?.citations ?? [] };
  },
};

/** Asks for the river, then for its sea if the question wants a depth; `pick` says which knowledge base is asked. */
function stepwise(name: string, pick: (right: string, seed: string) => string): Policy {
  return {
    name,
    version: '1',
    async decide({ question, steps }, { seed }) {
      const named = /river\d+|brook\d+/.exec(question)?.[0];
      const wanted = question.includes('depth') ? 2 : 1;
      if (steps.length >= wanted) return { decision: { type: 'stop' } };
      const subQuestion = steps.length === 0 ? `where flows ${named} into` : `${steps[0]!.answer ?? 'sea'} has depth`;
      const right = steps.length === 0 ? 'rivers' : 'seas';
      return { decision: searchFor(subQuestion, pick(right, seed)) };
    },
  };
}

/** `delay` milliseconds of waiting a question make room for a kill. */
export function methods({
  delay = 0,
  knowledgeBases: bases = knowledgeBases,
}: {
  delay?: number;
  knowledgeBases?: SearchableKnowledgeBase[];
} = {}): EvaluationMethod[] {
  const policies = [
    stepwise('good', (right) => right),
    stepwise('rivers-only', () => 'rivers'),
    stepwise('coin', (_right, seed) =>
      [...seed].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 2 ? 'rivers' : 'seas',
    ),
  ];
  const routed = policies.map((policy): EvaluationMethod => {
    const drive = driveRouter({ knowledgeBases: bases, policy, reader, answerer, images, searchRetries: 0 });
    return {
      name: policy.name,
      fingerprint: { policy: policy.version },
      async invoke(input, config) {
        if (delay > 0) await new Promise((resume) => setTimeout(resume, delay));
        return drive(input, config);
      },
    };
  });
  const failing: EvaluationMethod = {
    name: 'fails-sometimes',
    fingerprint: 1,
    async invoke(input, config) {
      if (/river\d*7\b/.test(input.question)) throw new Error('the model is out of order');
      return routed[0]!.invoke(input, config);
    },
  };
  return [...routed, failing];
}
