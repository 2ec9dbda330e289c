import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ColumnSource, parquetWriteFile } from 'hyparquet-writer';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Budget } from '../../../src/tools/ingest/formats/parquet/file-bytes.ts';
import { RunLengths } from '../../../src/tools/ingest/formats/parquet/run-lengths.ts';
import { structEnd } from '../../../src/tools/ingest/formats/parquet/thrift.ts';
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
      { name: 'tiny', data: [1e-45, 1.1754944e-38], type: 'FLOAT' },
      { name: 'double', data: [0.1, 1e21], type: 'DOUBLE' },
      { name: 'at', data: [new Date('2020-01-15T10:00:00Z'), new Date('2020-01-15T10:00:00.5Z')], type: 'TIMESTAMP' },
      { name: 'big', data: [9223372036854775807n, -1n], type: 'INT64' },
      { name: 'flag', data: [true, false], type: 'BOOLEAN' },
    ]);
    expect(await rowsOf(path)).toEqual([
      ['0.1', '1e-45', '0.1', '2020-01-15T10:00:00.000Z', '9223372036854775807', 'true'],
      ['16777216', '1.1754944e-38', '1e+21', '2020-01-15T10:00:00.500Z', '-1', 'false'],
    ]);
    const days = await parquet([{ name: 'day', data: [new Date('2020-01-15'), new Date('1969-12-31')] }], {
      schema: [
        { name: 'root', num_children: 1 },
        { name: 'day', type: 'INT32', converted_type: 'DATE', repetition_type: 'OPTIONAL' },
      ],
    } as Partial<Options>);
    expect(await rowsOf(days)).toEqual([['2020-01-15'], ['1969-12-31']]);
  });

  it('D3: long numbers in lists are numbers where that is exact', async () => {
    const schema = [
      { name: 'root', num_children: 1 },
      { name: 'list', num_children: 1, converted_type: 'LIST', repetition_type: 'OPTIONAL' },
      { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
      { name: 'element', type: 'INT64', repetition_type: 'OPTIONAL' },
    ];
    const path = await parquet([{ name: 'list', data: [[1n, 9007199254740993n]] }], { schema } as Partial<Options>);
    expect(await rowsOf(path)).toEqual([['[1,"9007199254740993"]']]);
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

  it('is refused before it is decoded, and the next file is read', async () => {
    const path = join(folder, 'circles.parquet');
    await writeFile(path, Buffer.from(CIRCLES, 'base64'));
    const began = performance.now();
    const { errors } = await gather([path], 'text');
    expect(errors).toEqual([
      { where: `${path} rows 1 to 12`, message: 'cannot be decoded (the header of a page is damaged)' },
    ]);
    expect(performance.now() - began).toBeLessThan(2_000);
    const sound = await parquet([{ name: 'text', data: ['Words.'] }]);
    expect((await gather([sound], 'text')).documents).toHaveLength(1);
  });
});

describe('the encodings of Parquet', () => {
  /** As Arrow wrote them: differences, split bytes, dictionaries, runs, in several pages and row groups. */
  const expected = Array.from({ length: 40 }, (_, i) => [
    String(i * i - 700),
    `common start ${i}`,
    i % 5 === 4 ? '' : `text ${i}`,
    String(i / 4),
    `town ${i % 3}`,
    i % 7 === 6 ? '' : String(i % 2 === 0),
    i % 6 === 5 ? '' : JSON.stringify(Array.from({ length: i % 4 }, (_, part) => part)),
    i % 8 === 7 ? '' : JSON.stringify({ a: i, b: i % 3 === 2 ? null : String(i) }),
    '',
  ]);

  it.each(['encodings-v1', 'encodings-v2'])('%s gives the same rows, from any row on', async (name) => {
    const path = join(import.meta.dirname, 'fixtures', `${name}.parquet`);
    expect(await rowsOf(path)).toEqual(expected);
    for (const skip of [3, 24, 25, 39]) {
      const { documents } = await gather([path], 'text', { skip });
      const texts = expected.map((row) => row[2]!).filter((text, row) => row >= skip && text !== '');
      expect(documents.map((document) => ('text' in document ? document.text : undefined))).toEqual(texts);
    }
  });
});

describe('what a Parquet file cannot hold', () => {
  const sound = () =>
    parquet([{ name: 'text', data: ['one', 'two', null, 'four'], type: 'STRING', nullable: true }], {
      codec: 'UNCOMPRESSED',
    });
  /** What came of the file with `find` replaced by `by`, byte for byte. */
  async function edited(find: number[], by: number[]): Promise<string[]> {
    const path = await sound();
    const bytes = await readFile(path);
    const at = bytes.indexOf(Buffer.from(find));
    expect(at).toBeGreaterThan(0);
    // The length of the description, which is what grows.
    bytes.writeUInt32LE(bytes.readUInt32LE(bytes.length - 8) + by.length - find.length, bytes.length - 8);
    await writeFile(path, Buffer.concat([bytes.subarray(0, at), Buffer.from(by), bytes.subarray(at + find.length)]));
    const said = await gather([path], 'table').catch((error: Error) => error.message);
    return typeof said === 'string' ? [said] : said.errors.slice(0, 1).map(({ message }) => message);
  }

  it('is refused: runs and rows that its bytes do not give', async () => {
    // Of four rows one is null; a run that says none is.
    expect(await edited([3, 0b1011, 3, 0, 0], [126, 1, 3, 0, 0])).toEqual([expect.stringMatching(/break off/)]);
    // Levels have one bit.
    expect(await edited([3, 0b1011, 3, 0, 0], [126, 7, 3, 0, 0])).toEqual([expect.stringMatching(/nested deeper/)]);
    // Four rows, in Thrift's zigzag 8, made 1,000,000, and 5.
    expect(await edited([0x16, 8, 0x19, 0x1c], [0x16, 0x80, 0x89, 0x7a, 0x19, 0x1c])).toEqual([
      expect.stringMatching(/promises 1000000 rows, more than \d+ bytes can hold/),
    ]);
    expect(await edited([0x16, 8, 0x36], [0x16, 10, 0x36])).toEqual([
      expect.stringMatching(/5 rows are promised, its column text has 4/),
    ]);
  });

  it('runs of any length take the memory of what is asked for', () => {
    const million = new RunLengths(Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0x0f, 7), { start: 0, end: 6, width: 3 });
    expect([...million.read(4)]).toEqual([7, 7, 7, 7]);
    const packed = new RunLengths(Uint8Array.of(3, 0b1000_1000, 0b1100_0110, 0b1111_1010), {
      start: 0,
      end: 4,
      width: 3,
    });
    expect([...packed.read(3), ...packed.read(5)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(() => packed.read(1)).toThrow(/break off/);
    expect(() => new RunLengths(new Uint8Array(4), { start: 0, end: 4, width: 33 })).toThrow(/33 bits/);
    expect(() =>
      new RunLengths(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 1), { start: 0, end: 6, width: 1 }).read(1),
    ).toThrow(/without an end/);
  });

  it('descriptions end where their bytes do', () => {
    const end = (...bytes: number[]) => structEnd(new DataView(Uint8Array.from(bytes).buffer), 0);
    // Field 1 of kind 5 (a number), field 2 a flag, field 3 a list of two numbers.
    expect(end(0x15, 0x80, 1, 0x11, 0x19, 0x25, 2, 4, 0, 99)).toBe(9);
    expect(() => end(0x19, 0xf5, 0xff, 0xff, 0xff, 0x7f, 0)).toThrow(/breaks off/);
    expect(() => end(0x18, 9, 65, 0)).toThrow(/breaks off/);
    expect(() => end(...Array(40).fill(0x1c))).toThrow(/32 deep/);
    expect(() => end(0x15, ...Array(12).fill(0x80), 0)).toThrow(/without an end/);
    expect(() => end(0x1b, 0)).toThrow(/kind 11/);
  });

  it('no more is unpacked at a time than the size of the file allows', () => {
    const small = new Budget(1_000);
    small.take(60_000_000);
    expect(() => small.take(60_000_000)).toThrow(/unpacks to more than 64 MB at a time/);
    expect(() => new Budget(1e12).take(600_000_000)).toThrow(/more than 512 MB/);
  });
});
