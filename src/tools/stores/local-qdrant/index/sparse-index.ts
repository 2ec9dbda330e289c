/**
 * All sparse vectors of one name as an inverted index. Postings live in immutable runs (sorted tokens, one slice of slots and
 * weights each); writes gather in a log that becomes a run at the next read, and runs of similar size merge, so that both a bulk
 * load and a trickle of single writes stay cheap. An entry counts only while its slot still names that run as its home.
 */
import type { SparseVector } from '../vectors.ts';
import { Bitmap } from './bitmap.ts';
import type { TopK } from './top-k.ts';

/** Postings of `tokens[t]`: positions `offsets[t]` to `offsets[t + 1]` of `slots` and `weights`. */
export interface SparseRun {
  tokens: Uint32Array;
  offsets: Uint32Array;
  slots: Uint32Array;
  weights: Float32Array;
}

/** A run of the index; an entry is current while `home[slot]` is the run's `id`. */
interface LiveRun extends SparseRun {
  id: number;
}

/** Written since the last read. The latest vector of a slot wins. */
type Pending = Map<number, SparseVector>;

/** Values of `home` that are no run. */
const NOWHERE = 0;
const PENDING = 1;
/** Pending entries above which a run is made without waiting for a read, to bound memory during a load. */
const PENDING_ENTRIES = 4_000_000;

export class SparseIndex {
  readonly idf: boolean;
  readonly present = new Bitmap(0);
  /** Points whose vector has an entry: an empty one is there and counts for nothing. */
  readonly #filled = new Bitmap(0);
  #runs: LiveRun[] = [];
  #pending: Pending = new Map();
  #pendingEntries = 0;
  /** Where the current vector of each slot is: a run's id, PENDING or NOWHERE. */
  #home = new Uint32Array(0);
  #nextRun = 2;
  #filledCount = 0;
  /** True while no slot was ever rewritten or removed: every entry of every run is current. */
  #pristine = true;
  #accumulator = new Float32Array(0);

  constructor(idf: boolean) {
    this.idf = idf;
  }

  set(slot: number, vector: SparseVector): void {
    this.remove(slot);
    this.#reserve(slot + 1);
    this.#home[slot] = PENDING;
    this.present.set(slot);
    if (vector.indices.length > 0) {
      this.#filled.set(slot);
      this.#filledCount += 1;
    }
    this.#pending.set(slot, { kind: 'sparse', indices: vector.indices.slice(), values: vector.values.slice() });
    this.#pendingEntries += vector.indices.length;
    if (this.#pendingEntries > PENDING_ENTRIES) this.#settle();
  }

  remove(slot: number): void {
    if (!this.present.has(slot)) return;
    if (this.#home[slot] === PENDING) this.#pending.delete(slot);
    else this.#pristine = false;
    this.#home[slot] = NOWHERE;
    this.present.clear(slot);
    if (this.#filled.has(slot)) {
      this.#filled.clear(slot);
      this.#filledCount -= 1;
    }
  }

  #reserve(slots: number): void {
    if (slots <= this.#home.length) return;
    const grown = new Uint32Array(Math.max(slots, this.#home.length * 2, 64));
    grown.set(this.#home);
    this.#home = grown;
  }

  /** Turns pending writes into a run and merges runs that are not at least twice the size of the next newer one. */
  #settle(): void {
    if (this.#pending.size > 0) {
      const id = this.#nextRun++;
      this.#runs.push({ ...runOf(this.#pending), id });
      for (const slot of this.#pending.keys()) this.#home[slot] = id;
      this.#pending = new Map();
      this.#pendingEntries = 0;
    }
    while (this.#runs.length > 1) {
      const last = this.#runs[this.#runs.length - 1]!;
      const previous = this.#runs[this.#runs.length - 2]!;
      if (previous.slots.length > 2 * last.slots.length) return;
      this.#runs.splice(-2, 2, this.#merge(previous, last));
    }
  }

  #merge(a: LiveRun, b: LiveRun): LiveRun {
    const merged = { ...mergeRuns(a, b, this.#home), id: this.#nextRun++ };
    // Every slot, not only those with entries left: an empty vector has a home too.
    const home = this.#home;
    for (let slot = 0; slot < home.length; slot++) {
      if (home[slot] === a.id || home[slot] === b.id) home[slot] = merged.id;
    }
    return merged;
  }

  /** Number of points whose vector holds `token`. */
  documentFrequency(token: number): number {
    this.#settle();
    let total = 0;
    for (const run of this.#runs) {
      const t = findToken(run.tokens, token);
      if (t < 0) continue;
      const from = run.offsets[t]!;
      const to = run.offsets[t + 1]!;
      if (this.#pristine) total += to - from;
      else for (let i = from; i < to; i++) if (this.#home[run.slots[i]!] === run.id) total += 1;
    }
    return total;
  }

  /** The query with its values multiplied by the inverse document frequency; `corpus` counts instead of all points if given. */
  weighted(query: SparseVector, corpus?: Bitmap): SparseVector {
    if (!this.idf) return query;
    const values = query.values.slice();
    const total = corpus ? corpus.copy().and(this.#filled).count() : this.#filledCount;
    for (let i = 0; i < values.length; i++) {
      const df = corpus ? this.#frequencyWithin(query.indices[i]!, corpus) : this.documentFrequency(query.indices[i]!);
      values[i] = values[i]! * Math.log((total - df + 0.5) / (df + 0.5) + 1);
    }
    return { ...query, values };
  }

  #frequencyWithin(token: number, corpus: Bitmap): number {
    let total = 0;
    this.#postings(token, (slot) => {
      if (corpus.has(slot)) total += 1;
    });
    return total;
  }

  #postings(token: number, visit: (slot: number, weight: number) => void): void {
    this.#settle();
    for (const run of this.#runs) {
      const t = findToken(run.tokens, token);
      if (t < 0) continue;
      for (let i = run.offsets[t]!; i < run.offsets[t + 1]!; i++) {
        const slot = run.slots[i]!;
        if (this.#pristine || this.#home[slot] === run.id) visit(slot, run.weights[i]!);
      }
    }
  }

  /** Offers every point of `allowed` that shares a token with the (already weighted) query to `top`. */
  scan(query: SparseVector, allowed: Bitmap | undefined, threshold: number, top: TopK): void {
    this.#settle();
    if (this.#accumulator.length < this.#home.length) this.#accumulator = new Float32Array(this.#home.length);
    const scores = this.#accumulator;
    const touched = new Bitmap(this.#home.length);
    const bits = touched.words;
    const home = this.#home;
    const pristine = this.#pristine;
    for (let q = 0; q < query.indices.length; q++) {
      const weight = query.values[q]!;
      for (const run of this.#runs) {
        const t = findToken(run.tokens, query.indices[q]!);
        if (t < 0) continue;
        const { slots, weights, id } = run;
        const end = run.offsets[t + 1]!;
        for (let i = run.offsets[t]!; i < end; i++) {
          const slot = slots[i]!;
          if (!pristine && home[slot] !== id) continue;
          scores[slot]! += weight * weights[i]!;
          bits[slot >>> 5]! |= 1 << (slot & 31);
        }
      }
    }
    const allowedWords = allowed?.words;
    for (let w = 0; w < bits.length; w++) {
      let word = bits[w]!;
      while (word !== 0) {
        const low = word & -word;
        word ^= low;
        const slot = (w << 5) + (31 - Math.clz32(low));
        const score = scores[slot]!;
        scores[slot] = 0;
        // What adds up to nothing is no hit, as on the server.
        if (score === 0 || (allowedWords && (allowedWords[w]! & low) === 0)) continue;
        if (score >= top.floor && score >= threshold) top.offer(slot, score);
      }
    }
  }

  /** Everything current as one run, for the cache on disk. */
  compact(): SparseRun {
    this.#settle();
    const nothing = () => ({ ...runOf(new Map()), id: this.#nextRun++ });
    let merged = this.#runs.shift() ?? nothing();
    for (const run of this.#runs) merged = this.#merge(merged, run);
    if (!this.#pristine) merged = this.#merge(merged, nothing());
    this.#runs = [merged];
    this.#pristine = true;
    return merged;
  }

  /** The state of an empty index after `set` of everything in a compacted run; `slots` lists those that have a vector. */
  restore(run: SparseRun, slots: Uint32Array): void {
    const id = this.#nextRun++;
    this.#runs = [{ ...run, id }];
    this.#reserve(slots.reduce((highest, slot) => Math.max(highest, slot + 1), 0));
    for (const slot of slots) {
      this.present.set(slot);
      this.#home[slot] = id;
    }
    for (const slot of run.slots) this.#filled.set(slot);
    this.#filledCount = this.#filled.count();
  }
}

/** Position of a token in ascending tokens, or -1. */
function findToken(tokens: Uint32Array, token: number): number {
  let low = 0;
  let high = tokens.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const value = tokens[middle]!;
    if (value === token) return middle;
    if (value < token) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

function runOf(vectors: ReadonlyMap<number, SparseVector>): SparseRun {
  const cursor = new Map<number, number>();
  let entries = 0;
  for (const { indices } of vectors.values()) {
    entries += indices.length;
    for (const token of indices) cursor.set(token, (cursor.get(token) ?? 0) + 1);
  }
  const tokens = Uint32Array.from(cursor.keys()).sort();
  const offsets = new Uint32Array(tokens.length + 1);
  tokens.forEach((token, t) => {
    offsets[t + 1] = offsets[t]! + cursor.get(token)!;
    cursor.set(token, offsets[t]!);
  });
  const slots = new Uint32Array(entries);
  const weights = new Float32Array(entries);
  for (const [slot, { indices, values }] of vectors) {
    for (let i = 0; i < indices.length; i++) {
      const at = cursor.get(indices[i]!)!;
      cursor.set(indices[i]!, at + 1);
      slots[at] = slot;
      weights[at] = values[i]!;
    }
  }
  return { tokens, offsets, slots, weights };
}

/** Both runs without the entries whose slot has moved on. */
function mergeRuns(a: LiveRun, b: LiveRun, home: Uint32Array): SparseRun {
  const capacity = a.slots.length + b.slots.length;
  const tokens: number[] = [];
  const offsets: number[] = [0];
  const slots = new Uint32Array(capacity);
  const weights = new Float32Array(capacity);
  let size = 0;
  const append = (run: LiveRun, t: number) => {
    for (let i = run.offsets[t]!; i < run.offsets[t + 1]!; i++) {
      const slot = run.slots[i]!;
      if (home[slot] !== run.id) continue;
      slots[size] = slot;
      weights[size] = run.weights[i]!;
      size += 1;
    }
  };
  let i = 0;
  let j = 0;
  while (i < a.tokens.length || j < b.tokens.length) {
    const left = i < a.tokens.length ? a.tokens[i]! : Infinity;
    const right = j < b.tokens.length ? b.tokens[j]! : Infinity;
    const token = Math.min(left, right);
    if (left === token) append(a, i++);
    if (right === token) append(b, j++);
    if (size > offsets[offsets.length - 1]!) {
      tokens.push(token);
      offsets.push(size);
    }
  }
  const trim = size < capacity;
  return {
    tokens: Uint32Array.from(tokens),
    offsets: Uint32Array.from(offsets),
    slots: trim ? slots.slice(0, size) : slots,
    weights: trim ? weights.slice(0, size) : weights,
  };
}
