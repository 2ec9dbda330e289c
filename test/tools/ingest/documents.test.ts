import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { joinHyphens, listOfPages } from '../../../src/tools/ingest/formats/pdf/parse-pdf.ts';
import { gather } from './gather.ts';
import { scratch } from './scratch.ts';
import { CID, docxOf, epubOf, HELVETICA, paragraph, pdfOf, TYPE0 } from './well-formed.ts';

const { file } = await scratch();
const utf8 = (text: string) => new TextEncoder().encode(text);

describe('PDF', () => {
  it.each([
    ['90ms-RKSJ-H', 'Japan1', '93FA967B8CEA', '日本語'],
    ['GBK-EUC-H', 'GB1', 'D6D0CEC4', '中文'],
    ['KSCms-UHC-H', 'Korea1', 'BCADBFEF', '서울'],
    ['ETen-B5-H', 'CNS1', 'A4A4A4E5', '中文'],
  ])('E1: text by the character map %s', async (map, ordering, hex, expected) => {
    const pdf = pdfOf([`BT /F1 12 Tf 72 720 Td <${hex}> Tj ET`], TYPE0(map), CID(ordering));
    expect((await gather([await file(`${map}.pdf`, pdf)], 'text')).documents).toMatchObject([{ text: expected }]);
  });

  it('E2: pages without text are named', async () => {
    const path = await file('scan.pdf', pdfOf(['BT /F1 12 Tf 72 720 Td (Words) Tj ET', '', ''], HELVETICA));
    const { documents, notes } = await gather([path], 'text');
    expect(documents).toMatchObject([{ id: 'scan-s0', text: 'Words' }]);
    expect(notes).toEqual([
      { kind: 'no-text', where: path, message: expect.stringMatching(/^pages 2, 3 have no text/) },
    ]);
    expect(listOfPages([1, 3, 4, 5, 8, 9])).toBe('1, 3 to 5, 8, 9');
  });

  it('E3: words cut at the end of a line are whole', async () => {
    const lines = [
      'The photosyn-',
      'thesis of well-known',
      'and well-',
      'known plants, 1990-',
      '2000 and Anglo-',
      'Saxon',
    ];
    const stream = `BT /F1 12 Tf 14 TL 72 720 Td ${lines.map((line) => `(${line}) Tj T*`).join(' ')} ET`;
    const { documents } = await gather([await file('hyphens.pdf', pdfOf([stream], HELVETICA))], 'text');
    expect('text' in documents[0]! && documents[0].text).toBe(
      'The photosynthesis of well-known\nand well-known plants, 1990-\n2000 and Anglo-\nSaxon',
    );
    expect(joinHyphens('über-\nmut', new Set())).toBe('übermut');
    expect(joinHyphens('inter-\nnation-\nal', new Set())).toBe('international');
  });
});

describe('DOCX', () => {
  it('gives its sections, and its tables with their merged cells', async () => {
    const cell = (words: string, properties = '') => `<w:tc><w:tcPr>${properties}</w:tcPr>${paragraph(words)}</w:tc>`;
    const table = `<w:tbl><w:tr>${cell('Region')}${cell('Fruit')}</w:tr><w:tr>${cell('North', '<w:vMerge w:val="restart"/>')}${cell('Apples')}</w:tr><w:tr>${cell('', '<w:vMerge/>')}${cell('Pears')}</w:tr></w:tbl>`;
    const path = await file('report.docx', docxOf(paragraph('Harvest', 'H1') + paragraph('It was good.') + table));
    const harvest = {
      id: 'report-t0',
      header: ['Region', 'Fruit'],
      rows: [
        ['North', 'Apples'],
        ['North', 'Pears'],
      ],
    };
    expect((await gather([path], 'text')).documents).toMatchObject([
      { id: 'report-s0', title: 'Harvest', text: 'It was good.' },
      harvest,
    ]);
    expect((await gather([path], 'table')).documents).toMatchObject([harvest]);
  });

  it('that is none, or unpacks beyond all bounds, is an error', async () => {
    expect((await gather([await file('none.docx', 'hello')], 'text')).errors).toHaveLength(1);
    expect((await gather([await file('other.docx', zipSync({ a: utf8('b') }))], 'text')).errors).toHaveLength(1);
    const bomb = zipSync({ 'word/document.xml': new Uint8Array(70 << 20) }, { level: 1 });
    const { errors } = await gather([await file('bomb.docx', bomb)], 'text');
    expect(errors).toMatchObject([{ message: expect.stringContaining('64 MB') }]);
  }, 60_000);
});

describe('EPUB', () => {
  it('gives its pages in reading order', async () => {
    const path = await file('book.epub', epubOf(['two', 'one']));
    expect((await gather([path], 'text')).documents).toMatchObject([
      { id: 'book-s0', title: 'The Book - Part', text: 'Second.' },
      { id: 'book-s1', title: 'The Book - One', text: 'First words.' },
      { header: ['a'], rows: [['1']] },
    ]);
    expect((await gather([path], 'table')).documents).toMatchObject([{ header: ['a'], rows: [['1']] }]);
  });

  it('S4: a page that the order names again and again is read once', async () => {
    const path = await file('again.epub', epubOf(['two', ...Array(2_000).fill('one'), 'two']));
    const { documents } = await gather([path], 'text');
    expect(documents.map(({ id }) => id)).toEqual(['again-s0', 'again-s1', 'again-t0']);
  });

  it('a page that is missing is named', async () => {
    const { documents, errors } = await gather([await file('gap.epub', epubOf(['one', 'gone']))], 'text');
    expect(documents).toHaveLength(1);
    expect(errors).toMatchObject([{ message: expect.stringContaining('gone.xhtml') }]);
  });
});
