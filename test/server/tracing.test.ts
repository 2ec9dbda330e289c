/** A served run in LangSmith: under its own id, below the trace of whoever asks, and with what people say of it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { expect, onTestFinished, test } from 'vitest';
import { parentTrace } from '../../src/server/tracing.ts';
import { startLangSmithSink } from '../graph/tracing/langsmith-sink.ts';
import { SLOW } from '../slow.ts';
import { startServer } from './start.ts';

const RUN_ID = '01890a5d-ac96-774b-bcce-b302099a8057';
const PARENT = '01a22a7a-befa-7000-8000-02985b5d8318';
/** As a client of LangSmith writes it: when its run began, and which it is. */
const TRACE = `20261130T032330123456Z${PARENT}`;
const OTHER_ID = '01890a5d-ac96-774b-bcce-b302099a8058';

test('the run of the trace is that of the answer, its parent that of the request, its feedback that of its user', {
  timeout: SLOW,
}, async () => {
  const sink = await startLangSmithSink();
  onTestFinished(() => sink.close());
  const child = fork(fileURLToPath(new URL('./served-process.ts', import.meta.url)), {
    execArgv: ['--expose-gc'],
    env: {
      ...process.env,
      SEARCH_MS: '0',
      LANGSMITH_TRACING: 'true',
      LANGSMITH_ENDPOINT: sink.url,
      LANGSMITH_API_KEY: 'key-of-langsmith',
    },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', ...headers },
    });

  const headers = { 'langsmith-trace': TRACE, baggage: 'langsmith-project=theirs' };
  expect((await post('/v1/ask', { question: 'x', runId: RUN_ID }, headers)).status).toBe(200);
  expect(
    (await post('/v1/ask', { question: 'y', runId: OTHER_ID }, { 'langsmith-trace': 'not a trace!' })).status,
  ).toBe(200);
  expect((await post(`/v1/runs/${RUN_ID}/feedback`, { score: 1, comment: 'right' })).status).toBe(201);

  await expect
    .poll(
      () =>
        sink
          .runs()
          .filter(({ end_time: ended }) => ended)
          .map(({ id }) => id),
      { timeout: 20_000 },
    )
    .toEqual(expect.arrayContaining([RUN_ID, OTHER_ID]));
  const run = (id: string) => sink.runs().find((one) => one.id === id)!;
  expect(run(RUN_ID)).toMatchObject({
    name: 'r1-router',
    parent_run_id: PARENT,
    trace_id: PARENT,
    session_name: 'theirs',
  });
  expect(run(OTHER_ID).parent_run_id ?? null).toBeNull();
  expect(sink.feedback).toMatchObject([{ run_id: RUN_ID, key: 'user', score: 1, comment: 'right' }]);
  expect(sink.bodies.join('\n')).not.toContain('key-of-langsmith');
});

test('a share of the runs is given a tracer, by the id of the run', async () => {
  const traced: string[] = [];
  const started: (string | undefined)[] = [];
  const handler = BaseCallbackHandler.fromMethods({
    handleChainStart: (_chain, _inputs, runId) => void started.push(runId),
  });
  const callbacksFor = (runId: string) => {
    traced.push(runId);
    return runId === RUN_ID ? [handler] : undefined;
  };
  const { ask } = await startServer({ tracing: { callbacksFor } });
  for (const runId of [RUN_ID, OTHER_ID]) expect((await ask({ question: 'x', runId })).status).toBe(200);
  expect(traced).toEqual([RUN_ID, OTHER_ID]);
  expect(started).toContain(RUN_ID);
  expect(started).not.toContain(OTHER_ID);
});

test.each([
  ['nothing', {}, undefined],
  ['a trace', { 'langsmith-trace': TRACE }, { 'langsmith-trace': TRACE }],
  ['a run below a run', { 'langsmith-trace': `${TRACE}.${TRACE}` }, { 'langsmith-trace': `${TRACE}.${TRACE}` }],
  ['something else', { 'langsmith-trace': 'undefined' }, undefined],
  ['a trace without end', { 'langsmith-trace': `${TRACE}.`.repeat(1_000) + TRACE }, undefined],
  ['baggage without end', { 'langsmith-trace': TRACE, baggage: 'b'.repeat(10_000) }, { 'langsmith-trace': TRACE }],
])('of %s the headers of a trace are taken or left', (_name, headers, taken) => {
  expect(parentTrace(headers)).toEqual(taken);
});
