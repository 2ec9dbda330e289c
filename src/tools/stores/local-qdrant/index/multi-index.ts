/**
 * Multivectors of one name (late interaction): per slot a list of vectors, scored by MaxSim, the sum over query vectors of the
 * best similarity with any of the point's vectors.
 */
import type { Distance } from '../collection-config.ts';
import type { MultiVector } from '../vectors.ts';
import { Bitmap } from './bitmap.ts';
import { type Similarity, similarityOf } from './dense-index.ts';
import type { TopK } from './top-k.ts';

export class MultiIndex {
  readonly size: number;
  readonly distance: Distance;
  readonly present = new Bitmap(0);
  readonly #vectors: (MultiVector | undefined)[] = [];
  readonly #similarity: Similarity;

  constructor(size: number, distance: Distance) {
    this.size = size;
    this.distance = distance;
    this.#similarity = similarityOf(distance);
  }

  set(slot: number, vector: MultiVector): void {
    this.#vectors[slot] = { ...vector, values: vector.values.slice() };
    this.present.set(slot);
  }

  remove(slot: number): void {
    this.#vectors[slot] = undefined;
    this.present.clear(slot);
  }

  get(slot: number): MultiVector | undefined {
    return this.#vectors[slot];
  }

  /** MaxSim of a present slot. Higher is better; for Euclid and Manhattan the similarities are negative distances. */
  score(slot: number, query: MultiVector): number {
    const stored = this.#vectors[slot]!;
    const { size } = this;
    let sum = 0;
    for (let q = 0; q < query.rows; q++) {
      const row = query.values.subarray(q * size, (q + 1) * size);
      let best = -Infinity;
      for (let r = 0; r < stored.rows; r++) {
        const similarity = this.#similarity(stored.values, r * size, row, size);
        if (similarity > best) best = similarity;
      }
      sum += best;
    }
    return Math.fround(sum);
  }

  /** Offers every present slot of `allowed` (all present ones if undefined) to `top`. */
  scan(query: MultiVector, allowed: Bitmap | undefined, threshold: number, top: TopK): void {
    const candidates = allowed ? allowed.copy().and(this.present) : this.present;
    for (const slot of candidates.toSlots()) {
      const score = this.score(slot, query);
      if (score >= threshold) top.offer(slot, score);
    }
  }
}
