import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ColumnSource, parquetWriteFile } from 'hyparquet-writer';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestSources } from '../../../src/tools/ingest/job.ts';
import { openSources } from '../../../src/tools/ingest/open-sources.ts';
import { createKnowledgeBase } from '../../../src/tools/store-knowledge-base.ts';
import { openLocalQdrant } from '../../../src/tools/stores/local-qdrant/index.ts';
import { gather } from './gather.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-parquet-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Options = Parameters<typeof parquetWriteFile>[0];
let files = 0;
async function parquet(columnData: ColumnSource[], options: Partial<Options> = {}): Promise<string> {
  const filename = join(folder, `file${++files}.parquet`);
  await parquetWriteFile({ filename, columnData, ...options } as Options);
  return filename;
}

async function rowsOf(path: string): Promise<string[][]> {
  const [document] = (await gather([path], 'table')).documents;
  return document && 'rows' in document ? document.rows : [];
}

describe('the values of Parquet', () => {
  it('D3: decimals keep all their digits, in every way they are stored', async () => {
    const decimal = (type: 'INT32' | 'INT64', scale: number) =>
      ({ name: 'amount', type, repetition_type: 'OPTIONAL', converted_type: 'DECIMAL', precision: 18, scale }) as const;
    const schema = (element: ReturnType<typeof decimal>) => [{ name: 'root', num_children: 1 }, element];
    const big = await parquet([{ name: 'amount', data: [1999n, 123456789012345678n, -5n, null] }], {
      schema: schema(decimal('INT64', 2)),
    } as Partial<Options>);
    expect(await rowsOf(big)).toEqual([['19.99'], ['1234567890123456.78'], ['-0.05']]);
    const small = await parquet([{ name: 'amount', data: [0.001, -0.1, 12.345] }], {
      schema: schema(decimal('INT32', 3)),
    } as Partial<Options>);
    expect(await rowsOf(small)).toEqual([['0.001'], ['-0.100'], ['12.345']]);
  });

  it('D4: dates are days, times of the day and floats are as they were written', async () => {
    const path = await parquet([
      { name: 'float', data: [0.1, 16777216], type: 'FLOAT' },
      { name: 'double', data: [0.1, 1e21], type: 'DOUBLE' },
      { name: 'at', data: [new Date('2020-01-15T10:00:00Z'), new Date('2020-01-15T10:00:00.5Z')], type: 'TIMESTAMP' },
      { name: 'big', data: [9223372036854775807n, -1n], type: 'INT64' },
      { name: 'flag', data: [true, false], type: 'BOOLEAN' },
    ]);
    expect(await rowsOf(path)).toEqual([
      ['0.1', '0.1', '2020-01-15T10:00:00.000Z', '9223372036854775807', 'true'],
      ['16777216', '1e+21', '2020-01-15T10:00:00.500Z', '-1', 'false'],
    ]);
    const days = await parquet([{ name: 'day', data: [new Date('2020-01-15'), new Date('1969-12-31')] }], {
      schema: [
        { name: 'root', num_children: 1 },
        { name: 'day', type: 'INT32', converted_type: 'DATE', repetition_type: 'OPTIONAL' },
      ],
    } as Partial<Options>);
    expect(await rowsOf(days)).toEqual([['2020-01-15'], ['1969-12-31']]);
  });

  it('nested columns keep their numbers exact', async () => {
    const nested = await parquet([{ name: 'list', data: [[1, 2], []] }], {
      schema: [
        { name: 'root', num_children: 1 },
        { name: 'list', num_children: 1, converted_type: 'LIST', repetition_type: 'OPTIONAL' },
        { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
        {
          name: 'element',
          type: 'INT32',
          converted_type: 'DECIMAL',
          scale: 2,
          precision: 9,
          repetition_type: 'OPTIONAL',
        },
      ],
    } as Partial<Options>);
    expect(await rowsOf(nested)).toEqual([['["1.00","2.00"]'], ['[]']]);
  });

  it('lists, structs and bytes in a table are their JSON and their size, never numbers a byte', async () => {
    const path = await parquet([
      { name: 'list', data: [['a', 'b'], []], type: 'JSON' },
      { name: 'bytes', data: [new Uint8Array([255, 0, 1]), new Uint8Array([0xfe])], type: 'BYTE_ARRAY' },
      { name: 'n', data: ['x', 'y'], type: 'STRING' },
    ]);
    expect(await rowsOf(path)).toEqual([
      ['["a","b"]', '[3 bytes]', 'x'],
      ['[]', '[1 bytes]', 'y'],
    ]);
  });
});

describe('damaged Parquet', () => {
  it('D1: a column that the schema does not have costs the file one error, and the process nothing', async () => {
    const path = await parquet([
      { name: 'id', data: ['a'], type: 'STRING' },
      { name: 'text', data: ['x one'], type: 'STRING' },
      { name: 'title', data: ['t'], type: 'STRING' },
    ]);
    const { readFile } = await import('node:fs/promises');
    const bytes = await readFile(path);
    for (let at = bytes.length - 20; at > 40; at--) {
      // Bytes of the description, one at a time: whatever breaks, breaks here.
      const broken = Buffer.from(bytes);
      broken[at] = broken[at]! ^ 0x1c;
      if (at % 41 !== 0) continue;
      const file = join(folder, 'broken.parquet');
      await writeFile(file, broken);
      const said = await gather([file], 'text').then(
        ({ items }) => items.flatMap(({ documents, errors, notes }) => [...documents, ...errors, ...(notes ?? [])]),
        (error: Error) => [error.message],
      );
      expect(said.length).toBeGreaterThan(0);
    }
  }, 60_000);

  it('D2: an empty file beside a good one is an error, and the good one is stored', async () => {
    const { mkdir } = await import('node:fs/promises');
    const both = join(folder, 'both');
    await mkdir(both);
    await writeFile(join(both, 'a_bad.parquet'), '');
    await writeFile(join(both, 'b_good.csv'), 'id,text\n1,good\n');
    const store = await openLocalQdrant({ location: ':memory:' });
    const card = { name: 'docs', description: 'Documents.', modality: 'text' } as const;
    const knowledgeBase = await createKnowledgeBase({ store, card });
    const report = await ingestSources({ knowledgeBase, sources: await openSources([both], { modality: 'text' }) });
    expect(report).toMatchObject({ documents: 1, errorCount: 1 });
    expect(report.errors[0]).toMatchObject({ where: join(both, 'a_bad.parquet') });
    await store.close();
  });

  it('D6: a page of no value in the packed form of nothing', async () => {
    const path = await parquet([
      { name: 'id', data: ['a', 'b'], type: 'STRING' },
      { name: 'text', data: ['x', 'y'], type: 'STRING' },
      { name: 'note', data: [null, null], type: 'STRING', nullable: true },
    ]);
    expect((await gather([path], 'text')).documents).toHaveLength(2);
  });
});

describe('pictures in Parquet', () => {
  it('D7: the picture of a row is the picture of its document, by bytes or by struct', async () => {
    const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const path = await parquet(
      [
        {
          name: 'image',
          data: [
            { bytes: png, path: 'red.png' },
            { bytes: png, path: null },
          ],
        },
        { name: 'caption', data: ['A red square', 'Another one'] },
      ],
      {
        schema: [
          { name: 'root', num_children: 2 },
          { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' },
          { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
          { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
          { name: 'caption', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
        ],
      } as Partial<Options>,
    );
    const { documents, errors } = await gather([path], 'text-image');
    expect(errors).toEqual([]);
    expect(documents.map((document) => ('bytes' in document ? Buffer.from(document.bytes!) : undefined))).toEqual([
      png,
      png,
    ]);
    expect(documents).toMatchObject([{ text: 'A red square', file: 'red.png' }, { text: 'Another one' }]);
    expect(await rowsOf(path)).toEqual([
      ['red.png', 'A red square'],
      [`[${png.length} bytes]`, 'Another one'],
    ]);
    const store = await openLocalQdrant({ location: ':memory:' });
    const card = { name: 'pictures', description: 'Pictures.', modality: 'text-image' } as const;
    const knowledgeBase = await createKnowledgeBase({ store, card });
    const sources = await openSources([path], { modality: 'text-image' });
    expect(await ingestSources({ knowledgeBase, sources })).toMatchObject({
      documents: 2,
      imagesMissing: 0,
      errorCount: 0,
    });
    const { sha256 } = await import('../../../src/common/content-hash.ts');
    const found = await knowledgeBase.search({ image: { hash: sha256(png), bytes: png } });
    expect(found.length).toBe(2);
    await store.close();
  });
});

describe('a page that leads the decoder in circles', () => {
  const CIRCLES =
    'UEFSMRUGFfgBFYYBXBUYFQAVGBUAFQQVAAAAGAF6JAYAAAB0b3duIDAVCgAxFQoAMhUKADMVCgA0FQoANRUKADYVCgA3FQoAOBUKBDkHEWQwMTAH' +
    'AAAAdG93biAxMRUGFeAEFa4BXBUYFQAVGBUAFQQVAAAAGAGuAmAVAAAAYSAicXVvdGVkLCB0ZXh0IiBvZiAwXhkAADFeGQAAMl4ZAAAzXhkAADRe' +
    'GQAANV4ZAAA2XhkAADdeGQAAOF4ZAAQ5Flr6AAQxMGIaAAAxFQYVxAEVhAFcFRgAFQQVAAAAGAFgAAAuAQAIQI9ABQ8EQJ8JCARwpwkIBECvCQgE' +
    'iLPQCARwtwkIBFi7CQgEQL8JCASUJAkIKIjDQAAAAAAAfMVAFQQZTEgEcm9vdBUGABUMJQIYBXRpdGxlJQAAFQwlAhgEdGV4dCUAABUKJQIYBnBl' +
    'b3BsZQAWGBkcGTwmCBwVDBkVABkYBXRpdGxlFQIWGBamAha0ASYIPDYAKAZ0b3duIDkYBnRvd24gMAAZHBUGFQAVAgAAACa8ARwVDBkVABkYBHRl' +
    'eHQVAhYYFo4FFtwBJrwBPDYAKBBhICJxdW90ZWQsIHRleHQjGBBhICJxdW90ZWQsIHRleHQiEhIAGRwVBhUAFQIAAAAmmAMcFQoZFQAZGAZwZW9w' +
    'bGUVAhYYFvIBFrIBJpgDPDYAKAgAAAAAAHzFQBgIAAAAAAAAAIA2AAAZHBUGFQAVAgAAABamCRYYNsIEACgJaHlwYXJxdWV0GTwcAAAcAAAcAAAA' +
    'LAEAAFBBUjE=';

  it('is given up within seconds, and the next file is read', async () => {
    const path = join(folder, 'circles.parquet');
    await writeFile(path, Buffer.from(CIRCLES, 'base64'));
    const began = performance.now();
    await expect(gather([path], 'text')).rejects.toThrow(/does not come to an end/);
    expect(performance.now() - began).toBeLessThan(20_000);
    const sound = await parquet([{ name: 'text', data: ['Words.'] }]);
    expect((await gather([sound], 'text')).documents).toHaveLength(1);
  });
});
