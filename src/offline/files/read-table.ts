/**
 * Short answers from tables: the question is turned into a query of the table calculator, where each of its words is accounted for. A
 * word that names no row, no column and no condition makes the table silent.
 */
import type { Passage, TablePart } from '../../tools/passage.ts';
import { calculateTable, numberIn, type TableQuery, unitOf, withoutUnit } from '../../tools/table-calculator.ts';
import { comparativeAt, superlativeAt } from '../english/quantities.ts';
import { relatedness } from '../english/synonyms.ts';
import { indexOfRun } from '../reader/extraction.ts';
import type { Asked } from './asked.ts';
import type { FileAnswer } from './read-text.ts';
import { allStems, stem } from './words.ts';

/** One table, put together from the passages of it that were found. */
export interface FoundTable {
  passage: Passage;
  table: TablePart;
  /** False where rows may be missing. */
  complete: boolean;
}

interface Reading {
  found: FoundTable;
  question: string;
  asked: Asked;
  words: string[];
  stems: string[];
}

export function readTables(
  question: string,
  asked: Asked,
  tables: readonly FoundTable[],
  context: readonly Passage[],
): FileAnswer[] {
  return tables.flatMap((found) => {
    const words = question.toLowerCase().match(/[\p{L}\p{N}.,]+/gu) ?? [];
    const reading: Reading = {
      found,
      question,
      asked,
      words: words.map((word) => word.replace(/[.,]+$/, '')),
      stems: allStems(question),
    };
    const answer = compared(reading) ?? picked(reading, context) ?? lookedUp(reading);
    return answer === undefined ? [] : [answer];
  });
}

interface NamedRow {
  row: number;
  /** The cell, or the item of it that the question names. */
  words: string;
  column: number;
  stems: string[];
}

/** Cells of words that stand in the question as they are; the longest first, parts of longer ones left out. */
function namedRows({ found: { table }, stems }: Reading): NamedRow[] {
  const named = table.rows.flatMap((cells, row) =>
    cells.flatMap((cell, column): NamedRow[] => {
      const own = bestItem(cell, stems);
      if (own.length === 0 || own.length > 8 || !/\p{L}/u.test(cell) || indexOfRun(stems, own) < 0) return [];
      if (own.length === 1 && (own[0]!.length < 3 || table.header.some((title) => allStems(title).includes(own[0]!))))
        return [];
      return [{ row, column, stems: own, words: itemText(cell, own) }];
    }),
  );
  return named
    .filter(
      (one) => !named.some((other) => other.stems.length > one.stems.length && indexOfRun(other.stems, one.stems) >= 0),
    )
    .sort((left, right) => right.stems.length - left.stems.length);
}

const itemText = (cell: string, own: readonly string[]): string =>
  cell
    .split(/[;,/]/)
    .find((item) => allStems(item).join(' ') === own.join(' '))
    ?.trim() ?? cell;

/** A cell may be a list: of `Norwegian; German` the item that the question names, else the whole. */
function bestItem(cell: string, stems: readonly string[]): string[] {
  const items = cell.split(/[;,/]/).map(allStems);
  return (items.length > 1 && items.find((item) => item.length > 0 && indexOfRun(stems, item) >= 0)) || allStems(cell);
}

/** The column that the given words name: by its header, a related word, or its unit. Undefined where two fit alike. */
function columnFor(
  { found: { table } }: Reading,
  wanted: readonly string[],
  except: ReadonlySet<number> = new Set(),
): { column: number; by: string } | undefined {
  let best: { column: number; by: string; score: number } | undefined;
  let tie = false;
  table.header.forEach((title, column) => {
    if (except.has(column)) return;
    const header = allStems(withoutUnit(title));
    const unit = allStems(unitOf(title) ?? '');
    for (const by of wanted) {
      const score = Math.max(0, ...header.map((item) => relatedness(by, item)), unit.includes(by) ? 0.5 : 0);
      if (score === 0) continue;
      if (best && score === best.score && best.column !== column) tie = true;
      if (!best || score > best.score) {
        best = { column, by, score };
        tie = false;
      }
    }
  });
  return tie ? undefined : best;
}

/** Words for the same property, beyond the header's own: what is paid is a price, what is carried a load. */
const PROPERTY_WORDS: readonly [pattern: RegExp, attributes: string][] = [
  [/\b(?:cost|costs|price|pay|expensive|cheap\w*|fee|charge)\b/i, 'price cost fee rate amount'],
  [/\b(?:weigh|weighs|heavy|heavier|heaviest|light\w*)\b/i, 'weight mass'],
  [/\b(?:carry|carries|lift|load|hold|holds|fit|fits|seat|seats)\b/i, 'payload load capacity seats'],
  [/\b(?:when|year|since|old\w*|new\w*|early|earliest|late\w*)\b/i, 'year date'],
  [/\b(?:who)\b/i, 'name person owner contact responsible'],
  [/\b(?:where)\b/i, 'place location room address city'],
  [/\bhow (?:long|much time)\b|\blong\w*\b|\bshort\w*\b/i, 'duration length time'],
  [/\bhow (?:big|large)\b|\bbig\w*\b|\blarg\w*\b|\bsmall\w*\b/i, 'size area capacity'],
  [/\b(?:phone|call|ring)\b/i, 'phone telephone number extension'],
];

/** Headers that a question may mean without saying them. */
export const propertyNames = (question: string): string[] =>
  PROPERTY_WORDS.flatMap(([pattern, attributes]) => (pattern.test(question) ? attributes.split(' ') : []));

const propertyWords = (question: string): string[] => propertyNames(question).map(stem);

/** `How much does X cost?`: one row named, one column asked. */
function lookedUp(reading: Reading): FileAnswer | undefined {
  const { found, question, asked, stems } = reading;
  const named = namedRows(reading);
  const rows = [...new Set(named.map(({ row }) => row))];
  const keyed = rows.filter((row) =>
    named.some((one) => one.row === row && one.stems.length === named[0]?.stems.length),
  );
  const [row] = keyed;
  if (row === undefined || keyed.length > 1) return undefined;
  const taken = new Set(named.filter((one) => one.row === row).map(({ column }) => column));
  const cellStems = new Set(named.filter((one) => one.row === row).flatMap((one) => one.stems));
  const said = stems.filter((item) => !cellStems.has(item));
  const direct = columnFor(
    reading,
    said.filter((item) => !asked.frame.has(item) || isHeaderWord(found.table, item)),
    taken,
  );
  const implied = direct ?? columnFor(reading, propertyWords(question), taken);
  if (!implied) return undefined;
  const unaccounted = said.filter(
    (item) => !asked.frame.has(item) && item !== implied.by && !accounts(found.table, item),
  );
  const explained = direct ? unaccounted : unaccounted.filter((item) => !isPropertyWord(question, item));
  if (explained.length > 0 || !everyNameKnown(reading, cellStems)) return undefined;
  const cell = found.table.rows[row]?.[implied.column]?.trim() ?? '';
  if (cell === '' || !fitsKind(cell, asked)) return undefined;
  return answerOf(found, withUnit(cell, found.table.header[implied.column] ?? ''), [row], 0.9);
}

const isHeaderWord = ({ header }: TablePart, item: string): boolean =>
  header.some((title) => allStems(withoutUnit(title)).includes(item));

function isPropertyWord(question: string, item: string): boolean {
  return PROPERTY_WORDS.some(([pattern]) => {
    const match = pattern.exec(question);
    return match !== null && allStems(match[0]).includes(item);
  });
}

/** A word that the table itself says: in a header, its title, section or caption. */
function accounts(table: TablePart, item: string): boolean {
  const about = [table.title, table.section, table.caption, ...table.header].filter(Boolean).join(' ');
  return allStems(about).some((other) => relatedness(item, other) >= 0.6);
}

/** Capitalised words and codes of the question stand in the row: a Packer 400 is no Packer 200. */
function everyNameKnown({ question }: Reading, known: ReadonlySet<string>): boolean {
  const inside = question.replace(/^\s*\S+/, '');
  const names = [...inside.matchAll(/\b(?:\p{Lu}[\p{L}\p{N}]*|\d[\d.,]*)\b/gu)].flatMap(([name]) =>
    name === 'I' ? [] : allStems(name),
  );
  return names.every((item) => known.has(item));
}

function fitsKind(cell: string, { kind }: Asked): boolean {
  if (kind === 'count' || kind === 'money' || kind === 'measure') return numberIn(cell) !== undefined;
  if (kind === 'date' || kind === 'clock') return /\d|\p{Lu}\p{Ll}+day\b/u.test(cell);
  if (kind === 'person') return /^\p{Lu}[\p{L}.'’-]*(?: \p{Lu}[\p{L}.'’-]*)+/u.test(cell);
  return true;
}

const withUnit = (cell: string, header: string): string => {
  const unit = unitOf(header);
  return unit !== undefined && numberIn(cell) !== undefined && !/\p{L}|%|\p{Sc}/u.test(cell) ? `${cell} ${unit}` : cell;
};

function answerOf(
  { passage, table }: FoundTable,
  answer: string,
  rows: readonly number[],
  confidence: number,
): FileAnswer {
  const quote = rows
    .slice(0, 3)
    .map((row) => table.rows[row]!.join(' | '))
    .join(' / ');
  return { answer, passage, quote, confidence };
}

/** What a comparative orders by; a few that only everyday English has. */
function orderOf(
  word: string,
  next: string | undefined,
): { attributes: readonly string[]; direction: 1 | -1 } | undefined {
  if (word === 'dearer') return { attributes: ['price', 'cost'], direction: 1 };
  return comparativeAt(word, next);
}

/** `Is A more expensive than B?`: two rows named, one property compared. */
function compared(reading: Reading): FileAnswer | undefined {
  const { found, words, question, asked } = reading;
  if (!/^\s*(?:is|are|was|were|does|do|did|has|have)\b/i.test(question)) return undefined;
  const at = words.findIndex((word, index) => orderOf(word, words[index + 1]) !== undefined);
  if (at < 0 || !words.includes('than')) return undefined;
  const comparative = orderOf(words[at]!, words[at + 1])!;
  const named = namedRows(reading);
  const rows = [...new Set(named.map(({ row }) => row))];
  if (rows.length !== 2) return undefined;
  const by =
    comparative.attributes.length > 0
      ? comparative.attributes.map(stem)
      : reading.stems.filter((item) => !asked.frame.has(item));
  const column = columnFor(reading, by, new Set(named.map(({ column }) => column)));
  if (!column) return undefined;
  const place = (row: number) => indexOfRun(reading.stems, named.find((one) => one.row === row)!.stems);
  const [first, second] = rows
    .sort((left, right) => place(left) - place(right))
    .map((row) => numberIn(found.table.rows[row]![column.column] ?? ''));
  if (
    first === undefined ||
    second === undefined ||
    !everyNameKnown(reading, new Set(named.flatMap((one) => one.stems)))
  )
    return undefined;
  const yes = comparative.direction === 1 ? first > second : first < second;
  return answerOf(found, yes ? 'yes' : 'no', rows, 0.9);
}

const BOUND =
  /\b(more than|over|above|at least|less than|under|below|fewer than|at most|up to|cheaper than|longer than|since|after|before|until|in|of)\s+(?:\p{Sc}\s?)?(\d[\d,.]*)/iu;
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
function picked(reading: Reading, context: readonly Passage[]): FileAnswer | undefined {
  const { found, words, question, asked, stems } = reading;
  const { table } = found;
  const key = keyColumn(table);
  const at = words.findIndex((word, index) => superlativeAt(word, words[index + 1]) !== undefined);
  const superlative = at < 0 ? undefined : superlativeAt(words[at]!, words[at + 1]);
  const bound = BOUND.exec(question);
  const counts = asked.kind === 'count' && /\bhow many\b/i.test(question);
  if (!superlative && !bound && !(counts || asked.plural)) return undefined;
  const named = namedRows(reading).filter(({ column }) => column !== key);
  const where: NonNullable<TableQuery['where']> = distinctConditions(table, named);
  const explained = new Set(named.flatMap((one) => one.stems));
  if (superlative) for (const word of words.slice(at, at + superlative.words)) explained.add(stem(word));
  let sort: TableQuery['sort'];
  if (superlative) {
    const next = allStems(words.slice(at + 1, at + 3).join(' ')).filter((item) => !asked.frame.has(item));
    const nouns =
      superlative.attributes.length > 0 ? superlative.attributes.map(stem) : [...next, ...propertyWords(question)];
    const column = columnFor(reading, nouns, new Set([key])) ?? yearColumn(table, superlative.attributes);
    if (!column) return undefined;
    explained.add(column.by);
    sort = {
      column: table.header[column.column]!,
      direction: superlative.direction === 1 ? 'descending' : 'ascending',
    };
  }
  if (bound) {
    const value = Number(bound[2]!.replace(/,(?=\d{3})/g, '').replace(/[.,]$/, ''));
    const column = boundColumn(reading, bound, value, key);
    if (column === undefined) return undefined;
    where.push({ column: table.header[column]!, is: BOUNDS[bound[1]!.toLowerCase()]!, value });
    for (const item of allStems(bound[0])) explained.add(item);
    for (const item of allStems(`${table.header[column]} ${propertyWordsText(question)}`)) explained.add(item);
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

/** Old and new are told by the one column of years, whatever its header. */
function yearColumn(table: TablePart, attributes: readonly string[]): { column: number; by: string } | undefined {
  if (!attributes.includes('year')) return undefined;
  const years = table.header.flatMap((_, column) => {
    const cells = table.rows.map((row) => row[column]?.trim() ?? '').filter((cell) => cell !== '');
    return cells.length > 1 && cells.every((cell) => /^1[0-9]\d\d$|^20\d\d$/.test(cell)) ? [column] : [];
  });
  return years.length === 1 ? { column: years[0]!, by: '' } : undefined;
}

const propertyWordsText = (question: string): string =>
  PROPERTY_WORDS.flatMap(([pattern]) => pattern.exec(question)?.[0] ?? []).join(' ');

const CURRENCY_STEMS = new Set(
  allStems('euro euros eur dollar dollars usd pound pounds gbp franc francs kilo kilos kg metres meters people'),
);
const isCurrency = (item: string): boolean => CURRENCY_STEMS.has(item);
const columnIndex = (table: TablePart, title: string): number => table.header.indexOf(title);

/** Cells of one column that the question names are alternatives of it; only one a column is asked for here. */
function distinctConditions(table: TablePart, named: readonly NamedRow[]): NonNullable<TableQuery['where']> {
  const seen = new Map<number, string>();
  for (const { column, words } of named) if (!seen.has(column)) seen.set(column, words);
  return [...seen].map(([column, value]) => ({ column: table.header[column]!, is: 'contains' as const, value }));
}

/** The column that names the rows: the first whose cells are words and differ. */
function keyColumn({ header, rows }: TablePart): number {
  const column = header.findIndex((_, at) => {
    const cells = rows.map((row) => row[at] ?? '');
    return cells.every((cell) => numberIn(cell) === undefined) && new Set(cells).size >= 0.9 * cells.length;
  });
  return Math.max(0, column);
}

function boundColumn(
  reading: Reading,
  [, words = '']: RegExpExecArray,
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
