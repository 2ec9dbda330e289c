/**
 * Wiki ingestion beside wikiextractor on the same dump, generated or given: agreement of the text (token F1 a page, lists set apart because
 * wikiextractor drops them) and pages a second of one core, that is of CPU time of all threads and processes, starting included.
 * Needs Python with `pip install wikiextractor`.
 *
 *   node bench/wiki/compare.ts [--pages 3000 | --dump FILE] [--rounds 3] [--python python3]
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { dump as readDump } from '../../src/tools/ingest/mediawiki/dump.ts';

const { values } = parseArgs({
  options: {
    pages: { type: 'string', default: '3000' },
    python: { type: 'string', default: 'python3' },
    dump: { type: 'string' },
    rounds: { type: 'string', default: '3' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'r1-wiki-bench-'));
const dump = values.dump ?? join(folder, 'dump.xml');
const run = (command: string, args: string[]) => {
  const result = spawnSync(command, args, { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${result.stderr || result.error}`);
  return result.stdout;
};
if (!values.dump) {
  const maker = fileURLToPath(new URL('../../scripts/wiki/make-dump.ts', import.meta.url));
  run(process.execPath, [maker, '--pages', values.pages, '--out', dump]);
}

const median = (numbers: number[]) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;
const ours = new Map<string, string>();
const ourSeconds: number[] = [];
const theirSeconds: number[] = [];
/** Runs the arguments and prints the CPU seconds of that process and its children. */
const TIMED = `import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime)
sys.exit(code)`;
for (let round = 0; round < Number(values.rounds); round++) {
  const before = process.cpuUsage();
  for await (const item of readDump(dump, {
    modality: 'text',
    root: folder,
    stem: '',
    skip: 0,
    workers: 1,
  })) {
    for (const document of item.documents) if ('text' in document) ours.set(document.id, document.text);
  }
  const { user, system } = process.cpuUsage(before);
  ourSeconds.push((user + system) / 1e6);
  const used = run(values.python, [
    '-c',
    TIMED,
    values.python,
    '-m',
    'wikiextractor.WikiExtractor',
    '--no-templates',
    '--processes',
    '1',
    '-q',
    '--json',
    '-o',
    join(folder, 'out'),
    dump,
  ]);
  theirSeconds.push(Number(used.trim().split('\n').at(-1)));
}

const tokens = (text: string) => text.replaceAll('&amp;', '&').match(/[\p{L}\p{N}]+/gu) ?? [];
function tokenF1(a: string[], b: string[]): number {
  const left = new Map<string, number>();
  for (const token of a) left.set(token, (left.get(token) ?? 0) + 1);
  let common = 0;
  for (const token of b) {
    const count = left.get(token) ?? 0;
    if (count > 0) common++;
    left.set(token, count - 1);
  }
  return a.length + b.length === 0 ? 1 : (2 * common) / (a.length + b.length);
}
const scores: number[] = [];
for (const file of globSync(join(folder, 'out', '*', '*'))) {
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    const page = JSON.parse(line) as { id: string; text: string };
    const prose = (ours.get(page.id) ?? '')
      .split('\n')
      .filter((row) => !row.startsWith('- '))
      .join('\n');
    scores.push(tokenF1(tokens(page.text), tokens(prose)));
  }
}
rmSync(folder, { recursive: true, force: true });
const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
console.log(
  JSON.stringify({
    pages: scores.length,
    meanTokenF1: mean,
    medianTokenF1: median(scores),
    pagesASecondOfCpu: scores.length / median(ourSeconds),
    wikiextractorPagesASecondOfCpu: scores.length / median(theirSeconds),
    ratio: median(theirSeconds) / median(ourSeconds),
  }),
);
