/**
 * Reads tables: the row by the cells the question names, the column by its header. Superlatives sort a column, counts count
 * rows or the parts of a cell, a class question (`which country's capital is X`) reads the row the other way round.
 */

import type { Passage } from '../../tools/passage.ts';
import { typeOfNoun } from '../english/inquiry-parts.ts';
import { superlativeAt } from '../english/quantities.ts';
import { stem } from '../english/stem.ts';
import { coverage, relatedness } from '../english/synonyms.ts';
import { parseNumber } from '../english/values.ts';
import type { Extraction } from '../language.ts';
import { indexOfRun, type WordedInquiry } from './extraction.ts';
import { countRows, extreme } from './table-sets.ts';
import { headerScore, isSuperlative, lookAt, nameCoverage, type Row, type View } from './table-view.ts';

export function readTable(inquiry: WordedInquiry, passage: Passage): Extraction[] {
  const { table } = passage;
  if (!table) return [];
  const view = lookAt(inquiry, passage, table);
  const found = [...lookUp(view), ...listOf(view)];
  if (inquiry.superlative) found.push(...extreme(view, inquiry.superlative));
  if (inquiry.form === 'count') found.push(...countRows(view));
  return found;
}

function* lookUp(view: View): Generator<Extraction> {
  const { inquiry, rows, headers, table } = view;
  const top = Math.max(0, ...rows.map(({ weight }) => weight));
  if (top === 0) return;
  const best = rows.filter(({ weight }) => weight >= top - 1e-9);
  const wanted = inquiry.attribute;
  // Any word of the question may name the column: `Which city is the capital of X` means the column `Capital`.
  const periodic = /periodic table/i.test(inquiry.text) && !/\bperiod\b/i.test(inquiry.text);
  const said = inquiry.words.contentStems(inquiry.text).filter((item) => !(periodic && item === 'period'));
  if (inquiry.form === 'count') said.push('number', 'count');
  const last = wanted.at(-1);
  const head =
    inquiry.form === 'attribute' &&
    wanted.length > 1 &&
    last !== undefined &&
    !inquiry.verbs.includes(last) &&
    !LOOSE_HEADS.has(last)
      ? last
      : undefined;
  const claimed =
    inquiry.form === 'class' ? inquiry.words.contentStems(inquiry.text).filter((item) => !wanted.includes(item)) : [];
  const answers = new Set<string>();
  const found: Extraction[] = [];
  for (const row of best.slice(0, 8)) {
    const { column, score } = bestColumn(view, row, { said, head });
    if (column < 0 || row.cells[column]!.trim() === '') continue;
    let confidence = nameCoverage(view, row) * (0.25 + 0.75 * score) * (row.exact ? 1 : 0.8);
    if (inquiry.form === 'class') {
      // The matched cell must stand under the property the question names: `capital` of `whose capital is Oslo`.
      const under = Math.max(...[...row.matched].map((index) => coverage(headers[index]!, claimed)), 0);
      confidence *= 0.85 + 0.15 * under;
    } else if (row.matched.size > 0) {
      // The row of X is the one that is headed X; a row that only mentions it may stand in another passage.
      const key = view.key;
      if (!row.matched.has(key)) confidence *= 0.8;
    }
    const cell = row.cells[column]!;
    const listed = inquiry.form === 'count' && parseNumber(cell) === undefined;
    if (listed && coverage(wanted, headers[column]!) < 0.9) continue;
    const answer = listed ? String(listLength(cell)) : cell;
    answers.add(answer);
    found.push({ answer, confidence, passage: view.passage, quote: `${table.header[column]}: ${cell}` });
  }
  const ambiguity = answers.size > 1 ? 0.6 : 1;
  for (const extraction of found) yield { ...extraction, confidence: extraction.confidence * ambiguity };
}

/** What the question says of the column. */
interface Wanted {
  /** Words any of which may name it. */
  said: readonly string[];
  /** Of what is asked: a column without it counts half. */
  head: string | undefined;
}

/** The column of a row that fits what is asked best; -1 where none does. */
function bestColumn(view: View, row: Row, wanted: Wanted): { column: number; score: number } {
  let best = { column: -1, score: 0 };
  for (const index of view.headers.keys()) {
    const score = columnFit(view, row, index, wanted);
    if (score > best.score) best = { column: index, score };
  }
  return best;
}

function columnFit(view: View, row: Row, index: number, { said, head }: Wanted): number {
  const { inquiry, headers, table, question } = view;
  const wanted = inquiry.attribute;
  const header = headers[index]!;
  if (
    row.matched.has(index) &&
    !namesake(row, index) &&
    (indexOfRun(question, inquiry.words.allStems(row.cells[index]!)) >= 0 ||
      (inquiry.form === 'class' && headerScore(wanted, header) < 0.8))
  )
    return 0;
  // The column of names answers only where it is asked for: `the element Nb` names no column.
  const mentioned = index === view.key && wanted.length > 0 ? 0 : 0.8 * coverage(header, said) ** 2;
  let fit = Math.max(headerScore(wanted, header), mentioned);
  // `population density` is not answered by `Population`: the head of what is asked must be there.
  if (head !== undefined && fit > 0 && !row.covered.has(head) && header.every((item) => relatedness(head, item) === 0))
    fit *= 0.5;
  fit *= rankFit(inquiry, header);
  if (inquiry.expected === 'person' && typeOfNoun(table.header[index]!.toLowerCase()) === 'place') fit *= 0.3;
  if (inquiry.expected === 'number' && fit > 0 && parseNumber(row.cells[index]!) === undefined) fit *= 0.3;
  if (/\bletters?\b/i.test(inquiry.text) && !/\p{L}/u.test(row.cells[index]!)) fit *= 0.3;
  if (inquiry.expected === 'date' && fit > 0 && !/\d/.test(row.cells[index]!)) fit *= 0.5;
  return fit;
}

/** `Which countries border X?`: the row of X lists them, where another row that mentions X is only one of them. */
function* listOf({ inquiry, rows, headers, table, key, passage }: View): Generator<Extraction> {
  if (inquiry.form !== 'class' || !/[^s]s$/.test(inquiry.attributeText)) return;
  const names = inquiry.names.map((name) => inquiry.words.allStems(name).join(' '));
  const row = rows.find(({ cells }) => names.includes(inquiry.words.allStems(cells[key]!).join(' ')));
  const column = headers.findIndex(
    (header, index) =>
      index !== key &&
      !header.some(isSuperlative) &&
      /^\p{L}/u.test(row?.cells[index] ?? '') &&
      coverage(inquiry.verbs, header) >= 0.5,
  );
  if (!row || column < 0) return;
  const answer = row.cells[column]!;
  yield { answer, confidence: 0.97, passage, quote: `${table.header[column]}: ${answer}` };
}

/**
 * A superlative is looked up only under its own header: neither the neighbours nor the largest neighbour are the smallest one,
 * and the largest city is no neighbour.
 */
function rankFit({ superlative, form, attribute }: WordedInquiry, header: readonly string[]): number {
  if (!superlative) return header.some(isSuperlative) ? 0.6 : 1;
  if (form !== 'attribute' || !attribute.some(isSuperlative)) return 1;
  const rank = header.map((item) => superlativeAt(item)).find((item) => item !== undefined);
  if (!rank) return 0.3;
  if (rank.direction !== superlative.direction) return 0;
  const nouns = attribute.filter((item) => !isSuperlative(item));
  return nouns.length === 0 || nouns.some((noun) => header.some((item) => relatedness(noun, item) > 0)) ? 1 : 0.3;
}

/** Another column holds the same name: the city of Djibouti is the capital of Djibouti. */
function namesake(row: Row, column: number): boolean {
  const cell = row.cells[column]!.toLowerCase();
  return row.cells.some((other, index) => index < column && other.toLowerCase() === cell);
}

/** Heads that a header leaves out: the capital city is headed `Capital`. */
const LOOSE_HEADS = new Set(
  'city town country nation place person name unit word figure value number code'.split(' ').map(stem),
);

const listLength = (cell: string): number =>
  cell.trim() === '' || cell.trim() === '-' ? 0 : cell.split(/[;,]/).length;
