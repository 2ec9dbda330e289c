/**
 * Compacted postings beside the rows, so that a store opens without reading every vector. A cache, not the truth: it names the
 * version it reflects, later writes are replayed over it, and anything odd in it means to build from the rows.
 */
import type { SparseIndex } from '../index/sparse-index.ts';
import type { Database } from './database.ts';
import { decodeRun, encodeRun } from './run-codec.ts';

/** SQLite takes blobs up to a gigabyte; parts stay far below. */
const PART_BYTES = 32 * 1024 * 1024;

/** The version the cache of a collection reflects; undefined where there is none. */
export function cachedVersion(database: Database, collection: number): number | undefined {
  const { data } = database.get("SELECT data FROM cache WHERE collection = ? AND name = 'version'", collection) ?? {};
  if (!(data instanceof Uint8Array)) return undefined;
  const version = Number(new TextDecoder().decode(data));
  return Number.isInteger(version) ? version : undefined;
}

/** Replaces the cache; inside a transaction of the caller. */
export function saveCache(
  database: Database,
  collection: number,
  version: number,
  indexes: ReadonlyMap<string, SparseIndex>,
): void {
  database.run('DELETE FROM cache WHERE collection = ?', collection);
  const insert = (name: string, part: number, data: Uint8Array) =>
    database.run('INSERT INTO cache (collection, name, part, data) VALUES (?, ?, ?, ?)', collection, name, part, data);
  for (const [name, index] of indexes) {
    const bytes = encodeRun(index.compact(), Uint32Array.from(index.present.toSlots()));
    for (let part = 0; part * PART_BYTES < bytes.length; part++) {
      insert(`sparse:${name}`, part, bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES));
    }
  }
  insert('version', 0, new TextEncoder().encode(String(version)));
}

/** Restores all indexes from the cache; false where one is missing or damaged, and then none may be used. */
export function restoreCache(
  database: Database,
  collection: number,
  indexes: ReadonlyMap<string, SparseIndex>,
): boolean {
  for (const [name, index] of indexes) {
    const rows = database.all(
      'SELECT data FROM cache WHERE collection = ? AND name = ? ORDER BY part',
      collection,
      `sparse:${name}`,
    );
    const decoded = decodeRun(rows.flatMap(({ data }) => (data instanceof Uint8Array ? [data] : [])));
    if (!decoded) return false;
    index.restore(decoded.run, decoded.slots);
  }
  return true;
}
