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
  /** Batches that are drawn together and split by the length of their texts, so that little is padding. Default 1: none are. */
  pool?: number;
  /** Awaited before the next step, so that it may write a checkpoint; with `end` there is no next one. */
  onStep?: (progress: { step: number; loss: number; tokens: number }) => unknown;
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
    pool = 1,
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
    cacheSize: 32,
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
  const stream = batches(usable, { batch, pool, seed });
  for (let skipped = 0; skipped < first; skipped++) stream.next();
  const losses: number[] = [];
  try {
    for (let step = first; step < steps; step++) {
      signal?.throwIfAborted();
      const { bucket, feeds, chosen } = causalLmFeeds(stream.next().value, { chosenStep: 128 });
      const weights = new Float32Array(bucket.chosen).fill(1 / chosen.length, 0, chosen.length);
      const { loss } = await engine.run(bucket, { ...feeds, weights });
      optimiser.update(engine.gradient);
      losses.push(loss);
      if ((await onStep?.({ step, loss, tokens: chosen.length })) === 'end') break;
    }
  } finally {
    await engine.release();
  }
  return losses;
}

/** Each pass over the data in an order of its own; a batch may span two passes. */
function* batches(
  sequences: readonly MaskedSequence[],
  { batch, pool, seed }: { batch: number; pool: number; seed: number },
): Generator<MaskedSequence[], never> {
  const order = function* (): Generator<MaskedSequence, never> {
    for (let pass = 0; ; pass++) yield* keyedRandom('supervised', seed, pass).shuffle(sequences);
  };
  const stream = order();
  for (let drawn = 0; ; drawn++) {
    const many = Array.from({ length: batch * pool }, () => stream.next().value);
    if (pool > 1) many.sort((a, b) => a.ids.length - b.ids.length);
    const parts = Array.from({ length: pool }, (_, part) => many.slice(part * batch, (part + 1) * batch));
    yield* pool > 1 ? keyedRandom('supervised-pool', seed, drawn).shuffle(parts) : parts;
  }
}
