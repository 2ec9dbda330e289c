import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

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
    include: ['test/**/*.test.ts'],
    exclude: ['test/suites/**'],
    globalSetup: ['test/loopback.ts'],
    // Generous, because a shared machine can be ten times slower than an idle one.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
    env: { LANGSMITH_TRACING: 'false', NO_COLOR: '1' },
  },
});
