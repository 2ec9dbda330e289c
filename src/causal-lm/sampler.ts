/**
 * Batched sampling with cached keys and values, from the live weights: ids and log-probabilities are captured where they are
 * sampled. A prompt is read once; then every step feeds one token a row. Cache slots are positions, so rows of different
 * lengths need no shifting.
 */
import { userError } from '../common/errors.ts';
import { keyedRandom } from '../common/random.ts';
import { Graph, type Tensor } from '../engine/graph.ts';
import { gatherRows, reshape, rotaryTables } from '../engine/operators/index.ts';
import type { Parameters } from '../engine/parameters.ts';
import { compile, type Program, type RuntimeOptions } from '../engine/program.ts';
import type { CausalLmConfig, LoraConfig } from './config.ts';
import { causalMask, decoder, languageHead } from './decoder.ts';

export interface SampleOptions {
  maxTokens: number;
  /** 0 takes the likeliest token. Log-probabilities are those of the tempered distribution. Default 1. */
  temperature?: number;
  /** Only the k likeliest; log-probabilities stay those of the whole distribution. Off by default, and off in training. */
  topK?: number;
  /** Tokens that end a row; the token itself is kept. Default: the model's own. */
  endTokens?: readonly number[];
  /** Row r draws its step t from (seed, r, t), or from (seeds[r], t): whatever else is in the batch. */
  seed?: string | number;
  seeds?: readonly (string | number)[];
  signal?: AbortSignal;
}

export interface SampledRow {
  tokenIds: number[];
  /** Natural, one a token. */
  logProbabilities: number[];
  /** False where `maxTokens` cut it. */
  ended: boolean;
}

export interface CausalLm {
  config: CausalLmConfig;
  /** Base weights, and adapters where there are any. */
  parameters: readonly Parameters[];
  lora?: LoraConfig;
}

const roundUp = (value: number, step: number): number => Math.max(step, Math.ceil(value / step) * step);

export class Sampler {
  readonly #model: CausalLm;
  readonly #runtime: RuntimeOptions;
  readonly #programs = new Map<string, Promise<Program>>();
  /** Ends when the call under way does: programs write into buffers of their own, which two calls at once would share. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(model: CausalLm, runtime: RuntimeOptions = {}) {
    this.#model = model;
    this.#runtime = runtime;
  }

  /**
   * One continuation a prompt, in order. Calls wait for each other; many prompts in one call are faster than many calls. Throws
   * `sampler-prompt` for an empty prompt or an unknown token.
   */
  sample(prompts: readonly (readonly number[])[], options: SampleOptions): Promise<SampledRow[]> {
    const sampled = this.#turn.then(() => this.#sample(prompts, options));
    this.#turn = sampled.catch(() => {});
    return sampled;
  }

  async #sample(
    prompts: readonly (readonly number[])[],
    {
      maxTokens,
      temperature = 1,
      topK,
      endTokens = this.#model.config.endTokens,
      seed = 0,
      seeds,
      signal,
    }: SampleOptions,
  ): Promise<SampledRow[]> {
    const { config } = this.#model;
    prompts.forEach((prompt, row) => {
      if (prompt.length === 0) throw userError('sampler-prompt', `sampler: prompt ${row} is empty`);
      const unknown = prompt.find((id) => !(id >= 0 && id < config.vocabulary));
      if (unknown !== undefined) {
        throw userError(
          'sampler-prompt',
          `sampler: prompt ${row} holds the token ${unknown}, the model knows ${config.vocabulary}; is this its tokenizer?`,
        );
      }
    });
    signal?.throwIfAborted();
    const batch = prompts.length;
    const rows = prompts.map((): SampledRow => ({ tokenIds: [], logProbabilities: [], ended: false }));
    if (batch === 0 || maxTokens < 1) return rows;
    const longest = Math.max(...prompts.map((prompt) => prompt.length));
    const capacity = roundUp(longest + maxTokens, 64);
    const cache = new Cache(config, batch, capacity);
    const weights = Object.assign({}, ...this.#model.parameters.map((part) => part.feeds())) as Record<
      string,
      Float32Array
    >;

    const length = roundUp(longest, 32);
    const tokens = new Int32Array(batch * length);
    prompts.forEach((prompt, row) => {
      tokens.set(prompt, row * length);
    });
    const last = Int32Array.from(prompts, (prompt, row) => row * length + prompt.length - 1);
    const reading = await this.#program(`read ${batch} ${length}`, () => this.#buildReading(batch, length));
    await reading.run({ ...weights, tokens, last });
    for (let row = 0; row < batch; row++) cache.store(reading, row, 0, prompts[row]!.length, length);
    let logits = reading.outputs.logits!;

    const positions = prompts.map((prompt) => prompt.length);
    const next = new Int32Array(batch);
    const decoding = await this.#program(`decode ${batch} ${capacity}`, () => this.#buildDecoding(batch, capacity));
    const mask = new Float32Array(batch * (capacity + 1)).fill(-1e9);
    const half = config.headSize / 2;
    const angles = rotaryTables({ positions: capacity, headSize: config.headSize, base: config.rotaryBase });
    const cosine = new Float32Array(batch * half);
    const sine = new Float32Array(batch * half);
    for (let step = 0; step < maxTokens; step++) {
      signal?.throwIfAborted();
      rows.forEach((row, index) => {
        if (row.ended) return;
        const draw = keyedRandom('sampler', ...(seeds ? [seeds[index]!] : [seed, index]), step).next();
        const part = logits.subarray(index * config.vocabulary, (index + 1) * config.vocabulary);
        const { token, logProbability } = drawToken(part, { temperature, topK, draw });
        row.tokenIds.push(token);
        row.logProbabilities.push(logProbability);
        row.ended = endTokens.includes(token);
        next[index] = token;
      });
      if (step === maxTokens - 1 || rows.every((row) => row.ended)) break;
      for (let row = 0; row < batch; row++) {
        const position = positions[row]!;
        mask.fill(0, row * (capacity + 1), row * (capacity + 1) + position);
        mask[row * (capacity + 1) + capacity] = 0;
        cosine.set(angles.cosine.subarray(position * half, (position + 1) * half), row * half);
        sine.set(angles.sine.subarray(position * half, (position + 1) * half), row * half);
      }
      await decoding.run({ ...weights, ...cache.feeds(), tokens: next, mask, cosine, sine });
      for (let row = 0; row < batch; row++) {
        if (rows[row]!.ended) continue;
        cache.store(decoding, row, positions[row]!, 1, 1);
        positions[row]!++;
      }
      logits = decoding.outputs.logits!;
    }
    return rows;
  }

  /** Logits [prompt, vocabulary] of every position of one sequence: for parity checks. */
  async logits(ids: readonly number[]): Promise<Float32Array> {
    const { config } = this.#model;
    const { graph, weight } = this.#weights();
    const tokens = graph.input('tokens', [1, ids.length], 'int32');
    const { hidden } = decoder({ ...this.#parts(weight), tokens, ...staticAngles(graph, config, ids.length) });
    const program = await compile({ logits: languageHead(hidden, config, weight) }, this.#runtime);
    await program.run({
      ...Object.assign({}, ...this.#model.parameters.map((part) => part.feeds())),
      tokens: Int32Array.from(ids),
    });
    const logits = program.outputs.logits!.slice();
    await program.release();
    return logits;
  }

  async release(): Promise<void> {
    const programs = [...this.#programs.values()];
    this.#programs.clear();
    for (const program of programs) await (await program).release();
  }

  #program(key: string, build: () => Record<string, Tensor>): Promise<Program> {
    const known = this.#programs.get(key);
    if (known) return known;
    const program = compile(build(), this.#runtime);
    this.#programs.set(key, program);
    program.catch(() => this.#programs.delete(key));
    return program;
  }

  #weights() {
    const graph = new Graph();
    const inputs = new Map<string, Tensor>();
    for (const part of this.#model.parameters) {
      for (const { name, shape } of part.specs) inputs.set(name, graph.input(name, shape));
    }
    const weight = (name: string): Tensor => {
      const tensor = inputs.get(name);
      if (!tensor) throw userError('engine-parameter', `sampler: the weight ${name} is missing`);
      return tensor;
    };
    return { graph, weight };
  }

  #parts(weight: (name: string) => Tensor) {
    return { weight, config: this.#model.config, lora: this.#model.lora };
  }

  #buildReading(batch: number, length: number): Record<string, Tensor> {
    const { config } = this.#model;
    const { graph, weight } = this.#weights();
    const tokens = graph.input('tokens', [batch, length], 'int32');
    const { hidden, present } = decoder({
      ...this.#parts(weight),
      tokens,
      ...staticAngles(graph, config, length),
    });
    const last = gatherRows(reshape(hidden, [batch * length, config.hidden]), graph.input('last', [batch], 'int32'));
    return { logits: languageHead(last, config, weight), ...presentOutputs(present) };
  }

  #buildDecoding(batch: number, capacity: number): Record<string, Tensor> {
    const { config } = this.#model;
    const { graph, weight } = this.#weights();
    const half = config.headSize / 2;
    const past = Array.from({ length: config.layers }, (_, layer) => {
      const shape = [batch, config.keyValueHeads, capacity, config.headSize];
      return { key: graph.input(`past.${layer}.key`, shape), value: graph.input(`past.${layer}.value`, shape) };
    });
    const { hidden, present } = decoder({
      ...this.#parts(weight),
      tokens: graph.input('tokens', [batch, 1], 'int32'),
      cosine: graph.input('cosine', [batch, 1, 1, half]),
      sine: graph.input('sine', [batch, 1, 1, half]),
      mask: graph.input('mask', [batch, 1, 1, 1, capacity + 1]),
      past,
    });
    const logits = languageHead(reshape(hidden, [batch, config.hidden]), config, weight);
    return { logits, ...presentOutputs(present) };
  }
}

function staticAngles(graph: Graph, config: CausalLmConfig, length: number) {
  const angles = rotaryTables({ positions: length, headSize: config.headSize, base: config.rotaryBase });
  const shape = [length, config.headSize / 2];
  return {
    cosine: graph.constant(angles.cosine, shape),
    sine: graph.constant(angles.sine, shape),
    mask: causalMask(graph, length),
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

/** Keys and values of a batch: [batch, keyValueHeads, capacity, headSize] for each layer. */
class Cache {
  readonly #config: CausalLmConfig;
  readonly #capacity: number;
  readonly #parts: Record<string, Float32Array> = {};

  constructor(config: CausalLmConfig, batch: number, capacity: number) {
    this.#config = config;
    this.#capacity = capacity;
    for (let layer = 0; layer < config.layers; layer++) {
      for (const part of ['key', 'value']) {
        this.#parts[`${layer}.${part}`] = new Float32Array(batch * config.keyValueHeads * capacity * config.headSize);
      }
    }
  }

  /** Copies `count` positions of a row out of a program's outputs, whose rows are `length` positions wide. */
  store(program: Program, row: number, position: number, count: number, length: number): void {
    const { keyValueHeads, headSize } = this.#config;
    for (const [name, target] of Object.entries(this.#parts)) {
      const source = program.outputs[name]!;
      for (let head = 0; head < keyValueHeads; head++) {
        const from = (row * keyValueHeads + head) * length * headSize;
        const to = ((row * keyValueHeads + head) * this.#capacity + position) * headSize;
        target.set(source.subarray(from, from + count * headSize), to);
      }
    }
  }

  feeds(): Record<string, Float32Array> {
    return Object.fromEntries(Object.entries(this.#parts).map(([name, values]) => [`past.${name}`, values]));
  }
}

/** A token drawn from logits by a uniform number in [0, 1), with its log-probability. */
function drawToken(
  logits: Float32Array,
  { temperature, topK, draw }: { temperature: number; topK?: number; draw: number },
): { token: number; logProbability: number } {
  const scale = 1 / (temperature || 1);
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
  const top = logits[best]! * scale;
  let total = 0;
  for (let id = 0; id < logits.length; id++) total += Math.exp(logits[id]! * scale - top);
  const logProbability = (id: number): number => logits[id]! * scale - top - Math.log(total);
  if (temperature === 0) return { token: best, logProbability: logProbability(best) };
  const floor =
    topK === undefined ? Number.NEGATIVE_INFINITY : (logits.toSorted().at(-topK) ?? Number.NEGATIVE_INFINITY);
  let mass = 0;
  for (let id = 0; id < logits.length; id++) if (logits[id]! >= floor) mass += Math.exp(logits[id]! * scale - top);
  let left = draw * mass;
  let token = best;
  for (let id = 0; id < logits.length; id++) {
    if (logits[id]! < floor) continue;
    token = id;
    left -= Math.exp(logits[id]! * scale - top);
    if (left < 0) break;
  }
  return { token, logProbability: logProbability(token) };
}
