/**
 * What the reader of the demonstration makes of a question on files, where the careful one is silent: never a title, a heading or a
 * file's name.
 */
import type { Passage } from '../../tools/passage.ts';
import { allStems } from '../english/words.ts';
import { DEFAULT_THRESHOLD, readPassages } from '../reader/reader.ts';
import type { FileAnswer } from './read-text.ts';

export function readGuarded(question: string, passages: readonly Passage[]): FileAnswer | undefined {
  const found = readPassages(question, passages, false);
  if (!found || found.confidence < DEFAULT_THRESHOLD) return undefined;
  const { answer, passage, quote, confidence } = found;
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

const sameText = (left: string, right: string): boolean => allStems(left).join(' ') === allStems(right).join(' ');
