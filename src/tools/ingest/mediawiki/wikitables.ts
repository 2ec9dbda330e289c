/**
 * The tables of wikitext by MediaWiki's own rules of lines: `{|`, `|+`, `|-`, `!`, `|`, `|}`; cells on one line between `||` or `!!`, with
 * attributes before a single `|`. Bars inside templates and links are no marks. What spans is laid out by the table model.
 */
import { readPage } from '../formats/html/page.ts';
import { parseTree } from '../formats/html/tree.ts';
import { layOutTable, type RowGroup, type SpannedCell, spanOf } from '../table-model.ts';

export interface WikiTable {
  caption: string;
  header?: string[];
  rows: string[][];
}

/** Private-use stand-ins for marks inside templates and links. */
const BAR = '\ue010';
const LINE_END = '\ue011';
const EXCLAMATION = '\ue012';
const STAND_INS: Record<string, string> = { '|': BAR, '\n': LINE_END, '!': EXCLAMATION };
const ORIGINALS: Record<string, string> = { [BAR]: '|', [LINE_END]: '\n', [EXCLAMATION]: '!' };

const unmasked = (text: string): string => text.replace(/[\ue010-\ue012]/g, (standIn) => ORIGINALS[standIn] ?? standIn);

/** Marks inside whole templates and links stood in for; what does not close is left as it is. */
function masked(wikitext: string): string {
  const inside: [from: number, to: number][] = [];
  const open: { mark: string; at: number }[] = [];
  const counts: Record<string, number> = { '{{': 0, '[[': 0 };
  for (const { 0: mark, index } of wikitext.matchAll(/\{\{|\}\}|\[\[|\]\]/g)) {
    if (mark === '{{' || mark === '[[') {
      counts[mark]!++;
      open.push({ mark, at: index });
    } else {
      const opening = mark === '}}' ? '{{' : '[[';
      if (counts[opening] === 0) continue;
      let last = open.pop()!;
      for (; last.mark !== opening; last = open.pop()!) counts[last.mark]!--;
      counts[opening]!--;
      const { at } = last;
      while (inside.length > 0 && inside.at(-1)![0] > at) inside.pop();
      inside.push([at, index]);
    }
  }
  let text = '';
  let from = 0;
  for (const [start, end] of inside) {
    text += wikitext.slice(from, start) + wikitext.slice(start, end).replace(/[|\n!]/g, (mark) => STAND_INS[mark]!);
    from = end;
  }
  return text + wikitext.slice(from);
}

interface OpenTable {
  caption?: string;
  rows: SpannedCell[][];
  row?: SpannedCell[];
  /** What lines that begin with no mark go on with. */
  current?: { kind: 'caption' } | { kind: 'cell'; cell: SpannedCell };
}

const ATTRIBUTE = (name: string) => new RegExp(`\\b${name}\\s*=\\s*["']?\\s*(\\d+)`, 'i');
const COLSPAN = ATTRIBUTE('colspan');
const ROWSPAN = ATTRIBUTE('rowspan');

/** Text before a single bar is attributes, except where it begins a link. */
function withoutAttributes(cell: string): { attributes: string; text: string } {
  const bar = cell.indexOf('|');
  if (bar < 0 || cell.slice(0, bar).includes('[[')) return { attributes: '', text: cell };
  return { attributes: cell.slice(0, bar), text: cell.slice(bar + 1) };
}

function addCells(table: OpenTable, line: string, head: boolean): void {
  if (!table.row) {
    table.row = [];
    table.rows.push(table.row);
  }
  for (const part of (head ? line.replaceAll('!!', '||') : line).split('||')) {
    const { attributes, text } = withoutAttributes(part);
    const cell: SpannedCell = {
      text,
      head,
      colspan: spanOf(COLSPAN.exec(attributes)?.[1], 'colspan'),
      rowspan: spanOf(ROWSPAN.exec(attributes)?.[1], 'rowspan'),
    };
    table.row.push(cell);
    table.current = { kind: 'cell', cell };
  }
}

function goOn(table: OpenTable, line: string): void {
  if (table.current?.kind === 'caption') table.caption += `\n${line}`;
  else if (table.current) table.current.cell.text += `\n${line}`;
}

/** The rows of every table, outer ones before those in their cells. */
function openTables(wikitext: string): OpenTable[] {
  const found: OpenTable[] = [];
  const open: OpenTable[] = [];
  for (const line of masked(wikitext).split('\n')) {
    const start = line.trimStart();
    const table = open.at(-1);
    if (/^[:*#]*\s*\{\|/.test(start)) {
      const next: OpenTable = { rows: [] };
      found.push(next);
      open.push(next);
    } else if (!table) continue;
    else if (start.startsWith('|}') && !start.startsWith('|}}')) {
      open.pop();
      const rest = start.slice(2).trim();
      if (rest !== '' && open.length > 0) goOn(open.at(-1)!, rest);
    } else if (start.startsWith('|+')) {
      table.caption = withoutAttributes(start.slice(2)).text;
      table.current = { kind: 'caption' };
    } else if (start.startsWith('|-')) {
      table.row = undefined;
      table.current = undefined;
    } else if (start.startsWith('!')) addCells(table, start.slice(1), true);
    else if (start.startsWith('|')) addCells(table, start.slice(1), false);
    else goOn(table, line);
  }
  return found;
}

/** `plain` gives the text of a cell's wikitext. Throws `table-too-large` where the cells of one span beyond all bounds. */
export function wikiTables(wikitext: string, plain: (wikitext: string) => string): WikiTable[] {
  return openTables(wikitext).map(({ caption = '', rows }) => {
    const group: RowGroup = {
      head: false,
      rows: rows.map((row) => row.map((cell) => ({ ...cell, text: plain(unmasked(cell.text)) }))),
    };
    const laidOut = layOutTable([group]);
    return { ...laidOut, caption: plain(unmasked(caption)) || laidOut.caption || '' };
  });
}

const HTML_TABLE = /<table\b[\s\S]*<\/table\s*>/;

/** The tables that are written in HTML, with cells of wikitext. */
export function htmlTables(wikitext: string, plain: (wikitext: string) => string): WikiTable[] {
  const [html] = HTML_TABLE.exec(wikitext) ?? [];
  if (html === undefined) return [];
  return readPage(parseTree(html)).tables.map(({ caption, header, rows }) => ({
    caption: plain(caption),
    ...(header ? { header: header.map(plain) } : {}),
    rows: rows.map((row) => row.map(plain)),
  }));
}
