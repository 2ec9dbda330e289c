/**
 * Starting a thread of this package from its source (.ts) or its build (.js).
 */
import '../../../common/quiet-onnxruntime.ts';
import { Worker } from 'node:worker_threads';

export interface ThreadOptions {
  /** `import.meta.url` of the caller. */
  from: string;
  /** File beside or below the caller, without extension. */
  entry: string;
  name: string;
  data: unknown;
}

export function startThread({ from, entry, name, data }: ThreadOptions): Worker {
  const file = new URL(`${entry}${from.endsWith('.ts') ? '.ts' : '.js'}`, from);
  // Of a program given on the command line; a thread with a file of its own refuses to start with it.
  const execArgv = process.execArgv.filter((argument) => !argument.startsWith('--input-type'));
  return new Worker(file, { workerData: data, name, execArgv });
}
