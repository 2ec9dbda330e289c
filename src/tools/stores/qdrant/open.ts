/**
 * The port on a Qdrant server: the real client, with typed errors and retries around every call. All calls of the port can be
 * repeated safely (writes name their ids), so a call whose answer was lost is simply sent again.
 */
import { QdrantClient } from '@qdrant/js-client-rest';
import type { StorePort } from '../port.ts';
import { toQdrantError } from './errors.ts';
import { createRetry, type RetryOptions } from './retry.ts';
import { isLoopback, requireSupportedServer } from './version.ts';

export interface QdrantOptions {
  /** For example http://localhost:6333. */
  url: string;
  apiKey?: string;
  /** Milliseconds for one attempt; default 30,000. */
  timeout?: number;
  retry?: RetryOptions;
}

export interface QdrantStore extends StorePort {
  readonly url: string;
  /** The client itself, for what the port does not have; its errors are its own. */
  readonly client: QdrantClient;
  close(): Promise<void>;
}

const METHODS: readonly (keyof StorePort)[] = [
  'createCollection',
  'deleteCollection',
  'getCollection',
  'getCollections',
  'collectionExists',
  'updateCollectionAliases',
  'getAliases',
  'createPayloadIndex',
  'upsert',
  'delete',
  'retrieve',
  'scroll',
  'count',
  'query',
  'queryBatch',
];

/** What a server that is too old, or something else, may answer with; its own message would lead astray. */
const FROM_ANOTHER_SERVER = new Set(['qdrant-not-found', 'qdrant-bad-request', 'qdrant-unexpected-answer']);

/** Makes no request: a server that is down shows at the first call. `checkQdrant` says what is wrong with one. */
export async function openQdrant({
  url,
  apiKey,
  timeout = 30_000,
  retry: retryOptions,
}: QdrantOptions): Promise<QdrantStore> {
  let client: QdrantClient;
  try {
    // Without a port in the address the client would add 6333, also behind https where a proxy listens on 443.
    const { port, protocol, hostname } = new URL(url);
    // The client warns of any key on plain http. What does not leave the machine cannot be overheard.
    const key = apiKey === undefined ? {} : isLoopback(hostname) ? { headers: { 'api-key': apiKey } } : { apiKey };
    client = new QdrantClient({
      url,
      ...key,
      timeout,
      checkCompatibility: false,
      ...(port === '' && protocol === 'https:' ? { port: 443 } : {}),
    });
  } catch (error) {
    throw toQdrantError(error, url);
  }
  const retry = createRetry(retryOptions);
  // Once, after the first answer: before it, a server that is down or busy would be asked twice as often.
  let supported: Promise<void> | undefined;
  const requireSupported = () => {
    supported ??= requireSupportedServer({ url, apiKey, timeout });
    return supported;
  };
  const guarded = (name: keyof StorePort) => {
    const method = client[name].bind(client) as (...values: unknown[]) => Promise<unknown>;
    return (...values: unknown[]) =>
      retry(async () => {
        try {
          const result = await method(...values);
          await requireSupported();
          return result;
        } catch (error) {
          const typed = toQdrantError(error, url);
          if (FROM_ANOTHER_SERVER.has(typed.code)) await requireSupported();
          throw typed;
        }
      });
  };
  const methods = Object.fromEntries(METHODS.map((name) => [name, guarded(name)])) as unknown as StorePort;
  return { ...methods, url, client, close: async () => undefined };
}
