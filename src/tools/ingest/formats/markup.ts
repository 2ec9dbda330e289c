/**
 * Files that are one document each: plain text, Markdown (marked), HTML (parse5), DOCX, EPUB and PDF. As `text` a file
 * gives its sections, titled by page and heading; as `table` the tables of Markdown, HTML, DOCX and EPUB.
 */
import { marked } from 'marked';
import { decodeText } from '../encoding.ts';
import { docx } from './docx.ts';
import { epub } from './epub.ts';
import { type FrontMatter, frontMatter } from './front-matter.ts';
import { readPage } from './html/page.ts';
import { parseTree } from './html/tree.ts';
import { pdf } from './pdf.ts';
import { type Parse, type Parsed, wholeFileFormat } from './whole-file.ts';

const encodingNote = (note: string | undefined) => (note ? [{ kind: 'encoding' as const, message: note }] : []);

const plainText: Parse = (bytes) => {
  const { text, note } = decodeText(bytes);
  return { sections: [{ text }], tables: [], notes: encodingNote(note) };
};

/** Through its HTML, so that its tables, its raw HTML and what nests in lists and quotes come out as a browser shows them. */
const markdown: Parse = (bytes) => {
  const { text, note } = decodeText(bytes);
  const { body, title, metadata } = frontMatter(text);
  const notes: NonNullable<Parsed['notes']> = encodingNote(note);
  let html: string;
  try {
    html = marked.parse(body, { async: false });
  } catch {
    // Nested beyond what the parser can follow.
    notes.push({ kind: 'mended', message: 'Markdown that nests too deep; read as plain text' });
    return { ...(title ? { title } : {}), sections: [{ text: body }], tables: [], metadata, notes };
  }
  const page = readPage(parseTree(html), { paragraphs: true, anyHeading: true });
  return { ...page, ...(title ? { title } : {}), metadata, notes };
};

const COMMENT = /<!--[\s\S]*?-->/g;
const META_CHARSET = /<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([^\s"'/>;]+)/i;
const XML_ENCODING = /^(?:\ufeff)?\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([^"']+)["']/i;

/** The label in a page's own markup: browsers look at its first 1,024 bytes, and many pages say it later. */
function declaredCharset(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 16_384)).toString('latin1');
  return XML_ENCODING.exec(head)?.[1] ?? META_CHARSET.exec(head.replace(COMMENT, ''))?.[1];
}

const XHTML =
  /^\s*(?:<\?xml\b|<!DOCTYPE html PUBLIC "-\/\/W3C\/\/DTD XHTML|(?:<!DOCTYPE[^>]*>\s*)?<html\b[^>]*\bxmlns\s*=)/i;
const CLOSES_ITSELF = /<([a-z][a-z0-9]*)((?:\s(?:[^<>"']|"[^"]*"|'[^']*')*)?)\/>/gi;
const VOID = /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)$/i;

/**
 * XHTML under the name of HTML: an element that closes itself there would be open to the end of the page here (`<title/>`, `<script/>`).
 * It is not read by the rules of XML, since most such pages break them.
 */
function withEndTags(html: string): string {
  if (!XHTML.test(html)) return html;
  return html.replace(CLOSES_ITSELF, (tag, name: string, attributes: string) =>
    VOID.test(name) ? tag : `<${name}${attributes}></${name}>`,
  );
}

const xhtml: Parse = (bytes) => {
  const { text, note } = decodeText(bytes, declaredCharset(bytes));
  return { ...readPage(parseTree(text, { xml: true })), notes: encodingNote(note) };
};

/** Pages of site generators begin with front matter too. */
const html: Parse = (bytes) => {
  const { text, note } = decodeText(bytes, declaredCharset(bytes));
  const { body, title, metadata }: Partial<FrontMatter> & { body: string } = /^(?:---|\+\+\+)/.test(text)
    ? frontMatter(text)
    : { body: text };
  const page = readPage(parseTree(withEndTags(body)));
  return { ...page, ...(title ? { title } : {}), metadata, notes: encodingNote(note) };
};

const BOTH = ['text', 'table'] as const;
export const textFormat = wholeFileFormat('text', ['.txt', '.text'], ['text'], plainText);
export const markdownFormat = wholeFileFormat('markdown', ['.md', '.markdown', '.mdown', '.mkd'], BOTH, markdown);
export const htmlFormat = wholeFileFormat('html', ['.html', '.htm'], BOTH, html);
export const xhtmlFormat = wholeFileFormat('xhtml', ['.xhtml', '.xht'], BOTH, xhtml);
export const docxFormat = wholeFileFormat('docx', ['.docx'], BOTH, docx);
export const epubFormat = wholeFileFormat('epub', ['.epub'], BOTH, epub);
export const pdfFormat = wholeFileFormat('pdf', ['.pdf'], ['text'], pdf);
