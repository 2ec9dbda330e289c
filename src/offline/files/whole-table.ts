/** The rest of a table of which a search found a part: lists, counts and the largest of all are read from whole tables only. */
import { words } from '../../tools/encoders/words.ts';
import { distinctPassages } from '../../tools/evidence.ts';
import type { Passage, TablePart } from '../../tools/passage.ts';
import { comparativeAt, superlativeAt } from '../english/quantities.ts';
import { askedOf } from './asked.ts';
import { tablesOf } from './table-reading.ts';
import { allStems, contentStems } from './words.ts';

export interface TableSearch {
  subQuestion: string;
  knowledgeBase: string;
}

/** Asks for the best of the unfinished tables by what all of its parts say: its title and header. Undefined where none is wanted. */
export function restOfTable(question: string, passages: readonly Passage[]): TableSearch | undefined {
  if (!wantsWholeTable(question)) return undefined;
  const wanted = new Set(contentStems(question));
  const [found] = tablesOf(distinctPassages(passages))
    .filter(({ complete }) => !complete)
    .map((part) => ({ ...part, said: sharedWith(wanted, part.table) }))
    .sort((left, right) => right.said - left.said);
  if (!found) return undefined;
  const { title = '', header } = found.table;
  return { subQuestion: [title, ...header].join(' ').trim(), knowledgeBase: found.passage.knowledgeBase };
}

/** Words of the question that the table's title, header and rows have. */
function sharedWith(wanted: ReadonlySet<string>, { title = '', header, rows }: TablePart): number {
  const own = new Set(allStems([title, ...header, ...rows.flat()].join(' ').replaceAll('_', ' ')));
  return [...wanted].filter((item) => own.has(item)).length;
}

function wantsWholeTable(question: string): boolean {
  const { kind, plural } = askedOf(question);
  const said = words(question);
  return (
    plural ||
    kind === 'count' ||
    /\b(?:more|less|fewer|over|under|above|below|at least|at most|up to)\b/i.test(question) ||
    said.some((word, index) => superlativeAt(word, said[index + 1]) ?? comparativeAt(word, said[index + 1]))
  );
}
