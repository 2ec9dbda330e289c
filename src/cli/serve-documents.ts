/** What `serve --allow-uploads` does with files: ingests them into the store as `ingest` does, then opens the router anew. */
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { cacheDirectory } from '../common/cache-directory.ts';
import { sha256 } from '../common/content-hash.ts';
import { userError } from '../common/errors.ts';
import type { DocumentStore } from '../server/document-store.ts';
import { ingestSources, type JobReport } from '../tools/ingest/job.ts';
import { openSources } from '../tools/ingest/open-sources.ts';
import { isServerLocation, openStore } from '../tools/open.ts';
import { findKnowledgeBase, openTarget } from './ingest-target.ts';

const PICTURES: ReadonlySet<string> = new Set(['.png', '.jpg', '.jpeg', '.webp']);

/** Where the pictures that were uploaded into a knowledge base stay, to be shown. */
export function picturesOf(store: string, knowledgeBase: string): string {
  return join(uploadsOf(store, knowledgeBase), 'pictures');
}

function uploadsOf(store: string, knowledgeBase: string): string {
  const place = isServerLocation(store) ? store : resolve(store);
  return join(cacheDirectory(), 'uploads', sha256(JSON.stringify([place, knowledgeBase])).slice(0, 24));
}

export function documentStore({ store, onStored }: { store: string; onStored: () => Promise<void> }): DocumentStore {
  return {
    async ingest({ knowledgeBase: name, description, modality: given }, folder, { signal, onProgress }) {
      const modality = given ?? (await findKnowledgeBase(store, name))?.modality;
      if (modality === undefined) {
        throw userError('missing-modality', `modality: "${name}" is new; say text, text-image or table`);
      }
      const uploads = uploadsOf(store, name);
      // Always the same place: a file that is uploaded again replaces its documents.
      const files = join(uploads, 'files');
      await rm(files, { recursive: true, force: true });
      await mkdir(dirname(files), { recursive: true });
      await cp(folder, files, { recursive: true });
      try {
        const sources = await openSources([files], { modality });
        const target = { kb: name, modality, description, store };
        const { knowledgeBase, close } = await openTarget(() => openStore(store, { readOnly: false }), target);
        try {
          await knowledgeBase.markFilling(true);
          const report = await ingestSources({ knowledgeBase, sources, signal, onProgress, onReading: onProgress });
          await knowledgeBase.markFilling(false);
          await keepPictures(files, picturesOf(store, name));
          return withoutFolder(report, files);
        } finally {
          await close();
        }
      } finally {
        await rm(files, { recursive: true, force: true });
        await onStored();
      }
    },
  };
}

async function keepPictures(files: string, pictures: string): Promise<void> {
  for (const name of await readdir(files)) {
    if (!PICTURES.has(extname(name).toLowerCase())) continue;
    await mkdir(pictures, { recursive: true });
    await cp(join(files, name), join(pictures, name));
  }
}

/** Clients know their files by name, and nothing of where they lay here. */
function withoutFolder(report: JobReport, folder: string): JobReport {
  const bare = (text: string) => text.replaceAll(join(folder, '/'), '').replaceAll(folder, 'the upload');
  const told = <Entry extends { where: string; message: string }>(entry: Entry): Entry => ({
    ...entry,
    where: bare(entry.where),
    message: bare(entry.message),
  });
  return { ...report, errors: report.errors.map(told), notes: report.notes.map(told) };
}
