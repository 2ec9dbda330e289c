/** What the supervised start imitates, and how. */
import { expect, it } from 'vitest';
import { wholeQuestion } from '../../src/offline/candidates/candidates.ts';
import { scorerInput } from '../../src/offline/policies/scorer/input.ts';
import { logSoftmax, scorerForward } from '../../src/offline/policies/scorer/network.ts';
import type { ScorerShape } from '../../src/offline/policies/scorer/shape.ts';
import { initialScorer } from '../../src/train/models/scorer.ts';
import { DEFAULT_LABEL_KNOWLEDGE_BASES } from '../../src/train/models/scorer-labels.ts';
import { priorSamples } from '../../src/train/trainer/prior-samples.ts';
import { type ImitationSample, warmStart } from '../../src/train/trainer/warm-start.ts';

const shape: ScorerShape = { questionBuckets: 512, descriptionBuckets: 128, width: 6, hidden: 8, stopHidden: 4 };
const cards = DEFAULT_LABEL_KNOWLEDGE_BASES;

const inputOf = (question: string) =>
  scorerInput({
    state: { question, steps: [], maxSteps: 3, hasImage: false },
    candidates: [wholeQuestion(question)],
    knowledgeBases: cards,
    shape,
  });

async function trained(samples: readonly ImitationSample[]) {
  const parameters = initialScorer(shape, 1);
  await warmStart({
    parameters,
    shape,
    samples,
    seed: 1,
    epochs: 40,
    batch: 4,
    rate: 0.02,
    weightDecay: 0,
    featureDropout: 0,
    textDropout: 0,
  });
  const network = { shape, weights: parameters.feeds() };
  return (question: string) => [...logSoftmax(scorerForward(network, inputOf(question)))].map(Math.exp);
}

it('takes good actions together, so that a shared half beats a lone third', async () => {
  // Of ten sights of the same question, six call two actions good, four a third one.
  const sight = (good: boolean[]): ImitationSample => ({ input: inputOf('Which is it?'), good });
  const chances = (
    await trained([
      ...Array.from({ length: 6 }, () => sight([true, true, false, false])),
      ...Array.from({ length: 4 }, () => sight([false, false, true, false])),
    ])
  )('Which is it?');
  expect(chances[0]! + chances[1]!).toBeCloseTo(0.6, 1);
  expect(chances[2]).toBeCloseTo(0.4, 1);
});

it('hand-made questions: one target each, of the own knowledge bases or of a stranger, the same from the same seed', () => {
  const options = { knowledgeBases: cards, count: 20, strangers: 40, maxSteps: 5, shape, seed: 3 };
  const samples = priorSamples(options);
  expect(priorSamples(options)).toEqual(samples);
  for (const { good, input } of samples) {
    expect(good.filter(Boolean)).toHaveLength(1);
    expect(good).toHaveLength(input.descriptions.length + 1);
    expect(good.at(-1)).toBe(false);
  }
  const targets = samples.map(({ good }) => good.indexOf(true));
  for (const target of targets.slice(0, 60)) expect(target).toBeLessThan(cards.length);
  expect(new Set(targets.slice(60))).toEqual(new Set([cards.length]));
  expect(new Set(samples.map(({ input }) => input.descriptions.length))).toEqual(new Set([3, 4, 5]));
  // Never more than it is told: a small training is not drowned in them.
  expect(priorSamples({ ...options, most: 50 })).toHaveLength(50);
  // Two knowledge bases of one modality cannot be told apart by typical questions; a stranger still can.
  const alike = [cards[0]!, { ...cards[0]!, name: 'other' }];
  expect(priorSamples({ ...options, knowledgeBases: alike })).toHaveLength(samples.length - 60);
});

it('goes by what is at stake, not by how often', async () => {
  const sight = (good: boolean[], stake: number): ImitationSample => ({ input: inputOf('Which is it?'), good, stake });
  const chances = (
    await trained([
      ...Array.from({ length: 8 }, () => sight([false, false, false, true], 0.1)),
      ...Array.from({ length: 2 }, () => sight([true, false, false, false], 1.2)),
    ])
  )('Which is it?');
  expect(chances[0]! / chances[3]!).toBeCloseTo(3, 0);
});
