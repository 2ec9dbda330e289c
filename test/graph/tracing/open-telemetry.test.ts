/** Runs as spans, decoded where they arrive. The program is one that knows nothing but the ordinary variables. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openTelemetryTracing } from '../../../src/graph/tracing/open-telemetry.ts';
import { twoStepGraph } from '../../server/start.ts';
import { startOtlpSink } from './otlp-sink.ts';

const RUN_ID = '019a0000-0000-7000-8000-000000000000';

async function spansOf(environment: NodeJS.ProcessEnv = {}, { status }: { status?: number } = {}) {
  const sink = await startOtlpSink({ status });
  onTestFinished(() => sink.close());
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, 'traced-run.ts'), 'spans'],
    {
      env: {
        ...process.env,
        OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=key-of-the-endpoint',
        ...environment,
      },
    },
  );
  return { ...sink, stdout: stdout.trim(), sent: Buffer.concat(sink.bodies).toString('utf8') };
}

describe('at an OTLP endpoint, by the ordinary variables', () => {
  test('arrives one trace: an agent, its nodes, the search with its documents, the model with its tokens', async () => {
    const { stdout, spans, headers, sent } = await spansOf();
    expect(stdout).toBe('a cat');
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const lines = spans.map(
      ({ name, parentSpanId, attributes }) =>
        `${byId.get(parentSpanId)?.name ?? ''} > ${name} (${attributes['openinference.span.kind']})`,
    );
    expect(lines.filter((line) => !line.includes('__start__')).sort()).toEqual([
      ' > r1-router (AGENT)',
      'decide > write decision (LLM)',
      'decide > write decision (LLM)',
      'r1-router > begin (CHAIN)',
      'r1-router > conclude (CHAIN)',
      'r1-router > decide (CHAIN)',
      'r1-router > decide (CHAIN)',
      'r1-router > read (CHAIN)',
      'r1-router > retrieve (CHAIN)',
      'read > write reading (LLM)',
      'retrieve > Pictures (RETRIEVER)',
    ]);
    // Whoever has the answer finds the trace.
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([RUN_ID.replaceAll('-', '')]));
    expect(spans.every(({ status }) => status === 1)).toBe(true);
    expect(spans[0]!.resource['service.name']).toBe('r1-router');
    expect(headers[0]!['x-api-key']).toBe('key-of-the-endpoint');

    const attributes = (name: string) => spans.find((span) => span.name === name)!.attributes;
    expect(attributes('r1-router')).toMatchObject({ 'r1_router.run_id': RUN_ID });
    expect(attributes('r1-router')['input.value']).toContain('What is in the picture?');
    expect(attributes('Pictures')).toMatchObject({
      'input.value': 'What is this?',
      'retrieval.documents.0.document.content': 'a cat',
      'retrieval.documents.1.document.content': 'a dog',
    });
    expect(attributes('Pictures')['retrieval.documents.0.document.metadata']).toContain('"knowledgeBase":"Pictures"');
    expect(attributes('write reading')).toMatchObject({
      'llm.token_count.prompt': 30,
      'llm.token_count.completion': 12,
      'llm.token_count.total': 42,
    });
    expect(sent).not.toContain('base64,');
    expect(sent).not.toContain('the pixels that must not leave');
    expect(sent).not.toContain(Buffer.from('the pixels that must not leave').toString('base64').slice(4, -4));
    expect(sent).not.toContain('key-of-the-endpoint');
  });

  test.each(['OPENINFERENCE_HIDE', 'LANGSMITH_HIDE'])(
    '%s_INPUTS and _OUTPUTS hide words and passages',
    async (name) => {
      const { stdout, spans, sent } = await spansOf({ [`${name}_INPUTS`]: 'true', [`${name}_OUTPUTS`]: 'true' });
      expect(stdout).toBe('a cat');
      for (const hidden of ['a cat', 'a dog', 'What is this?', 'What is in the picture?']) {
        expect(sent).not.toContain(hidden);
      }
      const reading = spans.find((span) => span.name === 'write reading')!;
      expect(reading.attributes).toMatchObject({ 'llm.token_count.total': 42, 'openinference.span.kind': 'LLM' });
    },
  );

  test('the service is called as OTEL_SERVICE_NAME says', async () => {
    const { spans } = await spansOf({ OTEL_SERVICE_NAME: 'our-router', OTEL_RESOURCE_ATTRIBUTES: 'team=search' });
    expect(spans[0]!.resource).toMatchObject({ 'service.name': 'our-router', team: 'search' });
  });

  test('an endpoint that refuses costs no run, and is told of once', async () => {
    const { stdout } = await spansOf({}, { status: 401 });
    expect(stdout).toMatch(/^a cat\nnot sent: .*$/);
  });

  test('gRPC is refused with what to do', async () => {
    await expect(spansOf({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).rejects.toThrow(
      'OTEL_EXPORTER_OTLP_PROTOCOL: spans are sent as http/protobuf, and not as grpc; name the port that takes HTTP',
    );
  });
});

describe('to a provider of an app', () => {
  const provided = () => {
    const exporter = new InMemorySpanExporter();
    return { exporter, provider: new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }) };
  };

  test('go the spans of the runs of the sample alone', async () => {
    const { exporter, provider } = provided();
    const tracing = await openTelemetryTracing({ provider, rate: 0.25, seed: 1 });
    const graph = twoStepGraph();
    const sampled: string[] = [];
    for (let index = 0; index < 20; index++) {
      const callbacks = tracing.callbacksFor(`question ${index}`);
      if (callbacks) sampled.push(`question ${index}`);
      await graph.invoke({ question: `question ${index}` }, { callbacks });
    }
    await tracing.flush();
    const roots = exporter.getFinishedSpans().filter(({ name }) => name === 'r1-router');
    expect(roots.map(({ attributes }) => attributes['r1_router.run_id'])).toEqual(sampled);
    expect(sampled.length).toBeGreaterThan(1);
    expect(sampled.length).toBeLessThan(12);
  });

  test('what fails is a failed span with its error', async () => {
    const { exporter, provider } = provided();
    const tracing = await openTelemetryTracing({ provider });
    const reader = { name: 'broken', read: () => Promise.reject(new Error('no reader')) };
    const graph = twoStepGraph({ reader, limits: undefined } as object);
    await graph.invoke({ question: 'x' }, { callbacks: tracing.callbacksFor(RUN_ID) }).catch(() => {});
    await tracing.flush();
    const failed = exporter.getFinishedSpans().filter(({ status }) => status.code === 2);
    expect(failed.map(({ name }) => name)).toContain('r1-router');
    expect(failed[0]!.events[0]!.name).toBe('exception');
  });

  test('a handler is one that LangChain takes, and a rate that is none is refused', async () => {
    const { provider } = provided();
    const tracing = await openTelemetryTracing({ provider });
    expect(tracing.callbacksFor('x')![0]).toBeInstanceOf(BaseCallbackHandler);
    await expect(openTelemetryTracing({ provider, rate: -1 })).rejects.toThrow('rate is -1');
  });
});
