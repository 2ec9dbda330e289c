/**
 * The supervised start: cross-entropy on the teacher's actions, same engine as what follows. Features are dropped and probes masked
 * at random, keyed by (seed, epoch, sample), so that the policy also works without them and does not learn entities by heart.
 */
import { keyedRandom, type Random } from '../../common/random.ts';
import type { ScorerShape } from '../../graph/policies/scorer/shape.ts';
import type { FeatureBag } from '../../graph/policies/scorer/text-features.ts';
import { GradientEngine } from '../engine/gradient-engine.ts';
import { divide, multiply, negate, sum } from '../engine/operators/index.ts';
import { adamW } from '../engine/optimiser.ts';
import type { Parameters } from '../engine/parameters.ts';
import { warmupCosine } from '../engine/schedule.ts';
import { type ScorerBucket, type ScorerSample, scorerActions, scorerFeeds, withoutProbes } from '../models/scorer.ts';

export interface WarmStartOptions {
  parameters: Parameters;
  shape: ScorerShape;
  samples: readonly ScorerSample[];
  seed: number;
  epochs: number;
  batch: number;
  rate: number;
  weightDecay: number;
  featureDropout: number;
  probeDropout: number;
  threads?: number;
  signal?: AbortSignal;
  onStep?: (progress: { step: number; steps: number; loss: number }) => void;
}

/** Trains `parameters` in place and returns the mean loss of the last epoch, in nats a decision. */
export async function warmStart({
  parameters,
  shape,
  samples,
  seed,
  epochs,
  batch,
  rate,
  weightDecay,
  featureDropout,
  probeDropout,
  threads = 1,
  signal,
  onStep,
}: WarmStartOptions): Promise<number> {
  const engine = new GradientEngine<ScorerBucket>({
    parameters,
    threads,
    build: (input) => {
      const { chosen } = scorerActions(input, shape);
      const weights = input.graph.input('example.weights', [input.bucket.decisions]);
      return { loss: negate(divide(sum(multiply(chosen, weights)), sum(weights))) };
    },
  });
  const steps = epochs * Math.ceil(samples.length / batch);
  const optimiser = adamW(parameters, {
    rate: warmupCosine({ peak: rate, warmup: Math.ceil(steps / 10), total: steps }),
    weightDecay,
    maxNorm: 1,
  });
  let step = 0;
  let lastEpoch = 0;
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = keyedRandom('warm-start', seed, epoch).shuffle(samples);
      lastEpoch = 0;
      for (let start = 0; start < order.length; start += batch) {
        signal?.throwIfAborted();
        const chunk = order.slice(start, start + batch);
        const random = keyedRandom('warm-start', seed, epoch, start);
        const thinned = chunk.map((sample) => thin(sample, random, { featureDropout, probeDropout }));
        const { bucket, feeds } = scorerFeeds(thinned, batch);
        const weights = new Float32Array(batch).fill(1, 0, chunk.length);
        const { loss } = await engine.run(bucket, { ...feeds, 'example.weights': weights });
        optimiser.update(engine.gradient);
        lastEpoch += (loss * chunk.length) / samples.length;
        onStep?.({ step: ++step, steps, loss });
      }
    }
  } finally {
    await engine.release();
  }
  return lastEpoch;
}

interface Dropout {
  featureDropout: number;
  probeDropout: number;
}

function thin(
  { input, actionId }: ScorerSample,
  random: Random,
  { featureDropout, probeDropout }: Dropout,
): ScorerSample {
  const seen = random.next() < probeDropout ? withoutProbes(input) : input;
  if (featureDropout === 0) return { input: seen, actionId };
  return {
    input: {
      ...seen,
      question: dropFeatures(seen.question, featureDropout, random),
      subQuestions: seen.subQuestions.map((bag) => dropFeatures(bag, featureDropout, random)),
    },
    actionId,
  };
}

/** The kept features are scaled so that their squared weights sum to 1 again. */
export function dropFeatures({ ids, weights }: FeatureBag, share: number, random: Random): FeatureBag {
  const kept = [...ids.keys()].filter(() => random.next() >= share);
  const total = Math.sqrt(kept.reduce((sum, index) => sum + weights[index]! ** 2, 0)) || 1;
  return {
    ids: Int32Array.from(kept, (index) => ids[index]!),
    weights: Float32Array.from(kept, (index) => weights[index]! / total),
  };
}
