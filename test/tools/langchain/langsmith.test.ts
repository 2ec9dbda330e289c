import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startLangSmithSink } from '../../graph/tracing/langsmith-sink.ts';

test('LangSmith, by environment variables alone, is sent one retriever run a search, and what it called below it', async () => {
  const sink = await startLangSmithSink();
  const env = { LANGSMITH_TRACING: 'true', LANGSMITH_ENDPOINT: sink.url, LANGSMITH_API_KEY: 'none' };
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'traced-search.ts')], {
    env: { ...process.env, ...env },
  });
  const runs = sink.runs();
  await sink.close();
  expect(stdout.trim()).toBe('passages');
  const search = runs.find(({ name }) => name === 'Own');
  expect(search).toMatchObject({ run_type: 'retriever', outputs: { documents: [{ id: 'z' }] } });
  expect(search!.error).toBeUndefined();
  const below = runs
    .filter(({ parent_run_id }) => parent_run_id === search!.id)
    .map(({ name, run_type }) => [run_type, name]);
  expect(below.sort()).toEqual([
    ['chain', 'rewrite'],
    ['retriever', 'FakeRetriever'],
  ]);
  expect(runs.filter(({ run_type }) => run_type === 'retriever')).toHaveLength(2);
  expect(runs.every(({ end_time }) => end_time)).toBe(true);
  expect(new Set(runs.map(({ trace_id }) => trace_id)).size).toBe(1);
});
