/** `eval --langsmith`, as it is typed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeStore, runCli, temporaryDirectory } from '../../cli/run-cli.ts';
import { startLangSmithSink } from '../../graph/tracing/langsmith-sink.ts';

async function evaluated(environment: Record<string, string> = {}) {
  const sink = await startLangSmithSink();
  onTestFinished(() => sink.close());
  const directory = temporaryDirectory();
  const store = await makeStore(directory);
  const file = join(directory, 'questions.jsonl');
  const rows = [
    { id: 'a', question: 'What is the capital of Norway?', answers: ['Oslo'] },
    { id: 'b', question: 'What is the capital of Iceland?', answers: ['Reykjavik'] },
  ];
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const argv = ['eval', '--langsmith', 'Capitals', '--dataset', file, '--store', store, '--json'];
  const result = await runCli([...argv, '--compare', 'all', 'probe'], {
    environment: { LANGSMITH_ENDPOINT: sink.url, ...environment },
  });
  return { ...result, sink };
}

test('makes the dataset once and an experiment a method, and prints their means', async () => {
  const { exitCode, stdout, sink } = await evaluated({ LANGSMITH_API_KEY: 'key-of-langsmith' });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([
    { experiment: expect.stringMatching(/^all-0-/), dataset: 'Capitals', questions: 2, means: { accuracy: 1 } },
    { experiment: expect.stringMatching(/^probe-0-/), means: { failed: 0, step_reward: expect.any(Number) } },
  ]);
  expect(sink.examples).toHaveLength(2);
  expect(sink.projects).toHaveLength(2);
  expect(sink.runs().filter(({ name }) => name === 'r1-router')).toHaveLength(4);
});

test('without a key it says which variable to set', async () => {
  const { exitCode, stderr, sink } = await evaluated();
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: 'r1-router: --langsmith: the environment variable LANGSMITH_API_KEY is not set; set it to the key\n',
  });
  expect(sink.datasets).toEqual([]);
});
