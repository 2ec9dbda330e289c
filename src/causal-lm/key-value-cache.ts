/** Keys and values of a batch that is being decoded: [rows, keyValueHeads, capacity, headSize] for each layer. */
import type { CausalLmConfig } from './config.ts';

/** Keys and values as programs give them, under `0.key`, `0.value`, `1.key` and so on. */
export type KeyValues = Readonly<Record<string, Float32Array>>;

type Shape = Pick<CausalLmConfig, 'layers' | 'keyValueHeads' | 'headSize'>;

export class KeyValueCache {
  readonly rows: number;
  readonly capacity: number;
  readonly #shape: Shape;
  readonly #parts: Record<string, Float32Array> = {};

  constructor(shape: Shape, rows: number, capacity: number) {
    this.rows = rows;
    this.capacity = capacity;
    this.#shape = shape;
    for (let layer = 0; layer < shape.layers; layer++) {
      for (const part of ['key', 'value']) {
        this.#parts[`${layer}.${part}`] = new Float32Array(rows * shape.keyValueHeads * capacity * shape.headSize);
      }
    }
  }

  /** Copies `count` positions of row `from` of `source`, whose rows are `length` positions wide, to `position` of row `row`. */
  store(
    source: KeyValues,
    {
      from,
      length,
      count,
      row,
      position,
    }: { from: number; length: number; count: number; row: number; position: number },
  ): void {
    const { keyValueHeads, headSize } = this.#shape;
    // Behind its room lies another head's or another row's: that must not be written to.
    if (position + count > this.capacity)
      throw new RangeError(`key-value cache: position ${position + count} of ${this.capacity}`);
    for (const [name, target] of Object.entries(this.#parts)) {
      const values = source[name]!;
      for (let head = 0; head < keyValueHeads; head++) {
        const at = (from * keyValueHeads + head) * length * headSize;
        const to = ((row * keyValueHeads + head) * this.capacity + position) * headSize;
        target.set(values.subarray(at, at + count * headSize), to);
      }
    }
  }

  /** Another cache that holds `count[i]` positions of the rows `kept[i]`, in that order. */
  withRows(kept: readonly { row: number; count: number }[], rows: number, capacity: number): KeyValueCache {
    const other = new KeyValueCache(this.#shape, rows, capacity);
    for (const [row, { row: from, count }] of kept.entries())
      other.store(this.#parts, { from, length: this.capacity, count, row, position: 0 });
    return other;
  }

  feeds(): Record<string, Float32Array> {
    return Object.fromEntries(Object.entries(this.#parts).map(([name, values]) => [`past.${name}`, values]));
  }
}
