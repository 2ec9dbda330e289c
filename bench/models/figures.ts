/**
 * The figures of runs, without a word of their questions: `node bench/models/figures.ts NAME=ROWS.jsonl[,MORE.jsonl] ...` adds each to
 * bench/models/figures.json, in the place of an earlier one of that name. Rows of two systems side by side become one entry each.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { doneRows, type KitRow, summary } from './own-files.ts';

type Row = KitRow & { fault?: string; system?: string };

const FILE = fileURLToPath(new URL('figures.json', import.meta.url));

const known = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, unknown>) : {};
for (const argument of process.argv.slice(2)) {
  const [name = '', files = ''] = argument.split('=');
  const rows = files.split(',').flatMap((file) => doneRows<Row>(file));
  for (const [system, own] of Object.entries(Object.groupBy(rows, ({ system }) => system ?? ''))) {
    known[system === '' ? name : `${name}, ${system}`] = figuresOf(own ?? []);
  }
}

function figuresOf(rows: readonly Row[]) {
  const faults = Object.groupBy(
    rows.filter(({ fault }) => fault !== undefined),
    ({ fault }) => fault!,
  );
  return {
    machine: `${cpus()[0]?.model.trim()}, ${cpus().length} cores, shared`,
    // Another system than ours has no replies that could be invalid for us.
    ...(rows.some(({ system }) => system) ? without(summary(rows), ['invalid', 'repeats']) : summary(rows)),
    ...(Object.keys(faults).length > 0 && {
      faults: Object.fromEntries(Object.entries(faults).map(([fault, list]) => [fault, list?.length])),
    }),
    rows: rows.map(({ id, verdict, fault, calls, tokens, seconds, invalid, repeats }) => {
      return { id, verdict, fault, calls, tokens, seconds, invalid, repeats };
    }),
  };
}

function without<Value extends object>(value: Value, keys: readonly string[]): Partial<Value> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key))) as Partial<Value>;
}

const lines = JSON.stringify(known, null, 2).replace(/\{\s+"id"[\s\S]*?\n {6}\}/g, (row) => row.replace(/\s+/g, ' '));
writeFileSync(FILE, `${lines}\n`);
