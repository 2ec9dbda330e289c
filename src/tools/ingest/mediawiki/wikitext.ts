/**
 * Wikitext to plain text, in linear passes and by wtf_wikipedia. A page is one document: headings as lines of their own, list items
 * as `- item` lines, references, files and navigation left out.
 */
import { decodeHTML } from 'entities';
import { shown, standInFor, withoutControls, withoutLiterals } from './literal.ts';
import { withEnglishNamespaces } from './namespaces.ts';
import { wtf } from './parser.ts';
import { plainSection } from './plain-section.ts';
import { withoutReferences, withoutSections, withoutTables } from './strip.ts';
import { convertText, saysNothing } from './templates.ts';

export interface WikiPage {
  id: string;
  title: string;
  /** Raw wikitext. */
  wikitext: string;
}

/** What stands in almost every article and is not about its subject. */
const SKIPPED_SECTIONS =
  /^(references|notes|footnotes|citations|sources|bibliography|further reading|external links|see also|gallery)$/i;

/** Of any width, one or several. */
const SPACES = /[ \u00a0\u2002-\u200a\u202f]{2,}|[\u00a0\u2002-\u200a\u202f]/g;

/** wtf_wikipedia leaves named entities that stood in the wikitext itself. Twice: dumps hold `&amp;nbsp;`. */
export function clean(text: string): string {
  return (text.includes('&') ? decodeHTML(decodeHTML(text)) : text).replace(SPACES, ' ').trim();
}

const TOP_HEADING = /^=([^=\n](?:[^\n]*[^=\n])?)=[ \t]*$/gm;

/** Headings of the level of the title, which no article should have, one level lower. */
function withoutTopHeadings(wikitext: string): string {
  for (let at = wikitext.startsWith('=') ? 0 : wikitext.indexOf('\n='); at >= 0; at = wikitext.indexOf('\n=', at + 1)) {
    const mark = wikitext.charCodeAt(at) === 0x0a ? at + 1 : at;
    if (wikitext.charCodeAt(mark + 1) !== 0x3d) return wikitext.replace(TOP_HEADING, '==$1==');
  }
  return wikitext;
}

/** Tag names in small letters, as the rest of the code looks for them. */
function withPlainTags(wikitext: string): string {
  if (!wikitext.includes('<')) return wikitext;
  return wikitext.replace(/<\/?[A-Z][A-Za-z]{0,14}(?=[\s>/])/g, (tag) => tag.toLowerCase());
}

/** Templates that stand for marks, mostly where a table is written inside a template. */
const MARKS: Record<string, string> = {
  '!': '|',
  '!!': '||',
  '(!': '{|',
  '!)': '|}',
  '!-': '|-',
  '!+': '|+',
};
const MARK_TEMPLATE = /\{\{\s*(!|!!|=|\(!|!\)|!-|!\+)\s*\}\}/g;

const MAY_HOLD_MARK = /\{\{[ (!=]/;

function withPlainMarks(wikitext: string): string {
  if (!MAY_HOLD_MARK.test(wikitext)) return wikitext;
  // `{{{!}}` is a brace and such a template, which the pattern above would begin too early.
  const plain = wikitext.replaceAll('{{{!}}', '{|');
  // The attributes of a table in a template, else text: `{{math|x{{=}}2}}` has no parameter named x.
  const equals = plain.includes('{{!') || plain.includes('{{(!') ? '=' : standInFor('=');
  return plain.replace(MARK_TEMPLATE, (_, mark: string) => (mark === '=' ? equals : MARKS[mark]!));
}

/** Links within the page, those of schemes without slashes, and addresses too short for the parser: their text alone. */
const PLAIN_LINK =
  /\[(?:\[#([^[\]|\n]+)\]\]|(?:(?:mailto|tel|sms|sips?|xmpp|urn|geo|magnet|news|bitcoin|matrix):[^\s[\]|]+|(?:[a-z][a-z0-9+.-]{1,12}:)?\/\/[^\s[\]|]{1,3})(?:\s+([^[\]\n]*))?\])/g;

function withPlainLinks(wikitext: string): string {
  return wikitext.replace(PLAIN_LINK, (_, section?: string, text?: string) => section ?? text ?? '');
}

/** Markup the parser does not know as text: behaviour switches, leftovers of templates that never close. */
export function prepare(wikitext: string): string {
  const plain = withoutLiterals(withPlainTags(withoutControls(wikitext).replace(/<!--[\s\S]*?-->/g, '')))
    .replace(/__[A-Z]{3,20}__/g, '')
    .replaceAll('[//', '[https://');
  return withPlainLinks(withEnglishNamespaces(withoutTopHeadings(withPlainMarks(plain)))).replace(
    /\{\{formatnum:\s*([^{}|]*)(?:\|[^{}]*)?\}\}/gi,
    '$1',
  );
}

/** The parts used here; the library's own types say `object | object[]`. */
interface Plain {
  text(): string;
}
interface Paragraph {
  sentences(): Plain[];
  lists(): { lines(): Plain[] }[];
}

/** Two of the most used inside sentences, in their usual forms. */
const LANG = /^\{\{lang\|[^|{}=]*\|([^|{}=]*)\}\}$/;
const PAGE_NAME = /^\{\{(?:FULL|BASE|SUB|ROOT)?PAGENAME\}\}$/;
const CONVERT = /^\{\{(?:convert|cvt)\|([^{}]*)\}\}$/;

export function templateText(template: string, title: string): string {
  if (PAGE_NAME.test(template)) return title;
  if (saysNothing(template)) return '';
  const lang = LANG.exec(template);
  if (lang) return lang[1]!.trim();
  const convert = CONVERT.exec(template);
  if (convert) {
    const parameters = convert[1]!.split('|').map((value) => value.trim());
    return convertText(parameters.filter((value) => !/^[\w ]*=/.test(value)));
  }
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

export const HEADING = /(?:\n|^)(={2,6}.{1,200}?={2,6})/g;
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
  return shown(blocks.join('\n'));
}
