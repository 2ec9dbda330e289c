/**
 * A question led by the table rows that say most of it: their names in front, and without the words of the table's title, which
 * have done their work. Where several rows say equally much (`the player born in Podgorica`, and no row says where) the names of
 * all stand in front, and the texts that are asked decide between them. Nothing is learnt. For `cover`; what scorer and probe are
 * proposed is in `evidence-candidates.ts`.
 */
import type { Passage } from '../../tools/passage.ts';
import { aboutNames, namesOf } from '../candidates/evidence-candidates.ts';
import type { Words } from '../language.ts';

/** Names before the question; with more of them the question itself is drowned. */
const MOST_NAMES = 8;

/** Sums of the same weights that were added up in another order are the same. */
const ROUNDING = 1e-9;

export interface RowLead {
  subQuestion: string;
  /** Share of the question's content words that the best row says, its table's title and header included. In [0, 1]. */
  told: number;
}

interface Row {
  cells: readonly string[];
  /** The table's title; not its section or caption, which a text may share. */
  title: string;
  says: ReadonlySet<string>;
}

/** The question led by what the passages' tables say of it; undefined where they hold no table. */
export function rowLead(question: string, passages: readonly Passage[], words: Words): RowLead | undefined {
  const { contentStems } = words;
  const withNumbers = numberedBy(words);
  const rows = rowsOf(passages, { withNumbers, contentStems });
  if (rows.length === 0) return undefined;
  const asked = new Set(contentStems(question));
  const wanted = withNumbers([...asked]);
  const weight = rarity(rows);
  const scores = rows.map(({ says }) =>
    wanted.filter((word) => says.has(word)).reduce((sum, word) => sum + weight(word), 0),
  );
  const highest = Math.max(...scores);
  const best = rows.filter((_, place) => scores[place]! > highest - ROUNDING);
  const [first] = best as [Row, ...Row[]];
  const told = [...asked].filter((word) => first.says.has(word)).length / Math.max(1, asked.size);
  const names = inTurn(best.map(({ cells }) => namesOf(cells, asked, words))).slice(0, MOST_NAMES);
  if (names.length === 0) return { subQuestion: question, told };
  return { subQuestion: aboutNames(names, without(question, new Set(contentStems(first.title)), words)), told };
}

function rowsOf(
  passages: readonly Passage[],
  { withNumbers, contentStems }: { withNumbers: ReturnType<typeof numberedBy>; contentStems: Words['contentStems'] },
): Row[] {
  const rows = new Map<string, Row>();
  for (const { table, documentId, knowledgeBase } of passages) {
    if (!table) continue;
    const { title = '', section = '', caption = '', header } = table;
    const head = [title, section, caption, ...header].flatMap(contentStems);
    for (const cells of table.rows) {
      const key = JSON.stringify([knowledgeBase, documentId, cells]);
      if (!rows.has(key))
        rows.set(key, { cells, title, says: new Set([...head, ...withNumbers(cells.flatMap(contentStems))]) });
    }
  }
  return [...rows.values()];
}

/** BM25's inverse document frequency, over the rows: a word that every row says tells them apart no more. */
function rarity(rows: readonly Row[]): (word: string) => number {
  const counts = new Map<string, number>();
  for (const { says } of rows) for (const word of says) counts.set(word, (counts.get(word) ?? 0) + 1);
  return (word) => {
    const count = counts.get(word) ?? 0;
    return Math.log(1 + (rows.length - count + 0.5) / (count + 0.5));
  };
}

const ORDINALS = 'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'.split(' ');

/** Ordinals as the number that a cell has as well: `7th` and `seventh` are 7 too. */
function numberedBy({ contentStems }: Words): (stems: readonly string[]) => string[] {
  const ordinals = ORDINALS.map((word) => contentStems(word)[0]);
  return (stems) => {
    const numbers = stems.flatMap((stem) => {
      const place = ordinals.indexOf(stem);
      return place < 0 ? (/^(\d+)(?:st|nd|rd|th)$/.exec(stem)?.[1] ?? []) : String(place + 1);
    });
    return [...new Set([...stems, ...numbers])];
  };
}

/** The first of each list, then the second of each, each one once. */
function inTurn(lists: readonly string[][]): string[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return [...new Set(Array.from({ length: longest }, (_, place) => lists.flatMap((list) => list[place] ?? [])).flat())];
}

/** The question without the words of which every stem is among these. */
function without(question: string, said: ReadonlySet<string>, { contentStems }: Words): string {
  const kept = question.replace(/[\p{L}\p{N}\p{M}_]+/gu, (word) => {
    const stems = contentStems(word);
    return stems.length > 0 && stems.every((stem) => said.has(stem)) ? '' : word;
  });
  return kept
    .replace(/\s+/gu, ' ')
    .replace(/ (?=[,.;:?!])/gu, '')
    .trim();
}
