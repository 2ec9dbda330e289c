import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/common/content-hash.ts';
import { atlasDirectory, buildAtlasStore } from '../../src/tools/open/atlas.ts';
import { openKnowledgeBases } from '../../src/tools/open.ts';

let directory: string;
let cacheBefore: string | undefined;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'r1-atlas-'));
  cacheBefore = process.env.R1_ROUTER_CACHE;
  process.env.R1_ROUTER_CACHE ??= join(tmpdir(), 'r1-router-test-cache');
});
afterAll(async () => {
  if (cacheBefore === undefined) delete process.env.R1_ROUTER_CACHE;
  await rm(directory, { recursive: true, force: true });
});

/** Two knowledge bases in the layout of the atlas. */
async function smallAtlas(source: string): Promise<string> {
  await mkdir(source);
  const knowledgeBases = [];
  for (const [name, modality, row] of [
    ['words', 'text', { id: 'a', text: 'A river is water.' }],
    ['numbers', 'table', { id: 'b', header: ['x'], rows: [['1']] }],
  ] as const) {
    const line = `${JSON.stringify(row)}\n`;
    await writeFile(join(source, `${name}.jsonl`), line);
    knowledgeBases.push({
      name,
      description: name,
      modality,
      cost: 1,
      files: [{ path: `${name}.jsonl`, sha256: sha256(line) }],
    });
  }
  await writeFile(join(source, 'manifest.json'), JSON.stringify({ knowledgeBases }));
  return source;
}

describe('the atlas', () => {
  test('three knowledge bases, searched by text, table and picture', async () => {
    const { knowledgeBases, close } = await openKnowledgeBases();
    expect(knowledgeBases.map(({ modality }) => modality).sort()).toEqual(['table', 'text', 'text-image']);
    const by = (modality: string) => knowledgeBases.find((knowledgeBase) => knowledgeBase.modality === modality)!;
    expect((await by('text').search({ text: 'freshwater otter with webbed feet' }))[0]!.title).toBe('Otter');
    expect((await by('table').search({ text: 'chemical element gold' }))[0]!.table!.header.length).toBeGreaterThan(1);
    expect((await by('text-image').search({ text: 'flag of Kenya' }))[0]!.id).toBe('flags/ke');
    const folder = join(atlasDirectory(), 'queries', 'flags');
    const bytes = await readFile(join(folder, (await readdir(folder)).sort()[0]!));
    const hits = await by('text-image').search({ image: { bytes, hash: sha256(bytes) } });
    expect(hits[0]!.id).toMatch(/^flags\//);
    await close();
  });

  test('names choose and order; an unknown one is named with those there are', async () => {
    const { knowledgeBases, close } = await openKnowledgeBases({ names: ['table', 'text'] });
    expect(knowledgeBases.map(({ name }) => name)).toEqual(['table', 'text']);
    await close();
    await expect(openKnowledgeBases({ names: ['wiki'] })).rejects.toMatchObject({
      code: 'unknown-knowledge-base',
      kind: 'user',
      message: expect.stringMatching(/"wiki".*image, table, text/),
    });
  });

  test('two builders at once leave one whole store', async () => {
    const source = await smallAtlas(join(directory, 'source'));
    const target = join(directory, 'store');
    await Promise.all([buildAtlasStore(target, { source }), buildAtlasStore(target, { source })]);
    expect((await readdir(directory)).sort()).toEqual(['source', 'store']);
    const { knowledgeBases, close } = await openKnowledgeBases({ store: target });
    expect(knowledgeBases.map(({ name }) => name)).toEqual(['numbers', 'words']);
    await close();
    // Damage: a clear error that names the place and the fix.
    const file = (await readdir(target)).find((name) => name.endsWith('.sqlite'))!;
    await writeFile(join(target, file), 'not a database, '.repeat(1000));
    await expect(openKnowledgeBases({ store: target })).rejects.toMatchObject({
      code: 'store-corrupt',
      kind: 'user',
      message: expect.stringContaining(target),
    });
  });

  test('a store that is not there', async () => {
    await expect(openKnowledgeBases({ store: join(directory, 'nowhere') })).rejects.toMatchObject({ kind: 'user' });
  });
});
