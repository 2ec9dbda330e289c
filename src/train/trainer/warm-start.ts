/**
 * The supervised start: cross-entropy on the actions to imitate, same engine as what follows. Features are dropped at random, keyed
 * by (seed, epoch, sample), so that the policy does not learn entities by heart.
 */
import { keyedRandom, type Random } from '../../common/random.ts';
import type { ScorerInput } from '../../graph/policies/scorer/input.ts';
import type { ScorerShape } from '../../graph/policies/scorer/shape.ts';
import { GradientEngine } from '../engine/gradient-engine.ts';
import { divide, multiply, negate, sum } from '../engine/operators/index.ts';
import { adamW } from '../engine/optimiser.ts';
import type { Parameters } from '../engine/parameters.ts';
import { warmupCosine } from '../engine/schedule.ts';
import { dropFeatures } from '../models/feature-dropout.ts';
import { type ScorerBucket, scorerActions, scorerFeeds } from '../models/scorer.ts';

/** What was seen, and the share of each action (stop last) in what there is to imitate; the shares sum to 1. */
export interface ImitationSample {
  input: ScorerInput;
  targets: readonly number[];
}

export interface WarmStartOptions {
  parameters: Parameters;
  shape: ScorerShape;
  samples: readonly ImitationSample[];
  seed: number;
  epochs: number;
  batch: number;
  rate: number;
  weightDecay: number;
  featureDropout: number;
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
  threads = 1,
  signal,
  onStep,
}: WarmStartOptions): Promise<number> {
  const engine = new GradientEngine<ScorerBucket>({
    parameters,
    threads,
    build: (input) => {
      const { logProbabilities } = scorerActions(input, shape);
      const targets = input.graph.input('targets', logProbabilities.shape);
      return { loss: negate(divide(sum(multiply(logProbabilities, targets)), sum(targets))) };
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
        const thinned = chunk.map((sample) => thin(sample, random, featureDropout));
        const { bucket, feeds } = scorerFeeds(
          thinned.map(({ input }) => ({ input, actionId: 0 })),
          batch,
        );
        const { loss } = await engine.run(bucket, { ...feeds, targets: targetsOf(thinned, bucket) });
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

/** [decisions, actions] in the bucket's own numbering: knowledge bases padded, stop last. */
function targetsOf(
  samples: readonly ImitationSample[],
  { decisions, subQuestions, knowledgeBases }: ScorerBucket,
): Float32Array {
  const actions = subQuestions * knowledgeBases + 1;
  const all = new Float32Array(decisions * actions);
  samples.forEach(({ input, targets }, row) => {
    const count = input.descriptions.length;
    targets.forEach((share, action) => {
      const isStop = action === targets.length - 1;
      const column = isStop ? actions - 1 : Math.floor(action / count) * knowledgeBases + (action % count);
      all[row * actions + column] = share;
    });
  });
  return all;
}

function thin({ input, targets }: ImitationSample, random: Random, featureDropout: number): ImitationSample {
  if (featureDropout === 0) return { input, targets };
  return {
    input: {
      ...input,
      question: dropFeatures(input.question, featureDropout, random),
      subQuestions: input.subQuestions.map((bag) => dropFeatures(bag, featureDropout, random)),
    },
    targets,
  };
}
