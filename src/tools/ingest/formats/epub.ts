/** Electronic books: a ZIP of XHTML pages, in the order the package lists them. */
import { posix } from 'node:path';
import { decodeText } from '../encoding.ts';
import { readPage } from './html/page.ts';
import { attributeOf, lineOf, type Node, parseTree, tagOf, walkTree } from './html/tree.ts';
import type { Parse, Parsed } from './whole-file.ts';
import { unzip } from './zip.ts';

function elements(root: Node, tag: string): Node[] {
  const found: Node[] = [];
  walkTree(root, (node) => {
    if (tagOf(node) === tag) found.push(node);
    return true;
  });
  return found;
}

const xmlTree = (bytes: Uint8Array): Node => parseTree(decodeText(bytes).text, { xml: true });

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The pages in reading order, by their names in the archive. */
function pagesOf(packageXml: Node, folder: string): string[] {
  const hrefs = new Map(
    elements(packageXml, 'item').map((item) => [attributeOf(item, 'id'), attributeOf(item, 'href')]),
  );
  return elements(packageXml, 'itemref').flatMap((item) => {
    const href = hrefs.get(attributeOf(item, 'idref'));
    return href === undefined ? [] : posix.join(folder, decoded(href.replace(/#.*/, '')));
  });
}

export const epub: Parse = (bytes) => {
  const files = unzip(bytes, (name) => !/\.(?:jpe?g|png|gif|webp|svg|ttf|otf|woff2?|mp3|mp4|css|js)$/i.test(name));
  const container = files.get('META-INF/container.xml');
  if (!container) throw new Error('not an EPUB: there is no META-INF/container.xml in it');
  const packagePath = elements(xmlTree(container), 'rootfile').map((file) => attributeOf(file, 'full-path'))[0] ?? '';
  const packageFile = files.get(packagePath);
  if (!packageFile) throw new Error(`not a whole EPUB: its package "${packagePath}" is missing`);
  const packageXml = xmlTree(packageFile);
  const title = elements(packageXml, 'title').map((node) => lineOf(node))[0];
  const book: Parsed & { errors: string[] } = { ...(title ? { title } : {}), sections: [], tables: [], errors: [] };
  // Each once, however many places of it the order names.
  for (const path of new Set(pagesOf(packageXml, posix.dirname(packagePath)))) {
    const file = files.get(path);
    if (!file) {
      book.errors.push(`the page ${path} is missing in the archive`);
      continue;
    }
    const page = readPage(xmlTree(file));
    const heading = page.title;
    book.sections.push(...page.sections.map((section) => ({ ...(heading ? { heading } : {}), ...section })));
    book.tables.push(...page.tables);
    book.errors.push(...page.errors.map((error) => `${path}: ${error}`));
  }
  return book;
};
