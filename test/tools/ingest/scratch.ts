/** A folder for the files of a test, removed after all of them, and a knowledge base in memory. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { ingestSources, type JobReport } from '../../../src/tools/ingest/job.ts';
import { openSources } from '../../../src/tools/ingest/open-sources.ts';
import type { Modality } from '../../../src/tools/knowledge-base.ts';
import { createKnowledgeBase, type StoreKnowledgeBase } from '../../../src/tools/store-knowledge-base.ts';
import { openLocalQdrant } from '../../../src/tools/stores/local-qdrant/index.ts';

export async function scratch() {
  const folder = await mkdtemp(join(tmpdir(), 'r1-ingest-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return {
    folder,
    /** Writes a file, with the folders above it; returns its path. */
    async file(name: string, content: string | Uint8Array): Promise<string> {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
      return path;
    },
  };
}

export interface Filled {
  knowledgeBase: StoreKnowledgeBase;
  ingest(paths: string[], options?: { duplicates?: 'skip' | 'keep' }): Promise<JobReport>;
  /** Every stored document by its id: the text, or the rows. */
  stored(): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export async function emptyKnowledgeBase(modality: Modality = 'text'): Promise<Filled> {
  const store = await openLocalQdrant({ location: ':memory:' });
  const card = { name: 'docs', description: 'Documents.', modality };
  const knowledgeBase = await createKnowledgeBase({ store, card });
  return {
    knowledgeBase,
    ingest: async (paths, options) =>
      ingestSources({ knowledgeBase, sources: await openSources(paths, { modality }), ...options }),
    async stored() {
      const found: [string, unknown][] = [];
      for await (const document of knowledgeBase.documents()) {
        found.push([document.id, 'rows' in document ? document.rows : document.text]);
      }
      return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
    },
    close: () => store.close(),
  };
}
