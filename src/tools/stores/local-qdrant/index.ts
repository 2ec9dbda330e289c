/**
 * LocalQdrant: the methods of `QdrantClient` on an embedded store, without a server. Switch by changing one line:
 *
 *   const client = await openLocalQdrant({ location: './qdrant-data' });   // was: new QdrantClient({ url })
 */
import type { LocalQdrant } from './client-face.ts';
import { LocalQdrantEngine } from './local-qdrant.ts';
import { openInWorker } from './worker-client.ts';

export type { LocalQdrant } from './client-face.ts';
export { isLocalQdrantError, LocalQdrantError } from './errors.ts';

export interface LocalQdrantOptions {
  /** A directory, created if needed, or ':memory:' for a store that ends with `close`. */
  location: string;
  /** Reads what a writer elsewhere has committed; takes no lock and also works in a directory that cannot be written. */
  readOnly?: boolean;
  /**
   * What an acknowledged write survives: a power cut (default; one disk sync a request) or only a killed process (`process`,
   * faster with many small requests).
   */
  durability?: 'power-loss' | 'process';
  /** Seed of `sample: random` queries; default 0. */
  seed?: number;
  /** Run the store in a thread of its own: calls cost a message each, and never hold up the event loop. Default false. */
  worker?: boolean;
  /**
   * Collections of at least this many points (20,000 is a good number) find candidates for dense queries in an approximate index
   * of the optional package `usearch`, built in the background, and score them exactly: about ten times faster at 100,000 points
   * for a recall of about 0.99. Queries with `params: { exact: true }` never use it. Default: never.
   */
  annFrom?: number;
  /**
   * Fields of requests that the API does not know. A server ignores them, and so does this (`ignore`, the default), so that code
   * behaves the same on both. `refuse` finds typing errors: a bad request names the field and the known ones.
   */
  unknownFields?: 'ignore' | 'refuse';
  /** Quota: the store file grows to this many pages of 4 kB at most, then writes fail as on a full disk. Default: none. */
  pageLimit?: number;
}

/**
 * Opens a store. Throws `local-qdrant-locked` if another process writes it, `local-qdrant-missing` if it is opened read-only and
 * is not there, `local-qdrant-corrupt` if the file does not read.
 */
export async function openLocalQdrant({
  location,
  readOnly = false,
  durability = 'power-loss',
  seed = 0,
  worker = false,
  pageLimit,
  annFrom,
  unknownFields = 'ignore',
}: LocalQdrantOptions): Promise<LocalQdrant> {
  const options = { location, readOnly, durability, seed, pageLimit, annFrom, unknownFields };
  return worker ? openInWorker(options) : new LocalQdrantEngine(options);
}
