/** Supervised training of a decoder on prompts and their completions: cross-entropy on the completions' tokens only. */

import type { CausalLmConfig, LoraConfig } from '../../causal-lm/config.ts';
import { userError } from '../../common/errors.ts';
import { keyedRandom } from '../../common/random.ts';
import { GradientEngine } from '../../engine/gradient-engine.ts';
import { multiply, negate, sum } from '../../engine/operators/index.ts';
import { adamW, type OptimiserState } from '../../engine/optimiser.ts';
import type { Parameters } from '../../engine/parameters.ts';
import { warmupCosine } from '../../engine/schedule.ts';
import { type CausalLmBucket, causalLmFeeds, causalLmTerms, type MaskedSequence } from './training.ts';

export interface SupervisedOptions {
  config: CausalLmConfig;
  /** Trained: all weights, or adapters over `frozen`. */
  parameters: Parameters;
  frozen?: Parameters;
  lora?: LoraConfig;
  steps: number;
  batch: number;
  rate: number;
  weightDecay?: number;
  seed?: number;
  threads?: number;
  signal?: AbortSignal;
  /** Awaited before the next step, so that it may write a checkpoint. */
  onStep?: (progress: { step: number; loss: number; tokens: number }) => void | Promise<void>;
  /** State of an interrupted training: its optimiser's, whose `step` says where it goes on. Weights are in `parameters`. */
  resume?: OptimiserState;
}

/** Changes `parameters` in place; returns the loss of every step made, in nats a token. */
export async function trainSupervised(
  sequences: readonly MaskedSequence[],
  {
    config,
    parameters,
    frozen,
    lora,
    steps,
    batch,
    rate,
    weightDecay = 0.01,
    seed = 1,
    threads = 1,
    signal,
    onStep,
    resume,
  }: SupervisedOptions,
): Promise<number[]> {
  const usable = sequences.filter(({ mask }) => mask.some((value, place) => place > 0 && value === 1));
  if (usable.length === 0) throw userError('supervised-empty', 'supervised: no sequence has a token to learn from');
  const engine = new GradientEngine<CausalLmBucket>({
    parameters,
    frozen,
    threads,
    build: (input) => {
      const { logProbability } = causalLmTerms(input, { config, lora });
      const weights = input.graph.input('weights', [input.bucket.chosen]);
      return { loss: negate(sum(multiply(logProbability, weights))) };
    },
  });
  const optimiser = adamW(parameters, {
    rate: warmupCosine({ peak: rate, warmup: Math.ceil(steps / 20), total: steps }),
    weightDecay,
    maxNorm: 1,
    ...(resume && { state: resume }),
  });
  const first = optimiser.state.step;
  // Each pass over the data in an order of its own; a batch may span two passes.
  const order = function* (): Generator<MaskedSequence> {
    for (let pass = 0; ; pass++) yield* keyedRandom('supervised', seed, pass).shuffle(usable);
  };
  const stream = order();
  for (let skipped = 0; skipped < first * batch; skipped++) stream.next();
  const losses: number[] = [];
  try {
    for (let step = first; step < steps; step++) {
      signal?.throwIfAborted();
      const { bucket, feeds, chosen } = causalLmFeeds(Array.from({ length: batch }, () => stream.next().value));
      const weights = new Float32Array(bucket.chosen).fill(1 / chosen.length, 0, chosen.length);
      const { loss } = await engine.run(bucket, { ...feeds, weights });
      optimiser.update(engine.gradient);
      losses.push(loss);
      await onStep?.({ step, loss, tokens: chosen.length });
    }
  } finally {
    await engine.release();
  }
  return losses;
}
