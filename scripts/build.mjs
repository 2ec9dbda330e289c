/**
 * `npm run build`, and npm's `prepare` after an install: makes dist/ of src/ (`build/code.mjs`) and bundles the page. With `--if-stale`
 * it does nothing where dist/ was built from the very same files: `npx r1-router` inside the clone runs `prepare` once more, and must not
 * make a newcomer wait for a second build. Plain JavaScript, because it must give a clear line even under a Node that cannot run
 * TypeScript.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/** Start file of the bundler of the page, or undefined after `npm install --omit=dev`. */
function bundlerPath() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js');
  } catch {
    return undefined;
  }
}

/** What reports and curves draw with, and under which terms. */
function copyCharts() {
  mkdirSync(path('dist', 'charts'));
  const copy = (from, to) => copyFileSync(path('node_modules', ...from.split('/')), path('dist', 'charts', to));
  copy('d3/dist/d3.min.js', 'd3.min.js');
  copy('d3/LICENSE', 'd3.LICENSE');
  copy('@observablehq/plot/dist/plot.umd.min.js', 'plot.umd.min.js');
  copy('@observablehq/plot/LICENSE', 'plot.LICENSE');
}

/** Hash of everything that dist/ is made from. */
function sourceHash() {
  const files = ['src', 'scripts/build'].flatMap((folder) =>
    readdirSync(path(folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort(),
  );
  const others = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build.mjs'];
  const hash = createHash('sha256');
  for (const file of [...files, ...others.map((name) => path(name))]) {
    hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

// In an installed package there is nothing to build from; some installers run `prepare` there all the same.
if (!existsSync(path('src'))) process.exit(0);

const { buildCode, compilerPath } = await import('./build/code.mjs').catch((error) => {
  console.error(`build: ${error.message}; use Node 22.13 or newer`);
  process.exit(1);
});
const vite = bundlerPath();
if (compilerPath() === undefined || vite === undefined) {
  if (!existsSync(path('dist', 'cli', 'main.js'))) {
    console.error('build: typescript or vite is not installed, so dist/ is not built; run `npm ci` without --omit=dev');
  }
  process.exit(0);
}

const hash = sourceHash();
const stamp = path('dist', '.built-from');
const ifStale = process.argv.includes('--if-stale');
if (ifStale && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) process.exit(0);

rmSync(path('dist'), { recursive: true, force: true });
// An install need not find mistakes of types: `npm run typecheck` does, and `npm run build`.
await buildCode(path('dist'), { check: !ifStale }).catch((error) => {
  console.error(`build: ${error.message}`);
  process.exit(1);
});
run(vite, 'build', '--config', path('src', 'server', 'ui', 'vite.config.ts'), '--logLevel', 'warn');
copyCharts();
writeFileSync(stamp, hash);
