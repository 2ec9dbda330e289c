/**
 * Hand-made typical questions of each modality as decisions to imitate, beside those of the training's own questions: what a
 * question tends to belong to, beyond the wordings that happen to be in the data. Descriptions are reworded and strangers
 * stand beside them, as in training from labels. Nothing has been looked at.
 */
import { keyedRandom } from '../../common/random.ts';
import { wholeQuestion } from '../../graph/candidates.ts';
import { scorerInput } from '../../graph/policies/scorer/input.ts';
import type { ScorerShape } from '../../graph/policies/scorer/shape.ts';
import type { KnowledgeBaseCard } from '../../tools/knowledge-base.ts';
import { otherCards } from '../models/description-variety.ts';
import { priorQuestions } from '../models/prior-questions.ts';
import type { ImitationSample } from './warm-start.ts';

export interface PriorSampleOptions {
  knowledgeBases: readonly KnowledgeBaseCard[];
  /** Questions of each modality that exactly one knowledge base has. */
  count: number;
  maxSteps: number;
  shape: ScorerShape;
  seed: number;
}

export function priorSamples({ knowledgeBases, count, maxSteps, shape, seed }: PriorSampleOptions): ImitationSample[] {
  return knowledgeBases.flatMap(({ modality }, target) => {
    if (knowledgeBases.some((other, index) => index !== target && other.modality === modality)) return [];
    return priorQuestions(modality, count, seed).map((question, index) => {
      const random = keyedRandom('prior-samples', seed, modality, index);
      const cards = otherCards(knowledgeBases, random, modality);
      const input = scorerInput({
        state: {
          question,
          steps: [],
          maxSteps,
          hasImage: modality === 'text-image' && index % 2 === 0,
          answered: 'not',
        },
        candidates: [wholeQuestion(question)],
        knowledgeBases: cards,
        shape,
        probe: () => undefined,
      });
      return { input, good: Array.from({ length: cards.length + 1 }, (_, action) => action === target) };
    });
  });
}
