/** `serve --allow-uploads` from the file to the answer: the store, the router that is opened anew, the page's whole way. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { uploadsAndPictures } from '../../src/cli/serve-files.ts';
import { openServedRouter } from '../../src/cli/serve-router.ts';
import { RouterOutputSchema } from '../../src/graph/run-state.ts';
import { createRouterApp } from '../../src/server/app.ts';
import { listen } from '../../src/server/listen.ts';
import type { RouterServerOptions } from '../../src/server/options.ts';
import { SqliteSaver } from '../../src/server/threads/sqlite-saver.ts';
import { openStore } from '../../src/tools/open.ts';
import { createKnowledgeBase } from '../../src/tools/store-knowledge-base.ts';
import { SLOW } from '../slow.ts';

async function serveOwnStore() {
  const folder = await mkdtemp(join(tmpdir(), 'uploads-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  vi.stubEnv('R1_ROUTER_CACHE', join(folder, 'cache'));
  onTestFinished(() => void vi.unstubAllEnvs());
  const store = join(folder, 'store');
  const made = await openStore(store, { readOnly: false });
  const card = { name: 'notes', description: 'Notes of the office.', modality: 'text' as const };
  const notes = await createKnowledgeBase({ store: made.store, card });
  await notes.ingest([{ id: 'a', text: 'The kitchen closes at six.' }]);
  await made.close();

  const settings = { store };
  const loaded = { config: {}, directory: folder };
  const checkpointer = new SqliteSaver();
  const opened = await openServedRouter(settings, loaded, checkpointer);
  const files = await uploadsAndPictures(settings, loaded, { allow: true, onStored: opened.reopen });
  const errors: unknown[] = [];
  const options: RouterServerOptions = Object.assign(opened.served, files, {
    onError: (error: unknown) => void errors.push(error),
  });
  const { url, close } = await listen(createRouterApp(options));
  onTestFinished(async () => {
    await close({ graceMs: 0 });
    await opened.close();
    checkpointer.close();
  });
  const upload = async (query: Record<string, string>, ...given: [string, Blob][]) => {
    const form = new FormData();
    for (const [name, content] of given) form.append('files', content, name);
    const response = await fetch(`${url}/v1/documents?${new URLSearchParams(query)}`, { method: 'POST', body: form });
    return { status: response.status, text: await response.text() };
  };
  const ask = async (question: string, threadId?: string) => {
    const response = await fetch(`${url}/v1/ask`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ question, threadId }),
    });
    return RouterOutputSchema.parse(await response.json());
  };
  const names = async () => {
    const body = z.object({ knowledgeBases: z.array(z.looseObject({ name: z.string(), size: z.unknown() })) });
    const { knowledgeBases } = body.parse(await (await fetch(`${url}/v1/knowledge-bases`)).json());
    return knowledgeBases.map(({ name, size }) => [name, size]);
  };
  return { folder, url, upload, ask, names, errors };
}

test('a file is found by the next question, a new one replaces it, and nothing of this machine is told', {
  timeout: SLOW,
}, async () => {
  const { folder, upload, ask, names, errors } = await serveOwnStore();
  const first = await upload({ knowledgeBase: 'notes' }, [
    'visitors.txt',
    new Blob(['The door code for visitors is 4711.']),
  ]);
  expect(first.status).toBe(200);
  expect(JSON.parse(first.text)).toMatchObject({ documents: 1, errors: [], errorCount: 0 });
  const { evidence } = await ask('What is the door code for visitors?');
  expect(evidence[0]!.text).toContain('4711');
  expect((await ask('What is the door code for visitors?', 'a')).evidence[0]!.text).toContain('4711');

  await upload({ knowledgeBase: 'notes' }, ['visitors.txt', new Blob(['The door code for visitors is 1234.'])]);
  expect((await ask('What is the door code for visitors?')).evidence.map(({ text }) => text).join()).not.toContain(
    '4711',
  );
  expect(await names()).toEqual([['notes', { documents: 2, passages: 2 }]]);

  const broken = await upload(
    { knowledgeBase: 'notes' },
    ['broken.parquet', new Blob(['PAR1'])],
    ['good.txt', new Blob(['The lift is repaired on Monday.'])],
  );
  expect(JSON.parse(broken.text)).toMatchObject({ documents: 1, errorCount: 1, errors: [{ where: 'broken.parquet' }] });
  expect(first.text + broken.text).not.toContain(folder);
  expect(errors).toEqual([]);
});

test('a new knowledge base is described, searched and shown with its pictures', { timeout: SLOW }, async () => {
  const { url, upload, names } = await serveOwnStore();
  expect(await upload({ knowledgeBase: 'photos' }, ['a.txt', new Blob(['x'])])).toMatchObject({
    status: 400,
    text: expect.stringContaining('missing-modality'),
  });
  expect(await upload({ knowledgeBase: 'photos', modality: 'text-image' }, ['a.txt', new Blob(['x'])])).toMatchObject({
    status: 400,
  });
  const png = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#c00' } })
    .png()
    .toBuffer();
  const query = { knowledgeBase: 'photos', modality: 'text-image', description: 'Photos of the office.' };
  const stored = await upload(query, ['red door.png', new Blob([new Uint8Array(png)])]);
  expect(JSON.parse(stored.text)).toMatchObject({ documents: 1, errorCount: 0 });
  expect((await names()).map(([name]) => name)).toEqual(['notes', 'photos']);
  const found = await fetch(`${url}/v1/search`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"knowledgeBase":"photos","text":"red door"}',
  });
  const { passages } = z
    .object({ passages: z.array(z.looseObject({ image: z.object({ file: z.string() }) })) })
    .parse(await found.json());
  const shown = await fetch(`${url}/v1/knowledge-bases/photos/images/${encodeURIComponent(passages[0]!.image.file)}`);
  expect(shown.status).toBe(200);
  expect(Buffer.from(await shown.arrayBuffer()).equals(png)).toBe(true);
});
