/**
 * Named weights over ONE SharedArrayBuffer. Trainer and rollouts, in their own threads, hold views of the same memory: an
 * update is visible to the next run without a copy or a reload. Gradients and optimiser moments use the same layout.
 */
import { userError } from '../common/errors.ts';
import type { Random } from '../common/random.ts';
import { type Shape, sizeOf } from './shapes.ts';

export interface ParameterSpec {
  name: string;
  shape: Shape;
}

/** What another thread needs to see the same weights. Survives `postMessage`. */
export interface SharedParameters {
  specs: readonly ParameterSpec[];
  buffer: SharedArrayBuffer;
}

// A cache line: views of one parameter never share one with the next.
const ALIGNMENT = 16;

export class Parameters {
  readonly specs: readonly ParameterSpec[];
  readonly buffer: SharedArrayBuffer;
  /** Every weight, with gaps of zeros between parameters. */
  readonly flat: Float32Array<SharedArrayBuffer>;
  readonly #offsets = new Map<string, { offset: number; size: number }>();

  constructor(specs: readonly ParameterSpec[], buffer?: SharedArrayBuffer) {
    let offset = 0;
    for (const { name, shape } of specs) {
      if (this.#offsets.has(name)) throw userError('engine-parameter', `engine: two parameters are called ${name}`);
      const size = sizeOf(shape);
      this.#offsets.set(name, { offset, size });
      offset += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    }
    this.specs = specs.map(({ name, shape }) => ({ name, shape: [...shape] }));
    this.buffer = buffer ?? new SharedArrayBuffer(offset * 4);
    if (this.buffer.byteLength !== offset * 4) {
      throw userError(
        'engine-parameter',
        `engine: a buffer of ${this.buffer.byteLength} bytes for ${offset * 4} bytes of weights`,
      );
    }
    this.flat = new Float32Array(this.buffer);
  }

  static from(shared: SharedParameters): Parameters {
    return new Parameters(shared.specs, shared.buffer);
  }

  share(): SharedParameters {
    return { specs: this.specs, buffer: this.buffer };
  }

  /** Number of weights, gaps left out. */
  get count(): number {
    return this.specs.reduce((total, { shape }) => total + sizeOf(shape), 0);
  }

  has(name: string): boolean {
    return this.#offsets.has(name);
  }

  /** The live values of one parameter; writing to them changes the weights. */
  values(name: string): Float32Array {
    return this.view(this.flat, name);
  }

  /** The part of another buffer of the same layout (gradients, moments) that belongs to the parameter. */
  view(flat: Float32Array, name: string): Float32Array {
    const place = this.#offsets.get(name);
    if (place === undefined) throw userError('engine-parameter', `engine: there is no parameter called ${name}`);
    return flat.subarray(place.offset, place.offset + place.size);
  }

  /** A zeroed buffer of the same layout. */
  like(): Float32Array {
    return new Float32Array(this.flat.length);
  }

  /** The weights as feeds of a program, under their names. */
  feeds(): Record<string, Float32Array> {
    return Object.fromEntries(this.specs.map(({ name }) => [name, this.values(name)]));
  }

  /** Normal with the given standard deviation. */
  fillNormal(name: string, deviation: number, random: Random): void {
    const values = this.values(name);
    for (let i = 0; i < values.length; i++) values[i] = random.normal() * deviation;
  }

  fill(name: string, value: number): void {
    this.values(name).fill(value);
  }
}
