/**
 * What is written about one test file of `npm run test:full`: from vitest's JSON report and the way vitest ended. A report alone
 * does not tell: of a file whose process died it counts the tests that passed before, and no failed one.
 */
import { z } from 'zod';

export const EntrySchema = z.object({
  file: z.string(),
  passed: z.number(),
  failed: z.number(),
  skipped: z.number(),
  seconds: z.number(),
  /** Why the file counts as failed; absent where it does not. */
  reason: z.string().optional(),
});
export type Entry = z.infer<typeof EntrySchema>;

const ReportSchema = z.object({
  success: z.boolean(),
  numTotalTests: z.number(),
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
});

export interface VitestEnd {
  /** The JSON report; undefined where vitest wrote none. */
  report: string | undefined;
  status: number | null;
  signal: NodeJS.Signals | null;
  seconds: number;
}

export function entryOf(file: string, { report, status, signal, seconds }: VitestEnd): Entry {
  const reasons: string[] = [];
  if (signal) reasons.push(`vitest was ended by ${signal}`);
  const read = readReport(report);
  if (!read) {
    reasons.push(report === undefined ? 'vitest wrote no report' : 'the report of vitest cannot be read');
    if (status) reasons.push(`vitest ended with status ${status}`);
    return { file, passed: 0, failed: 0, skipped: 0, seconds, reason: reasons.join('; ') };
  }
  const { numTotalTests: total, numPassedTests: passed, numFailedTests: failed, numTodoTests: todo } = read;
  const skipped = read.numPendingTests + todo;
  const missing = total - passed - failed - skipped;
  if (failed > 0) reasons.push(`${failed} of ${total} tests failed`);
  if (missing > 0) reasons.push(`${missing} of ${total} tests did not run to their end`);
  if (total === 0) reasons.push('no test was found');
  if (reasons.length === 0 && (status !== 0 || !read.success))
    reasons.push(`vitest ended with status ${status}: an error outside the tests`);
  return { file, passed, failed, skipped, seconds, ...(reasons.length > 0 && { reason: reasons.join('; ') }) };
}

function readReport(report: string | undefined): z.infer<typeof ReportSchema> | undefined {
  try {
    return ReportSchema.parse(JSON.parse(report ?? ''));
  } catch {
    return undefined;
  }
}
