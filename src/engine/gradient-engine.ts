/**
 * Forward, loss and backward as one static graph per shape bucket. A bucket is any JSON value that fixes every shape (batch,
 * length); its program is built at first use (some 0.1 s) and kept, the least recently used leaving first.
 */
import { canonicalJson } from '../common/content-hash.ts';
import { isR1RouterError, R1RouterError, userError } from '../common/errors.ts';
import { differentiate } from './differentiate.ts';
import { Graph, type Tensor } from './graph.ts';
import type { Parameters } from './parameters.ts';
import { compile, type Feeds, type Program, type RuntimeOptions } from './program.ts';
import { ProgramCache } from './program-cache.ts';
import { sizeOf } from './shapes.ts';

export interface BuildInput<Bucket> {
  graph: Graph;
  bucket: Bucket;
  /** A parameter as a tensor of the graph. */
  weight(name: string): Tensor;
}

export interface BuiltLoss {
  /** One value, to be made smaller. */
  loss: Tensor;
  /** Further float32 values to look at, e.g. entropy; they get no gradient. */
  metrics?: Readonly<Record<string, Tensor>>;
}

export interface GradientEngineOptions<Bucket> extends RuntimeOptions {
  /** Trained: gradients are taken with respect to these. */
  parameters: Parameters;
  /** Read only, e.g. the base model under adapters. */
  frozen?: Parameters;
  build(input: BuildInput<Bucket>): BuiltLoss;
  /** Compiled buckets kept; default 16. */
  cacheSize?: number;
}

/** A loss or gradient that is not a number. The weights are untouched: the step that would have used it did not happen. */
export class NonFiniteError extends R1RouterError {
  readonly quantity: 'loss' | 'gradient';
  readonly value: number;

  constructor(quantity: 'loss' | 'gradient', value: number) {
    super(
      `engine: the ${quantity} is ${value}; the weights were not changed. Lower the learning rate, clip the gradient norm, or look at the last batch`,
      { code: 'non-finite', kind: 'model' },
    );
    this.quantity = quantity;
    this.value = value;
  }
}

/** Holds for one that another thread threw, too. */
export function isNonFiniteError(error: unknown): error is NonFiniteError {
  return isR1RouterError(error) && error.code === 'non-finite' && 'quantity' in error;
}

export interface GradientResult {
  loss: number;
  /** Views that the next run of the same bucket overwrites. */
  metrics: Readonly<Record<string, Float32Array>>;
}

export class GradientEngine<Bucket> {
  readonly parameters: Parameters;
  /** Gradients of the last run, in the layout of `parameters`. */
  readonly gradient: Float32Array;
  readonly #options: GradientEngineOptions<Bucket>;
  readonly #programs: ProgramCache;

  constructor(options: GradientEngineOptions<Bucket>) {
    this.#options = options;
    this.#programs = new ProgramCache(options.cacheSize ?? 16);
    this.parameters = options.parameters;
    this.gradient = options.parameters.like();
  }

  /** Writes `gradient` and returns the loss. Throws NonFiniteError where the loss is not a number. */
  async run(bucket: Bucket, feeds: Feeds): Promise<GradientResult> {
    const program = await this.#programs.get(canonicalJson(bucket), () => this.#compile(bucket));
    await program.run({ ...this.#options.frozen?.feeds(), ...this.parameters.feeds(), ...feeds });
    const loss = program.outputs.loss![0]!;
    if (!Number.isFinite(loss)) throw new NonFiniteError('loss', loss);
    const metrics = Object.fromEntries(
      Object.entries(program.outputs).flatMap(([name, values]) =>
        name.startsWith('metric:') ? [[name.slice(7), values]] : [],
      ),
    );
    return { loss, metrics };
  }

  get cachedBuckets(): number {
    return this.#programs.size;
  }

  release(): Promise<void> {
    return this.#programs.release();
  }

  async #compile(bucket: Bucket): Promise<Program> {
    const { parameters, frozen, build } = this.#options;
    const graph = new Graph();
    const weights = new Map<string, Tensor>();
    const weight = (name: string): Tensor => {
      const known = weights.get(name);
      if (known) return known;
      const owner = parameters.has(name) ? parameters : frozen;
      const spec = owner?.specs.find((candidate) => candidate.name === name);
      if (!spec) throw userError('engine-parameter', `engine: there is no parameter called ${name}`);
      const tensor = graph.input(name, spec.shape);
      weights.set(name, tensor);
      return tensor;
    };
    for (const spec of parameters.specs) weight(spec.name);
    const { loss, metrics = {} } = build({ graph, bucket, weight });
    const gradients = differentiate(
      loss,
      parameters.specs.map((spec) => weight(spec.name)),
    );
    const outputs: Record<string, Tensor> = { loss };
    const buffers: Record<string, Float32Array> = {};
    for (const [name, tensor] of Object.entries(metrics)) outputs[`metric:${name}`] = tensor;
    parameters.specs.forEach(({ name, shape }, index) => {
      if (sizeOf(shape) === 0) return;
      outputs[`gradient:${name}`] = gradients[index]!;
      buffers[`gradient:${name}`] = parameters.view(this.gradient, name);
    });
    return compile(outputs, { ...this.#options, buffers });
  }
}
