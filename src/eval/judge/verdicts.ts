/**
 * What a judge said of answers: one line a verdict, keyed by what was judged (question, accepted answers, answer), so that the
 * same answer of another method or another evaluation of the folder is not judged twice.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { contentHash } from '../../common/content-hash.ts';
import type { Question } from '../datasets/question.ts';
import type { RunLine } from '../runner/run-line.ts';

const VerdictSchema = z.object({
  schemaVersion: z.literal(1),
  key: z.string(),
  right: z.boolean(),
  /** The judge's own words. */
  said: z.string(),
  judge: z.string(),
});
export type Verdict = z.infer<typeof VerdictSchema>;

/** What is judged: never the method, the seed or the run. */
export function verdictKey({ question, answers, answerRanges }: Question, answer: string): string {
  return contentHash({ question, answers, answerRanges, answer });
}

/** Verdicts by key; lines that are torn or broken are judged again. */
export async function readVerdicts(file: string): Promise<Map<string, Verdict>> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const verdicts = new Map<string, Verdict>();
  for (const line of text.split('\n')) {
    try {
      const verdict = VerdictSchema.parse(JSON.parse(line));
      verdicts.set(verdict.key, verdict);
    } catch {
      // Judged again: nothing is lost but one call.
    }
  }
  return verdicts;
}

/** 1, 0, or null where nothing was judged. An abstention and a failed run need no judge: they are wrong where there is an answer. */
export function judgedOf(
  question: Question,
  { output }: RunLine,
  verdicts: ReadonlyMap<string, Verdict>,
): number | null {
  if (verdicts.size === 0 || !question.answerable) return null;
  const answer = output?.answer ?? null;
  if (answer === null) return 0;
  const verdict = verdicts.get(verdictKey(question, answer));
  return verdict === undefined ? null : verdict.right ? 1 : 0;
}
