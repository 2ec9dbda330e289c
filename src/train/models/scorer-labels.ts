/**
 * A scorer from labels alone: rows that say which knowledge base a question belongs to, with no knowledge base at hand. Beside
 * the user's rows it sees hand-made typical questions of each modality (prior-questions.ts), other words for the descriptions,
 * and knowledge bases that are none of the user's. Probe features stay masked.
 */
import { z } from 'zod';
import { userError } from '../../common/errors.ts';
import { keyedRandom, type Random } from '../../common/random.ts';
import { GradientEngine } from '../../engine/gradient-engine.ts';
import { divide, multiply, negate, sum } from '../../engine/operators/index.ts';
import { adamW } from '../../engine/optimiser.ts';
import { warmupCosine } from '../../engine/schedule.ts';
import type { EvidenceStep } from '../../graph/policy.ts';
import { wholeQuestion } from '../../offline/candidates/candidates.ts';
import { assembleScorer, type LoadedScorer } from '../../offline/policies/scorer/directory.ts';
import { scorerInput } from '../../offline/policies/scorer/input.ts';
import { DEFAULT_SCORER_SHAPE, type ScorerShape } from '../../offline/policies/scorer/shape.ts';
import type { KnowledgeBaseCard } from '../../tools/knowledge-base.ts';
import { otherCards } from './description-variety.ts';
import { dropFeatures } from './feature-dropout.ts';
import { priorQuestions } from './prior-questions.ts';
import { initialScorer, type ScorerBucket, type ScorerSample, scorerActions, scorerFeeds } from './scorer.ts';

export const LabelRowSchema = z.object({
  question: z.string().min(1),
  /** A path, or `true` where an image belongs to the question but its pixels are not at hand. */
  image: z.union([z.string(), z.boolean()]).optional(),
  knowledgeBase: z.string().min(1),
});
export type LabelRow = z.infer<typeof LabelRowSchema>;

/** What `train --labels` routes between when it is told nothing else. */
export const DEFAULT_LABEL_KNOWLEDGE_BASES: readonly KnowledgeBaseCard[] = [
  {
    name: 'text',
    description: 'Encyclopedia articles in prose: people, places, works, events and how they are related',
    modality: 'text',
    cost: 1,
  },
  {
    name: 'image',
    description: 'Pictures with captions: what a thing, a place or a being in an image is and looks like',
    modality: 'text-image',
    cost: 1,
  },
  {
    name: 'table',
    description: 'Tables: statistics, results, rankings, lists and records, to look up, count and compare',
    modality: 'table',
    cost: 1,
  },
];

export interface LabelTrainingOptions {
  seed?: number;
  /** Passes over the rows and the hand-made questions. Default 4. */
  epochs?: number;
  batch?: number;
  /** Peak learning rate; rises over the first tenth, then falls along a cosine. */
  rate?: number;
  /**
   * Default 3, which is strong on purpose: with 0.01 the network learns the rows by heart, and a set of questions left out of
   * training is routed right 3 points less often.
   */
  weightDecay?: number;
  /** Share of a question's features left out at each sight of it. */
  featureDropout?: number;
  /** Hand-made questions for each knowledge base whose modality no other has. 0 leaves them out. */
  priors?: number;
  /** Weight of a hand-made question against a row of the user's. */
  priorWeight?: number;
  shape?: ScorerShape;
  threads?: number;
  onProgress?: (progress: LabelTrainingProgress) => void;
  signal?: AbortSignal;
}

interface LabelTrainingProgress {
  step: number;
  steps: number;
  loss: number;
}

interface Example {
  question: string;
  hasImage: boolean;
  target: number;
  weight: number;
}

/**
 * Trains on the rows and returns the scorer, ready to route or to save. Some minutes for a few thousand rows. Throws
 * `labels-empty`, or `labels-knowledge-base` for a row that names a knowledge base that is not described.
 */
export async function trainScorerOnLabels(
  rows: readonly LabelRow[],
  knowledgeBases: readonly KnowledgeBaseCard[] = DEFAULT_LABEL_KNOWLEDGE_BASES,
  options: LabelTrainingOptions = {},
): Promise<LoadedScorer> {
  const {
    seed = 1,
    epochs = 4,
    batch = 64,
    rate = 0.005,
    weightDecay = 3,
    featureDropout = 0.5,
    priors = 3000,
    priorWeight = 0.75,
    shape = DEFAULT_SCORER_SHAPE,
    threads = 1,
    onProgress,
    signal,
  } = options;
  const examples = balanced(
    collectExamples(rows, knowledgeBases, { seed, priors, priorWeight }),
    knowledgeBases.length,
  );
  const parameters = initialScorer(shape, seed);
  const engine = new GradientEngine<ScorerBucket>({
    parameters,
    threads,
    build: (input) => {
      const { chosen } = scorerActions(input, shape);
      const weights = input.graph.input('example.weights', [input.bucket.decisions]);
      return { loss: negate(divide(sum(multiply(chosen, weights)), sum(weights))) };
    },
  });
  const steps = epochs * Math.ceil(examples.length / batch);
  const optimiser = adamW(parameters, {
    rate: warmupCosine({ peak: rate, warmup: Math.ceil(steps / 10), total: steps }),
    weightDecay,
    // What the image and the steps say is few numbers and certain: it does not fade.
    decays: (name, size) => size.length >= 2 && !name.endsWith('.dense'),
    maxNorm: 1,
  });
  try {
    let step = 0;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = keyedRandom('labels', seed, epoch).shuffle(examples);
      for (let start = 0; start < order.length; start += batch) {
        signal?.throwIfAborted();
        const chunk = order.slice(start, start + batch);
        const random = keyedRandom('labels', seed, epoch, start);
        const samples = chunk.map((example) => sampleOf(example, knowledgeBases, { random, shape, featureDropout }));
        const { bucket, feeds } = scorerFeeds(samples, batch);
        const { loss } = await engine.run(bucket, { ...feeds, 'example.weights': weightsOf(chunk, batch) });
        optimiser.update(engine.gradient);
        onProgress?.({ step: ++step, steps, loss });
      }
    }
  } finally {
    await engine.release();
  }
  const training = {
    regime: 'labels',
    seed,
    epochs,
    batch,
    rate,
    weightDecay,
    featureDropout,
    priors,
    priorWeight,
    rows: rows.length,
  };
  return assembleScorer(
    { shape, candidates: 'question', probes: false, knowledgeBases: [...knowledgeBases], training },
    parameters.feeds(),
  );
}

function collectExamples(
  rows: readonly LabelRow[],
  knowledgeBases: readonly KnowledgeBaseCard[],
  { seed, priors, priorWeight }: { seed: number; priors: number; priorWeight: number },
): Example[] {
  if (rows.length === 0)
    throw userError('labels-empty', 'train --labels: there are no rows; give at least one a knowledge base');
  const examples = rows.map(({ question, image, knowledgeBase }, index): Example => {
    const target = knowledgeBases.findIndex(({ name }) => name === knowledgeBase);
    if (target < 0) {
      const names = knowledgeBases.map(({ name }) => name).join(', ');
      throw userError(
        'labels-knowledge-base',
        `row ${index + 1}: no knowledge base is called "${knowledgeBase}"; described are: ${names}`,
      );
    }
    return { question, hasImage: image !== undefined && image !== false, target, weight: 1 };
  });
  knowledgeBases.forEach(({ modality }, target) => {
    if (knowledgeBases.some((other, index) => index !== target && other.modality === modality)) return;
    for (const [index, question] of priorQuestions(modality, priors, seed).entries()) {
      examples.push({ question, hasImage: modality === 'text-image' && index % 2 === 0, target, weight: priorWeight });
    }
  });
  return examples;
}

/** Every knowledge base weighs the same in all, however many rows it has. */
function balanced(examples: readonly Example[], knowledgeBases: number): Example[] {
  const totals = new Float64Array(knowledgeBases);
  for (const { target, weight } of examples) totals[target]! += weight;
  const present = totals.filter((total) => total > 0).length;
  const mean = totals.reduce((a, b) => a + b) / present;
  return examples.map((example) => ({ ...example, weight: (example.weight * mean) / totals[example.target]! }));
}

/** In a batch of this size, filled up with zeros. */
function weightsOf(examples: readonly Example[], batch: number): Float32Array<ArrayBuffer> {
  const weights = new Float32Array(batch);
  weights.set(examples.map(({ weight }) => weight));
  return weights;
}

function sampleOf(
  { question, hasImage, target }: Example,
  knowledgeBases: readonly KnowledgeBaseCard[],
  { random, shape, featureDropout }: { random: Random; shape: ScorerShape; featureDropout: number },
): ScorerSample {
  const cards = otherCards(knowledgeBases, random, knowledgeBases[target]!.modality);
  // Now and then the question was asked elsewhere in vain: what belongs where it belonged before.
  const wrong = random.below(cards.length);
  const steps: EvidenceStep[] =
    random.next() < 0.15 && wrong !== target
      ? [
          {
            subQuestion: question,
            knowledgeBases: [cards[wrong]!.name],
            outcome: 'passages',
            answer: null,
            passages: [],
          },
        ]
      : [];
  const input = scorerInput({
    state: { question, steps, maxSteps: 5, hasImage },
    candidates: [wholeQuestion(question)],
    knowledgeBases: cards,
    shape,
  });
  const thinned = {
    ...input,
    subQuestions: input.subQuestions.map((bag) => dropFeatures(bag, featureDropout, random)),
  };
  return { input: thinned, actionId: target };
}
