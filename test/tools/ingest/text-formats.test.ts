import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { createRecordSplitter } from '../../../src/tools/ingest/formats/delimited.ts';
import { gather } from './gather.ts';
import { emptyKnowledgeBase, scratch } from './scratch.ts';

const { folder, file } = await scratch();
const bytes = (...values: (string | number)[]) =>
  Buffer.concat(values.map((value) => (typeof value === 'number' ? Buffer.from([value]) : Buffer.from(value))));
const texts = async (path: string) =>
  (await gather([path], 'text')).documents.map((document) => ('text' in document ? document.text : ''));

describe('B1: delimiters', () => {
  it.each([
    [';', ''],
    ['|', ''],
    ['\t', ''],
    [',', ''],
    [';', 'sep=;\n'],
    ['^', 'sep=^\r\n'],
    ['\t', 'sep=\\t\n'],
    ['~', ''],
    ['^', ''],
    [':', ''],
    ['::', ''],
    ['||', ''],
    ['\x1f', ''],
    ['\x01', ''],
    ['§', ''],
    [' | ', ''],
  ])('%j is found, after %j', async (delimiter, before) => {
    const lines = [
      ['id', 'title', 'text'],
      ['1', 'Alpha', 'hello'],
      ['2', 'Beta', 'hi there'],
    ];
    const path = await file('delimited.csv', before + lines.map((cells) => cells.join(delimiter)).join('\n'));
    expect((await gather([path], 'text')).documents).toEqual([
      { id: '1', title: 'Alpha', text: 'hello' },
      { id: '2', title: 'Beta', text: 'hi there' },
    ]);
  });

  it('is that of the records under a title', async () => {
    const path = await file('titled.csv', 'Harvest of 2020\nfruit;weight\napple;1,5\npear;2,5\nplum;3,5\n');
    expect((await gather([path], 'table')).documents).toMatchObject([
      {
        caption: 'Harvest of 2020',
        header: ['fruit', 'weight'],
        rows: [
          ['apple', '1,5'],
          ['pear', '2,5'],
          ['plum', '3,5'],
        ],
      },
    ]);
  });

  it('is not what only stands in the words', async () => {
    expect(await texts(await file('words.csv', 'text\nhello; you, there\none; two\n'))).toEqual([
      'hello; you, there',
      'one; two',
    ]);
    const semicolons = await file('commas.csv', 'id;text\n1;"a, b; c"\n2;d, e\n3;f, g\n');
    expect(await texts(semicolons)).toEqual(['a, b; c', 'd, e', 'f, g']);
  });
});

describe('B2: guesses', () => {
  const SAMPLES: [encoding: string, text: string][] = [
    ['win1251', 'Москва, столица России, крупнейший город страны.'],
    ['koi8-r', 'Москва, столица России, крупнейший город страны.'],
    ['cp866', 'Москва, столица России, крупнейший город страны.'],
    ['iso-8859-5', 'Москва, столица России, крупнейший город страны.'],
    ['koi8-u', 'Київ є столицею України та найбільшим містом країни.'],
    ['win1253', 'Η Αθήνα είναι η πρωτεύουσα της Ελλάδας.'],
    ['win1255', 'ירושלים היא בירת ישראל והעיר הגדולה ביותר.'],
    ['win1256', 'القاهرة هي عاصمة مصر وأكبر مدينة فيها.'],
    ['win1250', 'Příliš žluťoučký kůň úpěl ďábelské ódy.'],
    ['iso-8859-2', 'Zażółć gęślą jaźń, a potem wróć do Łodzi.'],
    ['win1254', 'İstanbul en kalabalık şehridir, ığdır güneş.'],
    ['win1257', 'Rīga ir Latvijas galvaspilsēta un lielākā pilsēta.'],
    ['win1252', 'Größe und Übermut führen zu Ärger in Österreich.'],
    ['win1252', 'La forêt où naît la rivière est très âgée.'],
    ['win1252', 'Perché la città è più bella così?'],
    ['win874', 'กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย'],
    ['shiftjis', '東京は日本の首都です。'],
    ['eucjp', '東京は日本の首都です。'],
    ['gbk', '北京是中华人民共和国的首都。'],
    ['big5', '臺北是中華民國的首都。'],
    ['euckr', '서울은 대한민국의 수도이다.'],
  ];

  it.each(SAMPLES)('%s by itself and among lines of ASCII: %s', async (encoding, text) => {
    expect(await texts(await file('guess.txt', iconv.encode(text, encoding)))).toEqual([text]);
    const csv = bytes('id,text\n1,"', ...iconv.encode(text, encoding), '"\n2,plain words\n');
    expect(await texts(await file('guess.csv', csv))).toEqual([text, 'plain words']);
  });

  it('is made by the lines that are not UTF-8 alone, and damage to UTF-8 is none of them', async () => {
    const mixed = bytes('id,text\n1,żółć\n2,caf', 0xe9, ' au lait\n');
    expect(await texts(await file('mixed.csv', mixed))).toEqual(['żółć', 'café au lait']);
    const cut = bytes('Zażółć gęślą jaźń. ', 0xc5);
    const path = await file('cut.txt', cut);
    expect(await texts(path)).toEqual(['Zażółć gęślą jaźń. \ufffd']);
    expect((await gather([path], 'text')).notes).toMatchObject([{ message: expect.stringContaining('damaged UTF-8') }]);
  });

  it('four bytes a character are known by their mark', async () => {
    const units = Uint32Array.from([...'\ufeff日本 text 𝔘'].map((character) => character.codePointAt(0)!));
    const little = Buffer.from(units.buffer);
    expect(await texts(await file('wide.txt', little))).toEqual(['日本 text 𝔘']);
    expect(await texts(await file('wide.txt', Buffer.from(little).swap32()))).toEqual(['日本 text 𝔘']);
    const rows = Uint32Array.from([...'\ufeffid,text\n1,日本\n'].map((character) => character.codePointAt(0)!));
    expect(await texts(await file('wide.csv', Buffer.from(rows.buffer)))).toEqual(['日本']);
  });
});

describe('B2: encodings', () => {
  it.each([
    [
      'latin.csv',
      bytes('id,text\n1,caf', 0xe9, '\n2,', 0x93, 'quoted', 0x94, '\n'),
      ['café', '“quoted”'],
      'windows-1252',
    ],
    ['latin.txt', bytes('caf', 0xe9, ' au lait'), ['café au lait'], 'windows-1252'],
    [
      'latin.jsonl',
      bytes('{"text":"na', 0xef, 've"}\n{"text":"na\u00efve, in UTF-8"}\n'),
      ['naïve', 'naïve, in UTF-8'],
      'windows-1252',
    ],
    ['declared.html', bytes('<meta charset="iso-8859-1"><p>caf', 0xe9), ['café'], 'windows-1252, which'],
    ['japanese.html', bytes('<meta charset=Shift_JIS><p>', 0x93, 0xfa, 0x96, 0x7b), ['日本'], 'shift_jis, which'],
    [
      'http.html',
      bytes('<meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><p>', 0xcf, 0xf0),
      ['Пр'],
      'windows-1251',
    ],
    ['wide.txt', bytes(0xff, 0xfe, Buffer.from('Wide ü', 'utf16le').toString('latin1')), ['Wide ü'], 'UTF-16LE'],
    ['wide.csv', Buffer.from('\ufeffid,text\n1,Ünï\n', 'utf16le'), ['Ünï'], 'UTF-16LE'],
    [
      'russian.txt',
      Buffer.from('cff0e8e2e5f220ece8f02c20eae0ea20e4e5ebe03f20d5eef0eef8ee2c20f1efe0f1e8e1ee2e', 'hex'),
      ['Привет мир, как дела? Хорошо, спасибо.'],
      'windows-1251, a guess',
    ],
  ])('%s', async (name, content, expected, said) => {
    // A text in bytes of two each cannot go through UTF-8.
    const data = name === 'wide.txt' ? Buffer.from('\ufeffWide ü', 'utf16le') : content;
    const path = await file(name, data);
    expect(await texts(path)).toEqual(expected);
    const { notes } = await gather([path], 'text');
    expect(notes).toEqual([{ kind: 'encoding', where: path, message: expect.stringContaining(said) }]);
  });

  it('of UTF-8 nothing is said, with a mark or without', async () => {
    for (const mark of ['', '\ufeff']) {
      const path = await file('utf8.csv', `${mark}id,text\n1,日本 café\n`);
      const { documents, notes } = await gather([path], 'text');
      expect(documents).toEqual([{ id: '1', text: '日本 café' }]);
      expect(notes).toEqual([]);
    }
  });
});

describe('B3: JSON', () => {
  it('with a byte order mark, and rows by line in spite of the name', async () => {
    expect(await texts(await file('mark.json', '\ufeff[{"id":"a","text":"x"}]'))).toEqual(['x']);
    expect(await texts(await file('lines.json', '{"id":"a","text":"x"}\n{"id":"b","text":"y"}\n'))).toEqual(['x', 'y']);
    expect(await texts(await file('pretty.json', '{\n"id":"a",\n"text":"x"\n}\n'))).toEqual(['x']);
    expect(await texts(await file('array.jsonl', '[\n{"id":"a","text":"x"},\n{"id":"b","text":"y"}\n]'))).toEqual([
      'x',
      'y',
    ]);
    const half = await gather([await file('half.json', '{"id":"a","text":"x"}\n{"id":\n')], 'text');
    expect(half).toMatchObject({
      documents: [{ id: 'a' }],
      errors: [{ where: expect.stringContaining('half.json:2') }],
    });
  });
});

describe('B3: rows in other shapes', () => {
  const two = ['x', 'y'];
  it.each([
    ['pretty.json', '{\n "id":"a",\n "text":"x"\n}\n{\n "id":"b",\n "text":"y"\n}'],
    ['pretty.jsonl', '{\n "id":"a",\n "text":"x"\n}\n{\n "id":"b",\n "text":"y"\n}'],
    ['joined.json', '{"id":"a","text":"x"}{"id":"b","text":"y"}'],
    ['joined.jsonl', '{"id":"a","text":"x"} {"id":"b","text":"y"}'],
    ['carriage.jsonl', '{"id":"a","text":"x"}\r{"id":"b","text":"y"}'],
    ['sequence.jsonl', '\x1e{"id":"a","text":"x"}\n\x1e{"id":"b","text":"y"}\n'],
    ['arrays.jsonl', '[{"id":"a","text":"x"}]\n[{"id":"b","text":"y"}]'],
    ['wrapped.json', '{"version":1,"data":[{"id":"a","text":"x"},{"id":"b","text":"y"}]}'],
    ['named.json', '{"a":{"text":"x"},"b":{"text":"y"}}'],
    ['frame.json', '{"id":{"0":"a","1":"b"},"text":{"0":"x","1":"y"}}'],
    ['deep.json', '{"meta":{"v":1},"result":{"data":{"items":[{"id":"a","text":"x"},{"id":"b","text":"y"}]}}}'],
    ['split.json', '{"columns":["id","text"],"index":[0,1],"data":[["a","x"],["b","y"]]}'],
    ['mongo.jsonl', '{"_id":{"$oid":"a"},"text":"x"}\n{"_id":{"$oid":"b"},"text":"y","n":{"$numberLong":"5"}}'],
    ['python.jsonl', '{"id":"a","text":"x","score":NaN}\n{"id":"b","text":"y","score":-Infinity}'],
  ])('%s', async (name, content) => {
    const { documents, errors } = await gather([await file(name, content)], 'text');
    expect(documents.map((document) => 'text' in document && document.text)).toEqual(two);
    expect(documents.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(errors).toEqual([]);
  });

  it('a list of texts, and a frame without texts as a table', async () => {
    expect(await texts(await file('strings.json', '["x","y"]'))).toEqual(two);
    const path = await file('split-table.json', '{"title":"Towns","columns":["a","b"],"data":[[1,"x"],[2,null]]}');
    expect((await gather([path], 'table')).documents).toMatchObject([
      {
        title: 'Towns',
        header: ['a', 'b'],
        rows: [
          ['1', 'x'],
          ['2', ''],
        ],
      },
    ]);
  });

  it('a file without a row is named', async () => {
    for (const name of ['none.jsonl', 'none.json', 'none.csv'])
      expect((await gather([await file(name, '')], 'text')).notes).toMatchObject([{ kind: 'no-text' }]);
  });

  it('what is no row among them is an error of its own', async () => {
    const { documents, errors } = await gather(
      [await file('first.json', 'no row\n{"id":"b","text":"NaN y"}\n')],
      'text',
    );
    expect(documents).toEqual([{ id: 'b', text: 'NaN y' }]);
    expect(errors).toMatchObject([{ where: expect.stringContaining('first.json[0]') }]);
    const none = await gather([await file('none.json', '{"id":\n')], 'text');
    expect(none).toMatchObject({ documents: [], errors: [{ where: expect.stringMatching(/none\.json$/) }] });
  });
});

describe('B6: damaged CSV', () => {
  it.each([
    ['id,text\n1,"open\n2,two\n3,three\n', ['"open', 'two', 'three']],
    ['id,text\n1,"open\n2,"two"\n3,three\n', ['"open', 'two', 'three']],
    ['id,text\n1,one\n2,"open', ['one', '"open']],
    ['id,text\n1,"He said ""hi"", then\nleft"\n2,two\n', ['He said "hi", then\nleft', 'two']],
    ['id,text\n1,"He said "hi" to me"\n2,two\n', ['He said "hi" to me', 'two']],
    ['id,text\r\n1, "Rio, Brazil" \r\n2,two', ['Rio, Brazil', 'two']],
    ['id,text\r1,one\r2,two', ['one', 'two']],
  ])('%j loses no row', async (csv, expected) => {
    expect(await texts(await file('damaged.csv', csv))).toEqual(expected);
  });

  it('a quote that does not close is named with its line', async () => {
    const path = await file('open.csv', 'id,text\n1,one\n2,"open\n3,three\n');
    expect((await gather([path], 'text')).notes).toMatchObject([{ kind: 'mended', where: `${path}:3` }]);
  });

  it('columns of one name are kept apart in a table, and named where one of them is read', async () => {
    const path = await file('names.csv', 'id,text,text\n1,one,two\n2,,three\n');
    const table = (await gather([path], 'table')).documents;
    expect(table).toMatchObject([
      {
        header: ['id', 'text', 'text'],
        rows: [
          ['1', 'one', 'two'],
          ['2', '', 'three'],
        ],
      },
    ]);
    const { documents, notes } = await gather([path], 'text');
    expect(documents).toMatchObject([{ text: 'one' }, { text: 'three' }]);
    expect(notes).toMatchObject([{ kind: 'mended', message: expect.stringContaining('"text"') }]);
  });

  it('gives the same records however the text comes in pieces', () => {
    const csv = 'a,b\n1,"x, ""y""\nz"\r\n2,"open\n3,c\n"4", d \n';
    const whole = createRecordSplitter(',');
    const expected = [...whole.write(csv), ...whole.end()];
    expect(expected.map(({ fields }) => fields)).toEqual([
      ['a', 'b'],
      ['1', 'x, "y"\nz'],
      ['2', '"open'],
      ['3', 'c'],
      ['4', ' d '],
    ]);
    for (let size = 1; size < csv.length; size++) {
      const splitter = createRecordSplitter(',');
      const records = [];
      for (let at = 0; at < csv.length; at += size) records.push(...splitter.write(csv.slice(at, at + size)));
      expect([...records, ...splitter.end()]).toEqual(expected);
    }
  });
});

describe('B7: what is not read', () => {
  it('is named and counted', async () => {
    await file('mixed/a.txt', 'Some text.');
    await file('mixed/b.heic', 'x');
    await file('mixed/c/d.docx', 'no archive');
    await file('mixed/.hidden', 'x');
    await file('mixed/empty.txt', '');
    const base = await emptyKnowledgeBase();
    const report = await base.ingest([join(folder, 'mixed')]);
    expect(report).toMatchObject({ documents: 1, errorCount: 1, noteCounts: { 'not-read': 2, 'no-text': 1 } });
    expect(report.notes.map(({ where }) => where)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('b.heic'),
        expect.stringContaining('empty.txt'),
        join(folder, 'mixed'),
      ]),
    );
    await base.close();
    await file('unread/b.heic', 'x');
    await expect(gather([join(folder, 'unread')], 'text')).rejects.toThrow(/b\.heic/);
  });
});

describe('S7: links', () => {
  it('that lead out of the folder are named, and read where asked', async () => {
    const secret = await file('outside/secret.txt', 'A secret.');
    await file('fold/in/real.txt', 'Inside.');
    await symlink(secret, join(folder, 'fold', 'pw.txt'));
    await symlink(join(folder, 'outside'), join(folder, 'fold', 'out'));
    await symlink(join(folder, 'fold', 'in'), join(folder, 'fold', 'also'));
    await symlink(join(folder, 'fold'), join(folder, 'fold', 'in', 'up'));
    await symlink(join(folder, 'nowhere'), join(folder, 'fold', 'broken.txt'));
    const careful = await gather([join(folder, 'fold')], 'text');
    expect(careful.documents.map(({ id }) => id)).toEqual(['also/real-s0', 'in/real-s0']);
    expect(careful.notes.map(({ where, message }) => [where.slice(folder.length + 6), message.slice(0, 22)])).toEqual([
      ['also/up', 'a link to a folder tha'],
      ['broken.txt', 'a link that leads nowh'],
      ['in/up', 'a link to a folder tha'],
      ['out', 'a link that leads out '],
      ['pw.txt', 'a link that leads out '],
    ]);
    const all = await gather([join(folder, 'fold')], 'text', { followLinks: true });
    expect(all.documents.map(({ id }) => id)).toEqual(['also/real-s0', 'in/real-s0', 'out/secret-s0', 'pw-s0']);
  });

  it('beside a picture are no captions', async () => {
    const secret = await file('outside/secret.txt', 'A secret.');
    await file('album/cat.png', 'x');
    await symlink(secret, join(folder, 'album', 'cat.txt'));
    const { documents, errors } = await gather([join(folder, 'album')], 'text-image');
    expect(documents).toEqual([]);
    expect(errors[0]!.message).toContain('link');
  });
});

describe('S4: texts beyond all bounds', () => {
  it('a long file gives several documents, cut at the ends of paragraphs, and nothing is lost', async () => {
    const paragraph = `${'word '.repeat(19_999)}end.\n\n`;
    const whole = paragraph.repeat(170);
    const parts = await texts(await file('long.txt', whole));
    expect(parts.length).toBe(3);
    expect(parts.join('')).toBe(whole);
    expect(parts.every((part) => part.endsWith('end.\n\n'))).toBe(true);
    const pairs = '\u{20000}'.repeat(5_000_000);
    const cut = await texts(await file('pairs.txt', `x${pairs}`));
    expect(cut.length).toBe(2);
    expect(cut.every((part) => part.isWellFormed())).toBe(true);
    expect(cut.join('')).toBe(`x${pairs}`);
  });

  it('a row that is longer is an error of its own', async () => {
    const rows = [
      { id: 'long', text: 'w '.repeat(8_000_001) },
      { id: 'short', text: 'fine' },
    ];
    const path = await file('rows.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
    const { documents, errors } = await (await emptyKnowledgeBase()).ingest([path]);
    expect(documents).toBe(1);
    expect(errors).toEqual([{ where: 'document "long"', message: expect.stringMatching(/16 million are the most/) }]);
  });
});
