import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/common/content-hash.ts';
import { openClipEncoder } from '../../../src/tools/encoders/dense/clip.ts';
import { openReranker } from '../../../src/tools/encoders/dense/reranker.ts';
import { openDenseTextEncoder } from '../../../src/tools/encoders/dense/text-encoder.ts';
import { MODELS } from '../../../src/tools/encoders/models/catalogue.ts';
import { resolveModel } from '../../../src/tools/encoders/models/model.ts';
import { createKnowledgeBase } from '../../../src/tools/store-knowledge-base.ts';
import { openLocalQdrant } from '../../../src/tools/stores/local-qdrant/index.ts';
import {
  clipTextModel,
  clipVisionModel,
  type ModelServer,
  rerankerModel,
  serveModels,
  TOKENIZER,
  textModel,
} from './tiny-models.ts';

const REVISION = '0123456789abcdef0123456789abcdef01234567';
const at = (repository: string, files: Record<string, Uint8Array | string>) =>
  Object.fromEntries(Object.entries(files).map(([path, body]) => [`/${repository}/resolve/${REVISION}/${path}`, body]));
const text = `tiny/text@${REVISION}`;

let server: ModelServer;
let directory: string;
beforeAll(async () => {
  server = await serveModels({
    ...at('tiny/text', {
      'onnx/model.onnx': textModel(),
      'onnx/model_quantized.onnx': textModel(),
      'tokenizer.json': TOKENIZER,
      'modules.json': JSON.stringify([{ type: 'sentence_transformers.models.Pooling', path: '1_Pooling' }]),
      '1_Pooling/config.json': JSON.stringify({ pooling_mode_mean_tokens: true }),
      'config_sentence_transformers.json': JSON.stringify({ prompts: { query: 'green ' } }),
    }),
    ...at('tiny/first', {
      'onnx/model.onnx': textModel(),
      'tokenizer.json': TOKENIZER,
      '1_Pooling/config.json': JSON.stringify({ pooling_mode_cls_token: true }),
    }),
    ...at('tiny/reranker', { 'onnx/model.onnx': rerankerModel(), 'tokenizer.json': TOKENIZER }),
    ...at('tiny/clip', {
      'onnx/vision_model.onnx': clipVisionModel(),
      'onnx/text_model.onnx': clipTextModel(),
      'tokenizer.json': TOKENIZER,
      'preprocessor_config.json': JSON.stringify({
        size: 8,
        crop_size: 8,
        image_mean: [0, 0, 0],
        image_std: [1, 1, 1],
      }),
    }),
    ...at('tiny/broken', { 'onnx/model.onnx': 'no graph', 'tokenizer.json': TOKENIZER }),
  });
});
afterAll(() => server.close());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'r1-models-'));
  server.requests.length = 0;
  server.faults.length = 0;
});
afterEach(() => rm(directory, { recursive: true }));
const options = () => ({ endpoint: server.url, directory });

describe('fetching', () => {
  test('once, with progress; the second time nothing is asked', async () => {
    const seen: string[] = [];
    await openDenseTextEncoder({ ...options(), model: text, onProgress: ({ file }) => seen.push(file) });
    expect(new Set(seen)).toContain('onnx/model.onnx');
    expect(server.requests).not.toContainEqual(expect.stringContaining('quantized'));
    server.requests.length = 0;
    const encoder = await openDenseTextEncoder({ ...options(), model: text, offline: true });
    expect(server.requests).toEqual([]);
    expect(encoder.id).toBe('text@01234567/fp32');
  });

  test('a broken connection is continued where it stopped', async () => {
    server.faults.push('cut');
    await expect(resolveModel('text', { ...options(), model: text })).rejects.toMatchObject({ code: 'model-offline' });
    const folder = join(directory, 'tiny--text', REVISION, 'onnx');
    expect(await readdir(folder)).toEqual(['model.onnx.part']);
    await resolveModel('text', { ...options(), model: text });
    expect(server.requests[1]).toMatch(/model\.onnx bytes=\d+-$/);
    expect(await readFile(join(folder, 'model.onnx'))).toEqual(Buffer.from(textModel()));
  });

  test('a damaged file is thrown away, not used', async () => {
    server.faults.push('damage');
    await expect(resolveModel('text', { ...options(), model: text })).rejects.toMatchObject({
      code: 'model-checksum',
      message: expect.stringContaining('onnx/model.onnx'),
    });
    expect(existsSync(join(directory, 'tiny--text', REVISION, 'onnx', 'model.onnx'))).toBe(false);
    await resolveModel('text', { ...options(), model: text });
  });

  test('two at once fetch a file once', async () => {
    await Promise.all([
      resolveModel('text', { ...options(), model: text }),
      resolveModel('text', { ...options(), model: text }),
    ]);
    expect(server.requests.filter((request) => request.endsWith('/onnx/model.onnx'))).toHaveLength(1);
    expect((await readdir(join(directory, 'tiny--text', REVISION, 'onnx'))).sort()).toEqual(['model.onnx']);
  });

  test('offline: the message says what works without, and where to put which files', async () => {
    const message = expect.stringMatching(
      /cannot be reached.*BM25.*onnx\/model\.onnx.*tokenizer\.json.*bge-small-en-v1\.5.*R1_ROUTER_MODELS_URL/,
    );
    await expect(openDenseTextEncoder({ directory, endpoint: 'http://127.0.0.1:9' })).rejects.toMatchObject({
      code: 'model-offline',
      kind: 'system',
      message,
    });
    await expect(openDenseTextEncoder({ directory, offline: true })).rejects.toMatchObject({ code: 'model-offline' });
    server.faults.push('error');
    await expect(resolveModel('text', { ...options(), model: text })).rejects.toMatchObject({
      message: expect.stringContaining('503'),
    });
  });

  test('an abort stops it', async () => {
    const aborted = resolveModel('text', { ...options(), model: text, signal: AbortSignal.abort() });
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('names, revisions and kinds that cannot be', async () => {
    for (const model of ['no-such-model', 'tiny/text', 'tiny/text@main']) {
      await expect(resolveModel('text', { ...options(), model })).rejects.toMatchObject({
        code: 'unknown-model',
        kind: 'user',
        message: expect.stringContaining('bge-small-en-v1.5'),
      });
    }
    await expect(resolveModel('text', { ...options(), model: 'clip-vit-base-patch32' })).rejects.toMatchObject({
      code: 'unknown-model',
    });
    await expect(resolveModel('text', { ...options(), model: `tiny/absent@${REVISION}` })).rejects.toMatchObject({
      code: 'model-not-found',
    });
    await expect(openDenseTextEncoder({ model: directory })).rejects.toMatchObject({ code: 'model-broken' });
    await expect(openDenseTextEncoder({ ...options(), model: `tiny/broken@${REVISION}` })).rejects.toMatchObject({
      code: 'model-broken',
    });
  });

  test('every model of the catalogue is pinned to the byte', () => {
    for (const { name, revision, files, kind } of MODELS) {
      expect(revision, name).toMatch(/^[0-9a-f]{40}$/);
      for (const file of files)
        if (!file.optional) expect(file.sha256, `${name} ${file.path}`).toMatch(/^[0-9a-f]{64}$/);
      expect(
        files.some(({ path }) => path === 'tokenizer.json'),
        `${name} ${kind}`,
      ).toBe(true);
    }
  });
});

describe('dense text', () => {
  test('mean pooling without the padding, query prefix from the configuration, batches of any mixture', async () => {
    const encoder = await openDenseTextEncoder({ ...options(), model: text });
    expect(encoder.dimension).toBe(5);
    const [short, long] = await encoder.encodeDocuments(['red', 'blue blue green blue']);
    // red [CLS] and nothing of [PAD]: 1 of 3 tokens each.
    expect([...short!]).toEqual([Math.SQRT1_2, 0, 0, Math.SQRT1_2, 0].map((value) => expect.closeTo(value, 6)));
    expect(long![1]! / long![2]!).toBeCloseTo(3, 5);
    expect((await encoder.encodeQuery('red'))[2]).toBeGreaterThan(0);
    const many = Array.from({ length: 300 }, (_, i) => (i % 3 ? 'red '.repeat(1 + (i % 40)) : 'blue'));
    const vectors = await encoder.encodeDocuments(many);
    for (const [i, vector] of vectors.entries()) {
      expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
      expect(vector[many[i]!.startsWith('red') ? 0 : 1]).toBeGreaterThan(0.5);
    }
    expect(await encoder.encodeDocuments([])).toEqual([]);
  });

  test('CLS pooling, and a limit on tokens that keeps the end', async () => {
    const first = await openDenseTextEncoder({ ...options(), model: `tiny/first@${REVISION}` });
    expect([...(await first.encodeQuery('red blue'))]).toEqual([0, 0, 0, 1, 0]);
    const cut = await openDenseTextEncoder({ ...options(), model: text, maxTokens: 3 });
    expect((await cut.encodeDocuments(['red blue blue blue']))[0]![1]).toBe(0);
  });

  test('another variant is another encoder', async () => {
    const encoder = await openDenseTextEncoder({ ...options(), model: text, variant: 'int8' });
    expect(encoder.id).toBe('text@01234567/int8');
  });
});

test('a reranker reads query and passage together', async () => {
  const reranker = await openReranker({ ...options(), model: `tiny/reranker@${REVISION}` });
  expect(await reranker.score('which', ['blue green', 'red', 'blue '.repeat(50)])).toEqual([0, 1, 0]);
});

describe('CLIP', () => {
  const flat = (background: string) =>
    sharp({ create: { width: 20, height: 12, channels: 3, background } })
      .png()
      .toBuffer();

  test('images and words in one space, search by either and by both', async () => {
    const image = await openClipEncoder({ ...options(), model: `tiny/clip@${REVISION}` });
    expect([...(await image.encodeImage(await flat('#00f')))]).toEqual([0, 0, 1]);
    expect([...(await image.encodeText('red'))]).toEqual([1, 0, 0]);
    await expect(image.encodeImage(Buffer.from('x'))).rejects.toMatchObject({ code: 'image-unreadable' });

    const store = await openLocalQdrant({ location: ':memory:' });
    const card = { name: 'pictures', description: 'Colours', modality: 'text-image' as const };
    const knowledgeBase = await createKnowledgeBase({ store, card, encoders: { image } });
    for (const [name, colour] of [
      ['a', '#f00'],
      ['b', '#0f0'],
      ['c', '#00f'],
      ['d', '#ff0'],
    ]) {
      await writeFile(join(directory, `${name}.png`), await flat(colour!));
    }
    const rows = ['a', 'b', 'c', 'd'].map((id) => ({ id, text: `picture ${id}`, file: `${id}.png` }));
    expect((await knowledgeBase.ingest(rows, { images: directory })).errors).toEqual([]);
    expect((await knowledgeBase.search({ text: 'blue' }))[0]!.id).toBe('c');
    const bytes = await flat('#f00');
    const query = { bytes, hash: sha256(bytes) };
    expect((await knowledgeBase.search({ image: query }))[0]!.id).toBe('a');
    // Red picture and the word green: the yellow picture is both.
    expect((await knowledgeBase.search({ image: query, text: 'green' }))[0]!.id).toBe('d');
    await store.close();
  });
});

interface Golden {
  text: string;
  ids: number[];
  vector: number[];
}

const fixture = process.env.R1_ROUTER_TEXT_MODEL_FIXTURE;
if (!fixture)
  console.log(
    'skipped: parity with a real model (R1_ROUTER_TEXT_MODEL_FIXTURE is not set; see test/tools/encoders/parity)',
  );

describe.skipIf(!fixture)('a real model', () => {
  test('fp32 gives the numbers of the reference writing, int8 nearly', async () => {
    const golden = JSON.parse(await readFile(join(fixture!, 'golden.json'), 'utf8')) as Golden[];
    const cosines = async (variant: 'fp32' | 'int8') => {
      const encoder = await openDenseTextEncoder({ model: fixture!, variant });
      const vectors = await encoder.encodeDocuments(golden.map((row) => row.text));
      return vectors.map((vector, i) => vector.reduce((sum, value, d) => sum + value * golden[i]!.vector[d]!, 0));
    };
    for (const cosine of await cosines('fp32')) expect(cosine).toBeGreaterThan(1 - 1e-5);
    for (const cosine of await cosines('int8')) expect(cosine).toBeGreaterThan(0.97);
  });
});
