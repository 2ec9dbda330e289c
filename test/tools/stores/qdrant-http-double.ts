/**
 * A Qdrant server for tests, in process: it judges every request and response by the published OpenAPI file, executes the
 * operation on a LocalQdrant, and fails on demand.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerRequest } from '../../../scripts/golden/rest-routes.ts';
import { messageOf } from '../../../src/common/errors.ts';
import { parseExactly, stringifyExactly } from '../../../src/common/exact-json.ts';
import { type LocalQdrant, openLocalQdrant } from '../../../src/tools/stores/local-qdrant/index.ts';
import { loadOpenApiValidator, type OpenApiValidator } from './openapi-validator.ts';

export interface Fault {
  status: number;
  headers?: Record<string, string>;
  body?: string;
  /** Only requests whose path contains it; the rest pass. */
  path?: string;
  /** Wait before answering, and then carry on as if nothing had been: a slow server. */
  delay?: number;
}

export interface RecordedRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  body: unknown;
  headers: IncomingMessage['headers'];
}

export interface QdrantDouble {
  url: string;
  store: LocalQdrant;
  /** Undefined where the OpenAPI file is not on this machine. */
  validator: OpenApiValidator | undefined;
  requests: RecordedRequest[];
  /** Responses of ours that the OpenAPI file refuses; must stay empty. */
  badResponses: string[];
  /** Answered first, one a request. */
  faults: Fault[];
  close(): Promise<void>;
}

export interface DoubleOptions {
  apiKey?: string;
  version?: string;
  /** Requests that the OpenAPI file refuses are refused, unknown fields too, which a real server ignores. Default true. */
  judged?: boolean;
}

/** As it travels, large integers as plain numbers: the judge knows no others. */
const plain = (value: unknown): unknown => JSON.parse(stringifyExactly(value));

async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part as Uint8Array);
  const text = Buffer.concat(parts).toString('utf8');
  return text === '' ? undefined : parseExactly(text);
}

export async function startQdrantDouble({
  apiKey,
  version = '1.19.0',
  judged = true,
}: DoubleOptions = {}): Promise<QdrantDouble> {
  const store = await openLocalQdrant({ location: ':memory:' });
  const validator = judged ? loadOpenApiValidator() : undefined;
  const requests: RecordedRequest[] = [];
  const badResponses: string[] = [];
  const faults: Fault[] = [];

  const send = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) => {
    response.writeHead(status, {
      'content-type': typeof body === 'string' ? 'text/plain' : 'application/json',
      ...headers,
    });
    response.end(typeof body === 'string' ? body : stringifyExactly(body));
  };
  const fail = (response: ServerResponse, status: number, error: string, headers?: Record<string, string>) =>
    send(response, status, { status: { error }, time: 0 }, headers);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://double');
    const method = request.method ?? 'GET';
    const path = url.pathname;
    const body = await readBody(request);
    requests.push({ method, path, query: Object.fromEntries(url.searchParams), body, headers: request.headers });
    const position = faults.findIndex((fault) => !fault.path || path.includes(fault.path));
    if (position >= 0) {
      const [fault] = faults.splice(position, 1);
      if (fault?.delay) await new Promise((resolve) => setTimeout(resolve, fault.delay));
      if (fault && fault.status !== 200)
        return send(response, fault.status, fault.body ?? { status: { error: 'fault' }, time: 0 }, fault.headers);
    }
    if (apiKey !== undefined && request.headers['api-key'] !== apiKey) {
      return send(response, 401, 'Must provide an API key or an Authorization bearer token');
    }
    if (path === '/') return send(response, 200, { title: 'qdrant - vector search engine', version });
    const wrong = validator?.request(method, path, url.searchParams, body === undefined ? body : plain(body));
    if (wrong) return fail(response, 400, `Format error: ${wrong}`);
    const { status, result, error } = await answerRequest(store, { method, path, body });
    if (status !== 200) return fail(response, status, error ?? '');
    const envelope = { result, status: 'ok', time: 0.001 };
    const bad = validator?.response(method, path, plain(envelope));
    if (bad) {
      badResponses.push(bad);
      return fail(response, 500, bad);
    }
    send(response, 200, envelope);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      fail(response, 500, messageOf(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    store,
    validator,
    requests,
    badResponses,
    faults,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await store.close();
    },
  };
}
