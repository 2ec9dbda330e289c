import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/suites/**'],
    // Generous, because a shared machine can be ten times slower than an idle one.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
    env: { LANGSMITH_TRACING: 'false', NO_COLOR: '1' },
  },
});
