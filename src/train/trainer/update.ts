/** One update of a scorer: the Step-GRPO loss and its gradient as one graph, then AdamW on the live weights. */

import { GradientEngine } from '../../engine/gradient-engine.ts';
import { adamW, type OptimiserState } from '../../engine/optimiser.ts';
import type { Parameters } from '../../engine/parameters.ts';
import { WeightLock } from '../../engine/weight-lock.ts';
import { logSoftmax, type ScorerNetwork, scorerForward } from '../../offline/policies/scorer/network.ts';
import type { ScorerShape } from '../../offline/policies/scorer/shape.ts';
import { type ScorerBucket, scorerActions, scorerFeeds } from '../models/scorer.ts';
import { stepGrpoLoss } from '../step-grpo.ts';
import type { DecisionSample } from './decision-batch.ts';
import type { TrainConfig } from './train-config.ts';

export interface UpdateReport {
  loss: number;
  gradientNorm: number;
  rate: number;
  /** Means over the decisions. Entropy is over the logarithm of the number of actions; kl in nats. */
  entropy: number;
  kl: number;
  clipped: number;
  /** How far the update moved the policy from the one that sampled: k3 estimate, nats a decision. */
  leap: number;
}

export interface ScorerUpdater {
  /** Throws NonFiniteError and changes nothing where the loss or its gradient is not finite. */
  update(samples: readonly DecisionSample[]): Promise<UpdateReport>;
  release(): Promise<void>;
}

export interface ScorerUpdaterOptions extends Pick<TrainConfig, 'grpo' | 'threads'> {
  /** Moments to go on from, changed in place. */
  state?: OptimiserState;
  /** Held while the weights change. */
  lock?: WeightLock;
}

/** Batch sizes that graphs are built for; padding has weight 0. */
const SIZES = [32, 64, 96, 128, 192, 256, 384, 512, 768, 1024];
const padded = (count: number): number => SIZES.find((size) => size >= count) ?? Math.ceil(count / 512) * 512;

export function scorerUpdater(
  parameters: Parameters,
  shape: ScorerShape,
  { grpo, threads, state, lock = new WeightLock() }: ScorerUpdaterOptions,
): ScorerUpdater {
  const { clipLow, clipHigh, klWeight, entropyWeight } = grpo;
  const engine = new GradientEngine<ScorerBucket>({
    parameters,
    threads,
    build: (input) => {
      const { chosen, entropy } = scorerActions(input, shape);
      const size = [input.bucket.decisions];
      const { loss, metrics } = stepGrpoLoss(
        {
          logProbability: chosen,
          oldLogProbability: input.graph.input('old', size),
          referenceLogProbability: input.graph.input('reference', size),
          advantage: input.graph.input('advantage', size),
          weight: input.graph.input('weight', size),
          entropy,
        },
        { clipLow, clipHigh, klWeight, entropyWeight },
      );
      return { loss, metrics: { ...metrics, entropy } };
    },
  });
  const weights = parameters.feeds();
  const { rate, weightDecay, maxNorm } = grpo;
  const optimiser = adamW(parameters, { rate, weightDecay, maxNorm, state });
  return {
    async update(samples) {
      const { bucket, feeds } = scorerFeeds(samples, padded(samples.length), shape);
      const column = (pick: (sample: DecisionSample) => number): Float32Array => {
        const values = new Float32Array(bucket.decisions);
        for (const [index, sample] of samples.entries()) values[index] = pick(sample);
        return values;
      };
      const { loss, metrics } = await engine.run(bucket, {
        ...feeds,
        old: column(({ oldLogProbability }) => oldLogProbability),
        reference: column(({ referenceLogProbability }) => referenceLogProbability),
        advantage: column(({ advantage }) => advantage),
        weight: column(({ weight }) => weight),
      });
      const mean = (values: Float32Array | undefined, scale = (_index: number) => 1): number =>
        samples.reduce((sum, _, index) => sum + values![index]! / scale(index), 0) / Math.max(1, samples.length);
      const actions = (index: number) => {
        const { subQuestions, descriptions } = samples[index]!.input;
        return Math.log(Math.max(2, subQuestions.length * descriptions.length + 1));
      };
      const report = {
        loss,
        entropy: mean(metrics.entropy, actions),
        kl: mean(metrics.kl),
        clipped: mean(metrics.clipped),
      };
      const { norm, rate } = await lock.write(() => optimiser.update(engine.gradient));
      return { ...report, gradientNorm: norm, rate, leap: leapOf(samples, { shape, weights }) };
    },
    release: () => engine.release(),
  };
}

/** E[exp(d) - d - 1] over the sampled actions, d the change of their log-probabilities; held below overflow. */
function leapOf(samples: readonly DecisionSample[], network: ScorerNetwork): number {
  const each = samples.map(({ input, actionId, oldLogProbability }) => {
    const now = logSoftmax(scorerForward(network, input))[actionId]!;
    const change = Math.max(-20, Math.min(20, now - oldLogProbability));
    return Math.exp(change) - change - 1;
  });
  return each.reduce((a, b) => a + b, 0) / Math.max(1, each.length);
}
