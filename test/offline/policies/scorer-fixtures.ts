// States and scorers for the scorer's tests.
import { keyedRandom } from '../../../src/common/random.ts';
import { wholeQuestion } from '../../../src/offline/candidates/candidates.ts';
import { english } from '../../../src/offline/english/english.ts';
import { assembleScorer, type LoadedScorer } from '../../../src/offline/policies/scorer/directory.ts';
import { type ScorerInput, scorerInput } from '../../../src/offline/policies/scorer/input.ts';
import type { ScorerShape } from '../../../src/offline/policies/scorer/shape.ts';
import type { KnowledgeBaseCard } from '../../../src/tools/knowledge-base.ts';
import type { Passage } from '../../../src/tools/passage.ts';
import { initialScorer } from '../../../src/train/models/scorer.ts';
import { DEFAULT_LABEL_KNOWLEDGE_BASES } from '../../../src/train/models/scorer-labels.ts';

const LANGUAGE = english();

export const SMALL: ScorerShape = { questionBuckets: 512, descriptionBuckets: 64, width: 6, hidden: 8, stopHidden: 4 };
export const CARDS = DEFAULT_LABEL_KNOWLEDGE_BASES;

export function passage(id: string, text: string, score: number): Passage {
  return { id, documentId: id, knowledgeBase: 'any', score, rank: 0, text };
}

/** Random weights everywhere, zeros included, so that every part of the network counts. */
export function randomScorer(shape: ScorerShape = SMALL, probes = false): LoadedScorer {
  const parameters = initialScorer(shape, 3);
  for (const { name } of parameters.specs) parameters.fillNormal(name, 0.5, keyedRandom('random scorer', name));
  return assembleScorer({ shape, candidates: 'question', probes, knowledgeBases: [...CARDS] }, parameters.feeds());
}

export function exampleInput(
  question: string,
  {
    cards = CARDS,
    subQuestions = [question],
    hasImage = false,
    probed = false,
    step = 0,
  }: {
    cards?: readonly KnowledgeBaseCard[];
    subQuestions?: readonly string[];
    hasImage?: boolean;
    probed?: boolean;
    step?: number;
  } = {},
): ScorerInput {
  const steps = Array.from({ length: step }, (_, index) => ({
    subQuestion: `earlier question ${index}`,
    knowledgeBases: [cards[index % cards.length]!.name],
    outcome: 'passages' as const,
    answer: index % 2 === 0 ? 'an answer' : null,
    passages: [passage('p1', 'old news', 1)],
  }));
  return scorerInput({
    state: { question, steps, maxSteps: 5, hasImage },
    candidates: subQuestions.map((subQuestion, index) => ({ ...wholeQuestion(subQuestion), completes: index === 0 })),
    knowledgeBases: cards,
    shape: SMALL,
    looks: probed
      ? {
          language: LANGUAGE,
          probe: (s, k) => (k === 1 ? [] : [passage('p1', `${question} ${k}`, 3 + k + s), passage('p2', 'else', 1)]),
        }
      : undefined,
  });
}
