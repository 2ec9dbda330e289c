/**
 * Batched sampling with cached keys and values, from the live weights: ids and log-probabilities are captured where they are
 * sampled. Prompts that are alike are read once, and so is a beginning that all share; then every step feeds one token a row. Rows
 * that have ended leave the batch.
 */
import { userError } from '../common/errors.ts';
import { keyedRandom } from '../common/random.ts';
import { rotaryTables } from '../engine/operators/index.ts';
import type { RuntimeOptions } from '../engine/program.ts';
import { roundUp } from './bucket.ts';
import type { CausalLm } from './causal-lm.ts';
import { type DecisionForm, foregone, mayFollow, writeBars } from './decision-form.ts';
import { drawToken } from './draw-token.ts';
import { KeyValueCache, type KeyValues } from './key-value-cache.ts';
import { SamplerPrograms } from './sampler-programs.ts';

export interface SampleOptions {
  maxTokens: number;
  /** 0 takes the likeliest token. Log-probabilities are those of the tempered distribution. Default 1. */
  temperature?: number;
  /** Only the k likeliest; log-probabilities stay those of the whole distribution. Off by default, and off in training. */
  topK?: number;
  /** Tokens that end a row; the token itself is kept. Default: the model's own. */
  endTokens?: readonly number[];
  /** What rows are held to: they begin with its opening, and what is foregone by it is not sampled and has the log-probability 0. */
  form?: DecisionForm;
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

/** Batch sizes that programs are built for; padding rows cost what a row costs. */
const padded = (rows: number): number => (rows <= 4 ? rows : roundUp(rows, rows <= 16 ? 4 : 8));

/** Positions that a cache grows by. */
const GROWTH = 32;
/** A shared beginning is cut to a multiple of this, so that few programs are built; a shorter one is not worth a program. */
const PREFIX_STEP = 16;
const SHORTEST_PREFIX = 32;

/** Fed to a row that nothing is asked of. */
const PADDING = { token: 0, position: 0 };

/** What the reading of prompts leaves: the logits behind each, and its keys and values. */
interface ReadPrompts {
  logits(prompt: number): Float32Array;
  /** Puts the keys and values of a prompt at the beginning of a row. */
  fill(cache: KeyValueCache, row: number, prompt: number): void;
}

export class Sampler {
  readonly #model: CausalLm;
  readonly #programs: SamplerPrograms;
  /** Ends when the call under way does: programs write into buffers of their own, which two calls at once would share. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(model: CausalLm, runtime: RuntimeOptions = {}) {
    this.#model = model;
    this.#programs = new SamplerPrograms(model, runtime);
  }

  /** Compiled programs that are held now; bounded, whatever was sampled. */
  get cachedPrograms(): number {
    return this.#programs.size;
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
    { maxTokens, temperature = 1, topK, endTokens = this.#model.config.endTokens, ...options }: SampleOptions,
  ): Promise<SampledRow[]> {
    const { form, seed = 0, seeds, signal } = options;
    const { config } = this.#model;
    checkPrompts(prompts, config.vocabulary);
    signal?.throwIfAborted();
    const opening = form?.open ?? [];
    const rows = prompts.map((): SampledRow => {
      return { tokenIds: [...opening], logProbabilities: opening.map(() => 0), ended: false };
    });
    if (prompts.length === 0 || maxTokens < 1) return rows;
    const { unique, which } = alike(prompts.map((prompt) => [...prompt, ...opening]));
    const bars = new Float32Array(form ? config.vocabulary : 0);
    const read = await this.#read(unique);
    /** Draws the next token of a row; false where it has ended. */
    const draw = (index: number, logits: Float32Array): boolean => {
      const row = rows[index]!;
      const key = seeds ? [seeds[index]!] : [seed, index];
      const chance = keyedRandom('sampler', ...key, row.tokenIds.length).next();
      const open = form ? held(logits, writeBars(mayFollow(form, row.tokenIds), bars)) : logits;
      const { token, logProbability } = drawToken(open, { temperature, topK, draw: chance });
      const rest = (form && foregone(form, [...row.tokenIds, token])) ?? [];
      row.tokenIds.push(token, ...rest);
      row.logProbabilities.push(logProbability, ...rest.map(() => 0));
      row.ended = endTokens.includes(row.tokenIds.at(-1)!);
      return !row.ended && row.tokenIds.length < maxTokens;
    };
    let live = [...rows.keys()].filter((index) => draw(index, read.logits(which[index]!)));
    if (live.length === 0) return rows;
    const longest = Math.max(...prompts.map((prompt) => prompt.length)) + opening.length;
    let cache = new KeyValueCache(config, padded(live.length), roundUp(longest + 1, GROWTH));
    for (const [slot, index] of live.entries()) read.fill(cache, slot, which[index]!);
    /** The row that stands in each slot of the cache. */
    let slots = [...live];
    const length = (index: number): number => prompts[index]!.length + rows[index]!.tokenIds.length;
    while (live.length > 0) {
      signal?.throwIfAborted();
      const capacity = roundUp(Math.max(...live.map(length)), GROWTH);
      const size = padded(live.length);
      if (capacity > cache.capacity || size <= 0.7 * cache.rows) {
        const kept = live.map((index) => ({ row: slots.indexOf(index), count: length(index) - 1 }));
        cache = cache.withRows(kept, size, Math.max(capacity, cache.capacity));
        slots = [...live];
      }
      // A row that has ended may be longer than the cache has room for: until its slot is given up, it is padding.
      const fed = slots.map((index) =>
        live.includes(index) ? { token: rows[index]!.tokenIds.at(-1)!, position: length(index) - 1 } : PADDING,
      );
      const logits = await this.#decode(cache, fed);
      const { vocabulary } = config;
      live = live.filter((index) => {
        const slot = slots.indexOf(index);
        return draw(index, logits.subarray(slot * vocabulary, (slot + 1) * vocabulary));
      });
    }
    return rows;
  }

  /** Reads each prompt once, behind what all of them begin with. */
  async #read(prompts: readonly (readonly number[])[]): Promise<ReadPrompts> {
    const { config } = this.#model;
    const past = sharedPrefix(prompts);
    const weights = this.#feeds();
    let prefix: KeyValues = {};
    if (past > 0) {
      const program = await this.#programs.reading(1, past, 0);
      const tokens = Int32Array.from(prompts[0]!.slice(0, past));
      await program.run({ ...weights, tokens, last: Int32Array.of(past - 1) });
      prefix = program.outputs;
    }
    const rests = prompts.map((prompt) => prompt.slice(past));
    const length = roundUp(Math.max(...rests.map((rest) => rest.length)), PREFIX_STEP);
    const batch = padded(prompts.length);
    const tokens = new Int32Array(batch * length);
    const last = new Int32Array(batch);
    for (const [row, rest] of rests.entries()) {
      tokens.set(rest, row * length);
      last[row] = row * length + rest.length - 1;
    }
    const program = await this.#programs.reading(batch, length, past);
    const given = Object.entries(prefix).filter(([name]) => name !== 'logits');
    const common = Object.fromEntries(given.map(([name, values]) => [`past.${name}`, values]));
    await program.run({ ...weights, ...common, tokens, last });
    const { logits } = program.outputs;
    return {
      logits: (prompt) => logits!.subarray(prompt * config.vocabulary, (prompt + 1) * config.vocabulary),
      fill(cache, row, prompt) {
        if (past > 0) cache.store(prefix, { from: 0, length: past, count: past, row, position: 0 });
        const count = rests[prompt]!.length;
        cache.store(program.outputs, { from: prompt, length, count, row, position: past });
      },
    };
  }

  /** One token a slot, at its position, its keys and values put into the cache; returns the logits behind them. */
  async #decode(cache: KeyValueCache, fed: readonly { token: number; position: number }[]): Promise<Float32Array> {
    const { config } = this.#model;
    const { rows, capacity } = cache;
    const half = config.headSize / 2;
    const angles = this.#angles(capacity);
    const tokens = new Int32Array(rows);
    const mask = new Float32Array(rows * (capacity + 1)).fill(-1e9);
    const cosine = new Float32Array(rows * half);
    const sine = new Float32Array(rows * half);
    for (let row = 0; row < rows; row++) {
      // A padding row sees itself alone.
      const { token, position } = fed[row] ?? PADDING;
      tokens[row] = token;
      mask.fill(0, row * (capacity + 1), row * (capacity + 1) + position);
      mask[row * (capacity + 1) + capacity] = 0;
      cosine.set(angles.cosine.subarray(position * half, (position + 1) * half), row * half);
      sine.set(angles.sine.subarray(position * half, (position + 1) * half), row * half);
    }
    const program = await this.#programs.decoding(rows, capacity);
    await program.run({ ...this.#feeds(), ...cache.feeds(), tokens, mask, cosine, sine });
    for (const [row, { position }] of fed.entries())
      cache.store(program.outputs, { from: row, length: 1, count: 1, row, position });
    return program.outputs.logits!;
  }

  #tables: { capacity: number; cosine: Float32Array; sine: Float32Array } | undefined;

  #angles(capacity: number) {
    const { headSize, rotaryBase: base } = this.#model.config;
    if (!this.#tables || this.#tables.capacity < capacity)
      this.#tables = { capacity, ...rotaryTables({ positions: capacity, headSize, base }) };
    return this.#tables;
  }

  #feeds(): Record<string, Float32Array> {
    return Object.assign({}, ...this.#model.parameters.map((part) => part.feeds()));
  }

  /** Logits [prompt, vocabulary] of every position of one sequence: for parity checks. */
  async logits(ids: readonly number[]): Promise<Float32Array> {
    const program = await this.#programs.whole(ids.length);
    await program.run({ ...this.#feeds(), tokens: Int32Array.from(ids) });
    return program.outputs.logits!.slice();
  }

  async release(): Promise<void> {
    await this.#turn;
    await this.#programs.release();
  }
}

/** Into `bars`: rows of the same prompt share their logits. */
function held(logits: Float32Array, bars: Float32Array): Float32Array {
  for (let id = 0; id < bars.length; id++) bars[id]! += logits[id]!;
  return bars;
}

function checkPrompts(prompts: readonly (readonly number[])[], vocabulary: number): void {
  for (const [row, prompt] of prompts.entries()) {
    if (prompt.length === 0) throw userError('sampler-prompt', `sampler: prompt ${row} is empty`);
    const unknown = prompt.find((id) => !(id >= 0 && id < vocabulary));
    if (unknown === undefined) continue;
    throw userError(
      'sampler-prompt',
      `sampler: prompt ${row} holds the token ${unknown}, the model knows ${vocabulary}; is this its tokenizer?`,
    );
  }
}

/** The different prompts, in the order they first occur, and which of them each row has. */
function alike(prompts: readonly (readonly number[])[]): { unique: (readonly number[])[]; which: number[] } {
  const places = new Map<string, number>();
  const unique: (readonly number[])[] = [];
  const which = prompts.map((prompt) => {
    const key = prompt.join();
    const known = places.get(key) ?? unique.push(prompt) - 1;
    places.set(key, known);
    return known;
  });
  return { unique, which };
}

/** Tokens that all prompts begin with and that are worth reading apart; each prompt has at least one more. */
function sharedPrefix(prompts: readonly (readonly number[])[]): number {
  if (prompts.length < 2) return 0;
  const [first, ...others] = prompts as [readonly number[], ...(readonly number[])[]];
  let shared = Math.min(...prompts.map((prompt) => prompt.length)) - 1;
  for (const other of others) {
    let same = 0;
    while (same < shared && other[same] === first[same]) same++;
    shared = same;
  }
  return shared < SHORTEST_PREFIX ? 0 : shared - (shared % PREFIX_STEP);
}
