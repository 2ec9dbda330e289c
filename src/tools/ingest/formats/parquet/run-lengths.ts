/**
 * Numbers of a few bits each, as Parquet packs levels, flags and places in a dictionary: runs of one value and runs of packed bits by
 * turns. They are unpacked as they are asked for, so that a run of a thousand million takes no memory.
 */
export class RunLengths {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #width: number;
  #at: number;
  /** Values left of the run, and what they are; undefined where they are packed, from bit `#bit` of byte `#at` on. */
  #left = 0;
  #value: number | undefined;
  #bit = 0;

  constructor(bytes: Uint8Array, { start, end, width }: { start: number; end: number; width: number }) {
    if (width > 32) throw new Error(`numbers of ${width} bits are told, of 32 at most they can be`);
    if (start > end || end > bytes.length) throw new Error('the values of a page break off');
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#width = width;
  }

  /** The next `count` of them. Throws where there are fewer. */
  read(count: number): Uint32Array {
    const out = new Uint32Array(count);
    if (this.#width === 0) return out;
    for (let place = 0; place < count; ) {
      if (this.#left === 0) this.#startRun();
      const part = Math.min(this.#left, count - place);
      if (this.#value === undefined) for (let index = 0; index < part; index++) out[place + index] = this.#unpack();
      else out.fill(this.#value, place, place + part);
      place += part;
      this.#left -= part;
      if (this.#left === 0 && this.#bit > 0) {
        this.#at++;
        this.#bit = 0;
      }
    }
    return out;
  }

  #byte(): number {
    if (this.#at >= this.#end) throw new Error('the values of a page break off');
    return this.#bytes[this.#at++]!;
  }

  #startRun(): void {
    let head = 0;
    for (let shift = 0; ; shift += 7) {
      const part = this.#byte();
      head += (part & 0x7f) * 2 ** shift;
      if (part < 0x80) break;
      if (shift === 28) throw new Error('a run of values has a length without an end');
    }
    const length = Math.floor(head / 2);
    if (head % 2 === 0) {
      let value = 0;
      for (let shift = 0; shift < this.#width; shift += 8) value += this.#byte() * 2 ** shift;
      this.#value = value;
      this.#left = length;
      return;
    }
    // The last eight may be cut short.
    const there = Math.floor(((this.#end - this.#at) * 8) / this.#width);
    this.#value = undefined;
    this.#left = Math.min(length * 8, there);
    if (length > 0 && there === 0) throw new Error('the values of a page break off');
  }

  #unpack(): number {
    let value = 0;
    for (let got = 0; got < this.#width; ) {
      const part = Math.min(8 - this.#bit, this.#width - got);
      value |= ((this.#bytes[this.#at]! >> this.#bit) & ((1 << part) - 1)) << got;
      got += part;
      this.#bit += part;
      if (this.#bit === 8) {
        this.#bit = 0;
        this.#at++;
      }
    }
    return value >>> 0;
  }
}
