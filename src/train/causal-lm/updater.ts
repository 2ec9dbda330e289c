/**
 * One update of a language model: the Step-GRPO loss of a batch of any size, its gradient summed over parts that fit into memory,
 * then AdamW on the live weights. Full weights are trained, or adapters over frozen ones.
 */
import type { CausalLmConfig, LoraConfig } from '../../causal-lm/config.ts';
import { GradientEngine } from '../../engine/gradient-engine.ts';
import type { Tensor } from '../../engine/graph.ts';
import { adamW, type OptimiserState } from '../../engine/optimiser.ts';
import { Parameters } from '../../engine/parameters.ts';
import { exactKl, type StepGrpoLossOptions, stepGrpoLoss } from '../step-grpo.ts';
import type { UpdateReport } from '../trainer/update.ts';
import { truncatedImportance } from './importance.ts';
import { TokenLogProbabilities } from './log-probabilities.ts';
import { column, type MicroBatch, microBatches } from './micro-batches.ts';
import type { TokenSample } from './token-batch.ts';
import { type CausalLmBucket, causalLmTerms } from './training.ts';

export interface TrainableCausalLm {
  config: CausalLmConfig;
  /** Trained: all weights, or adapters over `frozen`. */
  parameters: Parameters;
  frozen?: Parameters;
  lora?: LoraConfig;
  /** The policy that the divergence is measured from: weights under their own names. Left out: none, or the base under adapters. */
  reference?: Parameters;
}

export interface CausalLmUpdaterOptions extends StepGrpoLossOptions {
  rate: number;
  weightDecay?: number;
  maxNorm?: number;
  /** Of the sampling. */
  temperature?: number;
  /** `exact`: over the whole vocabulary at each place; `k3`: of the sampled tokens. */
  kl?: 'exact' | 'k3';
  /** Where another engine sampled: tokens count by how much likelier they are here, at most so often. */
  importanceCap?: number;
  /** Tokens of a part of a batch, padding included. */
  microBatchTokens?: number;
  threads?: number;
  state?: OptimiserState;
}

export interface CausalLmUpdater {
  readonly optimiser: OptimiserState;
  /** Throws NonFiniteError and changes nothing where the loss or its gradient is not finite. */
  update(samples: readonly TokenSample[]): Promise<UpdateReport>;
  release(): Promise<void>;
}

const REFERENCE = 'reference.';

export function causalLmUpdater(model: TrainableCausalLm, options: CausalLmUpdaterOptions): CausalLmUpdater {
  const { parameters, lora } = model;
  const { rate, weightDecay = 0, maxNorm = 1, temperature, importanceCap, microBatchTokens = 4096, threads } = options;
  const { state, klWeight = 0, entropyWeight = 0 } = options;
  const engine = stepGrpoEngine(model, options);
  const forward = new TokenLogProbabilities(
    { config: model.config, parameters: [...(model.frozen ? [model.frozen] : []), parameters], lora },
    { threads, temperature },
  );
  const optimiser = adamW(parameters, { rate, weightDecay, maxNorm, ...(state && { state }) });
  const gradient = parameters.like();
  return {
    optimiser: optimiser.state,
    async update(all) {
      // Of a sample without an advantage nothing is learnt, unless something else pulls at every token.
      const samples = klWeight > 0 || entropyWeight !== 0 ? all : all.filter(({ advantage }) => advantage !== 0);
      const parts = microBatches(samples, { tokens: microBatchTokens });
      gradient.fill(0);
      const totals = { loss: 0, entropy: 0, kl: 0, clipped: 0, tokens: 0 };
      for (const part of parts) {
        const { old, weight } = await oldAndWeight(
          part,
          importanceCap === undefined ? undefined : forward,
          importanceCap,
        );
        const advantage = column(part, (sample) => sample.advantage);
        const { loss, metrics } = await engine.run(part.bucket, { ...part.feeds, old, weight, advantage });
        for (let i = 0; i < gradient.length; i++) gradient[i]! += engine.gradient[i]!;
        totals.loss += loss;
        totals.tokens += part.places.length;
        for (const name of ['entropy', 'kl', 'clipped'] as const)
          totals[name] += sumOf(metrics[name], part.places.length);
      }
      const count = Math.max(1, totals.tokens);
      const { norm, rate: used } = optimiser.update(gradient);
      return {
        loss: totals.loss,
        // Of what is possible: 1 is a uniform choice among all tokens.
        entropy: totals.entropy / count / Math.log(model.config.vocabulary),
        kl: totals.kl / count,
        clipped: totals.clipped / count,
        gradientNorm: norm,
        rate: used,
        leap: parts[0] ? await leapOf(parts[0], forward) : 0,
      };
    },
    async release() {
      await engine.release();
      await forward.release();
    },
  };
}

function stepGrpoEngine(model: TrainableCausalLm, options: CausalLmUpdaterOptions): GradientEngine<CausalLmBucket> {
  const { config, parameters, frozen, lora, reference } = model;
  const { temperature, kl: kind = 'exact', klWeight = 0, threads } = options;
  const isMeasured = klWeight > 0;
  const apart = isMeasured && reference ? renamed(reference) : undefined;
  return new GradientEngine<CausalLmBucket>({
    parameters,
    frozen: apart ?? frozen,
    threads,
    cacheSize: 24,
    build: (input) => {
      const terms = causalLmTerms(input, { config, lora, temperature });
      const other = isMeasured
        ? causalLmTerms(
            { ...input, weight: (name) => input.weight(apart ? `${REFERENCE}${name}` : name) },
            { config, temperature },
          )
        : undefined;
      const vector = (name: string): Tensor => input.graph.input(name, [input.bucket.chosen]);
      const { loss, metrics } = stepGrpoLoss(
        {
          ...terms,
          oldLogProbability: vector('old'),
          advantage: vector('advantage'),
          weight: vector('weight'),
          ...(other && kind === 'exact' && { kl: exactKl(terms.distribution, other.distribution) }),
          ...(other && kind === 'k3' && { referenceLogProbability: other.logProbability }),
        },
        options,
      );
      return { loss, metrics: { ...metrics, entropy: terms.entropy } };
    },
  });
}

/** The same values under names of their own. */
function renamed(parameters: Parameters): Parameters {
  const specs = parameters.specs.map(({ name, shape }) => ({ name: `${REFERENCE}${name}`, shape }));
  return new Parameters(specs, parameters.buffer);
}

/** What sampled, and each token's weight; with a cap, what is here now and the weights corrected for the difference. */
async function oldAndWeight(
  part: MicroBatch,
  forward: TokenLogProbabilities | undefined,
  cap = 1,
): Promise<{ old: Float32Array; weight: Float32Array }> {
  const sampled = column(part, ({ oldLogProbabilities }, token) => oldLogProbabilities[token]!);
  const weight = column(part, (sample) => sample.weight);
  if (!forward) return { old: sampled, weight };
  const old = (await forward.of(part.bucket, part.feeds)).slice();
  const correction = truncatedImportance({ trainer: old, sampler: sampled, cap });
  return { old, weight: weight.map((value, index) => value * correction[index]!) };
}

function sumOf(values: Float32Array | undefined, count: number): number {
  let sum = 0;
  for (let i = 0; values && i < count; i++) sum += values[i]!;
  return sum;
}

/** E[exp(d) - d - 1] over outputs, d the change of an output's log-probability; held below overflow. On one part of the batch. */
async function leapOf(part: MicroBatch, forward: TokenLogProbabilities): Promise<number> {
  const now = await forward.of(part.bucket, part.feeds);
  const changes = part.samples.map(() => 0);
  for (const [index, { sample, token }] of part.places.entries())
    changes[sample]! += now[index]! - part.samples[sample]!.oldLogProbabilities[token]!;
  const each = changes.map((change) => {
    const held = Math.max(-20, Math.min(20, change));
    return Math.exp(held) - held - 1;
  });
  return each.reduce((a, b) => a + b, 0) / Math.max(1, each.length);
}
