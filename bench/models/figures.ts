/**
 * The figures of runs, without a word of their questions: `node bench/models/figures.ts NAME=ROWS.jsonl[,MORE.jsonl] ...` adds each to
 * bench/models/figures.json, in the place of an earlier one of that name.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { doneRows, type KitRow, summary } from './own-files.ts';

const FILE = fileURLToPath(new URL('figures.json', import.meta.url));

const known = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, unknown>) : {};
for (const argument of process.argv.slice(2)) {
  const [name = '', files = ''] = argument.split('=');
  const rows = files.split(',').flatMap((file) => doneRows<KitRow>(file));
  known[name] = {
    machine: `${cpus()[0]?.model.trim()}, ${cpus().length} cores, shared`,
    ...summary(rows),
    rows: rows.map(({ id, verdict, calls, tokens, seconds, invalid, repeats }) => {
      return { id, verdict, calls, tokens, seconds, invalid, repeats };
    }),
  };
}
const lines = JSON.stringify(known, null, 2).replace(/\{\s+"id"[\s\S]*?\n {6}\}/g, (row) => row.replace(/\s+/g, ' '));
writeFileSync(FILE, `${lines}\n`);
