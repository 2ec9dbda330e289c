/** Where the development data lies, if it is on this machine: tests that need it skip, with the reason printed, elsewhere. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

const root = process.env.R1_ROUTER_SHARED_DATA ?? resolve(import.meta.dirname, '../../../../shared/data');

/** Full path of a file below the shared data, or undefined where it is absent. */
export function sharedData(...parts: string[]): string | undefined {
  const path = join(root, ...parts);
  return existsSync(path) ? path : undefined;
}

/** The path, or skips the running test with the reason. */
export function sharedDataOrSkip(skip: (reason: string) => never, ...parts: string[]): string {
  const path = sharedData(...parts);
  if (path !== undefined) return path;
  const reason = `development data ${parts.join('/')} is not on this machine (set R1_ROUTER_SHARED_DATA)`;
  onTestFinished(() => console.info(`skipped: ${reason}`));
  return skip(reason);
}
