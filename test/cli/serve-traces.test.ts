/** `serve` under the ordinary variables of OpenTelemetry. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startOtlpSink } from '../graph/tracing/otlp-sink.ts';
import { makeStore, runCli } from './run-cli.ts';

const RUN_ID = '01890a5d-ac96-774b-bcce-b302099a8057';
let world: string;
let store: string;

beforeAll(async () => {
  world = mkdtempSync(join(tmpdir(), 'r1-traces-'));
  store = await makeStore(world);
});
afterAll(() => rmSync(world, { recursive: true, force: true }));

/** Starts, asks one question, ends. */
async function served(environment: Record<string, string>) {
  const sink = await startOtlpSink();
  onTestFinished(() => sink.close());
  const statuses: number[] = [];
  const result = await runCli(['serve', '--port', '0', '--store', store], {
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...environment },
    onStart: (child) => {
      createInterface({ input: child.stdout! }).once('line', async (line) => {
        const response = await fetch(`${/http:\/\/\S+/.exec(line)![0]}/v1/ask`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ question: 'What is the capital of Norway?', runId: RUN_ID }),
        });
        statuses.push(response.status);
        child.kill('SIGTERM');
      });
    },
  });
  return { ...result, statuses, spans: sink.spans };
}

test('sends the spans of a run before it ends', { skip: process.platform === 'win32' }, async () => {
  const { exitCode, statuses, spans } = await served({ OTEL_SERVICE_NAME: 'search' });
  expect({ exitCode, statuses }).toEqual({ exitCode: 0, statuses: [200] });
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([RUN_ID.replaceAll('-', '')]));
  expect(spans.find(({ name }) => name === 'r1-router')).toMatchObject({
    attributes: { 'openinference.span.kind': 'AGENT', 'r1_router.run_id': RUN_ID },
    resource: { 'service.name': 'search' },
  });
  expect(spans.map(({ attributes }) => attributes['openinference.span.kind'])).toContain('RETRIEVER');
});

test('sends none where OpenTelemetry is switched off', { skip: process.platform === 'win32' }, async () => {
  const { statuses, spans, stderr } = await served({ OTEL_SDK_DISABLED: 'true' });
  expect({ statuses, spans, stderr }).toEqual({
    statuses: [200],
    spans: [],
    stderr: 'r1-router: finishing what is under way …\n',
  });
});

test('serves without the packages, and says which are missing', { skip: process.platform === 'win32' }, async () => {
  const hook = pathToFileURL(join(import.meta.dirname, 'without-open-telemetry.ts'));
  const { statuses, spans, stderr } = await served({ NODE_OPTIONS: `--import=${hook}` });
  expect({ statuses, spans }).toEqual({ statuses: [200], spans: [] });
  expect(stderr).toContain(
    'no spans are sent: openTelemetryTracing: OpenTelemetry is not installed; npm install @open',
  );
});
