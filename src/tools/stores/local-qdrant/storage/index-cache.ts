/**
 * The indexes in large pieces beside the rows, so that a store opens without reading every point: compacted postings and, in large
 * collections, blocks of dense vectors. A cache, not the truth: it names the version it reflects, later writes are replayed over
 * it, and anything odd in it means to build from the rows.
 */
import type { DenseIndex } from '../index/dense-index.ts';
import type { SparseIndex } from '../index/sparse-index.ts';
import type { VectorIndexes } from '../index/vector-indexes.ts';
import { bytesSum, sumFits } from './checksum.ts';
import type { Database } from './database.ts';
import { decodeRun, encodeRun } from './run-codec.ts';

/** SQLite takes blobs up to a gigabyte; parts stay far below. */
const PART_BYTES = 32 * 1024 * 1024;

/**
 * From this many points on, dense vectors are cached, too: opening 100,000 of them from rows takes most of a second and leaves as
 * much garbage as vectors, from blocks neither, for a file half as large again or twice as large.
 */
const DENSE_LEAST_POINTS = 20_000;

const VERSION = 'version';

export interface CachedIndexes {
  /** The version that the cached indexes reflect. */
  version: number;
  /** Whether dense vectors are among them. */
  dense: boolean;
}

/** What the cache of a collection holds; undefined where there is none. */
export function cachedIndexes(database: Database, collection: number): CachedIndexes | undefined {
  const sql = `SELECT data, ${database.sum} FROM cache WHERE collection = ? AND name = ?`;
  const { data, sum } = database.get(sql, collection, VERSION) ?? {};
  if (!(data instanceof Uint8Array) || !sumFits(sum, bytesSum(0, data))) return undefined;
  const [version, dense] = new TextDecoder().decode(data).split(' ');
  return Number.isInteger(Number(version)) ? { version: Number(version), dense: dense === 'dense' } : undefined;
}

/** Replaces the cache; inside a transaction of the caller. */
export function saveCache(
  database: Database,
  collection: number,
  { version, count, indexes }: { version: number; count: number; indexes: VectorIndexes },
): void {
  database.run('DELETE FROM cache WHERE collection = ?', collection);
  const insert = (name: string, part: number, data: Uint8Array) =>
    database.run(
      "INSERT INTO cache (collection, name, part, data, sum) VALUES (?, ?, ?, coalesce(?, x''), ?)",
      collection,
      name,
      part,
      data,
      bytesSum(part, data),
    );
  for (const [name, index] of indexes.sparse) {
    const bytes = encodeRun(index.compact(), Uint32Array.from(index.present.toSlots()));
    for (let part = 0; part * PART_BYTES < bytes.length; part++) {
      insert(`sparse:${name}`, part, bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES));
    }
  }
  const dense = count >= DENSE_LEAST_POINTS;
  if (dense) {
    for (const [name, index] of indexes.dense) {
      insert(`present:${name}`, 0, bytesOf(index.present.words));
      for (let b = 0; b < index.blockCount; b++) insert(`dense:${name}`, b, bytesOf(index.usedBlock(b)));
    }
  }
  insert(VERSION, 0, new TextEncoder().encode(dense ? `${version} dense` : String(version)));
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array | Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Restores the cached indexes; false where a part is missing or damaged, and then none may be used. */
export function restoreCache(
  database: Database,
  collection: number,
  { cached, indexes }: { cached: CachedIndexes; indexes: VectorIndexes },
): boolean {
  const part = (name: string, number: number): Uint8Array | undefined => {
    const sql = `SELECT data, ${database.sum} FROM cache WHERE collection = ? AND name = ? AND part = ?`;
    const { data, sum } = database.get(sql, collection, name, number) ?? {};
    return data instanceof Uint8Array && sumFits(sum, bytesSum(number, data)) ? data : undefined;
  };
  for (const [name, index] of indexes.sparse)
    if (!restoreSparse(index, (number) => part(`sparse:${name}`, number))) return false;
  if (!cached.dense) return true;
  for (const [name, index] of indexes.dense) {
    if (!restoreDense(index, part(`present:${name}`, 0), (number) => part(`dense:${name}`, number))) return false;
  }
  return true;
}

type Parts = (number: number) => Uint8Array | undefined;

function restoreSparse(index: SparseIndex, part: Parts): boolean {
  const parts: Uint8Array[] = [];
  for (let data = part(0); data; data = part(parts.length)) parts.push(data);
  const decoded = decodeRun(parts);
  if (decoded) index.restore(decoded.run, decoded.slots);
  return decoded !== undefined;
}

function restoreDense(index: DenseIndex, present: Uint8Array | undefined, part: Parts): boolean {
  if (!present || present.length % 4 !== 0) return false;
  index.present.words = new Uint32Array(present.slice().buffer);
  const slots = index.present.toSlots();
  const last = slots[slots.length - 1];
  for (let b = 0; last !== undefined && index.slots <= last; b++) {
    const data = part(b);
    if (!data || !index.restoreBlock(data)) return false;
  }
  return true;
}
