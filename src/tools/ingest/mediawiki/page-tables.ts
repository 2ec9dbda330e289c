/** The tables of a page by the table model, each a document with the section it stands in. */

import type { KnowledgeDocument } from '../../document.ts';
import { tableDocument } from '../documents.ts';
import { shown } from './literal.ts';
import { wtf } from './parser.ts';
import { plainSection } from './plain-section.ts';
import { withoutReferences } from './strip.ts';
import { htmlTables, wikiTables } from './wikitables.ts';
import { clean, HEADING, prepare, templateText, type WikiPage } from './wikitext.ts';

/** Most cells have no markup at all. */
const MARKED_UP = /[[<{'&_~\n\x80-\x9f]|^[*#:;]/;

/** Wikitext of a cell, a caption or a heading on one line. */
function inlineText(wikitext: string, title: string): string {
  const trimmed = wikitext.trim();
  if (!MARKED_UP.test(trimmed)) return trimmed;
  const line = trimmed
    .replace(/^[*#:;]+\s*/gm, '')
    .replace(/<br\s*\/?>/gi, ' ')
    .replace(/\s*\n\s*/g, ' ');
  const plain = plainSection(line, (template) => templateText(template, title));
  const text = clean(
    (plain ? plain.map((text) => text.replace(/^- /, '')).join(' ') : wtf(line, { title }).text()).replace(/\s+/g, ' '),
  );
  return shown(text);
}

export function wikitextToTables(page: WikiPage): KnowledgeDocument[] {
  const documents: KnowledgeDocument[] = [];
  const plain = (wikitext: string) => inlineText(wikitext, page.title);
  const pieces = withoutReferences(prepare(page.wikitext)).split(HEADING);
  // Pieces and headings take turns; most sections have no table.
  for (let at = 0; at < pieces.length; at += 2) {
    const piece = pieces[at]!;
    if (!piece.includes('{|') && !piece.includes('<table')) continue;
    const section = plain((pieces[at - 1] ?? '').replace(/^={2,6}|={2,6}$/g, ''));
    for (const { caption, header, rows } of [...wikiTables(piece, plain), ...htmlTables(piece, plain)]) {
      const id = `${page.id}-t${documents.length}`;
      const document = tableDocument({ id, title: page.title, section, caption, ...(header ? { header } : {}), rows });
      if (document) documents.push(document);
    }
  }
  return documents;
}
