/** The example of Langfuse, run, and what arrives at a local server of its protocol. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import * as langfuse from '../../examples/langfuse.ts';
import { readBody } from '../graph/openai-server.ts';

const AttributeSchema = z.object({ key: z.string(), value: z.looseObject({ stringValue: z.string().optional() }) });
const RequestSchema = z.object({
  resourceSpans: z.array(
    z.object({
      scopeSpans: z.array(
        z.object({
          spans: z.array(z.object({ traceId: z.string(), name: z.string(), attributes: z.array(AttributeSchema) })),
        }),
      ),
    }),
  ),
});
type Span = z.infer<typeof RequestSchema>['resourceSpans'][number]['scopeSpans'][number]['spans'][number];

async function startLangfuse() {
  const spans: Span[] = [];
  const asked: { path: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    asked.push({ path: `${request.method} ${request.url}`, headers: request.headers });
    const { resourceSpans } = RequestSchema.parse(JSON.parse(body.toString('utf8')));
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
    response.setHeader('content-type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans, asked };
}

test('the callback sends each step of a run and of a served run, with documents', async () => {
  const { url, spans, asked } = await startLangfuse();
  vi.stubEnv('LANGFUSE_BASE_URL', url);
  vi.stubEnv('LANGFUSE_PUBLIC_KEY', 'pk-public');
  vi.stubEnv('LANGFUSE_SECRET_KEY', 'sk-secret');
  onTestFinished(() => void vi.unstubAllEnvs());
  const line = 'Visitors sign in at the front desk and wear a badge.';
  expect(await langfuse.main()).toEqual([line, line]);
  expect(asked[0]!.path).toBe('POST /api/public/otel/v1/traces');
  expect(asked[0]!.headers.authorization).toBe(`Basic ${Buffer.from('pk-public:sk-secret').toString('base64')}`);

  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(2);
  const attribute = (span: Span, key: string) =>
    span.attributes.find((candidate) => candidate.key === key)?.value.stringValue;
  const named = (name: string) => spans.filter((span) => span.name === name);
  expect(named('r1-router')).toHaveLength(2);
  for (const node of ['begin', 'decide', 'retrieve', 'read', 'conclude'])
    expect(named(node).length, node).toBeGreaterThan(1);
  const [search] = named('Office notes');
  expect(attribute(search!, 'langfuse.observation.output')).toContain('front desk');
});
