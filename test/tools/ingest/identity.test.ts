import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentStems } from '../../../src/tools/ingest/document-ids.ts';
import { gather } from './gather.ts';
import { emptyKnowledgeBase, scratch } from './scratch.ts';

const { folder, file } = await scratch();

describe('A1: documents of files with the same name', () => {
  it('are kept apart by their paths, in one folder and in two', async () => {
    await file('d/a/index.html', '<p>The zebra lives in Kenya.</p>');
    await file('d/b/index.html', '<p>The tapir lives in Peru.</p>');
    await file('d/a/README.md', '# One\n\nFirst text.');
    await file('d/b/README.md', '# Two\n\nSecond text.');
    await file('d/a/data.csv', 'id,text\n1,first row\n');
    await file('d/b/data.csv', 'id,text\n1,second row\n');
    const base = await emptyKnowledgeBase();
    const report = await base.ingest([join(folder, 'd')]);
    expect(report).toMatchObject({ documents: 6, errorCount: 0, noteCounts: { renamed: 1 } });
    expect(await base.stored()).toEqual({
      '1': 'first row',
      'a/README-s0': 'First text.',
      'a/index-s0': 'The zebra lives in Kenya.',
      'b/README-s0': 'Second text.',
      'b/data/1': 'second row',
      'b/index-s0': 'The tapir lives in Peru.',
    });
    // Again: nothing is new, and nothing is renamed twice.
    expect(await base.ingest([join(folder, 'd')])).toMatchObject({ documents: 0, duplicates: 6 });
    expect(Object.keys(await base.stored())).toHaveLength(6);
    await base.close();
  });

  it('are kept apart in two commands, and each source replaces its own', async () => {
    const [one, two] = [await file('e/a/note.txt', 'The first note.'), await file('e/b/note.txt', 'The second note.')];
    const base = await emptyKnowledgeBase();
    await base.ingest([join(folder, 'e', 'a')]);
    expect(await base.ingest([join(folder, 'e', 'b')])).toMatchObject({ documents: 1, noteCounts: { renamed: 1 } });
    expect(await base.stored()).toEqual({ 'note-s0': 'The first note.', 'b/note-s0': 'The second note.' });
    await writeFile(one, 'The first note, changed.');
    await writeFile(two, 'The second note, changed.');
    await base.ingest([join(folder, 'e', 'b')]);
    await base.ingest([join(folder, 'e', 'a')]);
    expect(await base.stored()).toEqual({
      'note-s0': 'The first note, changed.',
      'b/note-s0': 'The second note, changed.',
    });
    // Files named one by one too.
    const third = await file('e/c/note.txt', 'The third note.');
    await base.ingest([third]);
    expect(await base.stored()).toMatchObject({ 'c/note-s0': 'The third note.' });
    const fourth = await file('f/c/note.txt', 'The fourth note.');
    await base.ingest([fourth]);
    expect(await base.stored()).toMatchObject({ 'c/note-s0': 'The third note.', 'c~2/note-s0': 'The fourth note.' });
    await base.close();
  });

  it('and what a file has no more is taken out, of this file alone', async () => {
    const path = await file(
      'g/guide.md',
      `${Array.from({ length: 20 }, (_, part) => `## P${part}\n\nWords ${part}.`).join('\n\n')}\n`,
    );
    const other = await file(
      'h/guide.md',
      `${Array.from({ length: 5 }, (_, part) => `## Q${part}\n\nOther ${part}.`).join('\n\n')}\n`,
    );
    const base = await emptyKnowledgeBase();
    await base.ingest([path]);
    await base.ingest([other]);
    expect(Object.keys(await base.stored())).toHaveLength(25);
    await writeFile(path, '## P0\n\nWords 0.\n\n## P1\n\nWords 1.\n');
    expect(await base.ingest([path])).toMatchObject({ noteCounts: { removed: 18 } });
    await writeFile(other, '## Q0\n\nOther 0.\n');
    expect(await base.ingest([other])).toMatchObject({ noteCounts: { removed: 4 } });
    expect(Object.keys(await base.stored()).sort()).toEqual(['guide-s0', 'guide-s1', 'h/guide-s0']);
    // A file that cannot be read takes nothing out.
    await rm(other);
    await mkdir(other);
    await expect(base.ingest([other])).rejects.toMatchObject({ code: 'no-source' });
    expect(Object.keys(await base.stored())).toHaveLength(3);
    await base.close();
  });

  it('and rows of the same id in another command write over, with a word', async () => {
    const old = await file('rows/old.jsonl', '{"id":"x","text":"old"}\n');
    const update = await file('rows/new.jsonl', '{"id":"x","text":"new"}\n');
    const base = await emptyKnowledgeBase();
    await base.ingest([old]);
    expect(await base.ingest([update])).toMatchObject({ documents: 1, noteCounts: { replaced: 1 } });
    expect(await base.stored()).toEqual({ x: 'new' });
    await base.close();
  });

  it('and rows of the same id in one file: the last is kept, the report says so', async () => {
    const rows = Array.from({ length: 2_500 }, (_, row) => `{"id":"r${row}","text":"row ${row}"}`);
    const path = await file('twice.jsonl', [...rows, '{"id":"r3","text":"later"}', rows[7], ''].join('\n'));
    const base = await emptyKnowledgeBase();
    const report = await base.ingest([path]);
    expect(report.errors).toEqual([
      { where: expect.stringContaining('"r3"'), message: expect.stringContaining('last') },
    ]);
    expect(report).toMatchObject({ documents: 2_500, duplicates: 1 });
    expect(await base.stored()).toMatchObject({ r3: 'later', r7: 'row 7' });
    await base.close();
  });

  it('and copies are named', async () => {
    const path = await file('copies.jsonl', '{"id":"one","text":"The same."}\n{"id":"two","text":"The same."}\n');
    const base = await emptyKnowledgeBase();
    const report = await base.ingest([path]);
    expect(report).toMatchObject({ documents: 1, duplicates: 1, noteCounts: { copy: 1 } });
    expect(report.notes[0]).toMatchObject({ where: 'document "two"', message: expect.stringContaining('"one"') });
    await base.close();
  });
});

describe('stems', () => {
  const stems = (...paths: string[]) => documentStems(paths.map((path) => ({ path: `/r/${path}`, root: '/r' })));

  it('keep the ending where nothing else differs, also where a name is another without its ending', () => {
    expect(stems('a/x.md', 'b/x.md', 'y.txt')).toEqual(['a/x', 'b/x', 'y']);
    expect(stems('x.md', 'x.txt', 'x.md.txt')).toEqual(['x.md', 'x.txt', 'x.md.txt']);
    expect(stems('dump.xml.bz2', 'dump.json')).toEqual(['dump.xml.bz2', 'dump.json']);
    expect(
      documentStems([
        { path: '/a/d/x.md', root: '/a/d' },
        { path: '/b/d/x.md', root: '/b/d' },
      ]),
    ).toEqual(['d/x', 'd/x~2']);
  });

  it('have room for a number in an id, however deep the folder', () => {
    const deep = `${'folder/'.repeat(100)}x`;
    const [one, two] = stems(`${deep}1.md`, `${deep}2.md`);
    expect(one!.length).toBeLessThanOrEqual(401);
    expect(one).not.toBe(two);
  });
});

describe('A3: fields of rows', () => {
  it('keep every digit, take any scalar, and a null stands for nothing', async () => {
    const path = await file(
      'ids.jsonl',
      '{"id":1234567890123456789,"text":"first"}\n{"id":1234567890123456788,"title":5,"text":"second"}\n' +
        '{"_id":"c","title":true,"text":null,"contents":"third"}\n{"id":null,"_id":7,"passage":"fourth"}\n',
    );
    expect((await gather([path], 'text')).documents).toEqual([
      { id: '1234567890123456789', text: 'first' },
      { id: '1234567890123456788', title: '5', text: 'second' },
      { id: 'c', title: 'true', text: 'third' },
      { id: '7', text: 'fourth' },
    ]);
    const beyond = await file(
      'beyond.jsonl',
      '{"id":1e400,"text":"a"}\n{"id":1e401,"text":"b"}\n{"id":2e3,"text":"c"}\n',
    );
    expect((await gather([beyond], 'text')).documents.map(({ id }) => id)).toEqual(['1e400', '1e401', '2000']);
    const array = await file(
      'ids.json',
      '[{"id":-9007199254740993,"header":["n"],"rows":[[12345678901234567.25],[0.1],[1e3]]}]',
    );
    expect((await gather([array], 'table')).documents).toEqual([
      { id: '-9007199254740993', header: ['n'], rows: [['12345678901234567.25'], ['0.1'], ['1000']] },
    ]);
  });
});
