/**
 * onnxruntime-node is an optional dependency: its install script fetches files that are not on npm, and where that is not
 * possible the rest of the package must still install and answer. Training and dense encoders need it; whoever comes upon its
 * absence says so with the line that mends it.
 */
import { type R1RouterError, userError } from './errors.ts';

/** The user error for an import that failed because the runtime is not installed; undefined for every other failure. */
export function missingOnnxRuntime(error: unknown): R1RouterError | undefined {
  const { code, message = '' } = (error ?? {}) as { code?: unknown; message?: string };
  const notFound = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  if (!notFound || !/'onnxruntime-node'/.test(message)) return undefined;
  return userError(
    'onnxruntime-missing',
    'onnxruntime-node is not installed, and training and dense encoders need it; run: npm install onnxruntime-node (on Linux with ONNXRUNTIME_NODE_INSTALL=skip set, which leaves its files for graphics cards out)',
    error,
  );
}
