/** What the page and other clients build on: knowledge bases, search, runs, feedback, pictures and uploads. */
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import sharp from 'sharp';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { sha256 } from '../../src/common/content-hash.ts';
import { RouterOutputSchema } from '../../src/graph/run-state.ts';
import { stepId } from '../../src/graph/step-record.ts';
import type { UploadTarget } from '../../src/server/document-store.ts';
import { ownName } from '../../src/server/documents.ts';
import { fakeKnowledgeBase, policyOf, search, stop } from '../../src/test/fakes.ts';
import type { JobReport } from '../../src/tools/ingest/job.ts';
import { startServer } from './start.ts';

const RUN_ID = '01890a5d-ac96-774b-bcce-b302099a8057';
const EVENTS = { headers: { Accept: 'text/event-stream' } };

const json = async (response: Response) => response.json() as Promise<Record<string, unknown>>;
const errorCode = async (response: Response) => ((await json(response)).error as { code: string }).code;

async function eventsOf(response: Response): Promise<EventSourceMessage[]> {
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  parser.feed(await response.text());
  return events;
}

const texts = () =>
  Object.assign(fakeKnowledgeBase('Texts', { first: ['one', 'uno'] }), {
    stats: async () => ({ documents: 2, passages: 2 }),
  });

describe('knowledge bases', () => {
  test('are listed with what they are and how much they hold', async () => {
    const { url } = await startServer({
      knowledgeBases: [texts(), fakeKnowledgeBase('Tables', {}, { modality: 'table' })],
    });
    expect(await json(await fetch(`${url}/v1/knowledge-bases`))).toEqual({
      knowledgeBases: [
        {
          name: 'Texts',
          description: 'Knows things about Texts.',
          modality: 'text',
          cost: 1,
          size: { documents: 2, passages: 2 },
        },
        { name: 'Tables', description: 'Knows things about Tables.', modality: 'table', cost: 1 },
      ],
    });
  });

  test('are searched without a run', async () => {
    const { post } = await startServer({ knowledgeBases: [texts()] });
    const found = await post('/v1/search', { knowledgeBase: 'Texts', text: 'first', limit: 3 });
    expect(((await json(found)).passages as { text: string }[]).map(({ text }) => text)).toEqual(['one', 'uno']);
    const unknown = await post('/v1/search', { knowledgeBase: 'Text', text: 'first' });
    expect(unknown.status).toBe(404);
    expect(await json(unknown)).toMatchObject({
      error: { code: 'unknown-knowledge-base', message: expect.stringContaining('did you mean "Texts"?') },
    });
    expect((await post('/v1/search', { knowledgeBase: 'Texts', text: '' })).status).toBe(400);
    expect((await post('/v1/search', { knowledgeBase: 'Texts', text: '\ud800' })).status).toBe(400);
  });

  test('show the pictures of their passages, and nothing outside of their folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pictures-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const png = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#0f0' } })
      .png()
      .toBuffer();
    await writeFile(join(folder, 'green.png'), png);
    await writeFile(join(folder, 'notes.txt'), 'secret');
    await symlink('/etc/passwd', join(folder, 'linked.png'));
    const { url } = await startServer({ pictures: (name) => (name === 'Images' ? folder : undefined) });
    const shown = await fetch(`${url}/v1/knowledge-bases/Images/images/green.png`);
    expect(shown.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await shown.arrayBuffer()).equals(png)).toBe(true);
    for (const path of ['notes.txt', 'linked.png', 'none.png', '..%2Fx.png', '%2e%2e/%2e%2e/x.png', 'a%00.png']) {
      expect((await fetch(`${url}/v1/knowledge-bases/Images/images/${path}`)).status, path).toBe(404);
    }
    expect((await fetch(`${url}/v1/knowledge-bases/toString/images/green.png`)).status).toBe(404);
  });
});

describe('runs', () => {
  test('are remembered, newest first, each with its steps and what people said of it', async () => {
    const judged: unknown[] = [];
    const { ask, post, url } = await startServer({ onFeedback: (feedback) => void judged.push(feedback) });
    await ask({ question: 'How many?', runId: RUN_ID });
    const second = RouterOutputSchema.parse(await json(await ask({ question: 'And now?' })));
    const { runs } = await json(await fetch(`${url}/v1/runs`));
    expect(runs).toMatchObject([
      { runId: second.runId, question: 'And now?', answer: 'two', stopReason: 'policy', status: 'done' },
      { runId: RUN_ID, question: 'How many?', answer: 'two' },
    ]);
    const feedback = await post(`/v1/runs/${RUN_ID}/feedback`, { score: 1, comment: 'right' });
    expect(feedback.status).toBe(201);
    expect(judged).toEqual([{ runId: RUN_ID, score: 1, comment: 'right' }]);
    const shown = await json(await fetch(`${url}/v1/runs/${RUN_ID}`));
    expect(RouterOutputSchema.parse(shown).steps).toHaveLength(3);
    expect(shown.feedback).toMatchObject([{ score: 1, comment: 'right' }]);
    expect((await post(`/v1/runs/${RUN_ID}/feedback`, { score: 7 })).status).toBe(400);
    expect(await errorCode(await fetch(`${url}/v1/runs/${stepId(RUN_ID, 0)}`))).toBe('unknown-run');
    expect((await fetch(`${url}/v1/runs/nonsense`)).status).toBe(404);
  });

  test('that never began are none; of one that failed the events are told, and why', async () => {
    let fails = true;
    const policy = policyOf(() => {
      if (fails) throw new Error('out of order');
      return { decision: stop };
    });
    const { ask, url } = await startServer({ graphOptions: { policy } });
    expect((await ask({ question: ' ', runId: RUN_ID })).status).toBe(400);
    expect((await fetch(`${url}/v1/runs/${RUN_ID}`)).status).toBe(404);
    expect((await ask({ question: 'x', runId: RUN_ID })).status).toBe(502);
    const events = await eventsOf(await fetch(`${url}/v1/runs/${RUN_ID}/events`));
    expect(events.map(({ event }) => event)).toEqual(['run-start', 'step-start', 'error']);
    expect(await json(await fetch(`${url}/v1/runs/${RUN_ID}`))).toMatchObject({
      status: 'failed',
      error: { code: 'policy-failed' },
    });
    fails = false;
    expect((await ask({ question: 'x', runId: RUN_ID })).status).toBe(200);
  });

  test('are forgotten, the oldest first', async () => {
    const { ask, url } = await startServer({ runsKept: 2 });
    for (const question of ['a', 'b', 'c']) await (await ask({ question })).json();
    const { runs } = await json(await fetch(`${url}/v1/runs`));
    expect((runs as { question: string }[]).map(({ question }) => question)).toEqual(['c', 'b']);
  });

  test('belong to the key that asked', async () => {
    const key = (name: string) => ({ name, sha256: sha256(`${name}-secret`) });
    const { ask, url } = await startServer({ apiKeys: [key('ada'), key('bob')] });
    const as = (name: string) => ({ headers: { Authorization: `Bearer ${name}-secret` } });
    expect((await ask({ question: 'x', runId: RUN_ID }, as('ada'))).status).toBe(200);
    expect((await fetch(`${url}/v1/runs/${RUN_ID}`, as('ada'))).status).toBe(200);
    expect((await fetch(`${url}/v1/runs/${RUN_ID}`, as('bob'))).status).toBe(404);
    expect(await json(await fetch(`${url}/v1/runs`, as('bob')))).toEqual({ runs: [] });
    expect((await fetch(`${url}/v1/runs`)).status).toBe(401);
  });
});

describe('a stream that broke', () => {
  test('goes on after the last event without asking again', async () => {
    let go = () => {};
    const slow = fakeKnowledgeBase('Tables', () => new Promise((resolve) => (go = () => resolve([]))));
    const quick = fakeKnowledgeBase('Texts', { first: ['one'] });
    const { ask, url } = await startServer({ graphOptions: { knowledgeBases: [quick, slow] } });
    const client = new AbortController();
    const broken = await ask({ question: 'x', runId: RUN_ID, resumable: true }, { ...EVENTS, signal: client.signal });
    await broken.body!.getReader().read();
    await vi.waitFor(() => expect(slow.calls).toHaveLength(1));
    client.abort();
    const resumed = ask(
      { question: 'x', runId: RUN_ID },
      { headers: { ...EVENTS.headers, 'Last-Event-ID': stepId(RUN_ID, 0) } },
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    go();
    const events = await eventsOf(await resumed);
    expect(events[0]).toMatchObject({ event: 'decision-end', id: stepId(RUN_ID, 0) });
    expect(events.at(-1)!.event).toBe('answer-end');
    expect(events.filter(({ event }) => event === 'step-end')).toHaveLength(3);
    expect([quick.calls.length, slow.calls.length]).toEqual([1, 1]);

    const once = await fetch(`${url}/v1/runs/${RUN_ID}/events`, { headers: { 'Last-Event-ID': stepId(RUN_ID, 2) } });
    expect((await eventsOf(once)).map(({ event }) => event)).toEqual(['decision-end', 'step-end', 'answer-end']);
  });

  test('a run whose client stays away ends', async () => {
    const signals: AbortSignal[] = [];
    const hanging = fakeKnowledgeBase('Texts', (_query, options) => {
      signals.push(options!.signal!);
      return new Promise(() => {});
    });
    const policy = policyOf(() => ({ decision: search('a', 'Texts') }));
    const { ask, url } = await startServer({ resumeMs: 300, graphOptions: { knowledgeBases: [hanging], policy } });
    const client = new AbortController();
    const broken = await ask({ question: 'x', runId: RUN_ID, resumable: true }, { ...EVENTS, signal: client.signal });
    await broken.body!.getReader().read();
    await vi.waitFor(() => expect(signals).toHaveLength(1));
    client.abort();
    await pause(20);
    // It goes on in its place until it is given up.
    expect(await json(await fetch(`${url}/healthz`))).toMatchObject({ running: 1 });
    await vi.waitFor(() => expect(signals[0]!.aborted).toBe(true));
    await vi.waitFor(async () => expect(await json(await fetch(`${url}/healthz`))).toMatchObject({ running: 0 }));
    await vi.waitFor(async () => {
      expect(await json(await fetch(`${url}/v1/runs/${RUN_ID}`))).toMatchObject({ status: 'failed', answer: null });
    });
  });
});

describe('a question as a form', () => {
  test('brings its picture as a file', async () => {
    const images = fakeKnowledgeBase('Images', { 'what is it': ['a red square'] }, { modality: 'text-image' });
    const policy = policyOf(({ steps }) => ({ decision: steps.length === 0 ? search('what is it', 'Images') : stop }));
    const { url } = await startServer({ graphOptions: { knowledgeBases: [images], policy } });
    const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#f00' } })
      .png()
      .toBuffer();
    const form = new FormData();
    form.set('question', 'What is this?');
    form.set('maxSteps', '2');
    form.set('image', new Blob([new Uint8Array(png)], { type: 'image/png' }), 'red.png');
    const response = await fetch(`${url}/v1/ask`, { method: 'POST', body: form });
    const output = RouterOutputSchema.parse(await json(response));
    expect(output.answer).toBe('a red square');
    expect(Buffer.from(images.calls[0]!.query.image!.bytes).equals(png)).toBe(true);
    const shown = await fetch(`${url}/v1/images/${output.steps[0]!.state.image}`);
    expect(shown.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await shown.arrayBuffer()).equals(png)).toBe(true);

    form.set('maxSteps', 'many');
    expect((await fetch(`${url}/v1/ask`, { method: 'POST', body: form })).status).toBe(400);
    const broken = { method: 'POST', body: 'x', headers: { 'Content-Type': 'multipart/form-data; boundary=a' } };
    expect(await errorCode(await fetch(`${url}/v1/ask`, broken))).toBe('malformed-body');
  });
});

describe('documents', () => {
  const REPORT: JobReport = {
    documents: 1,
    passages: 1,
    duplicates: 0,
    imagesMissing: 0,
    errors: [],
    errorCount: 0,
    notes: [],
    noteCount: 0,
    resumed: false,
    seconds: 0,
  } as unknown as JobReport;

  async function withUploads() {
    const jobs: { target: UploadTarget; files: Record<string, string> }[] = [];
    const folders: string[] = [];
    const documents = {
      async ingest(target: UploadTarget, folder: string) {
        const names = (await readdir(folder)).sort();
        const files = await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')]));
        jobs.push({ target, files: Object.fromEntries(files) });
        folders.push(folder);
        return REPORT;
      },
    };
    const server = await startServer({ documents, uploadLimit: 10_000 });
    const upload = (form: FormData, query = 'knowledgeBase=Texts', init: RequestInit = {}) =>
      fetch(`${server.url}/v1/documents?${query}`, { method: 'POST', body: form, ...init });
    return { ...server, upload, jobs, folders };
  }

  test('are ingested from the files that were sent', async () => {
    const { upload, jobs, folders } = await withUploads();
    const form = new FormData();
    form.append('files', new Blob(['hello']), 'notes.txt');
    form.append('files', new Blob(['other']), '../../été/notes.txt');
    const response = await upload(form);
    expect(response.status).toBe(200);
    expect(await json(response)).toEqual(REPORT);
    expect(jobs[0]!.target).toEqual({ knowledgeBase: 'Texts' });
    expect(Object.values(jobs[0]!.files).sort()).toEqual(['hello', 'other']);
    expect(Object.keys(jobs[0]!.files)).toContain('notes.txt');
    await vi.waitFor(() => expect(readdir(folders[0]!)).rejects.toThrow());
    const streamed = await eventsOf(await upload(form, 'knowledgeBase=Texts', EVENTS));
    expect(streamed.at(-1)).toMatchObject({ event: 'report' });
  });

  test('are refused where they are not wanted, too large or none', async () => {
    const { upload } = await withUploads();
    const form = new FormData();
    expect((await upload(form)).status).toBe(400);
    form.append('files', new Blob(['x'.repeat(20_000)]), 'long.txt');
    expect((await upload(form)).status).toBe(413);
    expect((await upload(form, 'kb=Texts')).status).toBe(400);
    // Also where the length is not said beforehand.
    const { body, headers } = new Response(form);
    const unsaid = { body, duplex: 'half', headers: { 'Content-Type': headers.get('content-type')! } } as RequestInit;
    expect((await upload(form, 'knowledgeBase=Texts', unsaid)).status).toBe(413);
    const { url } = await startServer();
    expect(await errorCode(await fetch(`${url}/v1/documents`, { method: 'POST', body: form }))).toBe(
      'uploads-not-allowed',
    );
  });

  test.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\files\\a.txt', 'a.txt'],
    ['.hidden', 'hidden'],
    ['..', 'file'],
    ['', 'file'],
    ['a\u0000\nb.txt', 'a__b.txt'],
  ])('a file named %j is stored as %j', (given, name) => {
    expect(ownName(given, new Set())).toBe(name);
  });
});

describe('the front', () => {
  test('says what this is where no page was built', async () => {
    const { url } = await startServer();
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(/r1-router|<html/);
  });
});
