/**
 * The gradient of the Step-GRPO loss of a language model, summed over parts of a batch that fit into memory. Weights are read and never
 * changed here; several of these may work on one batch, each in a thread of its own.
 */
import { GradientEngine } from '../../engine/gradient-engine.ts';
import type { Tensor } from '../../engine/graph.ts';
import { Parameters } from '../../engine/parameters.ts';
import { exactKl, stepGrpoLoss } from '../step-grpo.ts';
import { truncatedImportance } from './importance.ts';
import { TokenLogProbabilities } from './log-probabilities.ts';
import { column, type MicroBatch, microBatch } from './micro-batches.ts';
import type { TokenSample } from './token-batch.ts';
import type { TokenLossOptions, TrainableCausalLm } from './trainable.ts';
import { type CausalLmBucket, causalLmTerms } from './training.ts';

/** Sums over the tokens of the parts. */
export interface GradientTotals {
  loss: number;
  entropy: number;
  kl: number;
  clipped: number;
  tokens: number;
}

const REFERENCE = 'reference.';

export class TokenGradients {
  /** Of the last call, in the layout of the trained parameters. */
  readonly gradient: Float32Array;
  readonly #engine: GradientEngine<CausalLmBucket>;
  readonly #forward: TokenLogProbabilities;
  readonly #importanceCap: number | undefined;
  readonly #microBatch: (samples: readonly TokenSample[]) => MicroBatch;

  constructor(model: TrainableCausalLm, options: TokenLossOptions, gradient = model.parameters.like()) {
    const { config, parameters, frozen, lora } = model;
    const { threads, temperature, importanceCap, form } = options;
    this.gradient = gradient;
    this.#engine = stepGrpoEngine(model, options);
    this.#importanceCap = importanceCap;
    this.#microBatch = (samples) => microBatch(samples, { form, vocabulary: config.vocabulary });
    this.#forward = new TokenLogProbabilities(
      { config, parameters: [...(frozen ? [frozen] : []), parameters], lora },
      { threads, temperature },
    );
  }

  /** Writes `gradient`. Throws NonFiniteError where a loss is not a number. */
  async of(parts: readonly (readonly TokenSample[])[]): Promise<GradientTotals> {
    const { gradient } = this;
    gradient.fill(0);
    const totals: GradientTotals = { loss: 0, entropy: 0, kl: 0, clipped: 0, tokens: 0 };
    for (const samples of parts) {
      const part = this.#microBatch(samples);
      const { old, weight } = await this.#oldAndWeight(part);
      const advantage = column(part, (sample) => sample.advantage);
      const { loss, metrics } = await this.#engine.run(part.bucket, { ...part.feeds, old, weight, advantage });
      const made = this.#engine.gradient;
      for (let i = 0; i < gradient.length; i++) gradient[i]! += made[i]!;
      const count = part.places.length;
      totals.loss += loss;
      totals.tokens += count;
      for (const name of ['entropy', 'kl', 'clipped'] as const) totals[name] += sumOf(metrics[name], count);
    }
    return totals;
  }

  /** How far the weights are from those that sampled: E[exp(d) - d - 1], d the change of an output's log-probability. */
  async leap(samples: readonly TokenSample[]): Promise<number> {
    const part = this.#microBatch(samples);
    const now = await this.#forward.of(part.bucket, part.feeds);
    const changes = part.samples.map(() => 0);
    for (const [index, { sample, token }] of part.places.entries())
      changes[sample]! += now[index]! - part.samples[sample]!.oldLogProbabilities[token]!;
    const each = changes.map((change) => {
      // Held below overflow.
      const held = Math.max(-20, Math.min(20, change));
      return Math.exp(held) - held - 1;
    });
    return each.reduce((a, b) => a + b, 0) / Math.max(1, each.length);
  }

  async release(): Promise<void> {
    await this.#engine.release();
    await this.#forward.release();
  }

  /** What sampled, and each token's weight; with a cap, what is here now and the weights corrected for the difference. */
  async #oldAndWeight(part: MicroBatch): Promise<{ old: Float32Array; weight: Float32Array }> {
    const sampler = column(part, ({ oldLogProbabilities }, token) => oldLogProbabilities[token]!);
    const weight = column(part, (sample) => sample.weight);
    const cap = this.#importanceCap;
    if (cap === undefined) return { old: sampler, weight };
    const trainer = (await this.#forward.of(part.bucket, part.feeds)).slice();
    const correction = truncatedImportance({ trainer, sampler, cap });
    return { old: trainer, weight: weight.map((value, index) => value * correction[index]!) };
  }
}

function stepGrpoEngine(model: TrainableCausalLm, options: TokenLossOptions): GradientEngine<CausalLmBucket> {
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
      const weight = (name: string): Tensor => input.weight(apart ? `${REFERENCE}${name}` : name);
      const other = isMeasured ? causalLmTerms({ ...input, weight }, { config, temperature }) : undefined;
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

function sumOf(values: Float32Array | undefined, count: number): number {
  let sum = 0;
  for (let i = 0; values && i < count; i++) sum += values[i]!;
  return sum;
}
