/**
 * The large volumes that the ordinary run samples: every mutated page, every kill. Runs the test files that know of
 * `R1_ROUTER_FULL` one after the other, goes on where an interrupted run stopped as long as the sources are the same, and writes
 * what happened to test/full-summary.json, which is committed.
 *
 *   npm run test:full
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const root = fileURLToPath(new URL('..', import.meta.url));
const stateFile = join(root, '.cache', 'test-full.json');
const summaryFile = join(root, 'test', 'full-summary.json');

const EntrySchema = z.object({
  file: z.string(),
  passed: z.number(),
  failed: z.number(),
  skipped: z.number(),
  seconds: z.number(),
});
type Entry = z.infer<typeof EntrySchema>;
const StateSchema = z.object({ sources: z.string(), entries: z.array(EntrySchema) });

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Results count for these very sources only. */
function sourcesHash(): string {
  const hash = createHash('sha256');
  for (const file of [...filesBelow('src', '.ts'), ...filesBelow('test', '.ts')]) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

function readState(sources: string): Entry[] {
  try {
    const state = StateSchema.parse(JSON.parse(readFileSync(stateFile, 'utf8')));
    return state.sources === sources ? state.entries : [];
  } catch {
    return [];
  }
}

const ReportSchema = z.object({ numPassedTests: z.number(), numFailedTests: z.number(), numPendingTests: z.number() });

function run(file: string): Entry {
  const report = join(root, '.cache', 'test-full-report.json');
  const began = performance.now();
  spawnSync(
    process.execPath,
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      file,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, R1_ROUTER_FULL: '1' } },
  );
  const { numPassedTests, numFailedTests, numPendingTests } = ReportSchema.parse(
    JSON.parse(readFileSync(report, 'utf8')),
  );
  const seconds = Math.round((performance.now() - began) / 1000);
  return { file, passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests, seconds };
}

mkdirSync(join(root, '.cache'), { recursive: true });
const sources = sourcesHash();
const entries = readState(sources);
const files = filesBelow('test', '.test.ts')
  .filter((file) => readFileSync(file, 'utf8').includes('R1_ROUTER_FULL'))
  .map((file) => file.slice(root.length).replaceAll('\\', '/'));
for (const file of files) {
  if (entries.some((entry) => entry.file === file && entry.failed === 0)) continue;
  const entry = run(file);
  entries.push(entry);
  writeFileSync(stateFile, JSON.stringify({ sources, entries }));
}
const latest = files.map((file) => entries.findLast((entry) => entry.file === file)!);
const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.versions.node}`;
writeFileSync(summaryFile, `${JSON.stringify({ sources, machine, files: latest }, null, 2)}\n`);
const failed = latest.reduce((sum, entry) => sum + entry.failed, 0);
console.log(`${latest.reduce((sum, entry) => sum + entry.passed, 0)} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
