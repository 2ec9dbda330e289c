/**
 * Sub-questions led by what was read: the table rows that say most of what the question says, with the names in them. Where no
 * grammar can see that `the player from the country that became fragmented` is Sergiy Stakhovsky, his row stands in the table that
 * was just read, and asking for him by name finds his passage. Names are taken from the passages as they stand; nothing is learnt.
 */

import type { EvidenceStep } from '../../graph/policy.ts';
import type { Words } from '../language.ts';
import type { Candidate } from './candidate.ts';

/** Rows that are followed. */
const MOST_ROWS = 2;
/** Names of a row that go into the query; the first columns name what the row is about. */
const MOST_NAMES = 6;
const LONGEST_NAME = 60;

const LEAD = 'About ';

/** The question with names in front, as a lead-in that a reader may leave out: `About X, Y: who ...?` */
export function aboutNames(names: readonly string[], question: string): string {
  return `${LEAD}${names.join(', ')}: ${question}`;
}

/** Whether this asks the whole question under names that were read. */
export function asksAboutNames(subQuestion: string, question: string): boolean {
  return subQuestion.startsWith(LEAD) && subQuestion.endsWith(`: ${question}`);
}

export function evidenceCandidates(
  { question, steps }: { question: string; steps: readonly EvidenceStep[] },
  words: Words,
): Candidate[] {
  const { contentStems } = words;
  const asked = new Set(contentStems(question));
  const rows: { names: string[]; score: number }[] = [];
  const seen = new Set<string>();
  for (const { passages } of steps) {
    passages.forEach(({ table, documentId }, place) => {
      for (const row of table?.rows ?? []) {
        const key = JSON.stringify([documentId, row]);
        if (seen.has(key)) continue;
        seen.add(key);
        const stems = new Set(row.flatMap(contentStems));
        const shared = [...asked].filter((stem) => stems.has(stem)).length;
        const names = namesOf(row, asked, words);
        // Half a word of the question for each place in the ranking: a lower table needs a better row.
        if (shared > 0 && names.length > 0) rows.push({ names, score: shared - place / 2 });
      }
    });
  }
  const best = rows.toSorted((a, b) => b.score - a.score).slice(0, MOST_ROWS);
  return best.map(({ names }) => ({
    subQuestion: aboutNames(names, question),
    provider: 'evidence',
    kind: 'row',
    completes: true,
  }));
}

/** Cells that look like names and are not in the question already. */
export function namesOf(row: readonly string[], asked: ReadonlySet<string>, { contentStems }: Words): string[] {
  const names = row.filter((cell) => {
    const stems = contentStems(cell);
    return (
      /\p{Lu}|\p{Lo}/u.test(cell) &&
      cell.length <= LONGEST_NAME &&
      stems.length > 0 &&
      !stems.every((s) => asked.has(s))
    );
  });
  return [...new Set(names.map((name) => name.trim()))].slice(0, MOST_NAMES);
}
