/** What the page's own routes answer; how the page behaves in a browser is in `page/`. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createRouterApp } from '../../src/server/app.ts';
import { listen } from '../../src/server/listen.ts';
import { createPageRouter, type PageOptions } from '../../src/server/page.ts';
import { twoStepGraph } from './start.ts';

async function folder(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'r1-router-page-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(directory, name, '..'), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return directory;
}

const built = () => folder({ 'index.html': '<!doctype html><title>page</title>', 'assets/a-12345678.js': 'let a;' });

async function start(page: PageOptions, apiKey?: string): Promise<string> {
  const graph = twoStepGraph();
  const { url, close } = await listen(createRouterApp({ graph, policies: { probe: graph }, apiKey, page }));
  onTestFinished(() => close({ graceMs: 0 }));
  return url;
}

test('the page runs nothing inline and nothing from elsewhere', async () => {
  const url = await start({ directory: await built() });
  const response = await fetch(`${url}/`);
  expect(await response.text()).toContain('<title>page</title>');
  const policy = response.headers.get('content-security-policy')!;
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
  expect(response.headers.get('cache-control')).toBe('no-cache');
  expect(response.headers.get('cross-origin-opener-policy')).toBeNull();
  const script = await fetch(`${url}/assets/a-12345678.js`);
  expect(script.headers.get('content-type')).toMatch(/javascript/);
  expect(script.headers.get('cache-control')).toContain('immutable');
  expect((await fetch(`${url}/assets/../page.ts`)).status).toBe(404);
});

test('the API keeps its own headers, and other paths their JSON', async () => {
  const url = await start({ directory: await built() });
  const response = await fetch(`${url}/nothing`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ error: { code: 'not-found' } });
  expect(response.headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
});

test('page.json tells what the server offers; examples are made once', async () => {
  let made = 0;
  const examples = async () => [{ question: `${++made}?` }];
  const url = await start({ directory: await built(), examples, offers: ['search'] });
  for (const _time of [1, 2]) {
    expect(await (await fetch(`${url}/page.json`)).json()).toEqual({
      policies: ['probe'],
      offers: ['search'],
      examples: [{ question: '1?' }],
      reports: false,
    });
  }
});

test('mounted below a path it is found with and without a slash', async () => {
  const app = express();
  app.use('/router', createPageRouter({ directory: await built() }));
  const { url, close } = await listen(app);
  onTestFinished(() => close({ graceMs: 0 }));
  const response = await fetch(`${url}/router?x=1`);
  expect(response.url).toBe(`${url}/router/?x=1`);
  expect(response.status).toBe(200);
});

test('without a built page one line says what this is', async () => {
  const url = await start({ directory: await folder({}) });
  const response = await fetch(`${url}/`);
  expect(response.status).toBe(200);
  expect(await response.text()).toMatch(/^r1-router: ask with POST \/v1\/ask; .*npm run build/);
});

test('an app without a page has none', async () => {
  const { url, close } = await listen(createRouterApp({ graph: twoStepGraph(), page: false }));
  onTestFinished(() => close({ graceMs: 0 }));
  expect((await fetch(`${url}/`)).status).toBe(404);
  expect((await fetch(`${url}/page.json`)).status).toBe(404);
});

const ListSchema = z.object({
  reports: z.array(z.object({ title: z.string(), file: z.string(), address: z.string() })),
});

test('reports are listed with the key, sent without it, in a sandbox, and nothing else of the disk is', async () => {
  const reports = await folder({
    'first/curves.html': '<title>Training &#60;first&#62;</title>',
    'untitled.html': '<p>x',
    'notes.txt': 'no',
    '.hidden/secret.html': 'no',
  });
  await symlink('/etc/hostname', join(reports, 'link.html'));
  const url = await start({ directory: await built(), reports }, 'key');
  expect((await fetch(`${url}/v1/reports`)).status).toBe(401);
  const list = await fetch(`${url}/v1/reports`, { headers: { Authorization: 'Bearer key' } });
  const found = ListSchema.parse(await list.json()).reports;
  expect(found.map(({ title, file }) => [title, file]).sort()).toEqual([
    ['Training <first>', 'first/curves.html'],
    ['untitled.html', 'untitled.html'],
  ]);
  const { address } = found.find(({ file }) => file === 'first/curves.html')!;
  expect(address).toMatch(/^reports\/[0-9a-f]{40}$/);
  const report = await fetch(`${url}/${address}`);
  expect(await report.text()).toContain('Training');
  expect(report.headers.get('content-security-policy')).toMatch(/^sandbox allow-scripts;/);
  for (const wrong of ['reports/first', `reports/${'0'.repeat(40)}`, 'reports/..%2Fnotes.txt']) {
    expect((await fetch(`${url}/${wrong}`)).status).toBe(404);
  }
});
