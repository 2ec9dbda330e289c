/** Which column of a table a question means: by its header, a word of like meaning, its unit, or the kind of its cells. */
import { words } from '../../tools/encoders/words.ts';
import type { TablePart } from '../../tools/passage.ts';
import { unitOf, withoutUnit } from '../../tools/table-calculator.ts';
import { relatedness } from '../english/synonyms.ts';
import { relatedStems } from '../thesaurus.ts';
import type { Asked } from './asked.ts';
import { isUnitOf, MONEY, TIMES } from './measures.ts';
import type { Reading } from './table-reading.ts';
import { allStems, stem } from './words.ts';

/** The column that the given words name: by its header, a related word, or its unit. Undefined where two fit alike. */
export function columnFor(
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
      const score = Math.max(0, ...header.map((item) => nearness(by, item)), unit.includes(by) ? 0.5 : 0);
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
  [
    /\bwhere\b(?: (?:would|can|do|could|will) (?:i|we|you) (?:find|get))?/i,
    'place location room address city shelf storage',
  ],
  [/\bhow many\b(?=.*\b(?:own|have|got|left|stock|there)\b)/i, 'quantity number count stock pieces'],
  [/\b(?:who|where)\b(?=.*\bfrom\b)/i, 'supplier vendor source donor maker'],
  [/\bwhat (?:does|do|did)\b(?=.*\bdo\b)/i, 'task job role duty position'],
  [/\b(?:lasts?|takes?)\b|\bhow (?:long|much time)\b|\blong\w*\b|\bshort\w*\b/i, 'duration length time'],
  [/\bhow (?:big|large)\b|\bbig\w*\b|\blarg\w*\b|\bsmall\w*\b/i, 'size area capacity'],
  [/\b(?:phone|call|ring)\b/i, 'phone telephone number extension'],
];

/** Headers that a question may mean without saying them. */
export const propertyNames = (question: string): string[] =>
  PROPERTY_WORDS.flatMap(([pattern, attributes]) => (pattern.test(question) ? attributes.split(' ') : []));

export const propertyWords = (question: string): string[] => propertyNames(question).map(stem);

export const propertyWordsText = (question: string): string =>
  PROPERTY_WORDS.flatMap(([pattern]) => pattern.exec(question)?.[0] ?? []).join(' ');

const CURRENCY_STEMS = new Set(
  allStems('euro euros eur dollar dollars usd pound pounds gbp franc francs kilo kilos kg metres meters people'),
);
export const isCurrency = (item: string): boolean => CURRENCY_STEMS.has(item);
export const columnIndex = (table: TablePart, title: string): number => table.header.indexOf(title);

const OF_PERSON = /^(?:(?:Dr|Mr|Mrs|Ms|Prof)\.? )?\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}.'’-]*)*$/u;

const A_DATE = /^(?:(?:1[5-9]|20)\d\d(?:-\d\d-\d\d)?|\d{1,2}[./]\d{1,2}[./](?:\d\d)?\d\d|\d{1,2} \p{L}+ \d{4})$/u;

/** The one column whose cells, or whose unit, are of the kind asked for. */
export function columnOfKind(
  { header, rows }: TablePart,
  { kind }: Asked,
  except: ReadonlySet<number>,
): { column: number; by: string } | undefined {
  const fits = (title: string, column: number): boolean => {
    if (kind === 'money') return isUnitOf(unitOf(title), MONEY) || words(title).some((word) => isUnitOf(word, MONEY));
    if (kind === 'time-span') return isUnitOf(unitOf(title), TIMES);
    const cells = rows.map((row) => row[column]?.trim() ?? '').filter((cell) => cell !== '');
    if (kind === 'date') return cells.length > 1 && cells.every((cell) => A_DATE.test(cell));
    return kind === 'person' && cells.length > 1 && cells.every((cell) => OF_PERSON.test(cell) && cell.includes(' '));
  };
  const columns = header.flatMap((title, column) => (!except.has(column) && fits(title, column) ? [column] : []));
  return columns.length === 1 ? { column: columns[0]!, by: '' } : undefined;
}

/** What is dearer or cheaper is told by the one column of money, whatever its header. */
export const columnOfMoney = (table: TablePart, attributes: readonly string[], except: ReadonlySet<number>) =>
  attributes.some((item) => item === stem('price') || item === stem('cost'))
    ? columnOfKind(table, { kind: 'money', frame: new Set(), plural: false }, except)
    : undefined;

export const isHeaderWord = ({ header }: TablePart, item: string): boolean =>
  header.some((title) => allStems(withoutUnit(title)).includes(item));

export function isPropertyWord(question: string, item: string): boolean {
  return PROPERTY_WORDS.some(([pattern]) => {
    const match = pattern.exec(question);
    return match !== null && allStems(match[0]).includes(item);
  });
}

/** A word that the table itself says: in a header, its title, section or caption. */
export function accounts(table: TablePart, item: string): boolean {
  const about = [table.title, table.section, table.caption, ...table.header].filter(Boolean).join(' ');
  return allStems(about).some((other) => nearness(item, other) >= 0.5);
}

/** How near two words are by the thesaurus or by their form; a wider or narrower word is no name of a column. */
export function nearness(left: string, right: string): number {
  const known = Math.max(relatedStems(left).get(right) ?? 0, relatedStems(right).get(left) ?? 0);
  return Math.max(relatedness(left, right), known >= 0.7 ? 0.55 : 0);
}

/** Old and new are told by the one column of years, whatever its header. */
export function yearColumn(
  table: TablePart,
  attributes: readonly string[],
): { column: number; by: string } | undefined {
  if (!attributes.includes('year')) return undefined;
  const years = table.header.flatMap((_, column) => {
    const cells = table.rows.map((row) => row[column]?.trim() ?? '').filter((cell) => cell !== '');
    return cells.length > 1 && cells.every((cell) => /^1[0-9]\d\d$|^20\d\d$/.test(cell)) ? [column] : [];
  });
  return years.length === 1 ? { column: years[0]!, by: '' } : undefined;
}
