/**
 * Peak resident memory of reading a wiki dump of growing size, each in a process of its own, on generated dumps:
 *
 *   node bench/wiki/memory.ts [--megabytes 10,100,1000] [--workers 1] [--store] [--modality text]
 *
 * Without `--store` articles are read and thrown away: what streaming costs. With it they go into an embedded store, whose indexes
 * live in memory and grow with what is in them; the raw postings are printed beside.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openSources } from '../../src/tools/ingest/open-sources.ts';
import type { Modality } from '../../src/tools/knowledge-base.ts';

const BYTES_A_PAGE = 2830;
const { values: flags } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '10,100,1000' },
    workers: { type: 'string', default: '1' },
    store: { type: 'boolean', default: false },
    modality: { type: 'string', default: 'text' },
    dump: { type: 'string' },
  },
});
const workers = Number(flags.workers);
const modality: Modality = flags.modality === 'table' ? 'table' : 'text';

async function read(dump: string): Promise<number> {
  const [source] = await openSources([dump], { modality });
  let documents = 0;
  for await (const item of source!.items({ skip: 0, workers })) documents += item.documents.length;
  return documents;
}

/** What it needs beside reading is loaded here, so that reading is measured by itself. */
async function ingest(dump: string, folder: string): Promise<number> {
  const { ingestSources } = await import('../../src/tools/ingest/job.ts');
  const { openStore } = await import('../../src/tools/open.ts');
  const { createKnowledgeBase } = await import('../../src/tools/store-knowledge-base.ts');
  const { store, close } = await openStore(join(folder, 'store'), { readOnly: false });
  const card = { name: 'wiki', description: 'Generated articles.', modality };
  const knowledgeBase = await createKnowledgeBase({ store, card });
  const report = await ingestSources({ knowledgeBase, sources: await openSources([dump], { modality }), workers });
  await close();
  return report.documents;
}

async function measure(dump: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-wiki-store-'));
  const start = performance.now();
  try {
    const documents = await (flags.store ? ingest(dump, folder) : read(dump));
    const seconds = (performance.now() - start) / 1000;
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    const size = `${(statSync(dump).size / 1e6).toFixed(0)} MB`;
    const processor = (userCPUTime + systemCPUTime) / 1e6;
    console.log(
      `${size.padStart(8)}  ${documents} documents  peak ${(maxRSS / 1024).toFixed(0)} MiB  ` +
        `${(documents / seconds).toFixed(0)} documents/s, ${(documents / processor).toFixed(0)} a second of CPU`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(script: string, args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, [script, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${script} failed`);
}

if (flags.dump) {
  await measure(flags.dump);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'bench-wiki-dump-'));
  const dump = join(folder, 'dump.xml');
  try {
    for (const megabytes of flags.megabytes.split(',').map(Number)) {
      const pages = Math.round((megabytes * 1e6) / BYTES_A_PAGE);
      const maker = fileURLToPath(new URL('../../scripts/wiki/make-dump.ts', import.meta.url));
      run(maker, ['--pages', String(pages), '--out', dump]);
      run(fileURLToPath(import.meta.url), [...process.argv.slice(2), '--dump', dump]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
