/**
 * Wikitext to plain text and tables, by wtf_wikipedia. A page is one document of text: headings as lines of their own, list items
 * as `- item` lines, references, files and navigation left out. Its tables are documents of their own.
 */
import { decodeHTML } from 'entities';
import wtf from 'wtf_wikipedia';
import type { KnowledgeDocument } from '../../document.ts';
import type { Modality } from '../../knowledge-base.ts';
import { tableDocument } from '../documents.ts';
import { withoutReferences, withoutSections, withoutTables } from './strip.ts';

export interface WikiPage {
  id: string;
  title: string;
  /** Raw wikitext. */
  wikitext: string;
}

/** What stands in almost every article and is not about its subject. */
const SKIPPED_SECTIONS =
  /^(references|notes|footnotes|citations|sources|bibliography|further reading|external links|see also|gallery)$/i;

/** wtf_wikipedia leaves named entities that stood in the wikitext itself. Twice: dumps hold `&amp;nbsp;`. */
function clean(text: string): string {
  return decodeHTML(decodeHTML(text))
    .replace(/[\u00a0\u2002-\u200a\u202f]/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** Markup the parser does not know as text: behaviour switches, leftovers of templates that never close. */
function prepare(wikitext: string): string {
  return wikitext
    .replace(/__[A-Z]{3,20}__/g, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/\{\{formatnum:\s*([^{}|]*)(?:\|[^{}]*)?\}\}/gi, '$1');
}

/** The parts used here; the library's own types say `object | object[]`. */
interface Plain {
  text(): string;
}
interface Paragraph {
  sentences(): Plain[];
  lists(): { lines(): Plain[] }[];
}
interface Table {
  json(): Record<string, { text?: string }>[];
}

/** The plain text of a page; empty for one that has no prose. */
export function wikitextToText({ title, wikitext }: WikiPage): string {
  const blocks: string[] = [];
  const prose = withoutSections(withoutTables(withoutReferences(prepare(wikitext))), SKIPPED_SECTIONS);
  for (const section of wtf(prose, { title }).sections()) {
    const heading = clean(section.title());
    if (SKIPPED_SECTIONS.test(heading)) continue;
    const body: string[] = [];
    for (const paragraph of section.paragraphs() as Paragraph[]) {
      const sentences = clean(
        paragraph
          .sentences()
          .map((sentence) => sentence.text())
          .join(' '),
      );
      if (sentences !== '') body.push(sentences);
      for (const list of paragraph.lists()) {
        for (const line of list.lines()) {
          // Numbered items come with their number, `1) `.
          const item = clean(line.text()).replace(/^\d+\) /, '');
          if (item !== '') body.push(`- ${item}`);
        }
      }
    }
    if (body.length > 0) blocks.push(...(heading ? [`${heading}.`] : []), ...body);
  }
  return blocks.join('\n');
}

/** The tables of a page, header from the first row, with the section they stand in. */
export function wikitextToTables(page: WikiPage): KnowledgeDocument[] {
  const documents: KnowledgeDocument[] = [];
  for (const section of wtf(prepare(page.wikitext), { title: page.title }).sections()) {
    for (const table of section.tables() as Table[]) {
      const rows = table.json();
      const header = [...new Set(rows.flatMap((row) => Object.keys(row)))];
      const document = tableDocument({
        id: `${page.id}-t${documents.length}`,
        title: page.title,
        section: clean(section.title()),
        header: header.map(clean),
        rows: rows.map((row) => header.map((column) => clean(row[column]?.text ?? ''))),
      });
      if (document) documents.push(document);
    }
  }
  return documents;
}

export function pageDocuments(page: WikiPage, modality: Modality): KnowledgeDocument[] {
  if (modality === 'table') return wikitextToTables(page);
  const text = wikitextToText(page);
  return text === '' ? [] : [{ id: page.id, title: page.title, text }];
}
