/**
 * Tasks over worker threads with their results in the order of the tasks, a bounded number under way, and a time limit a task: a page
 * that sends the parser into a long backtrack loses its thread, not the run. Results are bytes (`Answer`), and nothing is made for a
 * task that outlives it: a dump has tens of thousands.
 */
import type { Worker } from 'node:worker_threads';
import { startThread } from '../../../common/thread.ts';

/** A parser leaves little but garbage; collected in small portions it takes a third less memory, at the same speed. */
const YOUNG_GENERATION_MB = 8;
/** Given to a thread ahead, so that it goes on while the reader is busy with what came before. */
const TASKS_A_THREAD = 2;
/** Tasks under way a thread: given, and done but waiting for one before them. */
const UNDER_WAY_A_THREAD = 3;

/** What a thread posts for a task. */
export type Answer = { result: Uint8Array } | { error: string };

export class TaskTimeoutError extends Error {
  override name = 'TaskTimeoutError';
}

interface Job {
  task: unknown;
  resolve(result: Uint8Array): void;
  reject(error: Error): void;
}

interface TaskThread {
  /** Jobs given and not answered. */
  load(): number;
  give(job: Job): void;
  close(): Promise<unknown>;
}

/**
 * A thread that is replaced where it breaks or takes too long. Too long takes its first job, which fails. A thread that breaks may take
 * answers with it that were on their way, so that which job broke it is found by giving them to the next one by one.
 */
function createTaskThread(module: URL, timeoutMilliseconds: number, onFree: () => void): TaskThread {
  /** Posted; the first is being worked on. */
  const jobs: Job[] = [];
  /** Of a thread that broke, each to be posted when the one before it is answered. */
  const held: Job[] = [];
  let worker: Worker | undefined;
  const timer = setTimeout(() => fail(new TaskTimeoutError('the task took too long')), timeoutMilliseconds);

  function start(): Worker {
    const started = startThread(module, {
      name: 'wiki-pages',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    started.on('message', (answer: Answer) => {
      const job = jobs.shift()!;
      timer.refresh();
      if ('error' in answer) job.reject(new Error(answer.error));
      else job.resolve(answer.result);
      next();
    });
    started.on('error', fail);
    return started;
  }

  function next(): void {
    const job = jobs.length === 0 ? held.shift() : undefined;
    if (job) post(job);
    onFree();
  }

  function fail(error: Error): void {
    const [job, ...others] = jobs.splice(0);
    // The timer runs between tasks too.
    if (!job) return;
    worker
      ?.removeAllListeners('message')
      .removeAllListeners('error')
      .on('error', () => {});
    void worker?.terminate();
    worker = undefined;
    if (error instanceof TaskTimeoutError || others.length === 0) {
      job.reject(error);
      held.unshift(...others);
    } else held.unshift(job, ...others);
    next();
  }

  function give(job: Job): void {
    if (held.length > 0) held.push(job);
    else post(job);
  }

  function post(job: Job): void {
    worker ??= start();
    if (jobs.length === 0) timer.refresh();
    jobs.push(job);
    worker.postMessage(job.task);
  }

  return {
    load: () => jobs.length + held.length,
    give,
    async close() {
      // An answer on its way would set the timer again.
      worker?.removeAllListeners('message');
      clearTimeout(timer);
      await worker?.terminate();
    },
  };
}

export interface OrderedPoolOptions<Task> {
  /** Of a thread that answers each task it is given, in order, with an `Answer`. */
  module: URL;
  workers: number;
  timeoutMilliseconds: number;
  /** What stands for a task that failed or ran out of time; it may run smaller tasks itself. */
  onFailure: (task: Task, error: unknown, run: (task: Task) => Promise<Uint8Array>) => Promise<Uint8Array>;
  signal?: AbortSignal;
}

export async function* mapOrdered<Task>(
  tasks: AsyncIterable<Task>,
  { module, workers, timeoutMilliseconds, onFailure, signal }: OrderedPoolOptions<Task>,
): AsyncGenerator<{ task: Task; result: Uint8Array }> {
  const waiting: Job[] = [];
  const threads = Array.from({ length: workers }, () => createTaskThread(module, timeoutMilliseconds, share));
  function share(): void {
    while (waiting.length > 0) {
      const freest = threads.reduce((one, other) => (other.load() < one.load() ? other : one));
      if (freest.load() >= TASKS_A_THREAD) return;
      freest.give(waiting.shift()!);
    }
  }
  const run = (task: Task) =>
    new Promise<Uint8Array>((resolve, reject) => {
      waiting.push({ task, resolve, reject });
      share();
    });
  const underWay: { task: Task; result: Promise<Uint8Array> }[] = [];
  try {
    for await (const task of tasks) {
      signal?.throwIfAborted();
      const result = run(task).catch((error: unknown) => onFailure(task, error, run));
      // Awaited later, in order; without this a failure meanwhile would count as unhandled.
      result.catch(() => {});
      underWay.push({ task, result });
      if (underWay.length >= workers * UNDER_WAY_A_THREAD) {
        const first = underWay.shift()!;
        yield { task: first.task, result: await first.result };
      }
    }
    for (const { task, result } of underWay) yield { task, result: await result };
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
  }
}
