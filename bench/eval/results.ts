/**
 * Makes the tables of docs/research/results.md anew:
 *
 *     node bench/eval/results.ts              every section this machine has the data for
 *     node bench/eval/results.ts small        only the small one, which the tests compare with a fresh run
 *
 * Each section stands between two marks in the file; a section whose data is not here stays as it was. Evaluations are kept
 * below node_modules/.cache, so that a killed run goes on.
 */
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { benchDataset, benchStore } from './results/bench-corpora.ts';
import { resultsSection, type SectionName } from './results/sections.ts';

const root = resolve(import.meta.dirname, '../..');
const FILE = join(root, 'docs/research/results.md');
const CACHE = join(root, 'node_modules/.cache/r1-router-results');
const SHARED = process.env.R1_ROUTER_SHARED_DATA ?? resolve(root, '../shared/data');

const only = process.argv[2] as SectionName | undefined;

async function replaceSection(name: SectionName, text: string): Promise<void> {
  const page = await readFile(FILE, 'utf8');
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const [before, rest] = page.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/research/results.md has no section "${name}"`);
  await writeFile(FILE, `${before}${start}\n${text}${end}${after}`);
  console.error(`docs/research/results.md: section "${name}" written`);
}

async function atlas(name: 'small' | 'atlas'): Promise<void> {
  if (only !== undefined && only !== name) return;
  await replaceSection(name, await resultsSection(name, { cache: CACHE }));
}

async function bench(): Promise<void> {
  if (only !== undefined && only !== 'bench') return;
  const folder = join(SHARED, 'bench');
  if (!existsSync(folder)) {
    console.error(`bench corpora: not on this machine (${folder}); their section stays as it was`);
    return;
  }
  const store = await benchStore(folder, join(CACHE, 'bench-store'));
  const dataset = await benchDataset(join(folder, 'questions.jsonl'));
  await replaceSection('bench', await resultsSection('bench', { cache: CACHE, store, dataset }));
}

if (process.env.R1_ROUTER_FRESH === '1') await rm(CACHE, { recursive: true, force: true });
await atlas('small');
await atlas('atlas');
await bench();
