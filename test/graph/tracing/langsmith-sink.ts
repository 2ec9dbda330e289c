/**
 * A local LangSmith: it answers GET /info and takes gzip POST /runs/multipart, decodes the parts (`post.<id>`,
 * `post.<id>.inputs`, `patch.<id>`, ...) and puts the runs together again. Feedback comes beside them or by itself.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBody } from '../openai-server.ts';
import { createDatasets } from './langsmith-datasets.ts';

export interface SunkRun {
  id: string;
  name: string;
  run_type: string;
  parent_run_id?: string;
  trace_id: string;
  session_name?: string;
  error?: string;
  end_time?: string;
  extra?: { metadata?: Record<string, unknown>; invocation_params?: Record<string, unknown> };
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

export async function startLangSmithSink() {
  const runs = new Map<string, SunkRun>();
  const feedback: Record<string, unknown>[] = [];
  const { answer, ...kept } = createDatasets();
  /** Every decoded body, as it came. */
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    response.setHeader('content-type', 'application/json');
    if (request.method === 'GET' && request.url?.endsWith('/info')) {
      response.end(
        JSON.stringify({
          version: '0.12.0',
          instance_flags: { gzip_body_enabled: true, dataset_examples_multipart_enabled: true },
          batch_ingest_config: {
            use_multipart_endpoint: true,
            scale_up_qsize_trigger: 1000,
            scale_up_nthreads_limit: 16,
            scale_down_nempty_trigger: 4,
            size_limit: 100,
            size_limit_bytes: 20_971_520,
          },
        }),
      );
      return;
    }
    if (request.method === 'POST' && request.url?.endsWith('/feedback')) {
      feedback.push(JSON.parse(body.toString('utf8')));
      response.end(body);
      return;
    }
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://sink');
    const { method = 'GET' } = request;
    const type = request.headers['content-type'] ?? '';
    const answered = await answer({ method, path: pathname, query: searchParams, body, type });
    if (answered !== undefined) {
      if (typeof answered === 'number') response.statusCode = answered;
      response.end(JSON.stringify(typeof answered === 'number' ? {} : answered));
      return;
    }
    if (request.method !== 'POST' || !request.url?.endsWith('/runs/multipart')) {
      response.statusCode = 404;
      response.end(JSON.stringify({ error: `unexpected ${request.method} ${request.url}` }));
      return;
    }
    bodies.push(body.toString('utf8'));
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': type },
    }).formData();
    for (const [name, value] of form) {
      const [kind, id = '', field] = name.split('.');
      const part = JSON.parse(typeof value === 'string' ? value : await value.text());
      if (kind === 'feedback') {
        feedback.push(part);
        continue;
      }
      const run = runs.get(id) ?? ({ id } as SunkRun);
      runs.set(id, Object.assign(run, field ? { [field]: part } : part));
    }
    response.statusCode = 202;
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    runs: () => [...runs.values()],
    bodies,
    feedback,
    ...kept,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
