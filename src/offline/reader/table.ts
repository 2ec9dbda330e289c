/**
 * Reads tables: the row by the cells the question names, the column by its header. Superlatives sort a column, counts count
 * rows or the parts of a cell, a class question (`which country's capital is X`) reads the row the other way round.
 */

import type { Passage, TablePart } from '../../tools/passage.ts';
import { typeOfNoun } from '../english/inquiry-parts.ts';
import { superlativeAt } from '../english/quantities.ts';
import { stem } from '../english/stem.ts';
import { coverage, relatedness } from '../english/synonyms.ts';
import { parseDate, parseNumber } from '../english/values.ts';
import type { Extraction } from '../language.ts';
import { indexOfRun, type WordedInquiry } from './extraction.ts';

/** Larger tables are read up to this row; a passage of a table is usually far smaller. */
const MOST_ROWS = 400;

interface Row {
  cells: string[];
  /** Columns whose cell stands in the question. */
  matched: Set<number>;
  /** Stems of the question that those cells account for. */
  covered: Set<string>;
  weight: number;
  /** A whole cell stands in the question, not only a name inside a cell. */
  exact: boolean;
}

interface View {
  inquiry: WordedInquiry;
  passage: Passage;
  table: TablePart;
  headers: string[][];
  question: string[];
  /** The column that names the rows: the first that is not a number. */
  key: number;
  /** Stems of title, section and caption. */
  about: Set<string>;
  rows: Row[];
}

export function readTable(inquiry: WordedInquiry, passage: Passage): Extraction[] {
  const { table } = passage;
  if (!table) return [];
  const view = lookAt(inquiry, passage, table);
  const found = [...lookUp(view), ...listOf(view)];
  if (inquiry.superlative) found.push(...extreme(view, inquiry.superlative));
  if (inquiry.form === 'count') found.push(...countRows(view));
  return found;
}

function lookAt(inquiry: WordedInquiry, passage: Passage, table: TablePart): View {
  const question = inquiry.words.allStems(inquiry.text);
  const names = inquiry.names.map(inquiry.words.allStems);
  const about = new Set(
    inquiry.words.allStems([table.title, table.section, table.caption, passage.title].filter(Boolean).join(' ')),
  );
  const headers = table.header.map((header) => {
    const stems = inquiry.words.allStems(withoutUnit(header));
    return stems.length > 1 ? stems.filter((item) => item !== 'of' && item !== 'the' && item !== 'in') : stems;
  });
  const headerStems = new Set(headers.flat());
  const rows = table.rows.slice(0, MOST_ROWS).map((cells): Row => {
    const row: Row = { cells, matched: new Set(), covered: new Set(), weight: 0, exact: false };
    const counted = new Map<string, number>();
    cells.forEach((cell, column) => {
      const stems = inquiry.words.allStems(cell);
      if (stems.length === 0 || stems.length > 12) return;
      const symbol =
        /^[^\p{L}\p{N}]/u.test(cell) && cell.length > 1 && inquiry.text.toLowerCase().includes(cell.toLowerCase());
      if (
        !symbol &&
        stems.length === 1 &&
        (stems[0] === 'yes' ||
          stems[0] === 'no' ||
          (stems[0]!.length === 1 &&
            !/\d/.test(stems[0]!) &&
            !names.some((name) => name[0] === stems[0] && name.length === 1)))
      )
        return;
      let covered: readonly string[] | undefined;
      let weight = 0;
      if (
        indexOfRun(question, stems) >= 0 &&
        !(stems.length === 1 && headerStems.has(stems[0]!) && !names.some((name) => name.includes(stems[0]!)))
      ) {
        covered = stems;
        // Australia is only a part of the name of Western Australia.
        if (!names.some((name) => name.length > stems.length && indexOfRun(name, stems) > 0)) row.exact = true;
        weight = stems.length + (names.some((name) => name.join(' ') === stems.join(' ')) ? 1 : 0);
      } else {
        // A name inside a longer cell: `Paris` in `Paris, France`, `euro` in a list.
        const inside = names
          .filter((name) => name.length > 0 && indexOfRun(stems, name) >= 0)
          .sort((a, b) => b.length - a.length)[0];
        if (inside) {
          covered = inside;
          weight = inside.length * (0.4 + (0.4 * inside.length) / stems.length);
        }
      }
      if (!covered) return;
      row.matched.add(column);
      for (const item of covered) row.covered.add(item);
      // One name counts once a row, however many of its cells repeat it.
      const key = covered.join(' ');
      counted.set(key, Math.max(counted.get(key) ?? 0, weight));
    });
    for (const weight of counted.values()) row.weight += weight;
    // The row of X is the one that begins with X, not one that mentions it: a country, not its neighbours.
    if (inquiry.form !== 'class' && row.matched.size > 0) row.weight += 0.5 / (1 + Math.min(...row.matched));
    return row;
  });
  const named = table.header.findIndex((_, column) => !numericColumn(rows, column));
  return { inquiry, passage, table, headers, question, about, rows, key: Math.max(0, named) };
}

const withoutUnit = (header: string): string => header.replace(/\([^)]*\)/g, ' ').replace(/[_/]/g, ' ');

/** How well a column's header names what is asked. */
function headerScore(wanted: readonly string[], header: readonly string[]): number {
  if (wanted.length === 0 || header.length === 0) return 0;
  return 0.65 * coverage(wanted, header) + 0.35 * coverage(header, wanted);
}

/** Of the names in the question, the share that the row, the title or the header accounts for. */
function nameCoverage(view: View, row: Row | undefined): number {
  const { inquiry, about, headers } = view;
  const wanted =
    inquiry.names.length > 0
      ? inquiry.names.flatMap(inquiry.words.allStems)
      : inquiry.words.contentStems(inquiry.subject);
  const needed = wanted.filter(
    (item) => !inquiry.attribute.includes(item) && (inquiry.names.length > 0 || !inquiry.verbs.includes(item)),
  );
  if (needed.length === 0) return row && row.matched.size > 0 ? 1 : 0.5;
  let known = 0;
  for (const item of needed) {
    if (row?.covered.has(item) || about.has(item)) known++;
    else if (headers.some((header) => header.includes(item))) known += 0.8;
  }
  return known / needed.length;
}

function* lookUp(view: View): Generator<Extraction> {
  const { inquiry, rows, headers, table, question } = view;
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
    let column = -1;
    let score = 0;
    headers.forEach((header, index) => {
      if (
        row.matched.has(index) &&
        !namesake(row, index) &&
        (indexOfRun(question, inquiry.words.allStems(row.cells[index]!)) >= 0 ||
          (inquiry.form === 'class' && headerScore(wanted, header) < 0.8))
      )
        return;
      // The column of names answers only where it is asked for: `the element Nb` names no column.
      const mentioned = index === view.key && wanted.length > 0 ? 0 : 0.8 * coverage(header, said) ** 2;
      let fit = Math.max(headerScore(wanted, header), mentioned);
      // `population density` is not answered by `Population`: the head of what is asked must be there.
      if (
        head !== undefined &&
        fit > 0 &&
        !row.covered.has(head) &&
        header.every((item) => relatedness(head, item) === 0)
      )
        fit *= 0.5;
      fit *= rankFit(inquiry, header);
      if (inquiry.expected === 'person' && typeOfNoun(table.header[index]!.toLowerCase()) === 'place') fit *= 0.3;
      if (inquiry.expected === 'number' && fit > 0 && parseNumber(row.cells[index]!) === undefined) fit *= 0.3;
      if (/\bletters?\b/i.test(inquiry.text) && !/\p{L}/u.test(row.cells[index]!)) fit *= 0.3;
      if (inquiry.expected === 'date' && fit > 0 && !/\d/.test(row.cells[index]!)) fit *= 0.5;
      if (fit > score) {
        score = fit;
        column = index;
      }
    });
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

const isSuperlative = (item: string): boolean => superlativeAt(item) !== undefined;

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

/** `the largest city of France`: the row with the extreme value of a column, among the rows the question admits. */
function* extreme(view: View, superlative: NonNullable<WordedInquiry['superlative']>): Generator<Extraction> {
  const { inquiry, headers, rows, table, passage } = view;
  const open =
    !superlative.noun && superlative.attributes.length === 0
      ? ['abundance', 'share', 'percentage', 'population', 'number']
      : [];
  const wordings =
    open.length > 0
      ? open.map((attribute) => [inquiry.words.stem(attribute)])
      : superlative.noun
        ? [
            inquiry.words.contentStems(superlative.noun),
            ...superlative.attributes.map((attribute) => [inquiry.words.stem(attribute)]),
          ]
        : superlative.attributes.map((attribute) => [inquiry.words.stem(attribute)]);
  let column = -1;
  let score = 0.3;
  wordings.forEach((wording, place) => {
    headers.forEach((header, index) => {
      const fit = headerScore(wording, header) - 0.02 * place;
      // The smallest neighbour is not who has the smallest number of neighbours.
      if (superlative.attributes.length > 0 && header.includes('number') && !wording.includes('number')) return;
      if (fit > score && numericColumn(rows, index)) {
        score = fit;
        column = index;
      }
    });
  });
  if (column < 0) return;
  const top = Math.max(0, ...rows.map(({ weight }) => weight));
  // In a table on the thing itself a row with its name in it is only one of its rows: Mexico City of the cities of Mexico.
  const names = inquiry.names.flatMap(inquiry.words.allStems);
  const own = names.length > 0 && names.every((item) => view.about.has(item));
  const admitted = own ? rows : rows.filter((row) => row.weight >= top - 1e-9);
  const dates = superlative.attributes[0] === 'date';
  const valued = admitted.flatMap((row) => {
    const value = (dates ? parseDate(row.cells[column]!) : undefined) ?? parseNumber(row.cells[column]!);
    return value === undefined ? [] : [{ row, value }];
  });
  if (valued.length < 2) return;
  valued.sort((a, b) => (superlative.direction === 1 ? b.value - a.value : a.value - b.value));
  const chosen = valued[superlative.rank - 1];
  if (!chosen) return;
  const target = answerColumn(view, column, superlative.noun);
  if (target === undefined) return;
  const confidence = nameCoverage(view, chosen.row) * (0.35 + 0.4 * score + 0.25 * target.score);
  const { header } = table;
  yield {
    answer: chosen.row.cells[target.column]!,
    confidence,
    passage,
    quote: `${header[target.column]}: ${chosen.row.cells[target.column]}, ${header[column]}: ${chosen.row.cells[column]}`,
  };
}

/** The column that names what a superlative or filter picked. */
function answerColumn(view: View, sorted: number, noun: string): { column: number; score: number } | undefined {
  const { headers, rows, inquiry } = view;
  const wanted =
    inquiry.attribute.length > 0 && inquiry.form !== 'count' ? inquiry.attribute : inquiry.words.contentStems(noun);
  const alternatives = [wanted, inquiry.words.contentStems(noun), inquiry.words.contentStems(inquiry.subject)];
  for (const stems of alternatives) {
    let column = -1;
    let score = 0.25;
    headers.forEach((header, index) => {
      if (index === sorted) return;
      const fit = Math.max(headerScore(stems, header), coverage(header, stems));
      if (fit > score) {
        score = fit;
        column = index;
      }
    });
    if (column >= 0) return { column, score };
  }
  // A table of cities ranks no countries and no neighbours.
  if (wanted.some((item) => !isSuperlative(item) && !view.about.has(item))) return undefined;
  const names = headers.findIndex((_, index) => index !== sorted && !numericColumn(rows, index));
  return names >= 0 ? { column: names, score: 0.2 } : undefined;
}

function numericColumn(rows: readonly Row[], column: number): boolean {
  let numbers = 0;
  let filled = 0;
  for (const { cells } of rows.slice(0, 12)) {
    const cell = cells[column] ?? '';
    if (cell.trim() === '' || cell === '-') continue;
    filled++;
    if (/^\W{0,3}\d/.test(cell.trim())) numbers++;
  }
  return filled > 0 && numbers / filled > 0.6;
}

/** `How many cities of France have more than a million people?` */
function* countRows(view: View): Generator<Extraction> {
  const { inquiry, rows, headers, passage, table } = view;
  const bound = boundOf(inquiry.text);
  const nouns = inquiry.attribute;
  const fits = headers.some((header) => coverage(nouns, header) > 0.5) || nouns.some((noun) => view.about.has(noun));
  if (!fits) return;
  let counted = rows;
  let confidence = nameCoverage(view, undefined) * 0.55;
  if (bound) {
    let column = -1;
    let score = 0.2;
    const wanted = inquiry.words.contentStems(inquiry.text);
    headers.forEach((header, index) => {
      const fit = coverage(header, wanted);
      if (fit > score && numericColumn(rows, index)) {
        score = fit;
        column = index;
      }
    });
    if (column < 0) return;
    counted = rows.filter(({ cells }) => {
      const value = parseNumber(cells[column]!);
      return value !== undefined && (bound.direction === 1 ? value > bound.value : value < bound.value);
    });
    confidence = nameCoverage(view, undefined) * (0.4 + 0.3 * score);
  } else {
    const top = Math.max(0, ...rows.map(({ weight }) => weight));
    if (top > 0) counted = rows.filter(({ weight }) => weight >= top - 1e-9);
    confidence *= 0.8;
    // `How many of them are landlocked?`: a column of yes and no.
    const said = inquiry.words.contentStems(inquiry.text);
    const column = headers.findIndex(
      (header, index) =>
        coverage(header, said) > 0.9 && rows.every(({ cells }) => ['yes', 'no'].includes(cells[index]!.toLowerCase())),
    );
    if (column >= 0) {
      counted = counted.filter(({ cells }) => cells[column]!.toLowerCase() === 'yes');
      confidence = nameCoverage(view, undefined) * 0.75;
    }
  }
  yield {
    answer: String(counted.length),
    confidence,
    passage,
    quote: table.title ?? table.caption ?? headers.join(', '),
  };
}

function boundOf(text: string): { value: number; direction: 1 | -1 } | undefined {
  const match =
    /\b(more than|over|above|at least|greater than|larger than|exceeding|less than|under|below|fewer than|at most|smaller than)\s+([^?]{1,40})/i.exec(
      text.slice(0, 2_000),
    );
  const value = match && parseNumber(match[2]!);
  if (!match || value === undefined || value === null) return undefined;
  return { value, direction: /less|under|below|fewer|most|smaller/i.test(match[1]!) ? -1 : 1 };
}
