/**
 * `npm run build`, and npm's `prepare` after an install: compiles src/ to dist/, makes the command line executable and indexes the atlas. Plain
 * JavaScript, because it must give a clear line even under a Node that cannot run TypeScript.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const path = (...parts) => join(root, ...parts);

function run(...args) {
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (error) console.error(`build: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** The compiler's start file, or undefined after `npm install --omit=dev`. */
function compiler() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  } catch {
    return undefined;
  }
}

const tsc = compiler();
if (tsc === undefined) {
  if (existsSync(path('dist', 'cli', 'main.js'))) process.exit(0);
  console.error('build: typescript is not installed, so dist/ is not built; run `npm ci` without --omit=dev');
  process.exit(0);
}

rmSync(path('dist'), { recursive: true, force: true });
run(tsc, '-p', path('tsconfig.build.json'));
chmodSync(path('dist', 'cli', 'main.js'), 0o755);
run(path('scripts', 'build-atlas-store.mjs'));
