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
  const options = { workerData: data, name };
  const given = process.execArgv;
  // A program given on the command line: a thread with a file of its own refuses to start with the kind of that program.
  const passable = given.filter((argument) => !argument.startsWith('--input-type'));
  if (passable.length === given.length) return new Worker(file, options);
  try {
    return new Worker(file, { ...options, execArgv: passable });
  } catch {
    // Flags of V8 (--max-old-space-size, --expose-gc) are inherited, but must not be named.
    return new Worker(file, { ...options, execArgv: [] });
  }
}
