import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { SLOW } from './test/slow.ts';

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

/**
 * Four ways to run a file. `together`: it changes nothing that a process has one of, so it shares a worker, and what it imports is
 * loaded once a worker. `together-slow`: the same, with the time that commands, trainings, threads and kills take. `apart`: a worker of
 * its own, for what looks at the environment, at warnings, threads, memory or the console. `slow`: apart, with that time.
 */
type Project = 'together' | 'together-slow' | 'apart' | 'slow';

/** By the beginning of the path below test/; the longest that fits counts, and `apart` where none does. */
const PROJECTS: Readonly<Record<string, Project>> = {
  'causal-lm/': 'together-slow',
  'cli/': 'together-slow',
  'common/': 'together',
  'config/': 'together',
  'config/model-server.test.ts': 'slow',
  'config/models.test.ts': 'apart',
  'docs/': 'together',
  'docs/commands.test.ts': 'together-slow',
  'docs/reference.test.ts': 'together-slow',
  'docs/snippet-types.test.ts': 'together-slow',
  'docs/tutorial.test.ts': 'slow',
  'engine/': 'together',
  'engine/scatter-race.test.ts': 'apart',
  'engine/worker.test.ts': 'apart',
  'eval/': 'together-slow',
  'eval/datasets/': 'together',
  'eval/methods/': 'together',
  'eval/metrics/': 'together',
  'eval/statistics/': 'together',
  'golden-runs/': 'together-slow',
  'graph/': 'together',
  'graph/tracing/': 'slow',
  'offline/': 'together',
  'package/': 'slow',
  'python/': 'slow',
  'scripts/': 'together',
  'server/': 'together',
  'server/page/': 'slow',
  'server/flood.test.ts': 'slow',
  'server/fuzz.test.ts': 'apart',
  'server/langfuse.test.ts': 'apart',
  'server/threads.test.ts': 'apart',
  'server/trace-below.test.ts': 'apart',
  'server/tracing.test.ts': 'slow',
  'server/uploads.test.ts': 'slow',
  'test/': 'together',
  'tools/': 'together-slow',
  'tools/atlas.test.ts': 'slow',
  'tools/fusion.test.ts': 'together',
  'tools/ingest/wikitext.test.ts': 'slow',
  'tools/langchain.test.ts': 'together',
  'tools/langchain/from-retriever.test.ts': 'apart',
  'tools/store-knowledge-base.test.ts': 'together',
  'tools/stores/ann.test.ts': 'slow',
  'tools/stores/qdrant.test.ts': 'slow',
  'tools/stores/scan.test.ts': 'slow',
  'train/': 'together-slow',
  'train/many-trainings.test.ts': 'slow',
  'train/rewards/': 'together',
  'train/step-grpo/': 'together',
};

function projectOf(file: string): Project {
  const fitting = Object.keys(PROJECTS).filter((path) => file.startsWith(`test/${path}`));
  const longest = fitting.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? 'apart' : PROJECTS[longest]!;
}

const files = readdirSync(fileURLToPath(new URL('./test', import.meta.url)), { recursive: true, encoding: 'utf8' })
  .map((file) => `test/${file.replaceAll('\\', '/')}`)
  .filter((file) => file.endsWith('.test.ts') && !/^test\/suites\/|\/fixtures\//.test(file))
  .sort();

const project = (name: Project, { isolate = true, timeout = 20_000 } = {}) => ({
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
    // `npm run coverage`: the state machine and what everybody needs, by their own tests alone. The floor is a point below what was measured.
    coverage: {
      provider: 'v8',
      include: ['src/graph/**', 'src/common/**'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { statements: 81, branches: 77, functions: 83, lines: 82 },
    },
    projects: [
      project('slow', { timeout: SLOW }),
      project('together-slow', { isolate: false, timeout: SLOW }),
      project('together', { isolate: false }),
      project('apart'),
    ],
  },
});
