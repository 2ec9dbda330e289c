/**
 * The pages of a MediaWiki XML export (schema 0.10 and 0.11). Gives articles only: the main namespace, no redirects. Pages as MediaWiki
 * writes them are found by their tags, in two thirds of a parser's time; any other goes through one (saxes). Malformed XML is reported
 * with its position and costs its page only.
 */
import { SaxesParser } from 'saxes';
import { PAGE_END } from './page-chunks.ts';
import type { WikiPage } from './wikitext.ts';

export interface PageItem {
  page?: WikiPage;
  error?: { where: string; message: string };
}

/** A page's text over this is no article: it is reported and passed over, so that memory stays bounded. */
const MAX_PAGE_CHARACTERS = 16 * 1024 * 1024;

const REDIRECT = /^\s*#redirect/i;
const KEPT = new Set(['title', 'ns', 'id', 'text', 'redirect', 'page']);

export interface XmlPlace {
  /** Of the file, for messages. */
  name: string;
  /** That the XML begins with; from 1. */
  line: number;
}

/** The pages of a piece of a dump by a parser of XML: what `readPages` falls back to, and its measure. */
export function parsePages(xml: string, { name, line }: XmlPlace): PageItem[] {
  const ready: PageItem[] = [];
  let page:
    | { id: string; title: string; namespace: string; text: string; redirect: boolean; oversize: boolean }
    | undefined;
  let field: string | undefined;
  let value = '';
  let depth = 0;
  let pageDepth = 0;
  let failed: { where: string; message: string } | undefined;
  const parser = new SaxesParser();
  const here = () => `${name}:${line + parser.line - 1}`;

  parser.on('error', (error) => {
    // One broken page gives a rain of errors; the first one says what is wrong.
    failed ??= { where: here(), message: error.message.replace(/^(?:[^:]*:)?\d+:\d+: /, '') };
    if (page === undefined) {
      ready.push({ error: failed });
      failed = undefined;
    }
  });
  parser.on('opentag', (tag) => {
    depth++;
    if (tag.name === 'page') {
      // A page that opens inside a page: the one before was cut off.
      if (page)
        ready.push({
          error: failed ?? { where: here(), message: `page "${page.title}" does not end` },
        });
      page = { id: '', title: '', namespace: '0', text: '', redirect: false, oversize: false };
      pageDepth = depth;
      failed = undefined;
    } else if (page && tag.name === 'redirect') page.redirect = true;
    if (page && KEPT.has(tag.name)) {
      field = tag.name;
      value = '';
    }
  });
  parser.on('text', (text) => {
    if (!field || !page) return;
    if (value.length + text.length > MAX_PAGE_CHARACTERS) page.oversize = true;
    else value += text;
  });
  parser.on('closetag', (tag) => {
    if (page) {
      if (tag.name === 'title') page.title = value.trim();
      else if (tag.name === 'ns') page.namespace = value.trim();
      // Revisions and contributors have ids too; the page's own comes first.
      else if (tag.name === 'id' && page.id === '') page.id = value.trim();
      else if (tag.name === 'text') page.text = value;
      else if (tag.name === 'page' && depth <= pageDepth + 1) {
        finish();
      }
    }
    field = undefined;
    depth--;
  });

  function finish(): void {
    if (!page) return;
    const { id, title, namespace, text, redirect, oversize } = page;
    page = undefined;
    if (failed) ready.push({ error: { ...failed, message: `page "${title}": ${failed.message}` } });
    else if (oversize) ready.push({ error: { where: here(), message: `page "${title}" is over 16 MB` } });
    else if (namespace === '0' && !redirect && !REDIRECT.test(text)) {
      if (id === '' || title === '') ready.push({ error: { where: here(), message: 'a page without id or title' } });
      else ready.push({ page: { id, title, wikitext: text } });
    }
    failed = undefined;
  }

  parser.write('<mediawiki>');
  parser.write(xml);
  if (page) ready.push({ error: { where: here(), message: `the dump ends inside page "${page.title}"` } });
  return ready;
}

const PAGE = '<page>';
const HEAD = /<page>\s*<title>([^<]*)<\/title>\s*<ns>(\d+)<\/ns>\s*<id>(\d+)<\/id>(\s*<redirect )?/y;
const ENTITIES = new Map(Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#039': "'", '#39': "'" }));
const LONGEST_ENTITY = 5;
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML allows none of them, and makes a line feed of a carriage return
const CONTROLS = /[\0-\x08\x0b-\x1f\ufffe\uffff]/;

/** Undefined where there is more to it than the five entities. */
function plainText(raw: string): string | undefined {
  if (CONTROLS.test(raw) || raw.includes(']]>')) return undefined;
  let text = '';
  let from = 0;
  for (let at = raw.indexOf('&'); at >= 0; at = raw.indexOf('&', from)) {
    const end = raw.indexOf(';', at);
    const mark = end < 0 || end - at - 1 > LONGEST_ENTITY ? undefined : ENTITIES.get(raw.slice(at + 1, end));
    if (mark === undefined) return undefined;
    text += raw.slice(from, at) + mark;
    from = end + 1;
  }
  return from === 0 ? raw : text + raw.slice(from);
}

/** The page of `<page>` at `start` and `</page>` at `end`; 'other' is no article, undefined is for the parser. */
function plainPage(xml: string, start: number, end: number): WikiPage | 'other' | undefined {
  HEAD.lastIndex = start;
  const head = HEAD.exec(xml);
  if (!head) return undefined;
  const textStart = xml.indexOf('<text', HEAD.lastIndex);
  const textFrom = xml.indexOf('>', textStart) + 1;
  const textEnd = xml.indexOf('<', textFrom);
  if (textStart < 0 || textEnd > end || !xml.startsWith('</text>', textEnd)) return undefined;
  const around = xml.slice(HEAD.lastIndex, textStart) + xml.slice(textEnd, end);
  if (around.includes('<text') || around.includes(PAGE)) return undefined;
  const [, title, namespace, id, redirect] = head;
  if (namespace !== '0' || redirect) return 'other';
  const plainTitle = plainText(title!)?.trim();
  const wikitext = textEnd - textFrom > MAX_PAGE_CHARACTERS ? undefined : plainText(xml.slice(textFrom, textEnd));
  if (!plainTitle || wikitext === undefined) return undefined;
  return REDIRECT.test(wikitext) ? 'other' : { id: id!, title: plainTitle, wikitext };
}

/** The pages of a piece of a dump that begins and ends between pages, in order. */
export function readPages(xml: string, { name, line }: XmlPlace): PageItem[] {
  const items: PageItem[] = [];
  let lineFrom = 0;
  const parse = (from: number, to: number) => {
    line += xml.slice(lineFrom, from).split('\n').length - 1;
    lineFrom = from;
    items.push(...parsePages(xml.slice(from, to), { name, line }));
  };
  let from = 0;
  for (let end = xml.indexOf(PAGE_END); end >= 0; end = xml.indexOf(PAGE_END, from)) {
    const start = xml.indexOf(PAGE, from);
    const next = end + PAGE_END.length;
    const page = start >= 0 && start < end ? plainPage(xml, start, end) : undefined;
    if (page === undefined) parse(start >= 0 && start < end ? start : from, next);
    else if (page !== 'other') items.push({ page });
    from = next;
  }
  const cutOff = xml.indexOf(PAGE, from);
  if (cutOff >= 0) parse(cutOff, xml.length);
  return items;
}
