/** Whether a sentence or a row holds something with the form of the answer that is asked for. */
import type { Asked } from './asked.ts';
import { spansOf } from './typed-spans.ts';

/** In a row the unit stands in the header, or nowhere: a bare number will do. */
const NUMBERS: ReadonlySet<Asked['kind']> = new Set(['count', 'money', 'measure', 'number', 'phone']);
const CELL_NUMBER = /: [-−]?[\p{Sc}]?\s?\d/u;
const NUMBERS_IN_TEXT = /(?<![\p{L}\p{N}])\d/u;

export function isOfKind(text: string, asked: Asked, isRow: boolean): boolean {
  if (isRow && NUMBERS.has(asked.kind)) return CELL_NUMBER.test(text);
  // What is counted the sentence need not name as the question does.
  if (asked.kind === 'count' && asked.counted === undefined) return NUMBERS_IN_TEXT.test(text);
  return spansOf(text, asked).length > 0;
}
