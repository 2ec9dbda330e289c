/** `r1-router eval score`: rows with their scores on standard output, complaints about lines on standard error. */
import { describeBroken } from '../../eval/datasets/jsonl.ts';
import { type ScoredRow, scoreFile } from '../../eval/score-file.ts';
import { bootstrapMean, type Interval } from '../../eval/statistics/bootstrap.ts';
import { jsonText } from '../terminal/guarded-output.ts';
import { plainLine } from '../terminal/plain-text.ts';

export async function evalScore(
  file: string,
  { json, onBrokenLine }: { json?: boolean; onBrokenLine: 'skip' | 'fail' },
): Promise<void> {
  const { rows, broken } = await scoreFile(file, {
    onBrokenLine,
    onBroken: (line) => {
      if (onBrokenLine === 'skip') process.stderr.write(`r1-router: ${plainLine(describeBroken(line))} (skipped)\n`);
    },
  });
  if (json) for (const row of rows) process.stdout.write(`${jsonText(row)}\n`);
  else process.stdout.write(summary(rows));
  if (broken.length > 0)
    process.stderr.write(`r1-router: ${broken.length} broken lines skipped, ${rows.length} rows scored\n`);
}

const COLUMNS = ['recall', 'f1', 'em'] as const;
const HEADERS = ['F1-Recall', 'f1', 'exact match'];

/** A line a dataset, means of rows times 100 with 95% intervals. */
function summary(rows: readonly ScoredRow[]): string {
  const groups = Map.groupBy(rows, ({ dataset }) => dataset ?? '');
  const named: [string, readonly ScoredRow[]][] = [...groups].map(([name, own]) => [name || '(no dataset)', own]);
  if (named.length > 1) named.push(['all rows', rows]);
  const lines = [line(['', 'rows', ...HEADERS])];
  for (const [name, own] of named) {
    const cells = COLUMNS.map((column) => intervalText(bootstrapMean(own.map((row) => row[column]))));
    lines.push(line([name, String(own.length), ...cells]));
  }
  return `${lines.join('\n')}\n`;
}

function intervalText(interval: Interval | null): string {
  if (interval === null) return '-';
  const [mean, low, high] = [interval.mean, interval.low, interval.high].map((value) => (100 * value).toFixed(1));
  return `${mean} [${low},${high}]`;
}

function line([name = '', rows = '', ...cells]: readonly string[]): string {
  return `${name.padEnd(15)}${rows.padStart(5)}${cells.map((cell) => cell.padStart(20)).join('')}`.trimEnd();
}
