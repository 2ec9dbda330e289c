import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resultsSection } from '../../bench/eval/results/sections.ts';

let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'r1-router-results-'));
});
afterAll(() => rm(cache, { recursive: true, force: true }));

test('the small table of docs/research/results.md is what a fresh run gives (node bench/eval/results.ts small)', async () => {
  const page = await readFile(resolve(import.meta.dirname, '../../docs/research/results.md'), 'utf8');
  const committed = page.split('<!-- small:start -->\n')[1]!.split('<!-- small:end -->')[0]!;
  expect(await resultsSection('small', { cache })).toBe(committed);
});
