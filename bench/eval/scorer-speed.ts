/**
 * How fast answers are scored, side by side with the same steps in Python on nltk, on the same rows:
 *
 *     node bench/eval/scorer-speed.ts [rows.jsonl]        (R1_ROUTER_PYTHON names a Python that has nltk)
 *
 * Rows are `{prediction, answer}`; without a file the committed fixture is repeated. Where Python or nltk is missing only our
 * own rate is printed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseKeepingNumbers } from '../../src/eval/datasets/jsonl.ts';
import { goldsOf } from '../../src/eval/datasets/raw-golds.ts';
import { type AnswerScore, f1Recall, type Gold } from '../../src/eval/metrics/f1-recall.ts';

interface Row {
  prediction: string;
  answer: unknown;
}

const root = join(import.meta.dirname, '../..');

function readRows(file: string | undefined): Row[] {
  const path = file ?? join(root, 'test/eval/fixtures/f1-recall.jsonl');
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const { prediction, answer, golds } = parseKeepingNumbers(line) as Row & { golds?: unknown };
    return { prediction, answer: answer ?? golds };
  });
}

/** Seconds and scores of one pass over the rows, as the runner would make it: golds converted, nothing prepared. */
function scoreAll(rows: readonly Row[]): { seconds: number; scores: AnswerScore[] } {
  const start = performance.now();
  const scores = rows.map(({ prediction, answer }) => f1Recall(prediction, goldsOf(answer) as Gold[]));
  return { seconds: (performance.now() - start) / 1000, scores };
}

interface PythonResult {
  seconds: number;
  nltk: string;
  scores: [number, number, number][];
}

function scoreInPython(rows: readonly Row[]): PythonResult | string {
  const folder = mkdtempSync(join(tmpdir(), 'r1-router-speed-'));
  try {
    const file = join(folder, 'rows.jsonl');
    writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const script = join(import.meta.dirname, 'reference_steps.py');
    const table = join(root, 'src/eval/metrics/f1-recall.ts');
    const python = process.env.R1_ROUTER_PYTHON ?? 'python3';
    const { status, stdout, stderr, error } = spawnSync(python, [script, file, table], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    if (error || status !== 0) return `not measured: ${error?.message ?? stderr.trim().split('\n').at(-1)}`;
    return JSON.parse(stdout) as PythonResult;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const some = readRows(process.argv[2]);
const rows = Array.from({ length: 10_000 }, (_, index) => some[index % some.length]!);
const first = scoreAll(rows); // cold: what a command pays
const warm = Math.min(...Array.from({ length: 5 }, () => scoreAll(rows).seconds));
const rate = (seconds: number) => `${Math.round(rows.length / seconds).toLocaleString('en')} rows/s`;
console.log(
  `this package   first pass ${first.seconds.toFixed(3)} s (${rate(first.seconds)}), best of five ${warm.toFixed(3)} s (${rate(warm)})`,
);

// Python is slow on ranges: a tenth of the rows tells its rate.
const subset = rows.slice(0, 1000);
const python = scoreInPython(subset);
if (typeof python === 'string') console.log(`python         ${python}`);
else {
  const own = first.scores.slice(0, subset.length);
  const apart = python.scores.filter(([precision, recall, f1], index) => {
    const score = own[index]!;
    return (
      Math.max(Math.abs(score.precision - precision), Math.abs(score.recall - recall), Math.abs(score.f1 - f1)) > 1e-9
    );
  }).length;
  const pythonRate = subset.length / python.seconds;
  console.log(
    `python         ${python.seconds.toFixed(3)} s for ${subset.length} rows (${Math.round(pythonRate).toLocaleString('en')} rows/s), nltk ${python.nltk}`,
  );
  console.log(
    `ratio          ${(rows.length / first.seconds / pythonRate).toFixed(1)} times on the first pass; ${apart} of ${subset.length} scores differ`,
  );
}
