/**
 * Sets of slots as bits: 32 slots a word. The operators change and return the left set, except `not`, which needs the universe
 * it is the complement in.
 */
export class Bitmap {
  words: Uint32Array;

  constructor(slots: number) {
    this.words = new Uint32Array((slots + 31) >>> 5);
  }

  /** Grows so that `slot` can be addressed; never shrinks. */
  reserve(slots: number): void {
    const needed = (slots + 31) >>> 5;
    if (needed <= this.words.length) return;
    const grown = new Uint32Array(Math.max(needed, this.words.length * 2, 8));
    grown.set(this.words);
    this.words = grown;
  }

  set(slot: number): void {
    this.reserve(slot + 1);
    this.words[slot >>> 5]! |= 1 << (slot & 31);
  }

  clear(slot: number): void {
    if (slot >>> 5 < this.words.length) this.words[slot >>> 5]! &= ~(1 << (slot & 31));
  }

  has(slot: number): boolean {
    const word = this.words[slot >>> 5];
    return word !== undefined && (word & (1 << (slot & 31))) !== 0;
  }

  copy(): Bitmap {
    const out = new Bitmap(0);
    out.words = this.words.slice();
    return out;
  }

  and(other: Bitmap): this {
    const { words } = this;
    const theirs = other.words;
    for (let i = 0; i < words.length; i++) words[i]! &= theirs[i] ?? 0;
    return this;
  }

  or(other: Bitmap): this {
    this.reserve(other.words.length * 32);
    const { words } = this;
    const theirs = other.words;
    for (let i = 0; i < theirs.length; i++) words[i]! |= theirs[i]!;
    return this;
  }

  /** The members of `universe` that are not in this set. */
  not(universe: Bitmap): Bitmap {
    const out = universe.copy();
    const theirs = this.words;
    const { words } = out;
    for (let i = 0; i < words.length; i++) words[i]! &= ~(theirs[i] ?? 0);
    return out;
  }

  count(): number {
    let total = 0;
    for (const word of this.words) {
      if (word === 0) continue;
      let v = word - ((word >>> 1) & 0x5555_5555);
      v = (v & 0x3333_3333) + ((v >>> 2) & 0x3333_3333);
      total += (((v + (v >>> 4)) & 0x0f0f_0f0f) * 0x0101_0101) >>> 24;
    }
    return total;
  }

  /** The members in ascending order, as a dense list: cheaper to walk than the bits where several passes follow. */
  toSlots(): Int32Array {
    const out = new Int32Array(this.count());
    let size = 0;
    const { words } = this;
    for (let i = 0; i < words.length; i++) {
      let word = words[i]!;
      while (word !== 0) {
        const low = word & -word;
        out[size++] = (i << 5) + (31 - Math.clz32(low));
        word ^= low;
      }
    }
    return out;
  }
}
