/**
 * The raw gold of a row of the reference's files, whatever its kind: a text, a number, a list of them, or InfoSeek's ranges.
 * Numbers and truth values become the texts that Python's `str` makes of them, since that is what the reference compares.
 */
import type { Gold } from '../metrics/f1-recall.ts';
import { pythonFloatText } from '../metrics/python-text.ts';
import { numberSpelling } from './jsonl.ts';

/** Golds of a raw `answer`, parsed with `parseKeepingNumbers`; a message instead where it is of no known kind. */
export function goldsOf(answer: unknown): Gold[] | { message: string } {
  const golds: Gold[] = [];
  for (const item of Array.isArray(answer) ? answer : [answer]) {
    const gold = goldOf(item);
    if (gold === undefined) {
      return { message: 'answer: expected a text, a number, a list of them, or {"range": [lowest, highest]}' };
    }
    golds.push(gold);
  }
  return golds;
}

function goldOf(item: unknown): Gold | undefined {
  if (typeof item === 'string') return item;
  if (typeof item === 'boolean') return item ? 'True' : 'False';
  const spelling = numberSpelling(item);
  if (spelling !== undefined) return pythonNumberText(spelling);
  if (typeof item !== 'object' || item === null || !('range' in item) || !Array.isArray(item.range)) return undefined;
  const [lo, hi, ...rest] = item.range.map((end) => Number(numberSpelling(end) ?? Number.NaN));
  if (lo === undefined || hi === undefined || rest.length > 0 || !Number.isFinite(lo) || !Number.isFinite(hi))
    return undefined;
  return { range: [lo, hi] };
}

/** An integer prints as written, a float (anything with a point or an exponent) as Python prints it. */
function pythonNumberText(spelling: string): string {
  if (/[.eE]/.test(spelling)) return pythonFloatText(Number(spelling));
  return spelling === '-0' ? '0' : spelling;
}
