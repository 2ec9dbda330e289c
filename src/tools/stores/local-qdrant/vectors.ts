/**
 * Vectors in their three shapes (dense, sparse, multi), read from what a request carries and checked to the last number: wrong
 * dimension, NaN and infinity are refused here, before anything is stored.
 */
import type { CollectionConfig, VectorSpec } from './collection-config.ts';
import { badRequest, invalid, unsupported } from './errors.ts';

export interface DenseVector {
  kind: 'dense';
  values: Float32Array;
}

/** `indices` ascending and unique. */
export interface SparseVector {
  kind: 'sparse';
  indices: Uint32Array;
  values: Float32Array;
}

/** `values` holds `rows` vectors of the collection's dimension one after the other. */
export interface MultiVector {
  kind: 'multi';
  rows: number;
  values: Float32Array;
}

export type StoredVector = DenseVector | SparseVector | MultiVector;
/** By vector name; the unnamed vector has the name ''. */
export type PointVectors = Map<string, StoredVector>;

const isNumbers = (value: unknown): value is readonly number[] | Float32Array =>
  value instanceof Float32Array ||
  (Array.isArray(value) && (value.length === 0 || typeof value[0] === 'number' || typeof value[0] === 'bigint'));

function readDense(value: readonly number[] | Float32Array, spec: VectorSpec, where: string): Float32Array {
  if (value.length !== spec.size) {
    throw badRequest(`Vector dimension error: expected dim: ${spec.size}, got ${value.length} (${where})`);
  }
  const out = toFloats(value, where);
  if (spec.distance === 'Cosine') normalize(out, 0, out.length);
  return out;
}

function toFloats(values: readonly number[] | Float32Array, where: string): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) {
    const value: unknown = values[i];
    // BigInt is how whole numbers above 2^53 come; null is what JSON makes of a NaN.
    const number = typeof value === 'bigint' ? Number(value) : value;
    if (typeof number === 'number') out[i] = number;
    // x - x is 0 for finite numbers and NaN otherwise.
    if (typeof number !== 'number' || out[i]! - out[i]! !== 0) {
      throw badRequest(`${where} holds ${value} at position ${i}; every component must be a finite 32-bit number`);
    }
  }
  return out;
}

/** Divides by the length, as the server does on insertion for Cosine; a zero vector stays as it is. */
export function normalize(values: Float32Array, from: number, to: number): void {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i]! * values[i]!;
  if (sum === 0) return;
  const length = Math.sqrt(sum);
  if (Math.abs(length - 1) < 1e-6) return;
  for (let i = from; i < to; i++) values[i] = values[i]! / length;
}

function readMulti(value: readonly unknown[], spec: VectorSpec, where: string): MultiVector {
  const size = spec.size;
  if (value.length === 0) throw invalid(`${where} is an empty multivector; give it at least one vector`);
  const values = new Float32Array(value.length * size);
  value.forEach((row, r) => {
    if (!isNumbers(row)) throw badRequest(`${where}[${r}] must be an array of numbers`);
    if (row.length === 0) throw invalid(`${where}[${r}] is empty; every vector of a multivector has ${size} numbers`);
    values.set(readDense(row, spec, `${where}[${r}]`), r * size);
  });
  return { kind: 'multi', rows: value.length, values };
}

function readSparse(value: unknown, where: string): SparseVector {
  if (typeof value !== 'object' || value === null || !('indices' in value) || !('values' in value)) {
    throw badRequest(`${where} must be a sparse vector {indices, values}`);
  }
  const { indices, values } = value;
  const isList = (list: unknown): list is readonly number[] => Array.isArray(list) || ArrayBuffer.isView(list);
  if (!isList(indices) || !isList(values) || indices.length !== values.length) {
    throw (isList(indices) && isList(values) ? invalid : badRequest)(
      `${where}: indices and values must be arrays of the same length`,
    );
  }
  const size = indices.length;
  let sorted = true;
  for (let i = 0; i < size; i++) {
    const index = indices[i]!;
    if (!Number.isInteger(index) || index < 0 || index > 0xffff_ffff) {
      throw badRequest(`${where}.indices[${i}] is ${index}; indices are unsigned 32-bit integers`);
    }
    if (i > 0 && index <= indices[i - 1]!) sorted = false;
  }
  const outIndices = new Uint32Array(indices);
  const outValues = toFloats(values, `${where}.values`);
  if (!sorted) {
    const order = Array.from(outIndices.keys()).sort((a, b) => outIndices[a]! - outIndices[b]!);
    const byIndex = order.map((i) => outIndices[i]!);
    const byValue = order.map((i) => outValues[i]!);
    for (let i = 1; i < size; i++) {
      if (byIndex[i] === byIndex[i - 1]) throw invalid(`${where}.indices must be unique; ${byIndex[i]} appears twice`);
    }
    outIndices.set(byIndex);
    outValues.set(byValue);
  }
  return { kind: 'sparse', indices: outIndices, values: outValues };
}

/** One vector for one named slot of the collection. A single dense vector is a multivector of one row. */
export function readVector(value: unknown, spec: VectorSpec, where: string): StoredVector {
  if (value !== null && typeof value === 'object' && ('text' in value || 'image' in value || 'object' in value)) {
    throw unsupported(`inference objects as vectors (${where})`, 'embed on the client and send the vector');
  }
  switch (spec.kind) {
    case 'sparse':
      return readSparse(value, where);
    case 'dense':
      if (isNumbers(value)) return { kind: 'dense', values: readDense(value, spec, where) };
      throw badRequest(`${where} must be an array of ${spec.size} numbers`);
    case 'multi':
      if (isNumbers(value)) return { kind: 'multi', rows: 1, values: readDense(value, spec, where) };
      if (Array.isArray(value)) return readMulti(value, spec, where);
      throw badRequest(`${where} must be an array of arrays of ${spec.size} numbers`);
    default:
      return spec.kind satisfies never;
  }
}

/** The `vector` field of a point: the unnamed vector itself, or an object by vector name. */
export function readPointVectors(input: unknown, config: CollectionConfig, where: string): PointVectors {
  const out: PointVectors = new Map();
  if (input === undefined || input === null) return out;
  if (Array.isArray(input) || input instanceof Float32Array) {
    const spec = config.vector('');
    if (!spec) throw badRequest(`${where}: this collection has named vectors; send {"<name>": [...]}`);
    out.set('', readVector(input, spec, where));
    return out;
  }
  if (typeof input !== 'object') throw badRequest(`${where} must be an array or an object of vectors by name`);
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined) continue;
    const spec = config.vector(name);
    if (!spec) throw badRequest(`Not existing vector name error: ${name} (${where}); known: ${config.describeNames()}`);
    if (Array.isArray(value) && value.length === 0)
      throw invalid(`${where}.${name} is empty; leave the name out instead`);
    out.set(name, readVector(value, spec, `${where}.${name}`));
  }
  return out;
}

/** The shortest decimal that reads back as the same 32-bit number, which is what the server prints. */
function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

export type VectorOutput = number[] | number[][] | { indices: number[]; values: number[] };

export function vectorOutput(vector: StoredVector): VectorOutput {
  switch (vector.kind) {
    case 'dense':
      return Array.from(vector.values, shortestFloat);
    case 'sparse':
      return { indices: Array.from(vector.indices), values: Array.from(vector.values, shortestFloat) };
    case 'multi': {
      const size = vector.values.length / vector.rows;
      return Array.from({ length: vector.rows }, (_, r) =>
        Array.from(vector.values.subarray(r * size, (r + 1) * size), shortestFloat),
      );
    }
    default:
      return vector satisfies never;
  }
}
