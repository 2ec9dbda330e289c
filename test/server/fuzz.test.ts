/**
 * Malformed requests over every route and face: none may end in a 5xx, break the line, or be answered with a stack or a path. The
 * ordinary run samples two of a hundred; `R1_ROUTER_FULL=1` sends all, `FUZZ_FROM=n` begins elsewhere.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryImageStore } from '../../src/graph/image-store.ts';
import { createRouterApp } from '../../src/server/app.ts';
import { type Listening, listen } from '../../src/server/listen.ts';
import { SqliteSaver } from '../../src/server/threads/sqlite-saver.ts';
import { fakeKnowledgeBase, policyOf, stop } from '../../src/test/fakes.ts';
import { FULL_VOLUME } from '../slow.ts';
import { type FuzzedRequest, fuzzedRequest, sendRequest } from './fuzz.ts';
import { twoStepGraph } from './start.ts';

const FULL = process.env.R1_ROUTER_FULL === '1';
const ALL = 50_000;
const COUNT = FULL ? ALL : ALL / 50;
const FROM = Number(process.env.FUZZ_FROM ?? 0);

/** A path of this machine, a place in a file of ours, a line of a stack. */
const GIVES_AWAY = /\/(?:work|home|tmp|root|usr|node_modules)\/|node:internal|\.[jt]s:\d+|\n\s+at /;

const images = memoryImageStore();
const checkpointer = new SqliteSaver({ maximumThreads: 100 });
const errors: unknown[] = [];
let server: Listening;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fuzz-'));
  const app = createRouterApp({
    graph: twoStepGraph({ images }),
    policies: { none: twoStepGraph({ images, policy: policyOf(() => ({ decision: stop })) }) },
    threads: { graph: twoStepGraph({ images, checkpointer }), policies: {} },
    knowledgeBases: [fakeKnowledgeBase('Texts', { first: ['one'] })],
    pictures: () => folder,
    images,
    onError: (error) => errors.push(error),
  });
  server = await listen(app);
});

afterAll(async () => {
  await server.close({ graceMs: 0 });
  checkpointer.close();
  await rm(folder, { recursive: true });
});

const described = (number: number, { method, path, headers, body }: FuzzedRequest) =>
  `request ${number}: ${method} ${path} ${JSON.stringify(headers)} ${body.subarray(0, 300).toString('latin1')}`;

test(`${COUNT} malformed requests: no 5xx, no broken line, nothing given away`, { timeout: FULL_VOLUME }, async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const statuses = new Map<number, number>();
  const numbers = Array.from({ length: COUNT }, (_, place) => FROM + place * (FULL ? 1 : 50));
  const one = async (number: number) => {
    const request = fuzzedRequest(number);
    const { status, text } = await sendRequest(server.url, request, agent).catch((error: unknown) => {
      throw new Error(`${described(number, request)}: ${String(error)}`);
    });
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status >= 500 || GIVES_AWAY.test(text.replaceAll(request.path, ''))) {
      throw new Error(`${described(number, request)}\n-> ${status} ${text.slice(0, 500)} ${inspect(errors.at(-1))}`);
    }
  };
  const workers = Array.from({ length: 4 }, async () => {
    for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) await one(number);
  });
  await Promise.all(workers);
  agent.destroy();
  expect(errors).toEqual([]);
  // The requests reach all of it: answers, and refusals of many kinds.
  expect(statuses.get(200)).toBeGreaterThan(COUNT / 50);
  for (const status of [400, 404, 405, 415]) expect(statuses.get(status), String(status)).toBeGreaterThan(0);
  expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'ok', running: 0, waiting: 0 });
});

test.each([
  ['no HTTP at all', 'hello\r\n\r\n'],
  ['two lengths', 'POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd'],
  [
    'a length and chunks',
    'POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  [
    'a broken chunk',
    'POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  ],
  ['a head without end', `GET / HTTP/1.1\r\nX: ${'a'.repeat(20_000)}`],
  ['no host', 'GET /healthz HTTP/1.1\r\n\r\n'],
])('%s is refused, and the server goes on', async (_name, raw) => {
  const reply = await new Promise<string>((resolve) => {
    let text = '';
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(raw));
    socket.on('data', (data) => (text += data.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', () => {});
    socket.setTimeout(2_000, () => socket.destroy());
  });
  expect(reply).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect(reply).not.toMatch(GIVES_AWAY);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});
