/**
 * Scores answers that were made elsewhere: JSONL rows `{dataset?, prediction, answer}` in, the same rows out with `precision`,
 * `recall`, `f1` (the reference metric, whose published figure is the recall) and `em`. Everything else of a row stays as it
 * was, the spelling of its numbers included.
 */
import { z } from 'zod';
import { userError } from '../common/errors.ts';
import {
  type BrokenLine,
  type JsonlOptions,
  jsonlLines,
  notJson,
  parseKeepingNumbers,
  reportBroken,
} from './datasets/jsonl.ts';
import { goldsOf } from './datasets/raw-golds.ts';
import { REFERENCE_SETS } from './datasets/reference-sets.ts';
import { exactMatch } from './metrics/answer-match.ts';
import { type AnswerScore, f1Recall } from './metrics/f1-recall.ts';

/** `prediction: null` is an abstention and scores 0. */
const RowSchema = z.looseObject({
  dataset: z
    .enum(REFERENCE_SETS, { error: `expected one of ${REFERENCE_SETS.join(', ')}, or no such field` })
    .nullish(),
  prediction: z.string({ error: 'expected a text (null for an abstention)' }).nullable(),
  answer: z.unknown(),
});

export type ScoredRow = Record<string, unknown> & AnswerScore & { em: 0 | 1; dataset?: string };

export interface ScoredFile {
  rows: ScoredRow[];
  broken: BrokenLine[];
}

/** Throws `file-not-found`; `broken-line` where broken lines are fatal; `no-usable-rows` where every line is broken. */
export async function scoreFile(file: string, options: JsonlOptions = {}): Promise<ScoredFile> {
  const rows: ScoredRow[] = [];
  const broken: BrokenLine[] = [];
  for await (const { line, text } of jsonlLines(file)) {
    const scored = scoreLine(text);
    if ('message' in scored) {
      const problem = { file, line, message: scored.message };
      broken.push(problem);
      reportBroken(problem, options);
    } else rows.push(scored.row);
  }
  if (rows.length === 0) {
    throw userError(
      'no-usable-rows',
      `score: ${file} has no usable row; each line is {"prediction": "...", "answer": ...}`,
    );
  }
  return { rows, broken };
}

function scoreLine(text: string): { row: ScoredRow } | { message: string } {
  let raw: unknown;
  try {
    raw = parseKeepingNumbers(text);
  } catch (error) {
    return { message: notJson(error) };
  }
  const parsed = RowSchema.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { message: `${issue?.path.join('.') || 'row'}: ${issue?.message}` };
  }
  const { prediction, answer } = parsed.data;
  const golds = goldsOf(answer);
  if (!Array.isArray(golds)) return golds;
  try {
    const score = f1Recall(prediction ?? '', golds);
    return {
      row: { ...(raw as Record<string, unknown>), ...score, em: exactMatch(prediction ?? '', golds) } as ScoredRow,
    };
  } catch (error) {
    return { message: `answer: ${error instanceof Error ? error.message : String(error)}` };
  }
}
