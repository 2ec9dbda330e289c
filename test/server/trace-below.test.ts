/** A run below the trace of whoever asks, where the environment's own tracing is off. LangSmith's client is one a process. */
import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startLangSmithSink } from '../graph/tracing/langsmith-sink.ts';
import { startServer } from './start.ts';

const RUN_ID = '01890a5d-ac96-774b-bcce-b302099a8057';
const PARENT = '01a22a7a-befa-7000-8000-02985b5d8318';
const TRACE = `20261130T032330123456Z${PARENT}`;

test('it is sent, and heard by the tracers of the server too', async () => {
  const sink = await startLangSmithSink();
  onTestFinished(() => sink.close());
  vi.stubEnv('LANGSMITH_ENDPOINT', sink.url);
  vi.stubEnv('LANGSMITH_API_KEY', 'none');
  onTestFinished(() => void vi.unstubAllEnvs());
  const started: (string | undefined)[] = [];
  const handler = BaseCallbackHandler.fromMethods({
    handleChainStart: (_chain, _inputs, runId) => void started.push(runId),
  });
  const { ask } = await startServer({ acceptTraces: true, tracing: { callbacksFor: () => [handler] } });
  const headers = { 'langsmith-trace': TRACE };
  expect((await ask({ question: 'x', runId: RUN_ID }, { headers })).status).toBe(200);
  expect(started).toContain(RUN_ID);
  await expect.poll(() => sink.runs().find(({ id }) => id === RUN_ID)?.parent_run_id, { timeout: 20_000 }).toBe(PARENT);
});
