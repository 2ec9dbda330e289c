/** Questions of a training in other words: `{id, question}` rows, each the same question as the one of that id. */
import { join } from 'node:path';
import { z } from 'zod';
import { userError } from '../../common/errors.ts';
import { jsonlRows } from '../../eval/datasets/jsonl.ts';
import type { Question } from '../../eval/datasets/question.ts';
import { atlasDirectory } from '../../tools/open/atlas.ts';

/** How people put questions of the atlas' train split: hand-made, curt, chatty, in clauses that no grammar foresees. */
const ofTheAtlas = () => join(atlasDirectory(), '..', 'wordings', 'atlas.jsonl');

const RowSchema = z.strictObject({ id: z.string().min(1), question: z.string().trim().min(1) });

/**
 * Other wordings of `questions`, some of those of the train split (`split`). Throws `training-data` where a row speaks of a
 * question that the split lacks, and whatever a broken line throws.
 */
export async function inOtherWords(
  source: string,
  split: readonly Question[],
  questions: readonly Question[] = split,
): Promise<Question[]> {
  const file = source === 'atlas' ? ofTheAtlas() : source;
  const known = new Map(split.map((question) => [question.id, question]));
  const wanted = new Set(questions.map(({ id }) => id));
  const reworded: Question[] = [];
  for await (const { line, row } of jsonlRows(file, RowSchema)) {
    const question = known.get(row.id);
    if (!question)
      throw userError('training-data', `${file}:${line}: no question of the train split has the id ${row.id}`);
    if (!wanted.has(row.id)) continue;
    reworded.push({ ...question, id: `${row.id}/words-${line}`, question: row.question });
  }
  return reworded;
}
