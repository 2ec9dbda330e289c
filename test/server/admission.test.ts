/** Who is let in, and how much: keys with limits, names and pages, bodies within bounds. */
import { once } from 'node:events';
import { request as send } from 'node:http';
import { connect } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import { sha256 } from '../../src/common/content-hash.ts';
import { checkJsonBounds } from '../../src/server/admission/json-bounds.ts';
import { createSharedBudget } from '../../src/server/admission/shared-budget.ts';
import { describeError, jsonLines, logEntry, redactor } from '../../src/server/log.ts';
import { fakeKnowledgeBase, policyOf, search } from '../../src/test/fakes.ts';
import { startServer } from './start.ts';

const key = (name: string, limits: object = {}) => ({ name, sha256: sha256(`${name}-secret`), ...limits });
const as = (name: string) => ({ headers: { Authorization: `Bearer ${name}-secret` } });
const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;

/** With any header, which `fetch` does not send. */
async function get(url: string, headers: Record<string, string>, method = 'GET') {
  const request = send(url, { method, headers });
  request.end();
  const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
  response.resume();
  return { status: response.statusCode, headers: response.headers };
}

describe('keys', () => {
  test('each has its own requests a minute', async () => {
    const { ask } = await startServer({
      apiKeys: [key('few', { requestsPerMinute: 2 }), key('many')],
      requestsPerMinute: 100,
    });
    for (let count = 0; count < 2; count++) expect((await ask({ question: 'x' }, as('few'))).status).toBe(200);
    const refused = await ask({ question: 'x' }, as('few'));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await codeOf(refused)).toBe('too-many-requests');
    expect((await ask({ question: 'x' }, as('many'))).status).toBe(200);
  });

  test('whoever guesses is slowed down', async () => {
    const { url } = await startServer({ apiKeys: [key('ada')] });
    const statuses: number[] = [];
    for (let guess = 0; guess < 62; guess++) {
      statuses.push((await fetch(`${url}/v1/runs`, { headers: { Authorization: `Bearer guess-${guess}` } })).status);
    }
    expect(new Set(statuses.slice(0, 60))).toEqual(new Set([401]));
    expect(statuses.slice(60)).toEqual([429, 429]);
    expect((await fetch(`${url}/v1/runs`, as('ada'))).status).toBe(200);
  });

  test('each has its own runs at once, steps and budgets', async () => {
    const hanging = fakeKnowledgeBase('Texts', () => new Promise(() => {}));
    const policy = policyOf(() => ({ decision: search('a', 'Texts') }));
    const apiKeys = [key('one', { concurrency: 1, maxSteps: 2 }), key('other')];
    const { ask } = await startServer({ apiKeys, graphOptions: { knowledgeBases: [hanging], policy } });
    const client = new AbortController();
    const first = ask({ question: 'x' }, { ...as('one'), signal: client.signal }).catch(() => {});
    await vi.waitFor(() => expect(hanging.calls).toHaveLength(1));
    expect((await ask({ question: 'x' }, as('one'))).status).toBe(429);
    const second = ask({ question: 'x' }, { ...as('other'), signal: client.signal }).catch(() => {});
    await vi.waitFor(() => expect(hanging.calls).toHaveLength(2));
    client.abort();
    await Promise.all([first, second]);
    await vi.waitFor(async () => expect((await ask({ question: 'x', maxSteps: 3 }, as('one'))).status).toBe(400));
  });
});

describe('names and pages', () => {
  test.each([
    ['attacker.example', 403],
    ['attacker.example:80', 403],
    ['localhost.attacker.example', 403],
    ['127.0.0.1.nip.io', 403],
    ['localhost', 200],
    ['LOCALHOST:1234', 200],
    ['127.0.0.1:1', 200],
    ['[::1]:8484', 200],
    ['router.example', 200],
  ])('a keyless server on the loopback address, asked as %s: %i', async (host, status) => {
    const { url } = await startServer({ allowedHosts: ['router.example'] });
    expect((await get(`${url}/v1/runs`, { Host: host })).status).toBe(status);
  });

  test('with a key the name is nobody’s business', async () => {
    const { url } = await startServer({ apiKeys: [key('ada')] });
    expect((await get(`${url}/v1/runs`, { Host: 'router.example', ...as('ada').headers })).status).toBe(200);
  });

  test('a page of another origin may not ask, unless it is named', async () => {
    const { ask, url } = await startServer({ corsOrigins: ['https://app.example'] });
    const from = (Origin: string) => ask({ question: 'x' }, { headers: { Origin } });
    expect(await codeOf(await from('https://evil.example'))).toBe('origin-not-allowed');
    expect((await from('null')).status).toBe(403);
    expect((await from(url)).status).toBe(200);
    const allowed = await from('https://app.example');
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example');
    const preflight = await get(
      `${url}/v1/ask`,
      {
        Origin: 'https://app.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type',
      },
      'OPTIONS',
    );
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-origin']).toBe('https://app.example');
    const strange = await get(
      `${url}/v1/ask`,
      { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' },
      'OPTIONS',
    );
    expect(strange.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('bodies', () => {
  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])('may be sent with %s', async (encoding, zip) => {
    const { ask } = await startServer();
    const body = zip(JSON.stringify({ question: 'How many?' }));
    const response = await ask('', { body, headers: { 'Content-Encoding': encoding } });
    expect(response.status).toBe(200);
    expect(await codeOf(await ask('', { body: body.subarray(0, 10), headers: { 'Content-Encoding': encoding } }))).toBe(
      'malformed-body',
    );
  });

  test('that do not arrive in time are given up, and so is their place', async () => {
    const { url } = await startServer({ bodyTimeoutMs: 50, concurrency: 1, queue: 0 });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      'POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    const [reply] = (await once(socket, 'data')) as [Buffer];
    expect(reply.toString()).toMatch(/^HTTP\/1\.1 408 /);
    socket.destroy();
    await vi.waitFor(async () => expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ running: 0 }));
  });

  test('many large ones at once are more than the server holds', async () => {
    const { ask } = await startServer({ bodyBytesInFlight: 100_000 });
    const large = JSON.stringify({ question: 'a'.repeat(200_000) });
    expect(await codeOf(await ask(large))).toBe('overloaded');
    expect((await ask({ question: 'x' })).status).toBe(200);
  });

  test('half a surrogate pair is refused', async () => {
    const { ask } = await startServer();
    for (const body of ['{"question":"What is the capital of \\ud800?"}', '{"question":"x","seed":"\\udfff"}']) {
      expect(await codeOf(await ask(body))).toBe('invalid-request');
    }
  });

  test.each([
    ['nested', '['.repeat(40), 400],
    ['nested in objects', '{"a":'.repeat(40), 400],
    ['of many values', `[${'1,'.repeat(60_000)}1]`, 400],
    ['of many members', `{${'"a":1,'.repeat(60_000)}"b":2}`, 400],
    ['of brackets in a text', `{"question":"${'[{,'.repeat(2_000)}\\"[["}`, 200],
  ])('%s', async (_name, body, status) => {
    const { ask } = await startServer();
    expect((await ask(body)).status).toBe(status);
  });

  test('the bounds of JSON see through texts and escapes', () => {
    const check = (text: string) => checkJsonBounds(Buffer.from(text), { depthLimit: 2, valueLimit: 5 });
    for (const text of ['"[[[[["', '{"a\\\\":"[[["}', '"\\\\\\"[[["', '"unclosed [[[', '[[1,2],3]', ''])
      expect(() => check(text), text).not.toThrow();
    for (const text of ['[[[', '"\\\\"[[[', '[1,2,3,4,5,6]', '{"a":{"b":{']) expect(() => check(text), text).toThrow();
  });
});

describe('a shared budget', () => {
  test('is given first come first served, and taken back once', async () => {
    const budget = createSharedBudget(10);
    const order: string[] = [];
    const first = await budget.take(6);
    const noted = async (name: string, amount: number) => {
      const release = await budget.take(amount);
      order.push(name);
      return release;
    };
    const large = noted('large', 100);
    const small = noted('small', 1);
    expect(budget.tryTake(5)).toBe(false);
    first();
    first();
    (await large)();
    (await small)();
    expect(order).toEqual(['large', 'small']);
    expect(budget.taken).toBe(0);
  });

  test('whoever leaves the queue lets the next one in', async () => {
    const budget = createSharedBudget(10);
    const first = await budget.take(5);
    const leaving = new AbortController();
    const large = budget.take(10, leaving.signal);
    const small = budget.take(5);
    leaving.abort(new Error('left'));
    await expect(large).rejects.toThrow('left');
    (await small)();
    first();
    expect(budget.taken).toBe(0);
  });
});

describe('the log', () => {
  test('takes out what looks like a key', () => {
    const redact = redactor(['the-own-key'], { OTHER_API_KEY: 'of-the-environment', HOME: '/root', SHORT_KEY: 'abc' });
    const text =
      'sk-123456 the-own-key of-the-environment Bearer abc.def http://me:secret@host/ /root abc lsv2_pt_12345678';
    expect(redact(text)).toBe(
      '[redacted] [redacted] [redacted] Bearer [redacted] http://me:[redacted]@host/ /root abc [redacted]',
    );
  });

  test('is one line an entry, with the stack of an error and of its cause', () => {
    const lines: string[] = [];
    const log = jsonLines((line) => void lines.push(line));
    log(
      logEntry('error', 'error', { error: describeError(new Error('a\nb', { cause: new Error('deep sk-abcdefgh') })) }),
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{.*\}\n$/);
    const { error } = JSON.parse(lines[0]!) as { error: { stack: string; cause: { message: string } } };
    expect(error.stack).toContain('admission.test.ts');
    expect(error.cause.message).toBe('deep [redacted]');
  });
});
