/** Superlatives, lists and counts: rows chosen by a figure, by yes and no, or by cells that the question names. */
import type { Passage, TablePart } from '../../tools/passage.ts';
import { calculateTable, numberIn, type TableQuery, unitOf } from '../../tools/table-calculator.ts';
import { superlativeAt } from '../english/quantities.ts';
import { indexOfRun } from '../reader/extraction.ts';
import { conversion, inDigits, NUMBER_WORDS } from './measures.ts';
import type { FileAnswer } from './read-text.ts';
import {
  accounts,
  columnFor,
  columnIndex,
  columnOfMoney,
  isCurrency,
  isPropertyWord,
  nearness,
  propertyWords,
  propertyWordsText,
  yearColumn,
} from './table-columns.ts';
import { answerOf, keyColumn, type NamedRow, namedRows, type Reading, withUnit } from './table-reading.ts';
import { allStems, stem } from './words.ts';

const BOUND =
  /\b(more than|over|above|at least|less than|under|below|fewer than|at most|up to|cheaper than|longer than|since|after|before|until|in|of)\s+(\p{Sc}\s?)?(\d[\d,.]*)(?:\s*(\p{L}+|[%€$£]))?/giu;
const BOUNDS: Readonly<Record<string, 'more' | 'less' | 'at-least' | 'at-most' | 'equal'>> = {
  'more than': 'more',
  over: 'more',
  above: 'more',
  'longer than': 'more',
  after: 'more',
  'at least': 'at-least',
  since: 'at-least',
  'less than': 'less',
  under: 'less',
  below: 'less',
  'fewer than': 'less',
  'cheaper than': 'less',
  before: 'less',
  'at most': 'at-most',
  'up to': 'at-most',
  until: 'at-most',
  in: 'equal',
  of: 'equal',
};

/** Superlatives, lists and counts: rows chosen by a figure or by cells that the question names. */
export function picked(reading: Reading, context: readonly Passage[]): FileAnswer | undefined {
  const { found, words, question, asked, stems } = reading;
  const { table } = found;
  const key = keyColumn(table);
  const at = words.findIndex((word, index) => superlativeAt(word, words[index + 1]) !== undefined);
  const superlative = at < 0 ? undefined : superlativeAt(words[at]!, words[at + 1]);
  const [bound] = [...inDigits(question).matchAll(BOUND)].filter((match) => !isOfName(match));
  const counts = asked.kind === 'count' && /\bhow many\b/i.test(question);
  const flag = counts || /^\s*(?:which|what)\b/i.test(question) ? flagOf(reading) : undefined;
  if (!superlative && !bound && !flag && !(counts || asked.plural)) return undefined;
  const named = namedRows(reading).filter(({ column }) => column !== key);
  const where: NonNullable<TableQuery['where']> = distinctConditions(table, named);
  const explained = new Set(named.flatMap((one) => one.stems));
  if (flag) {
    where.push({ column: table.header[flag.column]!, is: 'contains', value: flag.value });
    for (const item of flag.explained) explained.add(item);
  }
  if (superlative) for (const word of words.slice(at, at + superlative.words)) explained.add(stem(word));
  let sort: TableQuery['sort'];
  if (superlative) {
    const order = orderBy(reading, superlative, { at, key, explained });
    if (!order) return undefined;
    explained.add(order.by);
    sort = order.sort;
  }
  if (bound) {
    const limit = limitOf(reading, bound, key);
    if (!limit) return undefined;
    where.push(limit.condition);
    for (const item of limit.explained) explained.add(item);
  }
  if (!sort && where.length === 0) return undefined;
  const left = stems.filter(
    (item) =>
      !explained.has(item) &&
      !asked.frame.has(item) &&
      !accounts(table, item) &&
      !isPropertyWord(question, item) &&
      !isCurrency(item),
  );
  if (left.some((item) => !isClassOf(item, table, key, context))) return undefined;
  const result = calculateTable(table, {
    where,
    ...(sort && { sort, take: 2 }),
    column: table.header[key],
    give: 'cells',
  });
  if (!found.complete) return undefined;
  if (counts) return answerOf(found, String(result.rows.length), result.rows, 0.8);
  if (sort) {
    const [first, second] = result.rows.map((row) =>
      numberIn(table.rows[row]![columnIndex(table, sort!.column)] ?? ''),
    );
    if (first === undefined || first === second) return undefined;
    return askedOfPicked(reading, result.rows[0]!, key, columnIndex(table, sort.column));
  }
  if (result.values.length === 0) return undefined;
  if (!asked.plural && result.values.length > 1) return undefined;
  return answerOf(found, result.values.join(', '), result.rows, 0.8);
}

/** The order of the rows that a superlative asks for, with the word of the question that names the column. */
function orderBy(
  reading: Reading,
  superlative: NonNullable<ReturnType<typeof superlativeAt>>,
  { at, key, explained }: { at: number; key: number; explained: ReadonlySet<string> },
): { sort: TableQuery['sort']; by: string } | undefined {
  const { found, words, question, asked, stems } = reading;
  const { table } = found;
  const next = allStems(words.slice(at + 1, at + 3).join(' ')).filter((item) => !asked.frame.has(item));
  const nouns =
    superlative.attributes.length > 0 ? superlative.attributes.map(stem) : [...next, ...propertyWords(question)];
  const rest = stems.filter((item) => !asked.frame.has(item) && !explained.has(item));
  const column =
    columnFor(reading, nouns, new Set([key])) ??
    yearColumn(table, superlative.attributes) ??
    columnOfMoney(table, nouns, new Set([key])) ??
    columnFor(reading, rest, new Set([key]));
  if (!column) return undefined;
  const direction = superlative.direction === 1 ? 'descending' : 'ascending';
  return { sort: { column: table.header[column.column]!, direction }, by: column.by };
}

/** `more than 5 kg` as a condition on a column, with the words of the question that it accounts for. */
function limitOf(
  reading: Reading,
  bound: RegExpExecArray,
  key: number,
): { condition: NonNullable<TableQuery['where']>[number]; explained: string[] } | undefined {
  const { table } = reading.found;
  const said = Number(bound[3]!.replace(/,(?=\d{3})/g, '').replace(/[.,]$/, ''));
  const column = boundColumn(reading, bound, said, key);
  if (column === undefined) return undefined;
  const title = table.header[column]!;
  const factor = conversion(bound[4], unitOf(title));
  const own = [bound[1], bound[3], factor === undefined ? '' : bound[4], ...NUMBER_WORDS];
  return {
    condition: { column: title, is: BOUNDS[bound[1]!.toLowerCase()]!, value: said * (factor ?? 1) },
    explained: [...allStems(own.join(' ')), ...allStems(`${title} ${propertyWordsText(reading.question)}`)],
  };
}

/** `the Under 14 Girls` is a name and no bound. */
const isOfName = ({ index, 1: words = '' }: RegExpExecArray): boolean => index > 0 && /^\p{Lu}/u.test(words);

const YES = /^(?:yes|y|true)$/i;
const NO = /^(?:no|n|false)$/i;
const NEGATION = /\b(?:not|no|without|never|\p{L}+n['’]?t)\b/iu;

/** A column of yes and no that the question names, and which of the two it asks for. */
function flagOf({
  found: { table },
  question,
  stems,
  asked,
}: Reading): { column: number; value: string; explained: string[] } | undefined {
  const flags = table.header.flatMap((title, column) => {
    const cells = table.rows.map((row) => row[column]?.trim() ?? '').filter((cell) => cell !== '');
    if (cells.length < 2 || !cells.every((cell) => YES.test(cell) || NO.test(cell))) return [];
    const header = allStems(title);
    const said = stems.filter((item) => !asked.frame.has(item) && header.some((own) => nearness(item, own) >= 0.5));
    if (said.length === 0) return [];
    const wanted = NEGATION.test(question) ? NO : YES;
    const value = cells.find((cell) => wanted.test(cell));
    return value === undefined
      ? []
      : [{ column, value, explained: [...said, ...allStems('not no without never have')] }];
  });
  return flags.length === 1 ? flags[0] : undefined;
}

/** Cells of one column that the question names are alternatives of it; only one a column is asked for here. */
function distinctConditions(table: TablePart, named: readonly NamedRow[]): NonNullable<TableQuery['where']> {
  const seen = new Map<number, string>();
  for (const { column, words } of named) if (!seen.has(column)) seen.set(column, words);
  return [...seen].map(([column, value]) => ({ column: table.header[column]!, is: 'contains' as const, value }));
}

function boundColumn(
  reading: Reading,
  [, words = '', sign, , unit = sign?.trim()]: RegExpExecArray,
  value: number,
  key: number,
): number | undefined {
  const { found, question, asked, stems } = reading;
  const numeric = new Set(
    found.table.header.flatMap((_, column) =>
      found.table.rows.some((row) => numberIn(row[column] ?? '') !== undefined) ? [] : [column],
    ),
  );
  numeric.add(key);
  const measured = found.table.header.flatMap((title, column) =>
    !numeric.has(column) && conversion(unit, unitOf(title)) !== undefined ? [column] : [],
  );
  if (measured.length === 1) return measured[0];
  const year = /^(?:in|since|after|before|until)$/i.test(words) && value >= 1000 && value <= 2100;
  const wanted = year
    ? [...stems.filter((item) => !asked.frame.has(item)), stem('year'), stem('date')]
    : [...stems.filter((item) => !asked.frame.has(item)), ...propertyWords(question)];
  const named = columnFor(reading, wanted, numeric);
  return named?.column ?? (year ? yearColumn(found.table, ['year'])?.column : undefined);
}

/** What the chosen row is asked for: its name, or another column that the question names. */
function askedOfPicked(reading: Reading, row: number, key: number, sorted: number): FileAnswer | undefined {
  const { found, asked, stems } = reading;
  const other = columnFor(
    reading,
    stems.filter((item) => !asked.frame.has(item)),
    new Set([key, sorted]),
  );
  if (other && !/^\s*(?:which|what|who)\b/i.test(reading.question)) return undefined;
  if (asked.kind !== 'person' && asked.kind !== 'value' && asked.kind !== 'other') {
    // `How much does the cheapest cost?` asks for the figure itself.
    const cell = found.table.rows[row]![sorted]!;
    return answerOf(found, withUnit(cell, found.table.header[sorted]!), [row], 0.8);
  }
  return answerOf(found, found.table.rows[row]![key]!, [row], 0.85);
}

/** The class that the question names: in the headers, or said of at least two of the rows elsewhere. */
function isClassOf(item: string, table: TablePart, key: number, context: readonly Passage[]): boolean {
  const names = table.rows.map((row) => allStems(row[key] ?? ''));
  // A word of some names tells rows apart; it is no class of all.
  if (table.rows.some((row) => row.some((cell) => allStems(cell).includes(item)))) return false;
  const texts = context.filter((passage) => !passage.table).map((passage) => allStems(passage.text));
  const said = names.filter(
    (name) => name.length > 0 && texts.some((text) => text.includes(item) && indexOfRun(text, name) >= 0),
  );
  return said.length >= 2;
}
