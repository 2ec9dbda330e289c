import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { SLOW } from './test/slow.ts';

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

/** Beginnings of paths below test/: files whose tests start commands, threads or trainings, or wait for kills. */
const SLOW_FILES = [
  'causal-lm/',
  'cli/',
  'docs/docs.test.ts',
  'eval/cli.test.ts',
  'eval/report/',
  'eval/results.test.ts',
  'eval/runner/',
  'golden-runs/',
  'graph/tracing/',
  'tools/atlas.test.ts',
  'tools/image-search.test.ts',
  'tools/ingest/',
  'tools/silent-store.test.ts',
  'tools/stores/',
  'train/',
];
/** Files that look at or change what a process has one of: its environment, its warnings, its threads, its console. */
const APART = ['config/models.test.ts', 'engine/scatter-race.test.ts', 'engine/worker.test.ts'];
/** The others of these folders share workers: what they import is loaded once a worker, not once a file. */
const TOGETHER = [
  'common/',
  'config/',
  'docs/',
  'engine/',
  'eval/datasets/',
  'eval/methods/',
  'eval/metrics/',
  'eval/statistics/',
  'graph/',
  'offline/',
  'scripts/',
  'server/',
  'test/',
];

function projectOf(file: string): 'slow' | 'together' | 'apart' {
  const among = (paths: readonly string[]) => paths.some((path) => file.startsWith(`test/${path}`));
  if (among(SLOW_FILES)) return 'slow';
  return among(TOGETHER) && !among(APART) ? 'together' : 'apart';
}

const files = readdirSync(fileURLToPath(new URL('./test', import.meta.url)), { recursive: true, encoding: 'utf8' })
  .map((file) => `test/${file.replaceAll('\\', '/')}`)
  .filter((file) => file.endsWith('.test.ts') && !/^test\/suites\/|\/fixtures\//.test(file))
  .sort();

const project = (name: ReturnType<typeof projectOf>, { isolate = true, timeout = 20_000 } = {}) => ({
  extends: true as const,
  test: {
    name,
    include: files.filter((file) => projectOf(file) === name),
    isolate,
    testTimeout: timeout,
    hookTimeout: timeout,
    env: { LANGSMITH_TRACING: 'false', NO_COLOR: '1' },
  },
});

export default defineConfig({
  // The examples import the package by its name, as its users do; their tests run them on the sources.
  resolve: {
    alias: [
      { find: /^r1-router$/, replacement: source('index.ts') },
      { find: /^r1-router\/contract$/, replacement: source('tools/contract/index.ts') },
      { find: /^r1-router\/local-qdrant$/, replacement: source('tools/stores/local-qdrant/index.ts') },
      { find: /^r1-router\/([\w-]+)$/, replacement: source('$1/index.ts') },
    ],
  },
  test: {
    globalSetup: ['test/loopback.ts', 'test/compile-cache.ts', 'test/atlas-store.ts'],
    maxWorkers: 2,
    projects: [project('slow', { timeout: SLOW }), project('together', { isolate: false }), project('apart')],
  },
});
