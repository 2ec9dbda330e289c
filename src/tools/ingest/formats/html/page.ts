/**
 * A page by its blocks: sections of text under their headings, and the tables of data apart. What begins and ends a line is known from the
 * kind of an element, not from a list of those that hold text, so that no text is lost in an element nobody thought of.
 */
import { messageOf } from '../../../../common/errors.ts';
import { createTableReader, type PageTable } from './page-table.ts';
import { BLOCKS, HEADING, lineOf, type Node, SKIPPED, tagOf, walkTree } from './tree.ts';

interface PageSection {
  heading?: string;
  text: string;
}

export interface Page {
  title?: string;
  sections: PageSection[];
  tables: (PageTable & { section?: string })[];
  /** Of tables that could not be laid out. */
  errors: string[];
}

export interface PageOptions {
  /** A blank line between paragraphs, as Markdown has them. */
  paragraphs?: boolean;
  /** The first heading of any level is the title, where the page has none. */
  anyHeading?: boolean;
}

const PREFORMATTED = new Set(['pre', 'listing', 'xmp', 'plaintext', 'textarea']);
const LISTS = new Set(['ul', 'ol', 'menu', 'dir', 'dl']);
const ITEMS = new Set(['li', 'dt', 'dd', 'tr', 'td', 'th', 'option']);

function titleOf(root: Node): string {
  let title = '';
  walkTree(root, (node) => {
    const tag = tagOf(node);
    if (title === '' && tag === 'title') title = lineOf(node);
    return title === '' && tag !== 'body';
  });
  return title;
}

/** Lines of text as they come, and where one ends. */
function createLines(paragraphs: boolean) {
  let line: string[] = [];
  let raw = false;
  let gap = 0;
  let lists = 0;
  let parts: string[] = [];
  return {
    text(data: string, preformatted: boolean): void {
      raw ||= preformatted;
      line.push(preformatted ? data : data.replace(/\s+/g, ' '));
    },
    hardBreak(): void {
      line.push('\n');
    },
    list(change: 1 | -1): void {
      lists += change;
    },
    /** Ends the line. Between items one line end, between paragraphs outside of lists two. */
    boundary(item: boolean): void {
      const joined = line.join('');
      const text = raw
        ? joined.replace(/^\s*\n|\s+$/g, '')
        : joined
            .replace(/ *\n */g, '\n')
            .replace(/ {2,}/g, ' ')
            .trim();
      line = [];
      raw = false;
      if (text !== '') {
        if (parts.length > 0) parts.push(gap > 1 ? '\n\n' : '\n');
        parts.push(text);
        gap = 0;
      }
      gap = Math.max(gap, paragraphs && !item && lists === 0 ? 2 : 1);
    },
    /** The text so far; begins anew. */
    take(): string {
      const text = parts.join('');
      parts = [];
      gap = 0;
      return text;
    },
  };
}

export function readPage(root: Node, { paragraphs = false, anyHeading = false }: PageOptions = {}): Page {
  const lines = createLines(paragraphs);
  const tables = createTableReader();
  const page: Page = { sections: [{ text: '' }], tables: [], errors: [] };
  let firstHeading: string | undefined;
  let preformatted = 0;

  const endSection = () => {
    lines.boundary(false);
    page.sections.at(-1)!.text = lines.take();
  };

  function heading(node: Node): void {
    const text = lineOf(node);
    if (text === '') return;
    endSection();
    page.sections.push({ heading: text, text: '' });
    if (anyHeading || tagOf(node) === 'h1') firstHeading ??= text;
  }

  /** False where the table lays out the page, and its cells are read like any block. */
  function dataTable(node: Node): boolean {
    let table: PageTable | undefined;
    try {
      table = tables.read(node);
    } catch (error) {
      page.errors.push(messageOf(error));
      return true;
    }
    if (!table) return false;
    const section = page.sections.at(-1)!.heading;
    page.tables.push({ ...table, ...(section ? { section } : {}) });
    return true;
  }

  /** Of a table of data, only the tables in it are looked for. */
  let insideData = 0;
  const dataTables = new Set<Node>();

  walkTree(
    root,
    (node) => {
      const tag = tagOf(node);
      if (insideData > 0 && tag !== 'table') return node.childNodes !== undefined && !SKIPPED.has(tag);
      if (node.nodeName === '#text') lines.text(node.value ?? '', preformatted > 0);
      if (node.childNodes === undefined || SKIPPED.has(tag)) return false;
      if (HEADING.test(tag)) {
        heading(node);
        return false;
      }
      if (tag === 'br') lines.hardBreak();
      if (tag === 'rt') lines.text(' (', false);
      if (BLOCKS.has(tag)) lines.boundary(ITEMS.has(tag));
      if (LISTS.has(tag)) lines.list(1);
      if (PREFORMATTED.has(tag)) preformatted++;
      if (tag === 'table' && dataTable(node)) {
        dataTables.add(node);
        insideData++;
      }
      return true;
    },
    (node) => {
      const tag = tagOf(node);
      if (dataTables.has(node)) insideData--;
      if (insideData > 0) return;
      if (tag === 'rt') lines.text(')', false);
      if (PREFORMATTED.has(tag)) preformatted--;
      if (LISTS.has(tag)) lines.list(-1);
      if (BLOCKS.has(tag)) lines.boundary(ITEMS.has(tag));
    },
  );
  endSection();
  const title = titleOf(root) || firstHeading;
  return title ? { ...page, title } : page;
}
