import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../src/common/random.ts';
import { ingestSources } from '../../../src/tools/ingest/job.ts';
import { openSources } from '../../../src/tools/ingest/open-sources.ts';
import { openKnowledgeBase } from '../../../src/tools/open.ts';
import { exportKnowledgeBase, importKnowledgeBase } from '../../../src/tools/portable.ts';
import { createKnowledgeBase } from '../../../src/tools/store-knowledge-base.ts';
import { openLocalQdrant } from '../../../src/tools/stores/local-qdrant/index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-job-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const rows = (count: number, { fewest = 20, most = 80 } = {}) =>
  Array.from({ length: count }, (_, index) => {
    const random = keyedRandom('job-rows', index);
    const text = Array.from({ length: fewest + random.below(most - fewest) }, () => `word${random.below(3000)}`).join(
      ' ',
    );
    return JSON.stringify({ id: `d${index}`, title: `Title ${index}`, text });
  }).join('\n');

async function exported(location: string, file: string): Promise<string> {
  const store = await openLocalQdrant({ location });
  const check = await openKnowledgeBase({ store, name: 'docs' });
  expect((await check.stats()).documents).toBeGreaterThan(0);
  await exportKnowledgeBase({ store, name: 'docs', file });
  await store.close();
  return readFile(file, 'utf8');
}

/** Runs the ingestion in a process of its own; `acknowledged` is the last count it printed. */
function child(
  location: string,
  source: string,
): { process: ChildProcess; done: Promise<{ code: number | null; acknowledged: number }> } {
  const script = fileURLToPath(new URL('./ingest-child.ts', import.meta.url));
  const started = spawn(process.execPath, [script, location, source], { stdio: ['ignore', 'pipe', 'inherit'] });
  let acknowledged = 0;
  started.stdout!.on('data', (data: Buffer) => {
    for (const line of data.toString().split('\n')) if (/^\d+$/.test(line)) acknowledged = Number(line);
  });
  return {
    process: started,
    done: new Promise((resolve) => started.on('exit', (code) => resolve({ code, acknowledged }))),
  };
}

describe('the ingestion job', () => {
  it('reports documents, duplicates and errors, and finds what it stored', async () => {
    const path = join(folder, 'rows.jsonl');
    await writeFile(
      path,
      `${rows(40)}\n{"id":"copy","title":"Title 3","text":${JSON.stringify(JSON.parse(rows(4).split('\n')[3]!).text)}}\n{"id":"broken"}\n`,
    );
    const store = await openLocalQdrant({ location: ':memory:' });
    const knowledgeBase = await createKnowledgeBase({
      store,
      card: { name: 'docs', description: 'Documents.', modality: 'text' },
    });
    const progress: number[] = [];
    const report = await ingestSources({
      knowledgeBase,
      sources: await openSources([path], { modality: 'text' }),
      onProgress: ({ bytes }) => progress.push(bytes),
    });
    expect(report).toMatchObject({ documents: 40, duplicates: 1, errorCount: 1, resumed: false });
    expect(report.errors[0]!.where).toBe(`${path}:42`);
    expect(progress.at(-1)).toBeGreaterThan(0);
    expect((await knowledgeBase.search({ text: 'Title 7' }, { limit: 1 }))[0]!.documentId).toBe('d7');
    await store.close();
  });

  it('goes on after an abort without reading again what is stored', async () => {
    const path = join(folder, 'rows.jsonl');
    await writeFile(path, rows(30_000, { fewest: 2, most: 6 }));
    const cursorFile = join(folder, 'cursor.json');
    const store = await openLocalQdrant({ location: ':memory:' });
    const knowledgeBase = await createKnowledgeBase({
      store,
      card: { name: 'docs', description: 'Documents.', modality: 'text' },
    });
    const sources = await openSources([path], { modality: 'text' });
    const stop = new AbortController();
    const first = ingestSources({
      knowledgeBase,
      sources,
      cursorFile,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(first).rejects.toThrow('enough');
    expect((await knowledgeBase.stats()).documents).toBe(20_000);
    const report = await ingestSources({ knowledgeBase, sources, cursorFile });
    expect(report).toMatchObject({ documents: 10_000, duplicates: 0, resumed: true });
    await store.close();
  });

  const full = process.env.R1_ROUTER_FULL === '1';
  it(
    `survives kill -9 at ${full ? 50 : 1} random moments and ends in the same bytes`,
    async () => {
      const path = join(folder, 'rows.jsonl');
      await writeFile(path, rows(6_000));
      const whole = child(join(folder, 'whole'), path);
      expect((await whole.done).code).toBe(0);
      const expected = await exported(join(folder, 'whole'), join(folder, 'whole.jsonl'));
      const random = keyedRandom('ingest-kills');
      let location = join(folder, 'killed-0');
      for (let kill = 0; kill < (full ? 50 : 1); kill++) {
        const run = child(location, path);
        setTimeout(() => run.process.kill('SIGKILL'), 150 + random.below(1_500));
        const { code, acknowledged } = await run.done;
        if (code === 0) {
          // It had ended before: begin a new one, so that every kill meets a running ingestion.
          expect(await exported(location, join(folder, `killed-${kill}.jsonl`))).toBe(expected);
          location = join(folder, `killed-${kill + 1}`);
          continue;
        }
        if (acknowledged > 0) {
          const store = await openLocalQdrant({ location, readOnly: true });
          const stored = await openKnowledgeBase({ store, name: 'docs' });
          expect((await stored.stats()).documents).toBeGreaterThanOrEqual(acknowledged);
          await store.close();
        }
      }
      expect((await child(location, path).done).code).toBe(0);
      expect(await exported(location, join(folder, 'last.jsonl'))).toBe(expected);
    },
    full ? 900_000 : 120_000,
  );
});

describe('the portable file', () => {
  it('carries texts with line separators of every kind', async () => {
    const text = 'one\u2028two\u2029three\u0085four\nfive';
    const [one, two] = [
      await openLocalQdrant({ location: ':memory:' }),
      await openLocalQdrant({ location: ':memory:' }),
    ];
    const card = { name: 'docs', description: 'Documents.', modality: 'text' } as const;
    await (await createKnowledgeBase({ store: one, card })).ingest([{ id: 'a', text }]);
    const file = join(folder, 'separators.jsonl');
    await exportKnowledgeBase({ store: one, name: 'docs', file });
    await importKnowledgeBase({ store: two, file });
    const copy = await openKnowledgeBase({ store: two, name: 'docs' });
    expect(await copy.get(['a'])).toMatchObject([{ id: 'a', text }]);
  });

  it('carries a knowledge base into another store, compressed or not, and back to the same bytes', async () => {
    const path = join(folder, 'rows.jsonl');
    await writeFile(path, rows(600));
    const one = await openLocalQdrant({ location: ':memory:' });
    const knowledgeBase = await createKnowledgeBase({
      store: one,
      card: { name: 'docs', description: 'Documents.', modality: 'text', cost: 2 },
    });
    await ingestSources({ knowledgeBase, sources: await openSources([path], { modality: 'text' }) });
    const file = join(folder, 'docs.jsonl.gz');
    expect(await exportKnowledgeBase({ store: one, name: 'docs', file })).toBe(600);
    const two = await openLocalQdrant({ location: ':memory:' });
    expect(await importKnowledgeBase({ store: two, file, name: 'copy' })).toEqual({ name: 'copy', passages: 600 });
    await expect(importKnowledgeBase({ store: two, file, name: 'copy' })).rejects.toMatchObject({
      code: 'knowledge-base-exists',
    });
    await importKnowledgeBase({ store: two, file });
    await exportKnowledgeBase({ store: two, name: 'docs', file: join(folder, 'again.jsonl') });
    await exportKnowledgeBase({ store: one, name: 'docs', file: join(folder, 'first.jsonl') });
    expect(await readFile(join(folder, 'again.jsonl'), 'utf8')).toBe(
      await readFile(join(folder, 'first.jsonl'), 'utf8'),
    );
    const copy = await openKnowledgeBase({ store: two, name: 'copy' });
    const query = { text: 'Title 12 word7' };
    expect((await copy.search(query)).map(({ documentId, score }) => [documentId, score])).toEqual(
      (await knowledgeBase.search(query)).map(({ documentId, score }) => [documentId, score]),
    );
    await one.close();
    await two.close();
  });

  it('refuses a broken file and leaves nothing behind', async () => {
    const store = await openLocalQdrant({ location: ':memory:' });
    const bad = async (content: string, name = 'bad.jsonl') => {
      const file = join(folder, name);
      await writeFile(file, content);
      await expect(importKnowledgeBase({ store, file })).rejects.toMatchObject({ code: 'bad-portable-file' });
    };
    const knowledgeBase = await createKnowledgeBase({
      store,
      card: { name: 'docs', description: 'Documents.', modality: 'text' },
    });
    await knowledgeBase.ingest([
      { id: 'a', text: 'alpha' },
      { id: 'b', text: 'beta' },
    ]);
    const good = join(folder, 'good.jsonl');
    await exportKnowledgeBase({ store, name: 'docs', file: good });
    const lines = (await readFile(good, 'utf8')).replace('"docs"', '"other"').split('\n');
    await bad('');
    await bad('{"format":"something"}');
    await bad(lines.slice(0, 2).join('\n'));
    await bad([lines[0], '{"vector":', lines[2]].join('\n'));
    await bad('not gzip', 'bad.jsonl.gz');
    await expect(exportKnowledgeBase({ store, name: 'nope', file: good })).rejects.toMatchObject({
      code: 'unknown-knowledge-base',
    });
    expect(
      (await store.getCollections()).collections.map(({ name }) => name).filter((name) => name.includes('other')),
    ).toEqual([]);
    await store.close();
  });
});
