/** Quantities as people write them in a question, and units that measure the same. */

const FIGURES: Readonly<Record<string, string>> = {
  one: '1',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
  six: '6',
  seven: '7',
  eight: '8',
  nine: '9',
  ten: '10',
  twelve: '12',
  fifteen: '15',
  twenty: '20',
  thirty: '30',
  forty: '40',
  fifty: '50',
  sixty: '60',
  ninety: '90',
  hundred: '100',
  thousand: '1000',
};
const NUMBER_WORD = new RegExp(`\\b(?:${Object.keys(FIGURES).join('|')})\\b`, 'gi');

/** The words that `inDigits` replaces. */
export const NUMBER_WORDS: readonly string[] = [...Object.keys(FIGURES), 'half', 'an', 'a'];

/** `more than an hour`, `under fifty euros`: in figures. */
export function inDigits(question: string): string {
  return question
    .replace(/\bhalf an hour\b/gi, '30 minutes')
    .replace(/\ban? (hundred|thousand)\b/gi, '$1')
    .replace(/\ban? (hour|minute|day|week|month|year|kilo|metre|meter|litre|liter)\b/gi, '1 $1')
    .replace(NUMBER_WORD, (word) => FIGURES[word.toLowerCase()]!);
}

type Measure = Readonly<Record<string, number>>;

const measureOf = (...units: readonly [names: string, size: number][]): Measure =>
  Object.fromEntries(units.flatMap(([names, size]) => names.split(' ').map((name) => [name, size])));

export const MONEY: readonly Measure[] = [
  measureOf(['eur euro euros €', 1]),
  measureOf(['usd dollar dollars bucks $', 1]),
  measureOf(['gbp pound pounds quid £', 1]),
  measureOf(['chf franc francs', 1]),
  measureOf(['nok sek dkk kroner kronor kr crowns', 1]),
  measureOf(['pln zloty zlotys zł', 1]),
  measureOf(['jpy yen ¥', 1]),
  measureOf(['czk koruna', 1]),
  measureOf(['inr rupee rupees ₹', 1]),
];
export const TIMES: readonly Measure[] = [
  measureOf(
    ['min mins minute minutes', 1],
    ['h hr hrs hour hours', 60],
    ['day days', 24 * 60],
    ['week weeks', 7 * 24 * 60],
  ),
  measureOf(['month months', 1], ['year years', 12]),
];
const MEASURES: readonly Measure[] = [
  ...MONEY,
  ...TIMES,
  measureOf(['g gram grams', 1], ['kg kilo kilos kilograms', 1000], ['t tons tonnes', 1e6]),
  measureOf(
    ['mm', 1],
    ['cm', 10],
    ['m metre metres meter meters', 1000],
    ['km kilometre kilometres kilometer kilometers', 1e6],
  ),
  measureOf(['ml', 1], ['l litre litres liter liters', 1000]),
  measureOf(['% percent pct', 1]),
];

/** What a number in one unit is multiplied by to be one in the other; undefined where they do not measure the same. */
export function conversion(from: string | undefined, to: string | undefined): number | undefined {
  const [left, right] = [from?.toLowerCase() ?? '', to?.toLowerCase() ?? ''];
  const measure = MEASURES.find((units) => left in units && right in units);
  return measure && measure[left]! / measure[right]!;
}

/** Whether a unit is one of these measures. */
export const isUnitOf = (unit: string | undefined, measures: readonly Measure[]): boolean =>
  measures.some((units) => (unit?.toLowerCase() ?? '') in units);
