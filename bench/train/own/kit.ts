/**
 * A folder of somebody's own files as a kit has it: `handbook/` or `notes/` with texts, `*.csv` tables, `pictures/` with `captions.csv`, `questions.jsonl`.
 * The kits are not part of this repository. What the company's questions need is named by hand. Of any other kit it is what holds the answer's words; of a
 * question about its tables that asks for a count, any part of them; questions with neither are left out.
 */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadDataset } from '../../../src/eval/datasets/load.ts';
import type { Question } from '../../../src/eval/datasets/question.ts';
import type { Passage } from '../../../src/tools/passage.ts';
import { answerJudge } from '../../../src/train/synthesis/answer-words.ts';

export async function kitSources(folder: string) {
  const tables = (await readdir(folder)).filter((name) => name.endsWith('.csv')).map((name) => join(folder, name));
  const texts = join(folder, existsSync(join(folder, 'handbook')) ? 'handbook' : 'notes');
  return [
    {
      name: 'documents',
      modality: 'text',
      description: 'Our own documents: rules, places, people, how things are done',
      from: [texts],
    },
    {
      name: 'figures',
      modality: 'table',
      description: 'Our own tables: things with their figures, one row each',
      from: tables,
    },
    {
      name: 'pictures',
      modality: 'text-image',
      description: 'Our own pictures with captions',
      from: [join(folder, 'pictures')],
    },
  ];
}

/** What the questions of the company's kit need, by hand: passages, one list a need. */
const COMPANY: Readonly<Record<string, readonly (readonly string[])[]>> = {
  1: [['leave-s0']],
  2: [['leave-s1']],
  3: [['leave-s2']],
  4: [['travel-s1']],
  5: [['travel-s0']],
  6: [['it-s0']],
  7: [['it-s0']],
  8: [['offices-s2']],
  9: [['offices-s0', 'captions-9']],
  10: [['it-s1']],
  11: [['prices#0']],
  12: [['prices#0']],
  13: [['prices#0']],
  14: [['prices#0']],
  15: [['prices#1']],
  16: [['prices#0'], ['prices#1']],
  17: [['prices#0'], ['prices#1']],
  18: [['prices#0'], ['prices#1']],
  19: [['captions-13']],
  20: [['captions-8']],
  21: [['captions-6']],
  22: [['captions-3']],
  23: [['captions-5'], ['prices#1']],
  24: [['captions-9']],
  25: [['offices-s3']],
  26: [['offices-s0'], ['offices-s1']],
  27: [['offices-s3'], ['prices#0']],
};

/** Questions with what they need; `passages` are those of all the knowledge bases. */
export async function kitQuestions(folder: string, passages: readonly Passage[]): Promise<Question[]> {
  const { questions } = await loadDataset({ file: join(folder, 'questions.jsonl') });
  const needsOf = isCompany(passages) ? ({ id }: Question) => COMPANY[id] : needsByWords(passages);
  return questions.flatMap((question) => {
    const needs = question.answerable ? needsOf(question) : undefined;
    if (needs === undefined) return [];
    const steps = needs.map((documents) => ({
      subQuestion: '',
      knowledgeBase: '',
      documents: [...documents],
      answer: '',
    }));
    return [{ ...question, steps }];
  });
}

/** The company's folder holds every passage that is named for it. */
export function isCompany(passages: readonly Passage[]): boolean {
  const ids = new Set(passages.map(({ id }) => id));
  return Object.values(COMPANY)
    .flat(2)
    .every((id) => ids.has(id));
}

/** In every kit questions 12 to 17 are about its tables. */
const OF_TABLES = { first: 12, last: 17 };

function needsByWords(passages: readonly Passage[]) {
  const tables = passages.filter(({ table }) => table !== undefined);
  return ({ id, question, answers }: Question): string[][] | undefined => {
    const judge = answerJudge(question, answers);
    const holding = judge.judges ? passages.filter((passage) => judge.holds(passage)) : [];
    const isOfTables = Number(id) >= OF_TABLES.first && Number(id) <= OF_TABLES.last;
    const rows = holding.filter(({ table }) => table !== undefined);
    const enough = !isOfTables ? holding : rows.length > 0 ? rows : tables;
    return enough.length === 0 ? undefined : [enough.map((passage) => passage.id)];
  };
}
