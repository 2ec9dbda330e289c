/**
 * Threads for decoders of binary files, which may reject where nobody waits, run on, or ask for any memory: that ends the thread and
 * fails its file. A sound thread is kept for the next file of its kind, and keeps no process alive.
 */
import { basename, dirname } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { startThread } from '../../../common/thread.ts';

export interface DecoderThread {
  /** Posts a message and waits `patience` milliseconds for the next answer. Throws where the thread ends, breaks or takes longer; it is over then. */
  ask<Answer>(message: unknown, patience: number): Promise<Answer>;
  /** Done with a file: the thread may serve another. */
  release(): void;
  /** Done in the middle of a file; nothing where the thread was released. */
  drop(): Promise<void>;
}

const idle = new Map<string, Worker>();

export function takeThread(module: URL, { heapMb }: { heapMb: number }): DecoderThread {
  const kind = module.href;
  const thread = idle.get(kind) ?? start(module, heapMb);
  idle.delete(kind);
  thread.ref();
  let over = false;
  const drop = async (): Promise<void> => {
    if (over) return;
    over = true;
    await thread.terminate();
  };
  return {
    ask: <Answer>(message: unknown, patience: number) =>
      new Promise<Answer>((resolve, reject) => {
        const timer = setTimeout(() => fail(new Error('the decoder does not come to an end')), patience);
        const onMessage = (answer: Answer) => {
          settle();
          resolve(answer);
        };
        const fail = (error: Error) => {
          settle();
          void drop();
          reject(error);
        };
        const onExit = () => fail(new Error('the decoder broke down'));
        const settle = () => {
          clearTimeout(timer);
          thread.off('message', onMessage).off('error', fail).off('exit', onExit);
        };
        thread.on('message', onMessage).on('error', fail).on('exit', onExit);
        thread.postMessage(message);
      }),
    release() {
      if (over) return;
      over = true;
      if (idle.has(kind)) void thread.terminate();
      else {
        idle.set(kind, thread);
        thread.unref();
      }
    },
    drop,
  };
}

function start(module: URL, heapMb: number): Worker {
  const thread = startThread(module, {
    name: basename(dirname(module.pathname)),
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  });
  const forget = () => {
    if (idle.get(module.href) === thread) idle.delete(module.href);
  };
  // Between two files too, where nobody else listens.
  thread.on('error', forget).on('exit', forget);
  return thread;
}
