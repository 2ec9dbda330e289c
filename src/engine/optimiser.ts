/**
 * AdamW with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101) and clipping by the global norm, as loops over
 * flat buffers: 25 ms for 4 M weights, where the same as an ONNX graph took 50.
 */
import { NonFiniteError } from './gradient-engine.ts';
import type { Parameters } from './parameters.ts';
import { constant, type Schedule } from './schedule.ts';

export interface AdamWOptions {
  /** A rate, or a schedule of rates. */
  rate: number | Schedule;
  /** Decay of the first moment; default 0.9. */
  beta1?: number;
  /** Decay of the second moment; default 0.999. */
  beta2?: number;
  epsilon?: number;
  /** Share of a weight taken off at each update, times the rate; default 0. */
  weightDecay?: number;
  /** Which parameters decay; by default those with two axes or more (no biases, no norms). */
  decays?: (name: string, shape: readonly number[]) => boolean;
  /** Gradients with a larger global norm are scaled down to it; default Infinity. */
  maxNorm?: number;
  /** To go on from, changed in place; default: moments of zero. */
  state?: OptimiserState;
}

export interface OptimiserState {
  /** Updates made. */
  step: number;
  /** First and second moments, in the layout of the parameters. */
  mu: Float32Array;
  nu: Float32Array;
}

/**
 * A state that several threads see: moments and step in one SharedArrayBuffer. Pass `buffer` to another thread and make the
 * state of it there.
 */
export function sharedOptimiserState(
  parameters: Parameters,
  buffer: SharedArrayBuffer = new SharedArrayBuffer(8 * parameters.flat.length + 8),
): OptimiserState & { readonly buffer: SharedArrayBuffer } {
  const { length } = parameters.flat;
  const steps = new Float64Array(buffer, 8 * length, 1);
  return {
    buffer,
    mu: new Float32Array(buffer, 0, length),
    nu: new Float32Array(buffer, 4 * length, length),
    get step() {
      return steps[0]!;
    },
    set step(step) {
      steps[0] = step;
    },
  };
}

export interface UpdateReport {
  /** Global norm of the gradient before clipping. */
  norm: number;
  rate: number;
}

export interface Optimiser {
  readonly state: OptimiserState;
  /** Changes the weights in place. Throws NonFiniteError, and changes nothing, where the gradient is not finite. */
  update(gradient: Float32Array): UpdateReport;
}

export function globalNorm(flat: Float32Array): number {
  let total = 0;
  for (let i = 0; i < flat.length; i++) total += flat[i]! * flat[i]!;
  return Math.sqrt(total);
}

export function adamW(
  parameters: Parameters,
  {
    rate,
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-8,
    weightDecay = 0,
    decays = (_name, shape) => shape.length >= 2,
    maxNorm = Number.POSITIVE_INFINITY,
    state = { step: 0, mu: parameters.like(), nu: parameters.like() },
  }: AdamWOptions,
): Optimiser {
  const schedule = typeof rate === 'number' ? constant(rate) : rate;
  const ranges = parameters.specs.map(({ name, shape }) => {
    const view = parameters.values(name);
    const start = (view.byteOffset - parameters.flat.byteOffset) / 4;
    return { start, end: start + view.length, decay: weightDecay > 0 && decays(name, shape) ? weightDecay : 0 };
  });
  return {
    state,
    update(gradient) {
      const norm = globalNorm(gradient);
      if (!Number.isFinite(norm)) throw new NonFiniteError('gradient', norm);
      const scale = norm > maxNorm ? maxNorm / norm : 1;
      const learningRate = schedule(state.step);
      state.step++;
      const correction1 = 1 - beta1 ** state.step;
      const correction2 = Math.sqrt(1 - beta2 ** state.step);
      const { mu, nu } = state;
      const { flat } = parameters;
      const stepSize = (learningRate * correction2) / correction1;
      const smallest = epsilon * correction2;
      for (const { start, end, decay } of ranges) {
        const keep = 1 - learningRate * decay;
        for (let i = start; i < end; i++) {
          const g = gradient[i]! * scale;
          const m = beta1 * mu[i]! + (1 - beta1) * g;
          const v = beta2 * nu[i]! + (1 - beta2) * g * g;
          mu[i] = m;
          nu[i] = v;
          flat[i] = flat[i]! * keep - (stepSize * m) / (Math.sqrt(v) + smallest);
        }
      }
      return { norm, rate: learningRate };
    },
  };
}
