/**
 * LocalQdrant in a thread of its own: the same methods, each call a message, so that scans and writes never hold up the caller's
 * event loop. The thread does not keep the process alive while nothing is under way.
 */
import { startThread, threadModule } from '../../../common/thread.ts';
import type { LocalQdrant } from './client-face.ts';
import { closedStore, LocalQdrantError, storageFailure } from './errors.ts';
import type { EngineOptions } from './local-qdrant.ts';
import {
  type SentError,
  WORKER_METHODS,
  type WorkerMethod,
  type WorkerRequest,
  type WorkerResponse,
} from './worker-protocol.ts';

interface Waiting {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

export async function openInWorker(options: EngineOptions): Promise<LocalQdrant> {
  const { location } = options;
  const worker = startThread(threadModule(import.meta.url, './worker'), { name: 'local-qdrant', data: options });
  const waiting = new Map<number, Waiting>();
  let next = 0;
  let ended: Error | undefined;

  const settle = (id: number): Waiting | undefined => {
    const entry = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
    return entry;
  };
  const wait = (id: number) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker.ref();
    });
  const end = (error: Error) => {
    ended ??= error;
    for (const id of [...waiting.keys()]) settle(id)?.reject(ended);
  };
  worker.on('message', (response: WorkerResponse) => {
    const entry = settle(response.id);
    if ('error' in response) entry?.reject(received(response.error, location));
    else entry?.resolve(response.result);
  });
  worker.on('error', (error) => end(storageFailure(location, error)));
  worker.on('exit', () => end(closedStore(location)));

  const call = async (method: WorkerMethod, values: unknown[]): Promise<unknown> => {
    if (ended) throw ended;
    next += 1;
    const id = next;
    const answer = wait(id);
    try {
      worker.postMessage({ id, method, values } satisfies WorkerRequest);
    } catch (error) {
      settle(id)?.reject(error);
    }
    return answer;
  };

  try {
    await wait(0);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= call('close', []).then(async () => {
      ended = closedStore(location);
      await worker.terminate();
    });
    return closing;
  };
  const methods = Object.fromEntries(
    WORKER_METHODS.map((method) => [method, (...values: unknown[]) => call(method, values)]),
  ) as unknown as LocalQdrant;
  return { ...methods, close };
}

function received({ message, code, kind, status }: SentError, location: string): Error {
  if (code === undefined || kind === undefined || status === undefined)
    return storageFailure(location, new Error(message));
  return new LocalQdrantError(message, { code, kind, status });
}
