/** The examples of serving: run, and what cannot be run here (containers) looked at step by step. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { officeNotes } from '../../examples/custom-knowledge-base.ts';
import * as mcpClient from '../../examples/mcp-client.ts';
import { POST } from '../../examples/next/app/api/ask/route.ts';
import * as openaiClient from '../../examples/openai-client.ts';
import { answerWithLastReading, readFirstLine } from '../../examples/parts.ts';
import * as servedExpress from '../../examples/served-express.ts';
import { createRouterGraph } from '../../src/graph/graph.ts';
import { fixedPolicy } from '../../src/graph/policies/fixed.ts';
import { createRouterApp } from '../../src/server/app.ts';
import { listen } from '../../src/server/listen.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const VISITORS = 'Visitors sign in at the front desk and wear a badge.';

async function officeServer(): Promise<string> {
  const graph = createRouterGraph({
    knowledgeBases: [officeNotes],
    policy: fixedPolicy({ knowledgeBase: officeNotes.name }),
    reader: readFirstLine,
    answerer: answerWithLastReading,
  });
  const { url, close } = await listen(createRouterApp({ graph, knowledgeBases: [officeNotes] }));
  onTestFinished(() => close({ graceMs: 0 }));
  return url;
}

test('served-express', async () => {
  expect(await servedExpress.main()).toEqual(['Our app', '401', VISITORS]);
});

test('openai-client', async () => {
  expect(await openaiClient.main(await officeServer())).toEqual({
    answer: VISITORS,
    streamed: VISITORS,
    sources: ['n2 (Office notes)'],
  });
});

test('mcp-client', async () => {
  expect(await mcpClient.main(await officeServer())).toMatchObject({
    tools: ['ask', 'search_Office_notes'],
    steps: ['Office notes: Where do visitors sign in?'],
    answer: { answer: VISITORS, citations: [{ passageId: 'n2' }] },
  });
});

describe('a route handler of Next.js', () => {
  const request = (body: string, init: RequestInit = {}) =>
    new Request('http://localhost/api/ask', { method: 'POST', body, ...init });

  test('streams the run', async () => {
    const response = await POST(request('{"question":"Where do visitors sign in?"}'));
    const text = await response.text();
    expect(text).toContain(`event: answer-end\ndata: {"type":"answer-end"`);
    expect(text).toContain(VISITORS);
  });

  test('refuses what is no question, and stops when its client goes', async () => {
    expect((await POST(request('nonsense'))).status).toBe(400);
    const client = new AbortController();
    client.abort();
    expect(await (await POST(request('{"question":"x"}', { signal: client.signal }))).text().catch(() => '')).toBe('');
  });
});

describe('the container', () => {
  const dockerfile = readFileSync(join(ROOT, 'examples/docker/Dockerfile'), 'utf8');
  const instructions = dockerfile
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
      return { name, rest };
    });
  const all = (name: string) => instructions.filter((instruction) => instruction.name === name).map(({ rest }) => rest);

  test('is made of instructions that Docker knows, from pinned images, and runs without rights', () => {
    const known = [
      'FROM',
      'WORKDIR',
      'COPY',
      'RUN',
      'ENV',
      'USER',
      'VOLUME',
      'EXPOSE',
      'HEALTHCHECK',
      'ENTRYPOINT',
      'CMD',
    ];
    expect(instructions.filter(({ name }) => !known.includes(name))).toEqual([]);
    for (const image of all('FROM')) expect(image).toMatch(/^node:\d+\.\d+\.\d+-[\w-]+( AS \w+)?$/);
    expect(all('USER')).toEqual(['node']);
    for (const command of [...all('ENTRYPOINT'), ...all('CMD')]) expect(JSON.parse(command)).toBeInstanceOf(Array);
    expect(dockerfile).not.toMatch(/\b(?:sudo|ADD|latest|curl|wget)\b/);
  });

  test('copies what is there, and installs with the lock file', () => {
    const [manifests, ...rest] = all('COPY');
    for (const file of manifests!.split(' ').slice(0, -1)) expect(existsSync(join(ROOT, file)), file).toBe(true);
    const shipped = rest.flatMap((line) => /--from=build \S+ \/app\/(\S+) /.exec(line)?.[1] ?? []);
    expect(shipped).toEqual(['package.json', 'node_modules', 'dist', 'data', 'models']);
    for (const file of shipped) expect(file === 'dist' || existsSync(join(ROOT, file)), file).toBe(true);
    expect(all('RUN')[0]).toBe('npm ci --ignore-scripts');
    for (const script of all('RUN')
      .join(' ')
      .matchAll(/node (scripts\/\S+)/g))
      expect(existsSync(join(ROOT, script[1]!))).toBe(true);
  });

  test('beside Qdrant: the store is where the service is, on this machine alone, with a key that must be given', () => {
    const service = z.looseObject({ command: z.array(z.string()).optional(), ports: z.array(z.string()).optional() });
    const compose = z
      .object({ services: z.object({ qdrant: service, router: service }), volumes: z.record(z.string(), z.null()) })
      .parse(parse(readFileSync(join(ROOT, 'examples/docker/compose.yaml'), 'utf8')));
    const { router } = compose.services;
    expect(router.command).toContain('http://qdrant:6333');
    expect(router.ports).toEqual(['127.0.0.1:8484:8484']);
    expect(JSON.stringify(router)).toContain('${R1_ROUTER_API_KEY:?');
  });
});
