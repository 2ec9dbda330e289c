import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '../../src/common/content-hash.ts';
import { createImageDescriptor } from '../../src/tools/encoders/image/descriptor.ts';
import { queryViews } from '../../src/tools/planner/query-views.ts';
import { createKnowledgeBase, type StoreKnowledgeBase } from '../../src/tools/store-knowledge-base.ts';
import type { LocalQdrant } from '../../src/tools/stores/local-qdrant/index.ts';
import { memoryStore } from './fixtures.ts';

let folder: string;
let store: LocalQdrant;
let knowledgeBase: StoreKnowledgeBase;
const COLOURS = { red: '#d00', green: '#0a0', blue: '#00d' };
const bands = (top: string, bottom: string, size = 60) =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"><rect width="100%" height="50%" fill="${top}"/><rect y="50%" width="100%" height="50%" fill="${bottom}"/></svg>`,
    ),
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-images-'));
  store = await memoryStore();
  const card = { name: 'pictures', description: 'Two bands', modality: 'text-image' as const };
  knowledgeBase = await createKnowledgeBase({ store, card });
  const rows = [];
  for (const [top, a] of Object.entries(COLOURS)) {
    for (const [bottom, b] of Object.entries(COLOURS)) {
      if (top === bottom) continue;
      await writeFile(join(folder, `${top}-${bottom}.png`), await bands(a, b).png().toBuffer());
      rows.push({ id: `${top}-${bottom}`, text: `${top} over ${bottom}`, file: `${top}-${bottom}.png` });
    }
  }
  await writeFile(join(folder, 'broken.png'), 'no picture');
  rows.push(
    { id: 'broken', text: 'unreadable sunset', file: 'broken.png' },
    { id: 'words', text: 'caption without pixels' },
  );
  const report = await knowledgeBase.ingest(rows, { images: folder });
  expect(report.documents).toBe(8);
  expect(report.errors).toEqual([{ id: 'broken', message: expect.stringContaining('caption only') }]);
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const query = async (image: Sharp) => {
  const bytes = await image.jpeg({ quality: 70 }).toBuffer();
  return { bytes, hash: sha256(bytes) };
};

test('by image', async () => {
  const image = await query(bands(COLOURS.green, COLOURS.red, 83));
  const hits = await knowledgeBase.search({ image }, { limit: 3 });
  expect(hits[0]).toMatchObject({ id: 'green-red', rank: 0, image: { file: 'green-red.png' } });
  expect(hits[0]!.score).toBeGreaterThan(0.9);
  expect(hits[0]!.score).toBeGreaterThan(hits[1]!.score);
});

test('by words: captions, with and without pixels', async () => {
  expect((await knowledgeBase.search({ text: 'a sunset' }))[0]!.id).toBe('broken');
  expect((await knowledgeBase.search({ text: 'pixels' }))[0]!.id).toBe('words');
});

test('by image and words: the words decide between pictures alike', async () => {
  const image = await query(bands('#888', '#888'));
  expect((await knowledgeBase.search({ image, text: 'blue over green' }))[0]!.id).toMatch(/blue-green|green-blue/);
  const clear = await query(bands(COLOURS.blue, COLOURS.red));
  const [first] = await knowledgeBase.search({ image: clear, text: 'Which picture is this?' });
  expect(first).toMatchObject({ id: 'blue-red', scores: { image: expect.any(Number), caption: 0 } });
});

test('re-indexing carries image vectors over', async () => {
  await knowledgeBase.reindex();
  const [first] = await knowledgeBase.search({ image: await query(bands(COLOURS.blue, COLOURS.green, 44)) });
  expect(first!.id).toBe('blue-green');
});

test('a broken query image is a user error', async () => {
  const bytes = Buffer.from('nothing');
  await expect(knowledgeBase.search({ image: { bytes, hash: sha256(bytes) } })).rejects.toMatchObject({
    code: 'image-unreadable',
  });
});

test('the views of a query image are worked out once for several sub-questions', async () => {
  const encoder = createImageDescriptor();
  let calls = 0;
  const counting = {
    ...encoder,
    encodeQueryImage: (bytes: Uint8Array) => {
      calls++;
      return encoder.encodeQueryImage(bytes);
    },
  };
  const bytes = new Uint8Array(await bands('#d00', '#0a0').png().toBuffer());
  const [first, second] = await Promise.all([queryViews(counting, bytes), queryViews(counting, bytes)]);
  expect(second).toBe(first);
  expect(calls).toBe(1);
  const broken = new Uint8Array(3);
  await expect(queryViews(counting, broken)).rejects.toThrow();
  await expect(queryViews(counting, broken)).rejects.toThrow();
  expect(calls).toBe(3);
  await expect(queryViews(counting, bytes, AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
});
