/**
 * The thread that owns a store opened with `worker: true`: it takes calls as messages, one after the other where they compute, and
 * answers each with its result or its error.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../../common/errors.ts';
import { isLocalQdrantError } from './errors.ts';
import { type EngineOptions, LocalQdrantEngine } from './local-qdrant.ts';
import type { SentError, WorkerRequest, WorkerResponse } from './worker-protocol.ts';

const port = parentPort;
if (!port) throw new Error('local-qdrant/worker is the entry of a worker thread; open the store with worker: true');

const describeError = (error: unknown): SentError =>
  isLocalQdrantError(error)
    ? { message: error.message, code: error.code, kind: error.kind, status: error.status }
    : { message: messageOf(error) };

const send = (response: WorkerResponse) => port.postMessage(response);

let engine: LocalQdrantEngine | undefined;
try {
  engine = new LocalQdrantEngine(workerData as EngineOptions);
  send({ id: 0, result: null });
} catch (error) {
  send({ id: 0, error: describeError(error) });
}

port.on('message', async ({ id, method, values }: WorkerRequest) => {
  try {
    const call = engine?.[method] as ((...values: unknown[]) => Promise<unknown>) | undefined;
    send({ id, result: await call?.apply(engine, values) });
  } catch (error) {
    send({ id, error: describeError(error) });
  }
  if (method === 'close') port.close();
});
