/**
 * Whether a passage holds an answer, judged by its words: the evidence of a question of which only the answers are known. An answer that says little
 * by itself (a small number, a short word) must stand beside a word of the question.
 */
import { termReader, type Unit, unitsOf } from '../../tools/evidence.ts';
import type { Passage } from '../../tools/passage.ts';

/** Words and numbers in lower case with single spaces around them; marks within a number stay. */
export function plainWords(text: string): string {
  const words = text
    .toLowerCase()
    .normalize('NFKC')
    .match(/\d+(?:[.,:]\d+)*|[\p{L}\p{M}\p{N}]+/gu);
  return ` ${(words ?? []).map((word) => (/^\d/.test(word) ? word.replace(/,(?=\d{3})/g, '') : word)).join(' ')} `;
}

/** Yes, no and the like stand in texts for other reasons than to answer. */
const SAYS_NOTHING = /^ (?:yes|no|true|false|none|not|both|neither|it|he|she|they) $/;

/** An answer whose words cannot be looked for in a passage. */
export const isUnjudgeable = (answer: string): boolean => {
  const plain = plainWords(answer);
  return plain.trim() === '' || SAYS_NOTHING.test(plain);
};

/** A name or a phrase tells by itself what it is about; `3`, `58` and `red` do not. */
const isTelling = (plain: string): boolean => plain.trim().length >= 5 && /\p{L}/u.test(plain);

export interface AnswerJudge {
  /** Whether a sentence, row or caption of the passage holds one of the answers. */
  holds(passage: Passage): boolean;
  /** False where no answer can be looked for. */
  readonly judges: boolean;
}

export function answerJudge(question: string, answers: readonly string[]): AnswerJudge {
  const termsOf = termReader();
  const wanted = answers.filter((answer) => !isUnjudgeable(answer)).map(plainWords);
  const asked = new Set(termsOf(question));
  const beside = (unit: Unit): boolean => {
    const cells = unit.passage.table?.rows[unit.place];
    const terms = cells ? new Set(termsOf(cells.join(' '))) : unit.terms;
    return [...asked].some((term) => terms.has(term) || (!cells && unit.context.has(term)));
  };
  const inUnit = (unit: Unit): boolean => {
    const text = plainWords(unit.text);
    return wanted.some((answer) => text.includes(answer) && (isTelling(answer) || beside(unit)));
  };
  return {
    judges: wanted.length > 0,
    // Most passages hold no answer at all: the units are looked at only where one does.
    holds: (passage) =>
      wanted.some((answer) => plainPassage(passage).includes(answer)) && unitsOf(passage, termsOf).some(inUnit),
  };
}

/** Passages are looked through once for every question. */
const plainPassages = new WeakMap<Passage, string>();

function plainPassage(passage: Passage): string {
  const known = plainPassages.get(passage) ?? plainWords(textOf(passage));
  plainPassages.set(passage, known);
  return known;
}

const textOf = ({ text, table }: Passage): string =>
  table
    ? table.rows.map((row) => row.map((cell, column) => `${table.header[column]}: ${cell}`).join('; ')).join('\n')
    : text;
