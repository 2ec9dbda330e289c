/**
 * Wikitext to plain text and tables, by wtf_wikipedia. A page is one document of text: headings as lines of their own, list items
 * as `- item` lines, references, files and navigation left out. Its tables are documents of their own.
 */
import { decodeHTML } from 'entities';
import wtf from 'wtf_wikipedia';
import type { KnowledgeDocument } from '../../document.ts';
import type { Modality } from '../../knowledge-base.ts';
import { tableDocument } from '../documents.ts';
import { plainSection } from './plain-section.ts';
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
  return (text.includes('&') ? decodeHTML(decodeHTML(text)) : text)
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

/** By name: a rule of the parser for what stands for a template. Data (an array) and unknown templates give no text. */
let rules: Record<string, unknown> = {};
wtf.extend((_: unknown, templates: Record<string, unknown>) => {
  rules = templates;
});
const TEMPLATE_NAME = /^\{\{([^|{}\n:]+?)\s*[|}\n]/;

function saysNothing(template: string): boolean {
  const [, named] = TEMPLATE_NAME.exec(template) ?? [];
  if (named === undefined) return false;
  const name = named.trim().toLowerCase().replaceAll('_', ' ');
  return Object.hasOwn(rules, name) ? Array.isArray(rules[name]) : !/[^\w -]/.test(name);
}

/** Two of the most used inside sentences, in their usual forms. */
const LANG = /^\{\{lang\|[^|{}=]*\|([^|{}=]*)\}\}$/;
const CONVERT = /^\{\{convert\|([^|{}=]*)\|(?!to\||and\||-\|)([^|{}=]*)(?:\|[^{}]*)?\}\}$/;

function templateText(template: string, title: string): string {
  if (saysNothing(template)) return '';
  const lang = LANG.exec(template);
  if (lang) return lang[1]!.trim();
  const convert = CONVERT.exec(template);
  if (convert) return `${convert[1]!.trim()} ${convert[2]!.trim()}`;
  // Its own spaces at the ends are part of the sentence.
  return wtf(`x${template}x`, { title }).text().slice(1, -1);
}

/** The lines of sections by the parser. */
function parsedSections(wikitext: string, title: string): { heading: string; body: string[] }[] {
  return wtf(wikitext, { title })
    .sections()
    .map((section) => {
      const body: string[] = [];
      for (const paragraph of section.paragraphs() as Paragraph[]) {
        const sentences = paragraph.sentences().map((sentence) => sentence.text());
        body.push(sentences.join(' '));
        // Numbered items come with their number, `1) `.
        const items = paragraph
          .lists()
          .flatMap((list) => list.lines().map((line) => line.text().replace(/^\d+\) /, '')));
        for (const item of items) body.push(`- ${item}`);
      }
      return { heading: section.title(), body };
    });
}

const HEADING = /(?:\n|^)(={2,6}.{1,200}?={2,6})/g;
const PLAIN_HEADING = /^={2,6}([^=<>{}[\]|'&]+)={2,6}$/;

export interface TextOptions {
  /** Every section by the parser: the measure of the quick way. */
  parserOnly?: boolean;
}

/** The plain text of a page; empty for one that has no prose. */
export function wikitextToText({ title, wikitext }: WikiPage, { parserOnly = false }: TextOptions = {}): string {
  const blocks: string[] = [];
  const prose = withoutSections(withoutTables(withoutReferences(prepare(wikitext))), SKIPPED_SECTIONS);
  const inPlace = (template: string) => templateText(template, title);
  const pieces = prose.split(HEADING);
  for (let at = 0; at < pieces.length; at += 2) {
    const [mark = '', wiki = ''] = [pieces[at - 1], pieces[at]];
    const plainHeading = mark === '' ? '' : PLAIN_HEADING.exec(mark)?.[1];
    const plain = parserOnly || plainHeading === undefined ? undefined : plainSection(wiki, inPlace);
    const sections = plain ? [{ heading: plainHeading!, body: plain }] : parsedSections(`${mark}\n${wiki}`, title);
    for (const section of sections) {
      const heading = clean(section.heading);
      if (SKIPPED_SECTIONS.test(heading)) continue;
      const body = section.body.map(clean).filter((line) => line !== '' && line !== '-');
      if (body.length > 0) blocks.push(...(heading ? [`${heading}.`] : []), ...body);
    }
  }
  return blocks.join('\n');
}

/** The tables of a page, header from the first row, with the section they stand in. */
export function wikitextToTables(page: WikiPage): KnowledgeDocument[] {
  const documents: KnowledgeDocument[] = [];
  const pieces = prepare(page.wikitext).split(HEADING);
  // Pieces and headings take turns; most sections have no table.
  const withTables = pieces.flatMap((piece, at) =>
    at % 2 === 0 && piece.includes('{|') ? `${pieces[at - 1] ?? ''}\n${piece}` : [],
  );
  for (const section of withTables.flatMap((piece) => wtf(piece, { title: page.title }).sections())) {
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
