/**
 * Starting a thread of this package from its source (.ts) or its build (.js).
 */
import './quiet-onnxruntime.ts';
import { type ResourceLimits, Worker } from 'node:worker_threads';

export interface ThreadOptions {
  /** Shown by debuggers and profilers. */
  name: string;
  /** The thread's `workerData`. */
  data?: unknown;
  resourceLimits?: ResourceLimits;
}

/** The module of a thread: a file beside or below the caller (`import.meta.url`), named without its extension. */
export function threadModule(from: string, entry: string): URL {
  return new URL(`${entry}${from.endsWith('.ts') ? '.ts' : '.js'}`, from);
}

export function startThread(module: URL, { name, data, resourceLimits }: ThreadOptions): Worker {
  const options = { workerData: data, name, resourceLimits };
  const given = process.execArgv;
  // A program given on the command line: a thread with a file of its own refuses to start with the kind of that program.
  const passable = given.filter((argument) => !argument.startsWith('--input-type'));
  if (passable.length === given.length) return new Worker(module, options);
  try {
    return new Worker(module, { ...options, execArgv: passable });
  } catch {
    // Flags of V8 (--max-old-space-size, --expose-gc) are inherited, but must not be named.
    return new Worker(module, { ...options, execArgv: [] });
  }
}
