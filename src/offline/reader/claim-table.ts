/**
 * A claim in a table: the row that has most of its words, and what that row says of the rest. A column of yes and no answers by
 * itself; a list under the verb's header says whether it holds the other name; otherwise the claimed value stands in the row or not.
 */
import type { Passage, TablePart } from '../../tools/passage.ts';
import { sameAnswer } from '../english/combine.ts';
import { comparativeAt } from '../english/quantities.ts';
import { coverage } from '../english/synonyms.ts';
import type { Extraction } from '../language.ts';
import { indexOfRun, type WordedInquiry } from './extraction.ts';

interface View {
  inquiry: WordedInquiry;
  passage: Passage;
  table: TablePart;
  /** The row that has most of the claim, and how many of its cells stand in the claim. */
  row: readonly string[];
  cells: number;
  /** Content stems of the claim. */
  wanted: readonly string[];
  /** Names of the claim as stems, and as written. */
  names: readonly string[][];
  written: readonly string[];
  /** The name that heads the row, or -1. */
  key: number;
}

export function claimInTable(inquiry: WordedInquiry, passage: Passage): Extraction[] {
  const { table } = passage;
  const { allStems, contentStems } = inquiry.words;
  const wanted = contentStems(inquiry.text);
  if (!table || wanted.length === 0) return [];
  const written = inquiry.names.filter((name) => allStems(name).length > 0);
  const names = written.map(allStems);
  const best = rowWithMost(table, inquiry, names);
  if (!best || best.cells === 0) return [];
  const view = { inquiry, passage, table, ...best, wanted, names, written, key: headingName(best.row, inquiry, names) };
  const found = yesOrNoColumn(view) ?? listedUnderVerb(view) ?? toldByRow(view);
  return found ? [found] : [];
}

/** Which of the names one of the first two cells is, or -1. */
const headingName = (row: readonly string[], { words }: WordedInquiry, names: readonly string[][]): number =>
  names.findIndex((name) => row.slice(0, 2).some((cell) => words.allStems(cell).join(' ') === name.join(' ')));

function rowWithMost(table: TablePart, inquiry: WordedInquiry, names: readonly string[][]) {
  const { allStems } = inquiry.words;
  const question = allStems(inquiry.text);
  let best: { row: readonly string[]; covered: number; cells: number } | undefined;
  for (const row of table.rows.slice(0, 400)) {
    const covered = new Set<string>();
    let cells = 0;
    // A cell, or one item of a list: `Bolivia; Brazil`.
    for (const part of row.flatMap((cell) => cell.split(/[;,]/))) {
      const stems = allStems(part);
      if (stems.length === 0 || stems.length > 12) continue;
      if (indexOfRun(question, stems) < 0 || stems.every((item) => covered.has(item))) continue;
      cells++;
      for (const item of stems) covered.add(item);
    }
    // The row of X before a row that mentions X.
    if (cells > 0 && headingName(row, inquiry, names) >= 0) cells += 0.5;
    if (!best || cells > best.cells || (cells === best.cells && covered.size > best.covered))
      best = { row, covered: covered.size, cells };
  }
  return best;
}

/** A column of yes and no that the claim names: `Is X landlocked?` */
function yesOrNoColumn({ inquiry, passage, table, row, wanted }: View): Extraction | undefined {
  for (const [column, header] of table.header.entries()) {
    const answer = row[column]!.trim().toLowerCase();
    if ((answer === 'yes' || answer === 'no') && coverage(inquiry.words.allStems(header), wanted) > 0.9)
      return { answer, confidence: 0.8, passage, quote: `${header}: ${answer}` };
  }
  return undefined;
}

/** `Does X border Y?`: the row of X and a column that the verb names, with or without Y in it. */
function listedUnderVerb({ inquiry, passage, table, row, names, written, key }: View): Extraction | undefined {
  const { allStems } = inquiry.words;
  if (key < 0 || names.length !== 2) return undefined;
  const relation = inquiry.subjectStems.filter((item) => !names.some((name) => name.includes(item)));
  const named = names[key]!.join(' ');
  const column = table.header.findIndex(
    (header, index) =>
      index > 0 &&
      allStems(row[index]!).join(' ') !== named &&
      coverage(relation, allStems(header)) >= 0.5 &&
      /\p{L}/u.test(row[index]!),
  );
  if (column < 0) return undefined;
  const listed = row[column]!.split(/[;,]/).some((part) => sameAnswer(part, written[1 - key]!, inquiry.words));
  const quote = `${table.header[column]}: ${row[column]}`;
  return { answer: listed ? 'yes' : 'no', confidence: 0.75, passage, quote };
}

function toldByRow(view: View): Extraction | undefined {
  const { inquiry, passage, table, row, cells, wanted } = view;
  const { allStems } = inquiry.words;
  const inRow = new Set(row.flatMap(allStems));
  const title = [table.title, table.section, table.caption, ...table.header].filter(Boolean).join(' ');
  const about = new Set(allStems(title));
  const missing = wanted.filter((item) => !inRow.has(item) && !about.has(item));
  const quote = row.join(' | ');
  // Which is larger stands in no row; a superlative only where a header says it.
  if (comparativeIn(inquiry.text) !== undefined) return undefined;
  if (inquiry.superlative)
    return missing.length === 0 ? { answer: 'yes', confidence: 0.46, passage, quote } : undefined;
  const values = missing.filter(
    (item) => /\d/.test(item) || inquiry.names.some((name) => allStems(name).includes(item)),
  );
  const confidence = 0.62 * Math.min(1, 0.6 + 0.2 * cells);
  if (values.length === 0) {
    const share = 1 - missing.length / wanted.length;
    return share > 0.75 ? { answer: 'yes', confidence: confidence * share, passage, quote } : undefined;
  }
  if (!saysOtherwise(view)) return undefined;
  const rest = wanted.length - values.length;
  const covered = rest > 0 ? 1 - (missing.length - values.length) / rest : 0;
  return { answer: 'no', confidence: confidence * covered, passage, quote };
}

/** The row of what the claim is about has something under the header that the claim names. */
function saysOtherwise({ inquiry, table, row, wanted, names, key }: View): boolean {
  const { allStems } = inquiry.words;
  const named = names[key]?.join(' ');
  // The name and a claimed one may stand side by side: `Is the capital of Peru Quito?`
  const heads =
    key >= 0 ||
    row.slice(0, 2).some((cell) => cell !== '' && names.some((name) => indexOfRun(name, allStems(cell)) === 0));
  const claimed = wanted.filter((item) => !names.some((name) => name.includes(item)));
  const told = table.header.some((header, index) => {
    const cell = allStems(row[index]!).join(' ');
    return index > 0 && cell !== '' && cell !== named && coverage(allStems(header), claimed) >= 0.5;
  });
  return heads && told;
}

/** Where the comparative of a claim stands among its words. */
export function comparativeIn(text: string): number | undefined {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}-]+/u);
  const at = words.findIndex((word, index) => comparativeAt(word, words[index + 1]) !== undefined);
  return at >= 0 && words.includes('than') ? at : undefined;
}
