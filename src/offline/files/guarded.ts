/**
 * What the reader of the demonstration makes of a question on files, where the careful one is silent: never a title, a heading or a
 * file's name.
 */
import type { Passage } from '../../tools/passage.ts';
import type { Language } from '../language.ts';
import { DEFAULT_THRESHOLD } from '../reader/reader.ts';
import type { Asked } from './asked.ts';
import { fitsKind } from './read-table.ts';
import type { FileAnswer } from './read-text.ts';
import { sameText } from './words.ts';

const TOLD_BY_FORM: ReadonlySet<Asked['kind']> = new Set([
  'count',
  'money',
  'time-span',
  'measure',
  'frequency',
  'clock',
  'number',
  'phone',
  'email',
  'website',
  'colour',
]);

export function readGuarded(
  question: string,
  asked: Asked,
  passages: readonly Passage[],
  language: Language,
): FileAnswer | undefined {
  const found = language.read(language.inquire(question), passages, { withImage: false });
  if (!found || found.confidence < DEFAULT_THRESHOLD) return undefined;
  const { answer, passage, quote, confidence } = found;
  // Where the form of the answer is known, sentences were read for it already: only a cell of that form is left.
  if (TOLD_BY_FORM.has(asked.kind) && !(passage.table && fitsKind(answer, '', asked))) return undefined;
  const titles = [
    passage.title,
    passage.documentId,
    passage.table?.title,
    passage.table?.section,
    passage.table?.caption,
  ];
  if (titles.some((title) => title !== undefined && sameText(title, answer))) return undefined;
  return { answer, passage, quote, confidence };
}
