/**
 * A store by its location: a directory is an embedded store, an http(s) URL a Qdrant server. Everything above is the same.
 */
import { isR1RouterError, messageOf, userError } from '../../common/errors.ts';
import { isDamagedStore } from '../damaged-store.ts';
import { openLocalQdrant } from '../stores/local-qdrant/index.ts';
import type { StorePort } from '../stores/port.ts';

export interface OpenStoreOptions {
  /** Default true: many readers may open a directory, one writer. */
  readOnly?: boolean;
  /** Of a server; default the environment variable QDRANT_API_KEY. */
  apiKey?: string;
  /**
   * Of a directory: points from which on a collection is searched through a candidate index. Default 20,000 for a reader, who uses
   * an index that is there (`r1-router kb optimize` builds it), and never for a writer, who would build one.
   */
  annFrom?: number;
  /**
   * Of a server: seconds for which a call is tried again while the server restarts or is overloaded. Default the environment variable
   * QDRANT_RETRY_SECONDS, or 60.
   */
  retrySeconds?: number;
}

/** Smaller collections are searched exactly about as fast. */
export const ANN_FROM = 20_000;

export interface OpenStore {
  store: StorePort;
  location: string;
  close(): Promise<void>;
}

export function isServerLocation(location: string): boolean {
  return /^https?:\/\//i.test(location);
}

/** Throws user errors: `store-corrupt`, and what the store says of a missing or locked directory. */
export async function openStore(
  location: string,
  {
    readOnly = true,
    apiKey = process.env.QDRANT_API_KEY,
    annFrom = readOnly ? ANN_FROM : undefined,
    retrySeconds = retryFromEnvironment(),
  }: OpenStoreOptions = {},
): Promise<OpenStore> {
  if (isServerLocation(location)) {
    const { openQdrant } = await import('../stores/qdrant/open.ts');
    const retry = retrySeconds === undefined ? {} : { window: retrySeconds * 1000 };
    const store = await openQdrant({ url: location, retry, ...(apiKey ? { apiKey } : {}) });
    return { store, location, close: async () => {} };
  }
  try {
    const store = await openLocalQdrant({ location, readOnly, annFrom, unknownFields: 'refuse' });
    return { store, location, close: () => store.close() };
  } catch (error) {
    throw storeError(location, error);
  }
}

function retryFromEnvironment(): number | undefined {
  const text = process.env.QDRANT_RETRY_SECONDS;
  if (text === undefined || text === '') return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds;
  throw userError('invalid-option', `QDRANT_RETRY_SECONDS: "${text}" is not a number of seconds`);
}

/** What a damaged store throws, as an input the user must mend. */
export function storeError(location: string, error: unknown): unknown {
  if (isDamagedStore(error)) return userError('store-corrupt', error.message, error);
  return isR1RouterError(error)
    ? error
    : userError('store-unreadable', `Store ${location}: ${messageOf(error)}`, error);
}
