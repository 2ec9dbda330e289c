/**
 * Hand-made typical questions of each modality as decisions to imitate, beside those of the training's own questions: what a
 * question tends to belong to, beyond the wordings that happen to be in the data. Descriptions are reworded and strangers
 * stand beside them, as in training from labels. Nothing has been looked at.
 */
import { keyedRandom, type Random } from '../../common/random.ts';
import { wholeQuestion } from '../../graph/candidates.ts';
import { scorerInput } from '../../graph/policies/scorer/input.ts';
import type { ScorerShape } from '../../graph/policies/scorer/shape.ts';
import type { EvidenceStep } from '../../graph/policy.ts';
import type { KnowledgeBaseCard } from '../../tools/knowledge-base.ts';
import { otherCards } from '../models/description-variety.ts';
import { priorQuestions } from '../models/prior-questions.ts';
import type { ImitationSample } from './warm-start.ts';

const LATER_KINDS = ['inner', 'bridge', 'compare-left', 'compare-right'];

/** Steps taken anywhere: where the last question went says nothing of where the next belongs. */
function earlierSteps(cards: readonly Pick<KnowledgeBaseCard, 'name'>[], random: Random): EvidenceStep[] {
  return Array.from({ length: 1 + random.below(3) }, () => ({
    subQuestion: 'What was asked before?',
    knowledgeBase: random.pick(cards).name,
    outcome: 'passages',
    answer: random.next() < 0.7 ? 'an answer' : null,
    passages: [],
  }));
}

export interface PriorSampleOptions {
  knowledgeBases: readonly KnowledgeBaseCard[];
  /** Questions of each modality that exactly one knowledge base has. */
  count: number;
  /** Samples in all; where `count` would make more, each modality has fewer. Default: no bound. */
  most?: number;
  maxSteps: number;
  shape: ScorerShape;
  seed: number;
}

export function priorSamples({
  knowledgeBases,
  count,
  most = Number.POSITIVE_INFINITY,
  maxSteps,
  shape,
  seed,
}: PriorSampleOptions): ImitationSample[] {
  const alone = ({ modality }: KnowledgeBaseCard) =>
    knowledgeBases.filter((other) => other.modality === modality).length === 1;
  const each = Math.min(count, Math.floor(most / Math.max(1, knowledgeBases.filter(alone).length)));
  return knowledgeBases.flatMap((card, target) => {
    const { modality } = card;
    if (!alone(card)) return [];
    return priorQuestions(modality, each, seed).map((question, index) => {
      const random = keyedRandom('prior-samples', seed, modality, index);
      const cards = otherCards(knowledgeBases, random, modality);
      const input = scorerInput({
        state: {
          question,
          steps: index % 2 === 0 ? [] : earlierSteps(cards, random),
          maxSteps,
          hasImage: modality === 'text-image' && index % 4 < 2,
          answered: 'not',
        },
        candidates: [{ ...wholeQuestion(question), kind: index % 2 === 0 ? 'whole' : random.pick(LATER_KINDS) }],
        knowledgeBases: cards,
        shape,
        probe: () => undefined,
      });
      return { input, good: Array.from({ length: cards.length + 1 }, (_, action) => action === target) };
    });
  });
}
