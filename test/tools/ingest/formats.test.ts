import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSources } from '../../../src/tools/ingest/open-sources.ts';
import { gather } from './gather.ts';

let folder: string;
const file = async (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-ingest-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('JSONL', () => {
  it('reads texts, keeps the order and reports broken lines with their numbers', async () => {
    const path = await file(
      'texts.jsonl',
      '\ufeff{"id":"a","title":"A","text":"alpha"}\r\n\n{"id":"b","text":""}\n{broken\n{"contents":"no id"}',
    );
    const { documents, errors } = await gather([path], 'text');
    expect(documents).toEqual([
      { id: 'a', title: 'A', text: 'alpha' },
      { id: 'texts-5', text: 'no id' },
    ]);
    expect(errors.map((error) => error.where)).toEqual([`${path}:3`, `${path}:4`]);
    expect(errors[0]!.message).toContain('text');
  });

  it('goes on where an earlier run stopped', async () => {
    const path = await file(
      'many.jsonl',
      Array.from({ length: 9 }, (_, i) => `{"id":"${i}","text":"t${i}"}\n`).join(''),
    );
    expect((await gather([path], 'text', { skip: 7 })).documents.map((document) => document.id)).toEqual(['7', '8']);
  });

  it('makes tables rectangular and text out of numbers', async () => {
    const path = await file(
      'tables.jsonl',
      '{"id":"t","title":"T","section":"S","caption":"","header":["x",""],"rows":[["1"],[2,null,"extra"],["",""]]}\n{"id":"e","header":["x"],"rows":[]}\n',
    );
    const { documents, errors } = await gather([path], 'table');
    expect(documents).toEqual([
      {
        id: 't',
        title: 'T',
        section: 'S',
        header: ['x', 'column 2', 'column 3'],
        rows: [
          ['1', '', ''],
          ['2', '', 'extra'],
        ],
      },
    ]);
    expect(errors).toHaveLength(1);
  });

  it('reads captions, with and without pixels, and M-BEIR candidates', async () => {
    const path = await file(
      'images.jsonl',
      '{"id":"i","text":"a cat","file":"cat.png","source":"x"}\n{"did":"3:1","txt":"a dog","img_path":"m/dog.jpg","modality":"image,text"}\n{"did":"3:2","txt":null}\n',
    );
    const { documents, errors } = await gather([path], 'text-image');
    expect(documents).toEqual([
      { id: 'i', text: 'a cat', file: 'cat.png' },
      { id: '3:1', text: 'a dog', file: 'm/dog.jpg' },
    ]);
    expect(errors[0]!.message).toContain('caption');
  });
});

describe('JSON', () => {
  it('reads the tables of Open-WikiTable by row and by column', async () => {
    const row = {
      original_table_id: '1-2',
      page_title: 'P',
      section_title: 'S',
      caption: 'C',
      header: ['a'],
      rows: [['1']],
    };
    const rows = await file('rows.json', JSON.stringify([row]));
    const columns = await file(
      'columns.json',
      JSON.stringify(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, { 0: value }]))),
    );
    const expected = { id: '1-2', title: 'P', section: 'S', caption: 'C', header: ['a'], rows: [['1']] };
    expect((await gather([rows], 'table')).documents).toEqual([expected]);
    expect((await gather([columns], 'table')).documents).toEqual([expected]);
  });

  it('reports a file that is not JSON', async () => {
    const path = await file('bad.json', '{"a":');
    expect((await gather([path], 'text')).errors[0]!.where).toBe(path);
  });
});

describe('CSV and Parquet', () => {
  it('reads a CSV as one table', async () => {
    const path = await file('big_cities.csv', 'city,people\n"Rio, Brazil",6\nLima\n');
    expect((await gather([path], 'table')).documents).toEqual([
      {
        id: 'big_cities',
        title: 'big cities',
        header: ['city', 'people'],
        rows: [
          ['Rio, Brazil', '6'],
          ['Lima', ''],
        ],
      },
    ]);
  });

  it('reads a TSV as documents by column name', async () => {
    const path = await file('captions.tsv', 'image\tcaption\na.png\tAn apple\nb.png\t\n');
    const { documents, errors } = await gather([path], 'text-image');
    expect(documents).toEqual([{ id: 'captions-1', text: 'An apple', file: 'a.png' }]);
    expect(errors.map(({ where }) => where)).toEqual([`${path}:3`]);
  });

  it('reads Parquet as texts and as a table', async () => {
    const path = join(folder, 'rows.parquet');
    await parquetWriteFile({
      filename: path,
      columnData: [
        { name: 'id', data: ['p', 'q'], type: 'STRING' },
        { name: 'text', data: ['first', 'second'], type: 'STRING' },
        { name: 'n', data: [1n, 2n], type: 'INT64' },
      ],
    });
    expect((await gather([path], 'text', { skip: 1 })).documents).toEqual([{ id: 'q', text: 'second' }]);
    expect((await gather([path], 'table')).documents).toEqual([
      {
        id: 'rows',
        title: 'rows',
        header: ['id', 'text', 'n'],
        rows: [
          ['p', 'first', '1'],
          ['q', 'second', '2'],
        ],
      },
    ]);
  });

  it('names a Parquet file that is none', async () => {
    const path = await file('fake.parquet', 'PAR1 not really');
    await expect(gather([path], 'text')).rejects.toMatchObject({ code: 'source-corrupt' });
  });
});

describe('documents of one file', () => {
  it('reads the sections and tables of Markdown', async () => {
    const path = await file(
      'guide.md',
      '# Guide\n\nHello *there* &amp; all.\n\n## Use\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | `x` |\n',
    );
    const use = { id: 'guide-t0', title: 'Guide', section: 'Use', header: ['a', 'b'], rows: [['1', 'x']] };
    expect((await gather([path], 'text')).documents).toEqual([
      { id: 'guide-s0', title: 'Guide', text: 'Hello there & all.' },
      { id: 'guide-s1', title: 'Guide - Use', text: 'one\ntwo' },
      use,
    ]);
    expect((await gather([path], 'table')).documents).toEqual([use]);
  });

  it('reads the text and tables of HTML without scripts and navigation', async () => {
    const path = await file(
      'page.html',
      '<html><head><title>Page</title><script>no()</script></head><body><nav>menu</nav><h2>Part</h2><p>Some <b>bold</b> text.</p><table><caption>Cap</caption><tr><th>k</th><th>v</th></tr><tr><td colspan=2>both</td></tr></table></body></html>',
    );
    const both = {
      id: 'page-t0',
      title: 'Page',
      section: 'Part',
      caption: 'Cap',
      header: ['k', 'v'],
      rows: [['both', 'both']],
    };
    expect((await gather([path], 'text')).documents).toEqual([
      { id: 'page-s0', title: 'Page - Part', text: 'Some bold text.' },
      both,
    ]);
    expect((await gather([path], 'table')).documents).toEqual([both]);
  });

  it('reads the text layer of a PDF page by page', async () => {
    const stream = 'BT /F1 12 Tf 72 720 Td (Rivers flow downhill) Tj ET';
    const path = await file(
      'paper.pdf',
      `%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n4 0 obj<</Length ${stream.length}>>stream\n${stream}\nendstream endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF`,
    );
    expect((await gather([path], 'text')).documents).toEqual([
      { id: 'paper-s0', title: 'paper - page 1', text: 'Rivers flow downhill' },
    ]);
    const broken = await file('broken.pdf', 'not a pdf');
    expect((await gather([broken], 'text')).errors[0]!.where).toBe(broken);
  });
});

describe('folders and mistakes', () => {
  it('reads pictures with their sidecars', async () => {
    const album = join(folder, 'album');
    await mkdir(album);
    for (const name of ['red_apple.png', 'dog.jpg', 'cat.webp', '.hidden.png']) await writeFile(join(album, name), 'x');
    await writeFile(join(album, 'dog.txt'), 'A dog that sleeps\n');
    await writeFile(join(album, 'cat.json'), '{"caption":"A cat","url":"https://example.org/cat"}');
    expect((await gather([album], 'text-image')).documents).toEqual([
      { id: 'cat', text: 'A cat', url: 'https://example.org/cat', file: 'cat.webp' },
      { id: 'dog', text: 'A dog that sleeps', file: 'dog.jpg' },
      { id: 'red_apple', text: 'red apple', file: 'red_apple.png' },
    ]);
    await writeFile(join(album, 'captions.csv'), 'file,caption\ndog.jpg,One dog\n');
    expect((await gather([album], 'text-image')).documents).toEqual([
      { id: 'captions-1', text: 'One dog', file: 'dog.jpg' },
    ]);
  });

  it('read the pictures that no caption file is beside or above', async () => {
    const mixed = join(folder, 'mixed');
    await mkdir(join(mixed, 'listed', 'below'), { recursive: true });
    await mkdir(join(mixed, 'plain'));
    for (const name of ['listed/a.png', 'listed/below/b.png', 'plain/c.png']) await writeFile(join(mixed, name), 'x');
    await writeFile(join(mixed, 'listed', 'captions.csv'), 'file,caption\na.png,An apple\n');
    expect((await gather([mixed], 'text-image')).documents).toEqual([
      { id: 'listed/captions-1', text: 'An apple', file: 'a.png' },
      { id: 'plain/c', text: 'c', file: 'plain/c.png' },
    ]);
  });

  it('says what is wrong with a path before reading anything', async () => {
    const open = (path: string, modality: 'text' | 'table' = 'text', format?: string) =>
      openSources([path], { modality, format });
    await expect(openSources([], { modality: 'text' })).rejects.toMatchObject({ code: 'no-source' });
    await expect(open(join(folder, 'none.jsonl'))).rejects.toMatchObject({ code: 'source-not-found' });
    await expect(open(await file('x.unknown', ''))).rejects.toMatchObject({ code: 'unknown-format' });
    await expect(open(await file('y.jsonl', ''), 'text', 'word')).rejects.toMatchObject({ code: 'unknown-format' });
    await expect(open(await file('z.pdf', ''), 'table')).rejects.toMatchObject({ code: 'format-modality-mismatch' });
    await mkdir(join(folder, 'empty'));
    await expect(open(join(folder, 'empty'))).rejects.toMatchObject({ code: 'no-source' });
  });
});
