/**
 * Plain text, Markdown (marked) and HTML (parse5): the sections of a file, titled by page and heading, and its tables.
 */
import { marked } from 'marked';
import { decodeText } from '../encoding.ts';
import { type FrontMatter, frontMatter } from './front-matter.ts';
import { readPage } from './html/page.ts';
import { parseTree } from './html/tree.ts';
import type { Parse, Parsed } from './whole-file.ts';

const encodingNote = (note: string | undefined) => (note ? [{ kind: 'encoding' as const, message: note }] : []);

/** Characters of a document of plain text; a longer file gives several. */
const LONGEST = 8_000_000;

/** At the ends of paragraphs, else of lines, else of words. */
function cut(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  while (text.length - from > LONGEST) {
    const most = from + LONGEST;
    const ends = ['\n\n', '\n', ' '].map((mark) => text.lastIndexOf(mark, most - mark.length) + mark.length);
    // Not within a character of two halves.
    const middle = text.slice(from, most).isWellFormed() ? most : most - 1;
    const end = ends.find((place) => place > from + LONGEST / 2) ?? middle;
    parts.push(text.slice(from, end));
    from = end;
  }
  return [...parts, text.slice(from)];
}

export const plainText: Parse = (bytes) => {
  const { text, note } = decodeText(bytes);
  return { sections: cut(text).map((part) => ({ text: part })), tables: [], notes: encodingNote(note) };
};

/** Through its HTML, so that its tables, its raw HTML and what nests in lists and quotes come out as a browser shows them. */
export const markdown: Parse = (bytes) => {
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

export const xhtml: Parse = (bytes) => {
  const { text, note } = decodeText(bytes, declaredCharset(bytes));
  return { ...readPage(parseTree(text, { xml: true })), notes: encodingNote(note) };
};

/** Pages of site generators begin with front matter too. */
export const html: Parse = (bytes) => {
  const { text, note } = decodeText(bytes, declaredCharset(bytes));
  const { body, title, metadata }: Partial<FrontMatter> & { body: string } = /^(?:---|\+\+\+)/.test(text)
    ? frontMatter(text)
    : { body: text };
  const page = readPage(parseTree(withEndTags(body)));
  return { ...page, ...(title ? { title } : {}), metadata, notes: encodingNote(note) };
};
