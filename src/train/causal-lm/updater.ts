/**
 * One update of a language model: the gradient of a batch of any size, then AdamW on the live weights. Full weights are trained, or
 * adapters over frozen ones.
 */
import { adamW, type OptimiserState } from '../../engine/optimiser.ts';
import { warmupConstant, warmupCosine } from '../../engine/schedule.ts';
import type { UpdateReport } from '../trainer/update.ts';
import { packed } from './micro-batches.ts';
import type { TokenSample } from './token-batch.ts';
import { type GradientTotals, TokenGradients } from './token-gradients.ts';
import type { TokenLossOptions, TrainableCausalLm } from './trainable.ts';

export interface CausalLmUpdaterOptions extends TokenLossOptions {
  rate: number;
  /** Updates in which the rate rises linearly to its own. Default 0. */
  warmup?: number;
  /** Updates in all, at whose end the rate has fallen to 0 (`warmupCosine`). Left out: it stays. */
  total?: number;
  weightDecay?: number;
  maxNorm?: number;
  /** Tokens of a part of a batch, padding included. */
  microBatchTokens?: number;
  state?: OptimiserState;
}

/** What computes gradients: here, or in a thread of its own. */
export type GradientWorker = Pick<TokenGradients, 'gradient' | 'of' | 'leap' | 'release'>;

export interface CausalLmUpdater {
  readonly optimiser: OptimiserState;
  /** Throws NonFiniteError and changes nothing where the loss or its gradient is not finite. */
  update(samples: readonly TokenSample[]): Promise<UpdateReport>;
  release(): Promise<void>;
}

const NOTHING_LEARNT: UpdateReport = { loss: 0, entropy: 0, kl: 0, clipped: 0, gradientNorm: 0, rate: 0, leap: 0 };

/** `workers` share the parts of a batch; their gradients are added in their order, so that the same number gives the same bytes. */
export function causalLmUpdater(
  model: TrainableCausalLm,
  options: CausalLmUpdaterOptions,
  workers: readonly GradientWorker[] = [new TokenGradients(model, options)],
): CausalLmUpdater {
  const { parameters, config } = model;
  const { rate, warmup = 0, total, weightDecay = 0, maxNorm = 1, microBatchTokens = 4096, state } = options;
  const { klWeight = 0, entropyWeight = 0 } = options;
  const schedule =
    total === undefined ? warmupConstant({ peak: rate, warmup }) : warmupCosine({ peak: rate, warmup, total });
  const optimiser = adamW(parameters, { rate: schedule, weightDecay, maxNorm, ...(state && { state }) });
  return {
    optimiser: optimiser.state,
    async update(all) {
      // Of a sample without an advantage nothing is learnt, unless something else pulls at every token.
      const samples = klWeight > 0 || entropyWeight !== 0 ? all : all.filter(({ advantage }) => advantage !== 0);
      // Without a gradient Adam would still go on where it was going.
      if (samples.length === 0) return NOTHING_LEARNT;
      const parts = packed(samples, { tokens: microBatchTokens });
      const totals = await Promise.all(
        workers.map((worker, place) => worker.of(parts.filter((_, part) => part % workers.length === place))),
      );
      const { norm, rate: used } = optimiser.update(summed(workers.map(({ gradient }) => gradient)));
      const sum = (pick: keyof GradientTotals): number => totals.reduce((left, one) => left + one[pick], 0);
      const count = Math.max(1, sum('tokens'));
      return {
        loss: sum('loss'),
        // Of what is possible: 1 is a uniform choice among all tokens.
        entropy: sum('entropy') / count / Math.log(config.vocabulary),
        kl: sum('kl') / count,
        clipped: sum('clipped') / count,
        gradientNorm: norm,
        rate: used,
        // On one part of the batch: it costs a forward pass.
        leap: parts[0] ? await workers[0]!.leap(parts[0]) : 0,
      };
    },
    async release() {
      await Promise.all(workers.map((worker) => worker.release()));
    },
  };
}

function summed([first, ...others]: readonly Float32Array[]): Float32Array {
  if (others.length === 0) return first!;
  const sum = first!.slice();
  for (const other of others) for (let i = 0; i < sum.length; i++) sum[i]! += other[i]!;
  return sum;
}
