/**
 * Files that are one document each: plain text, Markdown (marked), HTML (cheerio) and PDF (unpdf, the text layer). As `text` a
 * file gives its sections, titled by page and heading; as `table` the tables of Markdown and HTML.
 */
import { readFile, stat } from 'node:fs/promises';
import { load } from 'cheerio';
import { marked, type Tokens } from 'marked';
import { messageOf, userError } from '../../../common/errors.ts';
import type { KnowledgeDocument } from '../../document.ts';
import { type RawTable, stemOf, tableDocument } from '../documents.ts';
import type { Format, ReadOptions, SourceItem } from '../source.ts';

const MAX_FILE_BYTES = 256 * 1024 * 1024;

interface Section {
  heading?: string;
  text: string;
}

interface Parsed {
  title?: string;
  sections: Section[];
  tables: RawTable[];
}

type Parse = (bytes: Buffer) => Parsed | Promise<Parsed>;

/** Inline Markdown as plain text, through its HTML so that entities and nesting come out right. */
function plainInline(markdown: string): string {
  return load(marked.parseInline(markdown, { async: false }), null, false).text();
}

function markdown(bytes: Buffer): Parsed {
  const parsed: Parsed = { sections: [{ text: '' }], tables: [] };
  for (const token of marked.lexer(bytes.toString('utf8'))) {
    const section = parsed.sections.at(-1)!;
    if (token.type === 'heading') {
      const heading = plainInline(token.text);
      parsed.title ??= heading;
      parsed.sections.push({ heading, text: '' });
    } else if (token.type === 'table') {
      const table = token as Tokens.Table;
      parsed.tables.push({
        id: '',
        section: section.heading,
        header: table.header.map((cell) => plainInline(cell.text)),
        rows: table.rows.map((row) => row.map((cell) => plainInline(cell.text))),
      });
    } else if (token.type !== 'space' && token.type !== 'hr') {
      const text = load(marked.parser([token]), null, false)
        .text()
        .trim();
      if (text !== '') section.text += `${section.text ? '\n\n' : ''}${text}`;
    }
  }
  return parsed;
}

const BLOCKS = 'p,li,dt,dd,pre,blockquote,h1,h2,h3,h4,h5,h6,figcaption,address';

function html(bytes: Buffer): Parsed {
  const $ = load(bytes.toString('utf8'));
  $('script,style,noscript,template,nav,svg,head > :not(title)').remove();
  const title = ($('title').first().text() || $('h1').first().text()).replace(/\s+/g, ' ').trim();
  const parsed: Parsed = { ...(title ? { title } : {}), sections: [{ text: '' }], tables: [] };
  $('table').each((_index, element) => {
    const table = $(element);
    if (table.parents('table').length > 0) return;
    const rows = table
      .find('tr')
      .filter((_i, row) => $(row).closest('table').is(table))
      .toArray()
      .map((row) => ({
        cells: $(row)
          .children('td,th')
          .toArray()
          .flatMap((cell) => {
            const text = $(cell).text().replace(/\s+/g, ' ').trim();
            // A cell that spans columns stands in each of them.
            const span = Math.min(Number($(cell).attr('colspan') ?? 1) || 1, 50);
            return Array.from({ length: span }, () => text);
          }),
        head: $(row).children('td').length === 0,
      }));
    const header = rows[0]?.head ? rows.shift()?.cells : undefined;
    parsed.tables.push({
      id: '',
      caption: table.children('caption').text().replace(/\s+/g, ' ').trim(),
      section: table.prevAll('h1,h2,h3,h4').first().text().trim(),
      ...(header ? { header } : {}),
      rows: rows.map((row) => row.cells),
    });
  });
  $('table').remove();
  $('br').replaceWith('\n');
  const blocks = $('body').find(BLOCKS).toArray();
  for (const block of blocks) {
    if ($(block).find(BLOCKS).length > 0) continue;
    const text = $(block)
      .text()
      .replace(/[^\S\n]+/g, ' ')
      .trim();
    if (text === '') continue;
    if (/^h[1-6]$/.test(block.tagName)) parsed.sections.push({ heading: text, text: '' });
    else {
      const section = parsed.sections.at(-1)!;
      section.text += `${section.text ? '\n' : ''}${text}`;
    }
  }
  // Pages that put their text straight into the body or in divs have no blocks of their own.
  if (parsed.sections.every((section) => section.text === '')) {
    parsed.sections = [
      {
        text: $('body')
          .text()
          .replace(/[^\S\n]+/g, ' ')
          .replace(/\n\s*\n+/g, '\n')
          .trim(),
      },
    ];
  }
  return parsed;
}

const plainText: Parse = (bytes) => ({ sections: [{ text: bytes.toString('utf8') }], tables: [] });

async function pdf(bytes: Buffer): Promise<Parsed> {
  const { extractText, getDocumentProxy } = await import('unpdf');
  const document = await getDocumentProxy(new Uint8Array(bytes));
  const { text } = await extractText(document, { mergePages: false });
  return { sections: text.map((page, index) => ({ heading: `page ${index + 1}`, text: page })), tables: [] };
}

function documentsOf(path: string, parsed: Parsed, options: ReadOptions): KnowledgeDocument[] {
  const id = stemOf(path);
  const title = parsed.title ?? id;
  if (options.modality === 'table') {
    return parsed.tables.flatMap((table, index) => tableDocument({ ...table, title, id: `${id}-t${index}` }) ?? []);
  }
  return parsed.sections
    .filter((section) => section.text.trim() !== '')
    .map((section, index) => ({
      id: `${id}-s${index}`,
      title: section.heading && section.heading !== title ? `${title} - ${section.heading}` : title,
      text: section.text,
    }));
}

function fileFormat(name: string, extensions: string[], modalities: Format['modalities'], parse: Parse): Format {
  return {
    name,
    extensions,
    modalities,
    async *items(path, options): AsyncGenerator<SourceItem> {
      if (options.skip > 0) return;
      const { size } = await stat(path);
      if (size > MAX_FILE_BYTES) throw userError('source-too-large', `${path}: a ${name} file may have 256 MB at most`);
      try {
        yield { documents: documentsOf(path, await parse(await readFile(path)), options), errors: [], bytes: size };
      } catch (error) {
        yield { documents: [], errors: [{ where: path, message: messageOf(error) }], bytes: size };
      }
    },
  };
}

export const textFormat = fileFormat('text', ['.txt', '.text'], ['text'], plainText);
export const markdownFormat = fileFormat('markdown', ['.md', '.markdown'], ['text', 'table'], markdown);
export const htmlFormat = fileFormat('html', ['.html', '.htm', '.xhtml'], ['text', 'table'], html);
export const pdfFormat = fileFormat('pdf', ['.pdf'], ['text'], pdf);
