/** Small files of the formats that cannot be written by hand, whole and sound: tests read them, and read them damaged. */
import { type Zippable, zipSync } from 'fflate';

/** Not packed, so that what is changed in it is changed in its XML. */
const stored = (files: Zippable): Uint8Array => zipSync(files, { level: 0 });

const utf8 = (text: string) => new TextEncoder().encode(text);

/** A PDF of these content streams, one a page, with `font` as `/F1`; an empty stream is a page without text. */
export function pdfOf(streams: string[], font: string, others: string[] = []): string {
  const kids = streams.map((_, page) => `${10 + page * 2} 0 R`).join(' ');
  const pages = streams.map(
    (stream, page) =>
      `${10 + page * 2} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents ${11 + page * 2} 0 R` +
      `/Resources<</Font<</F1 5 0 R>>>>>>endobj\n${11 + page * 2} 0 obj<</Length ${stream.length}>>stream\n${stream}\nendstream endobj\n`,
  );
  return `%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[${kids}]/Count ${streams.length}>>endobj\n5 0 obj${font}endobj\n${others.join('\n')}\n${pages.join('')}trailer<</Root 1 0 R>>\n%%EOF`;
}

export const HELVETICA = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>';
export const TYPE0 = (map: string) =>
  `<</Type/Font/Subtype/Type0/BaseFont/Some/Encoding/${map}/DescendantFonts[6 0 R]>>`;
export const CID = (ordering: string) => [
  `6 0 obj<</Type/Font/Subtype/CIDFontType0/BaseFont/Some/CIDSystemInfo<</Registry(Adobe)/Ordering(${ordering})/Supplement 2>>/FontDescriptor 7 0 R>>endobj`,
  '7 0 obj<</Type/FontDescriptor/FontName/Some/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>endobj',
];

const WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
export const paragraph = (words: string, style = '') =>
  `<w:p>${style ? `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>` : ''}<w:r><w:t>${words}</w:t></w:r></w:p>`;

export function docxOf(body: string): Uint8Array {
  const relations = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  return stored({
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

const xhtml = (title: string, body: string) =>
  utf8(
    `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>${title}</title></head><body>${body}</body></html>`,
  );
/** A book of two pages; `spine` is their order, and may name a third, `gone`. */
export const epubOf = (spine: string[]): Uint8Array =>
  stored({
    mimetype: utf8('application/epub+zip'),
    'META-INF/container.xml': utf8(
      '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
    ),
    'OPS/book.opf': utf8(
      `<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Book</dc:title></metadata><manifest><item id="one" href="one.xhtml"/><item id="two" href="a%20b.xhtml"/><item id="gone" href="gone.xhtml"/></manifest><spine>${spine.map((id) => `<itemref idref="${id}"/>`).join('')}</spine></package>`,
    ),
    'OPS/one.xhtml': xhtml('One', '<p>First <i>words</i>.</p>'),
    'OPS/a b.xhtml': xhtml('Two', '<h2>Part</h2><p>Second.</p><table><tr><th>a</th></tr><tr><td>1</td></tr></table>'),
  });
