/**
 * The graphs of the sampler: one that reads prompts, perhaps behind a beginning they share, and one that decodes a token a row. A
 * program holds the shapes it was built for; the least recently used ones leave, so that memory stays flat whatever comes.
 */
import { Graph, type Tensor } from '../engine/graph.ts';
import { concat, expand, gatherRows, reshape, rotaryTables } from '../engine/operators/index.ts';
import { compile, type Program, type RuntimeOptions } from '../engine/program.ts';
import { ProgramCache } from '../engine/program-cache.ts';
import type { CausalLm } from './causal-lm.ts';
import type { CausalLmConfig } from './config.ts';
import { causalMask, decoder, languageHead } from './decoder.ts';
import { weightInputs } from './weight-inputs.ts';

/** Compiled programs that are kept. */
const KEPT = 24;

export class SamplerPrograms {
  readonly #model: CausalLm;
  readonly #runtime: RuntimeOptions;
  readonly #programs: ProgramCache;

  constructor(model: CausalLm, runtime: RuntimeOptions, kept = KEPT) {
    this.#model = model;
    this.#runtime = runtime;
    this.#programs = new ProgramCache(kept);
  }

  get size(): number {
    return this.#programs.size;
  }

  /** Reads `batch` prompts of `length` tokens each that stand behind `past` positions common to them all. */
  reading(batch: number, length: number, past: number): Promise<Program> {
    return this.#program(`read ${batch} ${length} ${past}`, () => this.#buildReading(batch, length, past));
  }

  /** Takes one token a row, its keys and values in a cache of `capacity` positions. */
  decoding(batch: number, capacity: number): Promise<Program> {
    return this.#program(`decode ${batch} ${capacity}`, () => this.#buildDecoding(batch, capacity));
  }

  /** Logits of every position of one sequence. */
  whole(length: number): Promise<Program> {
    return this.#program(`whole ${length}`, () => {
      const { config } = this.#model;
      const { graph, parts } = this.#parts();
      const tokens = graph.input('tokens', [1, length], 'int32');
      const { hidden } = decoder({ ...parts, tokens, ...positionsFrom(graph, config, { length, past: 0 }) });
      return { logits: languageHead(hidden, config, parts.weight) };
    });
  }

  release(): Promise<void> {
    return this.#programs.release();
  }

  #program(key: string, build: () => Record<string, Tensor>): Promise<Program> {
    return this.#programs.get(key, () => compile(build(), this.#runtime));
  }

  #parts() {
    const graph = new Graph();
    const { config, lora } = this.#model;
    return { graph, parts: { weight: weightInputs(graph, this.#model), config, lora } };
  }

  #buildReading(batch: number, length: number, past: number): Record<string, Tensor> {
    const { config } = this.#model;
    const { graph, parts } = this.#parts();
    const tokens = graph.input('tokens', [batch, length], 'int32');
    const common = past > 0 ? { past: pastInputs(graph, config, { batch, rows: 1, length: past }) } : {};
    const { hidden, present } = decoder({
      ...parts,
      tokens,
      ...positionsFrom(graph, config, { length, past }),
      ...common,
    });
    const last = gatherRows(reshape(hidden, [batch * length, config.hidden]), graph.input('last', [batch], 'int32'));
    return { logits: languageHead(last, config, parts.weight), ...presentOutputs(present) };
  }

  #buildDecoding(batch: number, capacity: number): Record<string, Tensor> {
    const { config } = this.#model;
    const { graph, parts } = this.#parts();
    const half = config.headSize / 2;
    const { hidden, present } = decoder({
      ...parts,
      tokens: graph.input('tokens', [batch, 1], 'int32'),
      cosine: graph.input('cosine', [batch, 1, 1, half]),
      sine: graph.input('sine', [batch, 1, 1, half]),
      mask: graph.input('mask', [batch, 1, 1, 1, capacity + 1]),
      past: pastInputs(graph, config, { batch, rows: batch, length: capacity }),
    });
    const logits = languageHead(reshape(hidden, [batch, config.hidden]), config, parts.weight);
    return { logits, ...presentOutputs(present) };
  }
}

/** Inputs `past.0.key` and so on, of one row that all share or of a row each. */
function pastInputs(
  graph: Graph,
  { layers, keyValueHeads, headSize }: CausalLmConfig,
  { batch, rows, length }: { batch: number; rows: number; length: number },
): { key: Tensor; value: Tensor }[] {
  const shape = [rows, keyValueHeads, length, headSize];
  const one = (name: string): Tensor => {
    const input = graph.input(name, shape);
    return rows === batch ? input : expand(input, [batch, keyValueHeads, length, headSize]);
  };
  return Array.from({ length: layers }, (_, layer) => ({
    key: one(`past.${layer}.key`),
    value: one(`past.${layer}.value`),
  }));
}

/** Angles of the positions `past` to `past + length`, and a mask by which each sees what stands before it and itself. */
function positionsFrom(graph: Graph, config: CausalLmConfig, { length, past }: { length: number; past: number }) {
  const half = config.headSize / 2;
  const angles = rotaryTables({ positions: past + length, headSize: config.headSize, base: config.rotaryBase });
  const mask = causalMask(graph, length);
  return {
    cosine: graph.constant(angles.cosine.slice(past * half), [length, half]),
    sine: graph.constant(angles.sine.slice(past * half), [length, half]),
    mask: past > 0 ? concat([graph.constant(new Float32Array(length * past), [length, past]), mask], 1) : mask,
  };
}

function presentOutputs(present: readonly { key: Tensor; value: Tensor }[]): Record<string, Tensor> {
  return Object.fromEntries(
    present.flatMap(({ key, value }, layer) => [
      [`${layer}.key`, key],
      [`${layer}.value`, value],
    ]),
  );
}
