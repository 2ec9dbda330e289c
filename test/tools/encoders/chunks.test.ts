import { describe, expect, test } from 'vitest';
import { rowText, tableChunks, tableText } from '../../../src/tools/encoders/table-text.ts';
import { textChunks } from '../../../src/tools/encoders/text-chunks.ts';

const table = {
  id: 't',
  title: 'Rivers',
  section: 'Africa',
  caption: 'By length',
  header: ['River', 'Length (km)'],
  rows: Array.from({ length: 25 }, (_, i) => [`River ${i}`, i === 3 ? '' : String(1000 + i)]),
};

describe('tables', () => {
  test('rows are cut without loss, the header repeated', () => {
    const chunks = tableChunks(table);
    expect(chunks.map((chunk) => [chunk.firstRow, chunk.part.rows.length])).toEqual([
      [0, 10],
      [10, 10],
      [20, 5],
    ]);
    expect(chunks.flatMap((chunk) => chunk.part.rows)).toEqual(table.rows);
    expect(chunks.every((chunk) => chunk.part.header === table.header && chunk.part.title === 'Rivers')).toBe(true);
  });

  test('a chunk is bounded in characters, one long row stays whole', () => {
    const long = {
      ...table,
      rows: [
        ['a', 'x'.repeat(900)],
        ['b', 'x'.repeat(200)],
        ['c', 'y'],
      ],
    };
    expect(tableChunks(long, { characters: 500 }).map((chunk) => chunk.part.rows.length)).toEqual([1, 2]);
  });

  test('a table without rows is one chunk', () => {
    expect(tableChunks({ ...table, rows: [] })).toHaveLength(1);
  });

  test('pairs name the header, empty cells are left out', () => {
    expect(rowText(table.header, table.rows[3]!)).toBe('River: River 3');
    const text = tableText(tableChunks({ ...table, rows: table.rows.slice(0, 1) })[0]!.part);
    expect(text).toBe('Rivers | Africa | By length\nRiver: River 0; Length (km): 1000');
  });

  test('the markers of the reference', () => {
    const { part } = tableChunks({ ...table, rows: table.rows.slice(0, 2) })[0]!;
    expect(tableText(part, { style: 'markers' })).toBe(
      '[Title] Rivers [Section title] Africa [Caption] By length [Table name] [Header] River | Length (km) ' +
        '[Rows] [Row] River 0 | 1000 [Row] River 1 | 1001',
    );
  });
});

describe('long texts', () => {
  const text = Array.from({ length: 60 }, (_, i) => `Sentence number ${i} has exactly seven words.`).join(' ');

  test('windows of words with a stride cover the text', () => {
    const chunks = textChunks(text, { by: 'windows', words: 100, stride: 50 });
    expect(chunks[0]!.split(' ')).toHaveLength(100);
    expect(chunks[1]!.split(' ').slice(0, 50)).toEqual(chunks[0]!.split(' ').slice(50));
    expect(chunks.at(-1)!.endsWith('seven words.')).toBe(true);
  });

  test('sentences are packed, none is lost, the last one is repeated', () => {
    const chunks = textChunks(text, { by: 'sentences', words: 100, overlap: true });
    for (let i = 0; i < 60; i++) expect(chunks.some((chunk) => chunk.includes(`number ${i} has`))).toBe(true);
    for (const chunk of chunks) expect(chunk.split(' ').length).toBeLessThanOrEqual(100);
    expect(chunks[1]!.startsWith(chunks[0]!.split('. ').at(-1)!.slice(0, 18))).toBe(true);
  });

  test('a text that fits is left alone, one endless sentence is cut', () => {
    expect(textChunks('short', { by: 'sentences', words: 100, overlap: true })).toEqual(['short']);
    const endless = Array.from({ length: 350 }, (_, i) => `w${i}`).join(' ');
    const chunks = textChunks(endless, { by: 'sentences', words: 100, overlap: true });
    expect(chunks.flatMap((chunk) => chunk.split(' '))).toEqual(endless.split(' '));
  });

  test.each([
    ['Chinese', '北京大学是中国的大学', 500],
    ['Thai', 'ภาษาไทยเป็นภาษาที่มีระดับเสียง', 1000],
    ['Khmer', 'ភាសាខ្មែរគឺជាភាសាផ្លូវការ', 1000],
    ['Burmese', 'မြန်မာနိုင်ငံသည်အရှေ့တောင်အာရှ', 1000],
    ['encoded data', 'QUJDRA', 10_000],
  ])('without spaces is cut by characters: %s', (_, piece, longest) => {
    const endless = piece.repeat(3000);
    for (const by of ['sentences', 'windows'] as const) {
      const chunks = textChunks(
        endless,
        by === 'sentences' ? { by, words: 250, overlap: true } : { by, words: 250, stride: 250 },
      );
      expect(chunks.length).toBeGreaterThan(1);
      for (const chunk of chunks) expect(chunk.length).toBeLessThanOrEqual(longest);
      expect(chunks.join('')).toBe(endless);
    }
  });

  test('a few words of another script leave the windows of a text as they are', () => {
    const mixed = Array.from({ length: 150 }, (_, i) => (i % 50 === 0 ? '東京都' : `w${i}`)).join(' ');
    const chunks = textChunks(mixed, { by: 'windows', words: 100, stride: 50 });
    expect(chunks.map((chunk) => chunk.split(' ').length)).toEqual([100, 100]);
  });
});
