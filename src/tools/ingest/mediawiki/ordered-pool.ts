/**
 * Tasks over worker threads (piscina) with their results in the order of the tasks, a bounded number under way, and a time limit a
 * task: a page that sends the parser into a long backtrack loses its thread, not the run.
 */
import { Piscina } from 'piscina';

/** A parser leaves little but garbage; collected in small portions it takes a third less memory, at the same speed. */
const YOUNG_GENERATION_MB = 16;

export interface OrderedPoolOptions<Task, Result> {
  /** The worker module, beside `base`, without extension. */
  module: string;
  base: string;
  workers: number;
  timeoutMilliseconds: number;
  /** What stands for a task that failed or ran out of time; it may run smaller tasks itself. */
  onFailure: (task: Task, error: unknown, run: (task: Task) => Promise<Result>) => Promise<Result>;
  signal?: AbortSignal;
}

/** The file of a worker module: TypeScript where the sources run, JavaScript where the build does. */
export function workerFile(module: string, base: string): string {
  return new URL(`${module}.${base.endsWith('.ts') ? 'ts' : 'js'}`, base).href;
}

export async function* mapOrdered<Task, Result>(
  tasks: AsyncIterable<Task>,
  { module, base, workers, timeoutMilliseconds, onFailure, signal }: OrderedPoolOptions<Task, Result>,
): AsyncGenerator<{ task: Task; result: Result }> {
  const pool = new Piscina({
    filename: workerFile(module, base),
    minThreads: workers,
    maxThreads: workers,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  const run = (task: Task) => pool.run(task, { signal: AbortSignal.timeout(timeoutMilliseconds) }) as Promise<Result>;
  const underWay: { task: Task; result: Promise<Result> }[] = [];
  try {
    for await (const task of tasks) {
      signal?.throwIfAborted();
      const result = run(task).catch((error: unknown) => onFailure(task, error, run));
      // Awaited later, in order; without this a failure meanwhile would count as unhandled.
      result.catch(() => {});
      underWay.push({ task, result });
      if (underWay.length >= workers * 3) {
        const first = underWay.shift()!;
        yield { task: first.task, result: await first.result };
      }
    }
    for (const { task, result } of underWay) yield { task, result: await result };
  } finally {
    await pool.destroy();
  }
}
