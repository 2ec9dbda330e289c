/**
 * The bytes in which all vectors of one point are stored: little-endian 32-bit words. Per vector a header of three words
 * (position of its name in the collection's list of names, shape, two counts packed by shape), then its numbers.
 *
 *   dense   [name * 4 + 0, components, 0] float32...
 *   sparse  [name * 4 + 1, entries, 0]    uint32 indices..., float32 values...
 *   multi   [name * 4 + 2, rows, components of one row] float32...
 */
import type { MultiVector, PointVectors, SparseVector, StoredVector } from '../vectors.ts';

const DENSE = 0;
const SPARSE = 1;
const MULTI = 2;
const HEADER = 3;

const wordsOf = (vector: StoredVector): number =>
  vector.kind === 'sparse' ? vector.indices.length * 2 : vector.values.length;

export function encodeVectors(vectors: PointVectors, names: readonly string[]): Uint8Array {
  let total = 0;
  for (const vector of vectors.values()) total += HEADER + wordsOf(vector);
  const words = new Uint32Array(total);
  const floats = new Float32Array(words.buffer);
  let at = 0;
  for (const [name, vector] of vectors) {
    const position = names.indexOf(name);
    if (position < 0) throw new RangeError(`the vector name ${name} is not in the collection's list`);
    const start = at + HEADER;
    switch (vector.kind) {
      case 'dense':
        words.set([position * 4 + DENSE, vector.values.length, 0], at);
        floats.set(vector.values, start);
        break;
      case 'sparse':
        words.set([position * 4 + SPARSE, vector.indices.length, 0], at);
        words.set(vector.indices, start);
        floats.set(vector.values, start + vector.indices.length);
        break;
      case 'multi':
        words.set([position * 4 + MULTI, vector.rows, vector.values.length / vector.rows], at);
        floats.set(vector.values, start);
        break;
      default:
        vector satisfies never;
    }
    at = start + wordsOf(vector);
  }
  return new Uint8Array(words.buffer);
}

/** Calls `visit` for every vector in the bytes. The arrays are views of them where alignment allows: copy to keep. */
export function visitVectors(
  bytes: Uint8Array,
  names: readonly string[],
  visit: (name: string, vector: StoredVector) => void,
): void {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const words = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >>> 2);
  const floats = new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >>> 2);
  let at = 0;
  while (at + HEADER <= words.length) {
    const tag = words[at]!;
    const count = words[at + 1]!;
    const size = words[at + 2]!;
    const name = names[tag >>> 2];
    const start = at + HEADER;
    const shape = tag & 3;
    const length = shape === SPARSE ? count * 2 : shape === MULTI ? count * size : count;
    if (name === undefined || shape > MULTI || start + length > words.length) {
      throw new RangeError('the stored bytes of a point do not decode');
    }
    at = start + length;
    if (shape === SPARSE) {
      const indices = words.subarray(start, start + count);
      visit(name, { kind: 'sparse', indices, values: floats.subarray(start + count, at) } satisfies SparseVector);
    } else if (shape === MULTI) {
      visit(name, { kind: 'multi', rows: count, values: floats.subarray(start, at) } satisfies MultiVector);
    } else {
      visit(name, { kind: 'dense', values: floats.subarray(start, at) });
    }
  }
}

export function decodeVectors(bytes: Uint8Array, names: readonly string[]): PointVectors {
  const out: PointVectors = new Map();
  visitVectors(bytes, names, (name, vector) => out.set(name, vector));
  return out;
}
