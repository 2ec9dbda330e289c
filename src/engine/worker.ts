/**
 * Calls into a worker thread as ordinary promises. `session.run` blocks its thread, so a trainer and its rollouts each run in
 * one of their own. The worker's module calls `serveWorker` with its functions; the other side calls them through
 * `startWorker`. SharedArrayBuffers in arguments stay shared. Errors keep their name, code, kind and data.
 */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { type ErrorKind, isR1RouterError, messageOf, R1RouterError, systemError } from '../common/errors.ts';
import { startThread } from '../common/thread.ts';

type AnyFunction = (...input: never[]) => unknown;
export type WorkerFunctions = Readonly<Record<string, AnyFunction>>;

interface Call {
  id: number;
  name: string;
  input: unknown[];
}
type Reply = { id: number; value: unknown } | { id: number; error: SentError } | { event: unknown };

interface SentError {
  name: string;
  message: string;
  stack?: string;
  code?: string;
  kind?: ErrorKind;
  /** What an error's own fields say, e.g. which quantity was not finite. */
  data?: Record<string, unknown>;
}

export interface WorkerHandle<Functions extends WorkerFunctions> {
  call<Name extends keyof Functions & string>(
    name: Name,
    ...input: Parameters<Functions[Name]>
  ): Promise<Awaited<ReturnType<Functions[Name]>>>;
  /** Ends the thread; calls under way are rejected with `worker-ended`. */
  end(): Promise<void>;
}

/** Starts the module at `url` in a thread. `onEvent` gets what the worker emits between answers (progress). */
export function startWorker<Functions extends WorkerFunctions>(
  url: URL,
  { name = 'worker', data, onEvent }: { name?: string; data?: unknown; onEvent?: (event: unknown) => void } = {},
): WorkerHandle<Functions> {
  const worker = startThread(url, { name, data });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  let next = 0;
  let ended: R1RouterError | undefined;
  const endWith = (error: R1RouterError): void => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on('message', (reply: Reply) => {
    if ('event' in reply) {
      onEvent?.(reply.event);
      return;
    }
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('error' in reply) call?.reject(revive(reply.error));
    else call?.resolve(reply.value);
    if (waiting.size === 0) worker.unref();
  });
  worker.on('error', (cause) => endWith(systemError('worker-failed', `worker: ${messageOf(cause)}`, cause)));
  worker.on('exit', (code) => endWith(systemError('worker-ended', `worker: the thread ended with code ${code}`)));
  worker.unref();
  return {
    call(name, ...input) {
      if (ended) return Promise.reject(ended);
      const id = next++;
      worker.ref();
      const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
      worker.postMessage({ id, name, input } satisfies Call);
      return answer as Promise<never>;
    },
    async end() {
      await worker.terminate();
    },
  };
}

/** Serves the functions of a worker module. Returns a function that sends an event to the other side. */
export function serveWorker(functions: WorkerFunctions): (event: unknown) => void {
  const port: MessagePort | null = parentPort;
  if (port === null)
    throw systemError(
      'worker-misplaced',
      'serveWorker: this module runs in the main thread; start it with startWorker',
    );
  port.on('message', ({ id, name, input }: Call) => {
    const answer = async (): Promise<unknown> => {
      const task = functions[name];
      if (task === undefined) throw systemError('worker-function', `worker: there is no function called ${name}`);
      return (task as (...input: unknown[]) => unknown)(...input);
    };
    answer().then(
      (value) => port.postMessage({ id, value } satisfies Reply),
      (error: unknown) => port.postMessage({ id, error: describe(error) } satisfies Reply),
    );
  });
  return (event) => port.postMessage({ event } satisfies Reply);
}

function describe(error: unknown): SentError {
  const { name, stack } = error instanceof Error ? error : new Error();
  if (!isR1RouterError(error)) return { name, stack, message: messageOf(error) };
  const { code, kind, message } = error;
  const fields = Object.entries(error).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  return { name, stack, message, code, kind, data: Object.fromEntries(fields) };
}

function revive({ name, message, stack, code = 'worker-error', kind = 'system', data }: SentError): R1RouterError {
  return Object.assign(new R1RouterError(message, { code, kind }), { ...data, name, stack });
}
