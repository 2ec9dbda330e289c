/**
 * One payload path of all points, dictionary-coded: a 32-bit code a slot, and the distinct values once. A filter condition is
 * decided once per distinct value and then read off the codes.
 */
import { stringifyExactly } from '../../../../common/exact-json.ts';
import type { Json } from './json-path.ts';

/** Code of points where the path reaches nothing. */
const MISSING = 0;

export class Column {
  #codes = new Uint32Array(64);
  #size = 0;
  readonly #entries: Json[][] = [[]];
  readonly #scalars = new Map<string | number | boolean | bigint, number>();
  readonly #others = new Map<string, number>();

  /** The distinct results of reading the path, by code. */
  get entries(): readonly Json[][] {
    return this.#entries;
  }

  /** The code of each slot; slots beyond its length are missing. */
  get codes(): Uint32Array {
    return this.#codes.subarray(0, this.#size);
  }

  set(slot: number, values: Json[]): void {
    if (slot >= this.#codes.length) {
      const grown = new Uint32Array(Math.max(slot + 1, this.#codes.length * 2));
      grown.set(this.#codes);
      this.#codes = grown;
    }
    if (slot >= this.#size) this.#size = slot + 1;
    this.#codes[slot] = this.#codeOf(values);
  }

  remove(slot: number): void {
    if (slot < this.#size) this.#codes[slot] = MISSING;
  }

  valuesOf(slot: number): readonly Json[] {
    return this.#entries[slot < this.#size ? this.#codes[slot]! : MISSING]!;
  }

  #codeOf(values: Json[]): number {
    if (values.length === 0) return MISSING;
    const only = values[0]!;
    if (values.length === 1 && typeof only !== 'object') {
      return this.#codeIn(this.#scalars, only, values);
    }
    return this.#codeIn(this.#others, stringifyExactly(values), values);
  }

  #codeIn<K>(dictionary: Map<K, number>, key: K, values: Json[]): number {
    let code = dictionary.get(key);
    if (code === undefined) {
      code = this.#entries.length;
      dictionary.set(key, code);
      this.#entries.push(values);
    }
    return code;
  }
}
