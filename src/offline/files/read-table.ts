/**
 * Short answers from tables: the question is turned into a query of the table calculator, where its words are accounted for. More than
 * one word that names no row, no column and no condition makes the table silent; a name among them always does.
 */
import type { Passage } from '../../tools/passage.ts';
import { numberIn, unitOf } from '../../tools/table-calculator.ts';
import { comparativeAt } from '../english/quantities.ts';
import { indexOfRun } from '../reader/extraction.ts';
import type { Asked } from './asked.ts';
import { isUnitOf, MONEY, TIMES } from './measures.ts';
import { picked } from './picked-rows.ts';
import type { FileAnswer } from './read-text.ts';
import {
  accounts,
  columnFor,
  columnOfKind,
  columnOfMoney,
  isHeaderWord,
  isPropertyWord,
  nearness,
  propertyWords,
} from './table-columns.ts';
import {
  answerOf,
  everyNameKnown,
  type FoundTable,
  namedRows,
  type Reading,
  rowByHead,
  withUnit,
  YES_OR_NO,
} from './table-reading.ts';
import { spansOf } from './typed-spans.ts';
import { allStems, stem } from './words.ts';

export function readTables(
  question: string,
  asked: Asked,
  tables: readonly FoundTable[],
  context: readonly Passage[],
): FileAnswer[] {
  return tables.flatMap(({ table, ...rest }) => {
    const header = table.header.map((title) => title.replaceAll('_', ' '));
    const found = { ...rest, table: { ...table, header } };
    const said = question.toLowerCase().match(/[\p{L}\p{N}.,]+/gu) ?? [];
    const reading: Reading = {
      found,
      question,
      asked,
      words: said.map((word) => word.replace(/[.,]+$/, '')),
      stems: allStems(question),
    };
    // Yes or no is never a cell.
    const answer = YES_OR_NO.test(question) ? compared(reading) : (picked(reading, context) ?? lookedUp(reading));
    return answer === undefined ? [] : [answer];
  });
}

/** Words of a question that may say nothing to the table where row and column are found: people tell more than they ask. */
const MOST_UNACCOUNTED = 1;

/** `How much does X cost?`: one row named, one column asked. */
function lookedUp(reading: Reading): FileAnswer | undefined {
  const { found, question, asked, stems } = reading;
  const whole = namedRows(reading);
  const named = whole.length > 0 ? whole : rowByHead(reading);
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
  const implied =
    direct ?? columnOfKind(found.table, asked, taken) ?? columnFor(reading, propertyWords(question), taken);
  if (!implied) return undefined;
  const inName = allStems(named.find((one) => one.row === row)!.words);
  const unaccounted = said.filter(
    (item) =>
      !asked.frame.has(item) &&
      item !== implied.by &&
      !accounts(found.table, item) &&
      !inName.some((own) => nearness(item, own) >= 0.5),
  );
  const explained = direct ? unaccounted : unaccounted.filter((item) => !isPropertyWord(question, item));
  if (explained.length > MOST_UNACCOUNTED || !everyNameKnown(reading, cellStems)) return undefined;
  const cell = found.table.rows[row]?.[implied.column]?.trim() ?? '';
  const header = found.table.header[implied.column] ?? '';
  if (cell === '' || !fitsKind(cell, header, asked)) return undefined;
  return answerOf(found, withUnit(cell, header), [row], 0.9);
}

/** Kinds that a cell shows by its form as a sentence does. */
const FORMED: ReadonlySet<Asked['kind']> = new Set(['email', 'website', 'colour', 'phone']);
const isSource = (header: string): boolean =>
  /\b(?:supplier|vendor|source|donor|maker|manufacturer|given by)\b/i.test(header);
const isPhone = (header: string): boolean => /\b(?:phone|telephone|tel|mobile|extension|ext|number)\b/i.test(header);

/** Whether a cell below such a header can be the answer. */
export function fitsKind(cell: string, header: string, asked: Asked): boolean {
  const { kind } = asked;
  const unit = unitOf(header);
  if (FORMED.has(kind)) return spansOf(cell, asked).length > 0 || (kind === 'phone' && isPhone(header));
  if (kind === 'frequency') return /\d/.test(cell) || spansOf(cell, asked).length > 0;
  if (kind === 'time-span' && unit !== undefined) return isUnitOf(unit, TIMES);
  if (kind === 'money' && unit !== undefined && !isUnitOf(unit, MONEY)) return false;
  if (kind === 'count' || kind === 'money' || kind === 'measure') return numberIn(cell) !== undefined;
  if (kind === 'date' || kind === 'clock') return /\d|\p{Lu}\p{Ll}+day\b/u.test(cell);
  // Who something comes from may be a firm.
  if (kind === 'person' && isSource(header)) return /^\p{Lu}/u.test(cell);
  if (kind === 'person') return /^\p{Lu}[\p{L}.'’-]*(?: \p{Lu}[\p{L}.'’-]*)+/u.test(cell);
  return true;
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
  const { found, words, asked } = reading;
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
  const taken = new Set(named.map(({ column }) => column));
  const column = columnFor(reading, by, taken) ?? columnOfMoney(found.table, by, taken);
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
