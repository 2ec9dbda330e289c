import { setTimeout as pause } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import express from 'express';
import sharp from 'sharp';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { RouterEventSchema } from '../../src/graph/events.ts';
import { RouterOutputSchema } from '../../src/graph/run-state.ts';
import { stepId } from '../../src/graph/step-record.ts';
import { listen } from '../../src/server/listen.ts';
import { createRouterRouter } from '../../src/server/router.ts';
import { fakeKnowledgeBase, policyOf, search, stop } from '../../src/test/fakes.ts';
import { startServer, twoStepGraph } from './start.ts';

const RUN_ID = '01890a5d-ac96-774b-bcce-b302099a8057';
const EVENTS = { headers: { Accept: 'text/event-stream' } };

async function readEvents(response: Response): Promise<{ events: EventSourceMessage[]; comments: string[] }> {
  const events: EventSourceMessage[] = [];
  const comments: string[] = [];
  const parser = createParser({
    onEvent: (event) => events.push(event),
    onComment: (comment) => comments.push(comment),
    onError: (error) => expect.unreachable(error.message),
  });
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) parser.feed(decoder.decode(chunk, { stream: true }));
  return { events, comments };
}

const ErrorSchema = z.strictObject({ code: z.string(), message: z.string() });

const outputOf = async (response: Response) => RouterOutputSchema.parse(await response.json());

async function errorOf(response: Response) {
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  const { error } = z.strictObject({ error: ErrorSchema }).parse(await response.json());
  expect(error.message).toMatch(/^[^\n]{5,300}$/);
  return { status: response.status, ...error };
}

/** A knowledge base that never answers and remembers the signal it was given. */
function hangingKnowledgeBase() {
  const signals: AbortSignal[] = [];
  const knowledgeBase = fakeKnowledgeBase('Texts', (_query, options) => {
    signals.push(options!.signal!);
    return new Promise(() => {});
  });
  return { knowledgeBase, signals };
}

describe('asking', () => {
  test('answers in JSON with citations, usage and the records of the steps', async () => {
    const { ask } = await startServer();
    const response = await ask({ question: 'How many?', seed: 7, runId: RUN_ID });
    expect(response.status).toBe(200);
    const output = await outputOf(response);
    expect(output).toMatchObject({ runId: RUN_ID, question: 'How many?', answer: 'two', stopReason: 'policy' });
    expect(output.citations).toEqual([{ passageId: 'Tables-second-0', knowledgeBase: 'Tables' }]);
    expect(output.steps.map(({ id, decision }) => [id, decision.type])).toEqual([
      [stepId(RUN_ID, 0), 'search'],
      [stepId(RUN_ID, 1), 'search'],
      [stepId(RUN_ID, 2), 'stop'],
    ]);
    expect(output.usage.searches).toBe(2);
  });

  test('the same run as server-sent events: names are event types, ids are step ids', async () => {
    const { ask } = await startServer();
    const response = await ask({ question: 'How many?', runId: RUN_ID }, EVENTS);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const { events } = await readEvents(response);
    for (const event of events) {
      const routerEvent = RouterEventSchema.parse(JSON.parse(event.data));
      expect(event.event).toBe(routerEvent.type);
      expect(event.id).toBe('id' in routerEvent ? routerEvent.id : undefined);
    }
    expect(events[0]!.event).toBe('run-start');
    expect(events.at(-1)!.event).toBe('answer-end');
    const stepIds = [...new Set(events.flatMap(({ id }) => id ?? []))];
    expect(stepIds).toEqual([0, 1, 2].map((index) => stepId(RUN_ID, index)));

    const json = await outputOf(await ask({ question: 'How many?', runId: RUN_ID }));
    const records = events.filter(({ event }) => event === 'step-end').map(({ data }) => JSON.parse(data).record);
    expect(records.map(({ contentHash }) => contentHash)).toEqual(json.steps.map(({ contentHash }) => contentHash));
  });

  test('hands an image of a data URL to the knowledge base of images', async () => {
    const images = fakeKnowledgeBase('Images', { 'what is it': ['a red square'] }, { modality: 'text-image' });
    const policy = policyOf(({ steps }) => ({ decision: steps.length === 0 ? search('what is it', 'Images') : stop }));
    const { ask } = await startServer({ graphOptions: { knowledgeBases: [images], policy } });
    const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#f00' } })
      .png()
      .toBuffer();
    const image = `data:image/png;base64,${png.toString('base64')}`;
    const output = await outputOf(await ask({ question: 'What is this?', image }));
    expect(output.answer).toBe('a red square');
    expect(Buffer.from(images.calls[0]!.query.image!.bytes).equals(png)).toBe(true);
    expect(JSON.stringify(output)).not.toContain(png.toString('base64'));
  });

  test('offers named policies, and no others', async () => {
    const policies = { none: twoStepGraph({ policy: policyOf(() => ({ decision: stop })) }) };
    const { ask } = await startServer({ policies });
    expect((await outputOf(await ask({ question: 'x', policy: 'none' }))).answer).toBeNull();
    const error = await errorOf(await ask({ question: 'x', policy: 'nome' }));
    expect(error).toMatchObject({ status: 400, code: 'unknown-policy' });
    expect(error.message).toContain('did you mean "none"?');
    expect((await errorOf(await ask({ question: 'x', policy: 'toString' }))).code).toBe('unknown-policy');
  });

  test('a quiet stream carries comments', async () => {
    const slow = fakeKnowledgeBase('Texts', async () => {
      await pause(120);
      return [];
    });
    const { ask } = await startServer({
      heartbeatMs: 20,
      graphOptions: {
        knowledgeBases: [slow],
        policy: policyOf(({ steps }) => ({ decision: steps.length ? stop : search('a', 'Texts') })),
      },
    });
    const { events, comments } = await readEvents(await ask({ question: 'x' }, EVENTS));
    expect(comments).toContain('heartbeat');
    expect(events.at(-1)!.event).toBe('answer-end');
  });
});

describe('what is refused', () => {
  test.each<[string, number, string, unknown, RequestInit?]>([
    ['malformed JSON', 400, 'malformed-json', '{"question": '],
    ['a body that is no object', 400, 'invalid-request', []],
    ['a missing question', 400, 'invalid-request', {}],
    ['an empty question', 400, 'empty-question', { question: '  ' }],
    ['an empty question in a stream', 400, 'empty-question', { question: '' }, EVENTS],
    ['a long question', 413, 'question-too-long', { question: 'a'.repeat(10_000) }],
    ['an unknown field', 400, 'invalid-request', { question: 'x', sead: 1 }],
    ['a wrong type', 400, 'invalid-request', { question: 'x', maxSteps: '3' }],
    ['an image that is no data URL', 400, 'image-invalid', { question: 'x', image: 'http://example.org/a.png' }],
    ['a broken image', 400, 'image-invalid', { question: 'x', image: 'data:image/png;base64,iVBORw0KGgo=' }],
    ['another media type', 415, 'unsupported-media-type', 'question=x', { headers: { 'Content-Type': 'text/plain' } }],
    ['an unknown encoding', 415, 'unsupported-encoding', '{}', { headers: { 'Content-Encoding': 'x-own' } }],
    ['an answer in another form', 406, 'not-acceptable', { question: 'x' }, { headers: { Accept: 'text/html' } }],
  ])('%s: %i %s', async (_name, status, code, body, init) => {
    const { ask, errors } = await startServer();
    expect(await errorOf(await ask(body, init))).toMatchObject({ status, code });
    expect(errors).toEqual([]);
  });

  test('a misspelt field is answered with the right one', async () => {
    const { ask } = await startServer();
    expect((await errorOf(await ask({ question: 'x', sead: 1 }))).message).toContain('did you mean "seed"?');
  });

  test('a body beyond the limit, also one that grows when unzipped', async () => {
    const { ask } = await startServer({ bodyLimit: 2000 });
    const body = JSON.stringify({ question: 'a'.repeat(3000) });
    expect(await errorOf(await ask(body))).toMatchObject({ status: 413, code: 'body-too-large' });
    const zipped = await new Response(
      new Blob([body]).stream().pipeThrough(new CompressionStream('gzip')),
    ).arrayBuffer();
    expect(zipped.byteLength).toBeLessThan(200);
    const response = await ask('', { body: zipped, headers: { 'Content-Encoding': 'gzip' } });
    expect(await errorOf(response)).toMatchObject({ status: 413, code: 'body-too-large' });
  });

  test('other paths and methods', async () => {
    const { url } = await startServer();
    expect(await errorOf(await fetch(`${url}/nothing`))).toMatchObject({ status: 404, code: 'not-found' });
    expect(await errorOf(await fetch(`${url}/%E0%A4%A`))).toMatchObject({ status: 404 });
    const response = await fetch(`${url}/v1/ask`);
    expect(response.headers.get('allow')).toBe('POST');
    expect(await errorOf(response)).toMatchObject({ status: 405, code: 'method-not-allowed' });
    expect(await errorOf(await fetch(`${url}/healthz`, { method: 'DELETE' }))).toMatchObject({ status: 405 });
  });

  test('more steps than the server allows', async () => {
    const { ask } = await startServer({ maxSteps: 2 });
    expect(await errorOf(await ask({ question: 'x', maxSteps: 3 }))).toMatchObject({ status: 400 });
    const output = await outputOf(await ask({ question: 'x', maxSteps: 1 }));
    expect(output).toMatchObject({ answer: 'one', stopReason: 'max-steps' });
  });
});

describe('the API key', () => {
  test('opens /v1/ask, and /healthz needs none', async () => {
    const { ask, url } = await startServer({ apiKey: 'secret-key' });
    const withKey = (Authorization: string) => ask({ question: 'x' }, { headers: { Authorization } });
    const refused = await ask({ question: 'x' });
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    expect(await errorOf(refused)).toMatchObject({ status: 401, code: 'unauthorized' });
    expect((await withKey('Bearer secret-kez')).status).toBe(401);
    expect((await withKey('Bearer secret')).status).toBe(401);
    expect((await withKey('Basic secret-key')).status).toBe(401);
    expect((await withKey('Bearer secret-key')).status).toBe(200);
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok', running: 0, waiting: 0 });
  });

  test('is asked for before the body is read', async () => {
    const { ask } = await startServer({ apiKey: 'secret-key' });
    expect((await errorOf(await ask('{'))).status).toBe(401);
  });
});

describe('a client that leaves', () => {
  test.each([
    ['JSON', {}],
    ['events', EVENTS],
  ])('ends its run (%s)', async (_name, init) => {
    const { knowledgeBase, signals } = hangingKnowledgeBase();
    const policy = policyOf(() => ({ decision: search('a', 'Texts') }));
    const { ask, url, errors } = await startServer({ graphOptions: { knowledgeBases: [knowledgeBase], policy } });
    const client = new AbortController();
    const response = ask({ question: 'x' }, { ...init, signal: client.signal });
    response.then(async (streamed) => streamed.text()).catch(() => {});
    await vi.waitFor(() => expect(signals).toHaveLength(1));
    expect(signals[0]!.aborted).toBe(false);
    client.abort();
    await vi.waitFor(() => expect(signals[0]!.aborted).toBe(true));
    await vi.waitFor(async () => expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ running: 0 }));
    expect(errors).toEqual([]);
  });

  test('gives up its place in the queue', async () => {
    const { knowledgeBase, signals } = hangingKnowledgeBase();
    const policy = policyOf(() => ({ decision: search('a', 'Texts') }));
    const graphOptions = { knowledgeBases: [knowledgeBase], policy };
    const { ask, url } = await startServer({ concurrency: 1, queue: 1, graphOptions });
    const [running, waiting] = [new AbortController(), new AbortController()];
    const health = async () => (await fetch(`${url}/healthz`)).json();
    ask({ question: 'x' }, { signal: running.signal }).catch(() => {});
    await vi.waitFor(() => expect(signals).toHaveLength(1));
    ask({ question: 'y' }, { signal: waiting.signal }).catch(() => {});
    await vi.waitFor(async () => expect(await health()).toMatchObject({ running: 1, waiting: 1 }));

    const full = await ask({ question: 'z' });
    expect(Number(full.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await errorOf(full)).toMatchObject({ status: 503, code: 'overloaded' });

    waiting.abort();
    await vi.waitFor(async () => expect(await health()).toMatchObject({ running: 1, waiting: 0 }));
    running.abort();
    await vi.waitFor(async () => expect(await health()).toMatchObject({ running: 0, waiting: 0 }));
    expect(signals).toHaveLength(1); // the one that waited never began
  });
});

describe('failures inside', () => {
  const failing = policyOf(() => {
    throw new Error('key sk-123 refused by http://internal');
  });

  test('keep their words to the log', async () => {
    const { ask, errors } = await startServer({ graphOptions: { policy: failing } });
    const error = await errorOf(await ask({ question: 'x' }));
    expect(error).toMatchObject({ status: 502, code: 'policy-failed' });
    expect(error.message).not.toContain('sk-123');
    expect(String(errors[0])).toContain('sk-123');
  });

  test('after the first event they end the stream with an error event', async () => {
    const { ask, errors } = await startServer({ graphOptions: { policy: failing } });
    const { events } = await readEvents(await ask({ question: 'x' }, EVENTS));
    expect(events.at(-1)).toMatchObject({ event: 'error' });
    expect(JSON.parse(events.at(-1)!.data)).toMatchObject({ error: { code: 'policy-failed' } });
    expect(errors).toHaveLength(1);
  });
});

describe('around it', () => {
  test('has security headers and no sign of what it runs on', async () => {
    const { url } = await startServer();
    const { headers } = await fetch(`${url}/healthz`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers.get('x-powered-by')).toBeNull();
  });

  test('mounts under a path of another app and leaves its other paths alone', async () => {
    const host = express();
    host.use('/router', createRouterRouter({ graph: twoStepGraph() }));
    host.get('/router/own', (_request, response) => void response.send('mine'));
    const { url, close } = await listen(host);
    onTestFinished(() => close({ graceMs: 0 }));
    const response = await fetch(`${url}/router/v1/ask`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"question":"How many?"}',
    });
    expect((await outputOf(response)).answer).toBe('two');
    expect(await (await fetch(`${url}/router/own`)).text()).toBe('mine');
    const image = await fetch(`${url}/router/v1/ask`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"question":"x","image":"data:image/png;base64,AAAA"}',
    });
    expect(await errorOf(image)).toMatchObject({ status: 400, code: 'no-images' });
  });

  test('a taken port is a user error', async () => {
    const { url } = await startServer();
    const port = Number(new URL(url).port);
    await expect(listen(express(), { port })).rejects.toMatchObject({ code: 'cannot-listen', kind: 'user' });
  });

  test('goes down in order: the run under way is finished', async () => {
    let answer = () => {};
    const waits = fakeKnowledgeBase('Texts', () => new Promise((resolve) => (answer = () => resolve([]))));
    const policy = policyOf(({ steps }) => ({ decision: steps.length ? stop : search('a', 'Texts') }));
    const { ask, close, url } = await startServer({ graphOptions: { knowledgeBases: [waits], policy } });
    const response = ask({ question: 'x' });
    await vi.waitFor(() => expect(waits.calls).toHaveLength(1));
    const closed = close({ graceMs: 5_000 });
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    answer();
    expect((await response).status).toBe(200);
    await closed;
  });

  test('a run that outlasts the grace is ended, and its client told', async () => {
    const { knowledgeBase, signals } = hangingKnowledgeBase();
    const policy = policyOf(() => ({ decision: search('a', 'Texts') }));
    const shutdown = new AbortController();
    const graphOptions = { knowledgeBases: [knowledgeBase], policy };
    const { ask, close } = await startServer({ signal: shutdown.signal, graphOptions });
    const response = ask({ question: 'x' });
    await vi.waitFor(() => expect(signals).toHaveLength(1));
    await close({ graceMs: 50, abort: () => shutdown.abort() });
    expect(await errorOf(await response)).toMatchObject({ status: 503, code: 'shutting-down' });
    expect(signals[0]!.aborted).toBe(true);
  });
});
