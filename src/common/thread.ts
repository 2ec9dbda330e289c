/**
 * Starting a thread of this package from its source (.ts) or its build (.js).
 */
import './quiet-onnxruntime.ts';
import { existsSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import { filesMissing } from './package-files.ts';

interface ThreadOptions {
  /** Shown by debuggers and profilers. */
  name: string;
  /** The thread's `workerData`. */
  data?: unknown;
  resourceLimits?: ResourceLimits;
}

/**
 * The module of a thread: a file beside or below the caller (`import.meta.url`, which a CommonJS bundle has not), named without its
 * extension. Throws `package-files-missing` in a bundle, which threads cannot start from.
 */
export function threadModule(from: string | undefined, entry: string): URL {
  const module = from && new URL(`${entry}${from.endsWith('.ts') ? '.ts' : '.js'}`, from);
  if (!module || !existsSync(module)) throw filesMissing();
  return module;
}

export function startThread(module: URL, { name, data, resourceLimits }: ThreadOptions): Worker {
  if (module.pathname.endsWith('.ts')) keepWasmImportsGeneric();
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

/**
 * Node takes the types out of a thread's sources in WebAssembly, and V8 13.6 (Node 24) may free the compiled wrapper of an import
 * twice: a wrapper that died with one thread is handed to the next while another thread frees it. The process then ends with
 * SIGTRAP and "Check failed: jit_page.has_value()" (nodejs/node#64500 is of the same kind; later V8 asks `AddRefIfNotDying`).
 * Imports that keep the generic wrapper, as all do for their first 1,000 calls, have none to free. For the whole process, since
 * V8 knows such flags no other way; threads of the build are JavaScript and need none of it.
 */
function keepWasmImportsGeneric(): void {
  setFlagsFromString('--wasm-wrapper-tiering-budget=1000000000');
}
