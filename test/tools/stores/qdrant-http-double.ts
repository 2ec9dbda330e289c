/**
 * A Qdrant server for tests, in process: it judges every request and response by the published OpenAPI file, executes the
 * operation on a LocalQdrant, and fails on demand.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../../../src/common/errors.ts';
import { isLocalQdrantError } from '../../../src/tools/stores/local-qdrant/errors.ts';
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
}

type Body = never;
type Handler = (store: LocalQdrant, body: Body, name: string, last: string) => Promise<unknown>;

/** By "METHOD path", with `:c` for the collection and `:x` for one more part. */
const HANDLERS: Record<string, Handler> = {
  'GET /collections': (store) => store.getCollections(),
  'GET /collections/:c': (store, _, name) => store.getCollection(name),
  'PUT /collections/:c': (store, body, name) => store.createCollection(name, body),
  'PATCH /collections/:c': (store, body, name) => store.updateCollection(name, body),
  'DELETE /collections/:c': (store, _, name) => store.deleteCollection(name),
  'GET /collections/:c/exists': (store, _, name) => store.collectionExists(name),
  'GET /collections/:c/aliases': (store, _, name) => store.getCollectionAliases(name),
  'GET /aliases': (store) => store.getAliases(),
  'POST /collections/aliases': (store, body) => store.updateCollectionAliases(body),
  'PUT /collections/:c/index': (store, body, name) => store.createPayloadIndex(name, body),
  'DELETE /collections/:c/index/:x': (store, _, name, last) => store.deletePayloadIndex(name, last),
  'PUT /collections/:c/points': (store, body, name) => store.upsert(name, body),
  'POST /collections/:c/points': (store, body, name) => store.retrieve(name, body),
  'POST /collections/:c/points/delete': (store, body, name) => store.delete(name, body),
  'PUT /collections/:c/points/vectors': (store, body, name) => store.updateVectors(name, body),
  'POST /collections/:c/points/vectors/delete': (store, body, name) => store.deleteVectors(name, body),
  'POST /collections/:c/points/payload': (store, body, name) => store.setPayload(name, body),
  'PUT /collections/:c/points/payload': (store, body, name) => store.overwritePayload(name, body),
  'POST /collections/:c/points/payload/delete': (store, body, name) => store.deletePayload(name, body),
  'POST /collections/:c/points/payload/clear': (store, body, name) => store.clearPayload(name, body),
  'POST /collections/:c/points/scroll': (store, body, name) => store.scroll(name, body),
  'POST /collections/:c/points/count': (store, body, name) => store.count(name, body),
  'POST /collections/:c/facet': (store, body, name) => store.facet(name, body),
  'POST /collections/:c/points/query': (store, body, name) => store.query(name, body),
  'POST /collections/:c/points/query/batch': (store, body, name) => store.queryBatch(name, body),
  'POST /collections/:c/points/query/groups': (store, body, name) => store.queryGroups(name, body),
};

function findHandler(method: string, path: string): { handler: Handler; name: string; last: string } | undefined {
  for (const [key, handler] of Object.entries(HANDLERS)) {
    const [verb, template] = key.split(' ') as [string, string];
    if (verb !== method) continue;
    const match = new RegExp(`^${template.replace(/:[cx]/g, '([^/]+)')}$`).exec(path);
    if (match) return { handler, name: decodeURIComponent(match[1] ?? ''), last: decodeURIComponent(match[2] ?? '') };
  }
  return undefined;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part as Uint8Array);
  const text = Buffer.concat(parts).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

export async function startQdrantDouble({ apiKey, version = '1.19.0' }: DoubleOptions = {}): Promise<QdrantDouble> {
  const store = await openLocalQdrant({ location: ':memory:' });
  const validator = loadOpenApiValidator();
  const requests: RecordedRequest[] = [];
  const badResponses: string[] = [];
  const faults: Fault[] = [];

  const send = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) => {
    response.writeHead(status, {
      'content-type': typeof body === 'string' ? 'text/plain' : 'application/json',
      ...headers,
    });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
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
    const wrong = validator?.request(method, path, url.searchParams, body);
    if (wrong) return fail(response, 400, `Format error: ${wrong}`);
    const found = findHandler(method, path);
    if (!found) return fail(response, 404, `no handler for ${method} ${path}`);
    const result = await found.handler(store, (body ?? {}) as Body, found.name, found.last);
    const envelope = { result, status: 'ok', time: 0.001 };
    const bad = validator?.response(method, path, JSON.parse(JSON.stringify(envelope)));
    if (bad) {
      badResponses.push(bad);
      return fail(response, 500, bad);
    }
    send(response, 200, envelope);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      fail(response, isLocalQdrantError(error) ? error.status : 500, messageOf(error));
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
