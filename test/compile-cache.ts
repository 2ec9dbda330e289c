/**
 * Before all tests: Node keeps what it compiled, stripped types included, in .cache/compile. Every worker and every `r1-router` that a
 * test starts reads it there; a command costs half as much.
 */
import { fileURLToPath } from 'node:url';

export default function setup(): void {
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../.cache/compile', import.meta.url));
}
