/**
 * Hand-made typical questions of each modality as decisions to imitate, beside those of the training's own questions: what a
 * question tends to belong to, beyond the wordings that happen to be in the data. Descriptions are reworded and strangers
 * stand beside them. Strangers on special topics are asked for what they hold, so that a fourth knowledge base is asked first
 * where its description speaks of the question. Nothing has been looked at.
 */
import { keyedRandom, type Random } from '../../common/random.ts';
import type { EvidenceStep } from '../../graph/policy.ts';
import { wholeQuestion } from '../../offline/candidates/candidates.ts';
import { english } from '../../offline/english/english.ts';
import type { Language } from '../../offline/language.ts';
import { scorerInput } from '../../offline/policies/scorer/input.ts';
import type { ScorerShape } from '../../offline/policies/scorer/shape.ts';
import type { KnowledgeBaseCard } from '../../tools/knowledge-base.ts';
import { type Card, otherCards, rewordedCards, topicCard, topicStranger } from '../models/description-variety.ts';
import { priorQuestions } from '../models/prior-questions.ts';
import { TOPICS, topicQuestion } from '../models/special-topics.ts';
import type { ImitationSample } from './warm-start.ts';

const LATER_KINDS = ['inner', 'bridge', 'compare-left', 'compare-right'];

/** Steps taken anywhere: where the last question went says nothing of where the next belongs. */
function earlierSteps(cards: readonly Pick<KnowledgeBaseCard, 'name'>[], random: Random): EvidenceStep[] {
  return Array.from({ length: 1 + random.below(3) }, () => ({
    subQuestion: 'What was asked before?',
    knowledgeBases: [random.pick(cards).name],
    outcome: 'passages',
    answer: random.next() < 0.7 ? 'an answer' : null,
    passages: [],
  }));
}

export interface PriorSampleOptions {
  knowledgeBases: readonly KnowledgeBaseCard[];
  /** Questions of each modality that exactly one knowledge base has. */
  count: number;
  /** Questions of strangers on special topics. */
  strangers: number;
  /** Samples in all; where the two above would make more, there are fewer of each kind. Default: no bound. */
  most?: number;
  maxSteps: number;
  shape: ScorerShape;
  /** Default English. */
  language?: Language;
  seed: number;
}

export function priorSamples({
  knowledgeBases,
  count,
  strangers,
  most = Number.POSITIVE_INFINITY,
  maxSteps,
  shape,
  language = english(),
  seed,
}: PriorSampleOptions): ImitationSample[] {
  const alone = ({ modality }: KnowledgeBaseCard) =>
    knowledgeBases.filter((other) => other.modality === modality).length === 1;
  const wanted = count * knowledgeBases.filter(alone).length + strangers;
  const share = Math.min(1, most / Math.max(1, wanted));
  const sample = (
    question: string,
    cards: readonly Card[],
    { target, hasImage, later }: { target: number; hasImage: boolean; later?: Random },
  ) => ({
    input: scorerInput({
      state: { question, steps: later ? earlierSteps(cards, later) : [], maxSteps, hasImage, answered: 'not' },
      candidates: [{ ...wholeQuestion(question), ...(later && { kind: later.pick(LATER_KINDS) }) }],
      knowledgeBases: cards,
      shape,
      looks: { language, probe: () => undefined },
    }),
    good: Array.from({ length: cards.length + 1 }, (_, action) => action === target),
    onlyWords: true as const,
  });
  const typical = knowledgeBases.flatMap((card, target) => {
    const { modality } = card;
    if (!alone(card)) return [];
    return priorQuestions(modality, Math.floor(share * count), seed).map((question, index) => {
      const random = keyedRandom('prior-samples', seed, modality, index);
      const cards = otherCards(knowledgeBases, random, modality, topicStranger);
      return sample(question, cards, {
        target,
        hasImage: modality === 'text-image' && index % 4 < 2,
        later: index % 2 === 1 ? random : undefined,
      });
    });
  });
  const special = Array.from({ length: Math.floor(share * strangers) }, (_, index) => {
    const random = keyedRandom('prior-samples', seed, 'stranger', index);
    const { question, cards, target } = askedOfStranger(knowledgeBases, random);
    return sample(question, cards, { target, hasImage: false });
  });
  return [...typical, ...special];
}

/** A question on a special topic with the stranger that holds it; half of the time another one stands beside. */
function askedOfStranger(knowledgeBases: readonly KnowledgeBaseCard[], random: Random) {
  const [topic, other] = random.shuffle(TOPICS);
  const modality = random.pick(['text', 'text', 'text', 'table', 'text-image'] as const);
  const cards = [...rewordedCards(knowledgeBases, random), topicCard(topic!, modality, random)];
  const target = cards.length - 1;
  if (random.next() < 0.5) cards.push(topicCard(other!, modality, random));
  return { question: topicQuestion(topic!, random), cards, target };
}
