import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { joinHyphens, listOfPages } from '../../../src/tools/ingest/formats/pdf.ts';
import { gather } from './gather.ts';
import { scratch } from './scratch.ts';

const { file } = await scratch();
const utf8 = (text: string) => new TextEncoder().encode(text);

/** A PDF of these content streams, one a page, with `font` as `/F1`; an empty stream is a page without text. */
function pdfOf(streams: string[], font: string, others: string[] = []): string {
  const kids = streams.map((_, page) => `${10 + page * 2} 0 R`).join(' ');
  const pages = streams.map(
    (stream, page) =>
      `${10 + page * 2} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents ${11 + page * 2} 0 R` +
      `/Resources<</Font<</F1 5 0 R>>>>>>endobj\n${11 + page * 2} 0 obj<</Length ${stream.length}>>stream\n${stream}\nendstream endobj\n`,
  );
  return `%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[${kids}]/Count ${streams.length}>>endobj\n5 0 obj${font}endobj\n${others.join('\n')}\n${pages.join('')}trailer<</Root 1 0 R>>\n%%EOF`;
}

const HELVETICA = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>';
const TYPE0 = (map: string) => `<</Type/Font/Subtype/Type0/BaseFont/Some/Encoding/${map}/DescendantFonts[6 0 R]>>`;
const CID = (ordering: string) => [
  `6 0 obj<</Type/Font/Subtype/CIDFontType0/BaseFont/Some/CIDSystemInfo<</Registry(Adobe)/Ordering(${ordering})/Supplement 2>>/FontDescriptor 7 0 R>>endobj`,
  '7 0 obj<</Type/FontDescriptor/FontName/Some/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>endobj',
];

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
  });
});

const WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const paragraph = (words: string, style = '') =>
  `<w:p>${style ? `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>` : ''}<w:r><w:t>${words}</w:t></w:r></w:p>`;

function docxOf(body: string): Uint8Array {
  const relations = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  return zipSync({
    '[Content_Types].xml': utf8(
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    ),
    '_rels/.rels': utf8(
      `<Relationships ${relations}><Relationship Id="r1" Type="${office}/officeDocument" Target="word/document.xml"/></Relationships>`,
    ),
    'word/_rels/document.xml.rels': utf8(
      `<Relationships ${relations}><Relationship Id="s" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    ),
    'word/styles.xml': utf8(
      `<w:styles ${WORD}><w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style></w:styles>`,
    ),
    'word/document.xml': utf8(`<w:document ${WORD}><w:body>${body}</w:body></w:document>`),
  });
}

describe('DOCX', () => {
  it('gives its sections, and its tables with their merged cells', async () => {
    const cell = (words: string, properties = '') => `<w:tc><w:tcPr>${properties}</w:tcPr>${paragraph(words)}</w:tc>`;
    const table = `<w:tbl><w:tr>${cell('Region')}${cell('Fruit')}</w:tr><w:tr>${cell('North', '<w:vMerge w:val="restart"/>')}${cell('Apples')}</w:tr><w:tr>${cell('', '<w:vMerge/>')}${cell('Pears')}</w:tr></w:tbl>`;
    const path = await file('report.docx', docxOf(paragraph('Harvest', 'H1') + paragraph('It was good.') + table));
    expect((await gather([path], 'text')).documents).toEqual([
      { id: 'report-s0', title: 'Harvest', text: 'It was good.' },
    ]);
    expect((await gather([path], 'table')).documents).toMatchObject([
      {
        id: 'report-t0',
        header: ['Region', 'Fruit'],
        rows: [
          ['North', 'Apples'],
          ['North', 'Pears'],
        ],
      },
    ]);
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
  const page = (title: string, body: string) =>
    utf8(
      `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>${title}</title></head><body>${body}</body></html>`,
    );
  const book = (spine: string[]) =>
    zipSync({
      mimetype: utf8('application/epub+zip'),
      'META-INF/container.xml': utf8(
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
      ),
      'OPS/book.opf': utf8(
        `<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Book</dc:title></metadata><manifest><item id="one" href="one.xhtml"/><item id="two" href="a%20b.xhtml"/><item id="gone" href="gone.xhtml"/></manifest><spine>${spine.map((id) => `<itemref idref="${id}"/>`).join('')}</spine></package>`,
      ),
      'OPS/one.xhtml': page('One', '<p>First <i>words</i>.</p>'),
      'OPS/a b.xhtml': page('Two', '<h2>Part</h2><p>Second.</p><table><tr><th>a</th></tr><tr><td>1</td></tr></table>'),
    });

  it('gives its pages in reading order', async () => {
    const path = await file('book.epub', book(['two', 'one']));
    expect((await gather([path], 'text')).documents).toEqual([
      { id: 'book-s0', title: 'The Book - Part', text: 'Second.' },
      { id: 'book-s1', title: 'The Book - One', text: 'First words.' },
    ]);
    expect((await gather([path], 'table')).documents).toMatchObject([{ header: ['a'], rows: [['1']] }]);
  });

  it('a page that is missing is named', async () => {
    const { documents, errors } = await gather([await file('gap.epub', book(['one', 'gone']))], 'text');
    expect(documents).toHaveLength(1);
    expect(errors).toMatchObject([{ message: expect.stringContaining('gone.xhtml') }]);
  });
});
