/**
 * The pages of a MediaWiki XML export (schema 0.10 and 0.11), streamed in bounded memory (saxes). Gives articles only: the main
 * namespace, no redirects. Malformed XML is reported with its position and reading goes on with the next page.
 */
import { SaxesParser } from 'saxes';
import type { WikiPage } from './wikitext.ts';

export interface PageItem {
  page?: WikiPage;
  error?: { where: string; message: string };
}

/** A page's text over this is no article: it is reported and passed over, so that memory stays bounded. */
const MAX_PAGE_CHARACTERS = 16 * 1024 * 1024;

const KEPT = new Set(['title', 'ns', 'id', 'text', 'redirect', 'page']);

export interface PageReader {
  /** The items completed by this piece of the XML. */
  push(xml: string): PageItem[];
  end(): PageItem[];
}

/** `name` stands in error messages. A fragment without a root element (a block of a multistream dump) is read as well. */
export function createPageReader(name: string, { fragment = false } = {}): PageReader {
  let ready: PageItem[] = [];
  let page:
    | { id: string; title: string; namespace: string; text: string; redirect: boolean; oversize: boolean }
    | undefined;
  let field: string | undefined;
  let value = '';
  let depth = 0;
  let pageDepth = 0;
  let failed: { where: string; message: string } | undefined;
  const parser = new SaxesParser({ fragment: false });

  parser.on('error', (error) => {
    // One broken page gives a rain of errors; the first one says what is wrong.
    failed ??= { where: `${name}:${parser.line}`, message: error.message.replace(/^[^:]*:\d+:\d+: /, '') };
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
          error: failed ?? { where: `${name}:${parser.line}`, message: `page "${page.title}" does not end` },
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
    else if (oversize)
      ready.push({ error: { where: `${name}:${parser.line}`, message: `page "${title}" is over 16 MB` } });
    else if (namespace === '0' && !redirect && !/^\s*#redirect/i.test(text)) {
      if (id === '' || title === '')
        ready.push({ error: { where: `${name}:${parser.line}`, message: 'a page without id or title' } });
      else ready.push({ page: { id, title, wikitext: text } });
    }
    failed = undefined;
  }

  if (fragment) parser.write('<mediawiki>');
  const take = (): PageItem[] => {
    const items = ready;
    ready = [];
    return items;
  };
  return {
    push(xml) {
      parser.write(xml);
      return take();
    },
    end() {
      if (page) {
        ready.push({
          error: { where: `${name}:${parser.line}`, message: `the dump ends inside page "${page.title}"` },
        });
        page = undefined;
      }
      return take();
    },
  };
}
