/** How the answers to the two sides of a comparison become one answer. */
import type { Words } from '../language.ts';
import type { Comparison } from './comparison.ts';
import { formatNumber, parseDate, parseNumber } from './values.ts';

/** The answer, or undefined where the two do not compare (one is no number, or they are equal). */
export function combine(
  comparison: Comparison,
  [left, right, ...more]: readonly [string, string, ...string[]],
  words: Words,
): string | undefined {
  const { asks, direction } = comparison;
  if (asks === 'same') return sameAnswer(left, right, words) ? 'yes' : 'no';
  const about = `${comparison.left.question ?? ''} ${comparison.right.question ?? ''}`.toLowerCase();
  const dates = about.includes('when ') || about.includes('date') || about.includes('year');
  const [a, b] = [left, right].map((text) => (dates ? (parseDate(text) ?? parseNumber(text)) : parseNumber(text)));
  if (a === undefined || b === undefined) return undefined;
  switch (asks) {
    case 'which':
      if (more.length > 0) return extremeOf(comparison, [left, right, ...more], dates);
      return a === b ? undefined : a > b === (direction === 1) ? comparison.left.text : comparison.right.text;
    case 'order':
      return a !== b && a > b === (direction === 1) ? 'yes' : 'no';
    case 'difference':
      return formatNumber(dates ? yearsBetween(left, right) : Math.abs(a - b));
    case 'sum':
      return formatNumber(a + b);
    case 'ratio':
      return b === 0 ? undefined : formatNumber(a / b);
    default:
      return asks satisfies never;
  }
}

/** Whole years from one date to the other; of two bare years, their difference. */
function yearsBetween(left: string, right: string): number {
  const [a, b] = [parseDate(left)!, parseDate(right)!];
  return Math.floor(Math.abs(a - b) / 372);
}

function extremeOf(
  { left, right, more = [], direction }: Comparison,
  answers: readonly string[],
  dates: boolean,
): string | undefined {
  const names = [left, right, ...more].map(({ text }) => text);
  const values = answers.map((text) => (dates ? (parseDate(text) ?? parseNumber(text)) : parseNumber(text)));
  if (values.some((value) => value === undefined)) return undefined;
  const best = Math.max(...values.map((value) => value! * direction));
  const winners = names.filter((_, index) => values[index]! * direction === best);
  return winners.length === 1 ? winners[0] : undefined;
}

/** Equal up to case, articles and inflection, or one inside the other (`Paris` and `Paris, France`). */
export function sameAnswer(left: string, right: string, { contentStems }: Words): boolean {
  const a = parseNumber(left);
  const b = parseNumber(right);
  if (
    a !== undefined &&
    b !== undefined &&
    /^\D{0,3}[\d.,\s]+\D{0,12}$/.test(left) &&
    /^\D{0,3}[\d.,\s]+\D{0,12}$/.test(right)
  )
    return a === b;
  const [first, second] = [new Set(contentStems(left)), new Set(contentStems(right))];
  if (first.size === 0 || second.size === 0) return left.trim().toLowerCase() === right.trim().toLowerCase();
  const [small, large] = first.size <= second.size ? [first, second] : [second, first];
  return [...small].every((stem) => large.has(stem));
}
