/**
 * All dense vectors of one name, in blocks of 8,192 slots, each one contiguous Float32Array: growing never copies more than one
 * block, and a block is the unit handed to the matrix product. Exact scoring only.
 */
import type { Distance } from '../collection-config.ts';
import { Bitmap } from './bitmap.ts';
import type { TopK } from './top-k.ts';

export const BLOCK_SLOTS = 8192;
const BLOCK_SHIFT = 13;
const FIRST_BLOCK = 256;

export type Similarity = (a: Float32Array, at: number, b: Float32Array, size: number) => number;

function dot(a: Float32Array, at: number, b: Float32Array, size: number): number {
  // One running sum in order of the components, as `dotFour` adds: a row scores the same on either way.
  let sum = 0;
  for (let i = 0; i < size; i++) sum += a[at + i]! * b[i]!;
  return sum;
}

/** Four neighbouring rows at once: each number of the query is loaded once for all, about twice as fast as row by row. */
function dotFour(a: Float32Array, at: number, b: Float32Array, size: number, out: Float64Array): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const at1 = at + size;
  const at2 = at1 + size;
  const at3 = at2 + size;
  for (let i = 0; i < size; i++) {
    const x = b[i]!;
    s0 += a[at + i]! * x;
    s1 += a[at1 + i]! * x;
    s2 += a[at2 + i]! * x;
    s3 += a[at3 + i]! * x;
  }
  out[0] = s0;
  out[1] = s1;
  out[2] = s2;
  out[3] = s3;
}

function negativeSquaredEuclid(a: Float32Array, at: number, b: Float32Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) {
    const difference = a[at + i]! - b[i]!;
    sum += difference * difference;
  }
  return -sum;
}

function negativeManhattan(a: Float32Array, at: number, b: Float32Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += Math.abs(a[at + i]! - b[i]!);
  return -sum;
}

/** Higher is better for every distance: Euclid is its negative square, Manhattan negative. */
export function similarityOf(distance: Distance): Similarity {
  switch (distance) {
    case 'Cosine':
    case 'Dot':
      return dot;
    case 'Euclid':
      return negativeSquaredEuclid;
    case 'Manhattan':
      return negativeManhattan;
    default:
      return distance satisfies never;
  }
}

/** From the internal "higher is better" to the score the server reports. */
export function reportedScore(distance: Distance, score: number): number {
  if (distance === 'Euclid') return Math.fround(Math.sqrt(Math.abs(score)));
  if (distance === 'Manhattan') return Math.fround(Math.abs(score));
  return score;
}

/** From a threshold in reported scores to the internal scale. */
export function internalThreshold(distance: Distance, threshold: number): number {
  if (distance === 'Euclid') return -threshold * threshold;
  if (distance === 'Manhattan') return -threshold;
  return threshold;
}

/** Whether a reported score is better than a threshold; equal is not, as on the server. */
export function isBeyond(distance: Distance, score: number, threshold: number): boolean {
  return distance === 'Euclid' || distance === 'Manhattan' ? score < threshold : score > threshold;
}

export class DenseIndex {
  readonly size: number;
  readonly distance: Distance;
  readonly present = new Bitmap(0);
  readonly #blocks: Float32Array[] = [];
  readonly #similarity: Similarity;
  /** Number of slots ever addressed. */
  #slots = 0;

  constructor(size: number, distance: Distance) {
    this.size = size;
    this.distance = distance;
    this.#similarity = similarityOf(distance);
  }

  get slots(): number {
    return this.#slots;
  }

  /** The block that holds slots from `index * BLOCK_SLOTS`; may be shorter than a full block. */
  block(index: number): Float32Array {
    return this.#blocks[index]!;
  }

  /** The part of a block that slots have used. */
  usedBlock(index: number): Float32Array {
    const rows = Math.min(BLOCK_SLOTS, this.#slots - index * BLOCK_SLOTS);
    return this.block(index).subarray(0, rows * this.size);
  }

  /** Appends a block as `usedBlock` gave it; false if the bytes are none. `present` is restored by itself. */
  restoreBlock(bytes: Uint8Array): boolean {
    const width = this.size * 4;
    const rows = bytes.length / width;
    if (!Number.isInteger(rows) || rows === 0 || rows > BLOCK_SLOTS) return false;
    // A full block with memory of its own is taken over as it is.
    if (rows === BLOCK_SLOTS && bytes.byteOffset === 0 && bytes.buffer.byteLength === bytes.length) {
      this.#blocks.push(new Float32Array(bytes.buffer));
    } else {
      const block = new Float32Array(BLOCK_SLOTS * this.size);
      new Uint8Array(block.buffer).set(bytes);
      this.#blocks.push(block);
    }
    this.#slots = (this.#blocks.length - 1) * BLOCK_SLOTS + rows;
    return true;
  }

  get blockCount(): number {
    return this.#blocks.length;
  }

  set(slot: number, values: Float32Array): void {
    const index = slot >>> BLOCK_SHIFT;
    while (this.#blocks.length <= index) {
      this.#blocks.push(
        new Float32Array((this.#blocks.length === 0 && index === 0 ? FIRST_BLOCK : BLOCK_SLOTS) * this.size),
      );
    }
    const offset = (slot & (BLOCK_SLOTS - 1)) * this.size;
    let block = this.#blocks[index]!;
    if (offset + this.size > block.length) {
      const grown = new Float32Array(Math.min(BLOCK_SLOTS * this.size, Math.max(block.length * 2, offset + this.size)));
      grown.set(block);
      this.#blocks[index] = grown;
      block = grown;
    }
    block.set(values, offset);
    this.present.set(slot);
    if (slot >= this.#slots) this.#slots = slot + 1;
  }

  remove(slot: number): void {
    this.present.clear(slot);
  }

  get(slot: number): Float32Array | undefined {
    if (!this.present.has(slot)) return undefined;
    const offset = (slot & (BLOCK_SLOTS - 1)) * this.size;
    return this.#blocks[slot >>> BLOCK_SHIFT]!.subarray(offset, offset + this.size);
  }

  /** Internal score of one present slot, rounded to 32 bits as the server's are. */
  score(slot: number, query: Float32Array): number {
    const block = this.#blocks[slot >>> BLOCK_SHIFT]!;
    return Math.fround(this.#similarity(block, (slot & (BLOCK_SLOTS - 1)) * this.size, query, this.size));
  }

  /** Offers every present slot of `allowed` (all present ones if undefined) to `top`. */
  scan(query: Float32Array, allowed: Bitmap | undefined, threshold: number, top: TopK): void {
    const { size } = this;
    const similarity = this.#similarity;
    const presentWords = this.present.words;
    const allowedWords = allowed?.words;
    const byFour = similarity === dot;
    const scores = new Float64Array(4);
    let floor = Math.max(threshold, top.floor);
    for (let w = 0; w < presentWords.length; w++) {
      let word = presentWords[w]!;
      if (allowedWords) word &= allowedWords[w] ?? 0;
      if (word === 0) continue;
      const block = this.#blocks[w >>> (BLOCK_SHIFT - 5)]!;
      const base = w << 5;
      const start = (base & (BLOCK_SLOTS - 1)) * size;
      for (let bit = 0; bit < 32; bit += 4) {
        const four = (word >>> bit) & 15;
        if (four === 0) continue;
        if (byFour && four === 15) dotFour(block, start + bit * size, query, size, scores);
        for (let i = 0; i < 4; i++) {
          if ((four & (1 << i)) === 0) continue;
          const score = Math.fround(
            byFour && four === 15 ? scores[i]! : similarity(block, start + (bit + i) * size, query, size),
          );
          if (score < floor) continue;
          top.offer(base + bit + i, score);
          floor = Math.max(threshold, top.floor);
        }
      }
    }
  }
}
