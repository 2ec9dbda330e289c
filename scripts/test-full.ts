/**
 * The large volumes that the ordinary run samples: every mutated page, every kill. Runs the test files that know of
 * `R1_ROUTER_FULL` one after the other, goes on where an interrupted run stopped as long as the sources are the same (a file that
 * failed is run again), and writes what happened to .cache/test-full-summary.json.
 *
 *   npm run test:full
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Entry, EntrySchema, entryOf } from './full-entry.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const stateFile = join(root, '.cache', 'test-full.json');
const summaryFile = join(root, '.cache', 'test-full-summary.json');

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

function run(file: string): Entry {
  const report = join(root, '.cache', 'test-full-report.json');
  // The one of the file before, which this run may not come to replace.
  rmSync(report, { force: true });
  const began = performance.now();
  const { status, signal } = spawnSync(
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
  const seconds = Math.round((performance.now() - began) / 1000);
  return entryOf(file, {
    report: existsSync(report) ? readFileSync(report, 'utf8') : undefined,
    status,
    signal,
    seconds,
  });
}

mkdirSync(join(root, '.cache'), { recursive: true });
const sources = sourcesHash();
const entries = readState(sources);
const files = filesBelow('test', '.test.ts')
  .filter((file) => readFileSync(file, 'utf8').includes('R1_ROUTER_FULL'))
  .map((file) => file.slice(root.length).replaceAll('\\', '/'));
for (const file of files) {
  if (entries.some((entry) => entry.file === file && entry.reason === undefined)) continue;
  const entry = run(file);
  entries.push(entry);
  writeFileSync(stateFile, JSON.stringify({ sources, entries }));
}
const latest = files.map((file) => entries.findLast((entry) => entry.file === file)!);
const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.versions.node}`;
writeFileSync(summaryFile, `${JSON.stringify({ sources, machine, files: latest }, null, 2)}\n`);
const failed = latest.filter((entry) => entry.reason !== undefined);
for (const { file, reason } of failed) console.log(`FAILED ${file}: ${reason}`);
console.log(`${latest.reduce((sum, entry) => sum + entry.passed, 0)} passed, ${failed.length} files failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
