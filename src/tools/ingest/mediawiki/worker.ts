/** Runs in a worker thread: the documents of a batch of pages, or of one block of a multistream dump. */
import { open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { messageOf } from '../../../common/errors.ts';
import type { KnowledgeDocument } from '../../document.ts';
import type { Modality } from '../../knowledge-base.ts';
import { createPageReader } from './pages.ts';
import { pageDocuments, type WikiPage } from './wikitext.ts';

/** seek-bzip has no types and is CommonJS. */
const { decode } = createRequire(import.meta.url)('seek-bzip') as { decode(input: Buffer): Buffer };

export type WorkerTask =
  | { kind: 'pages'; pages: WikiPage[]; modality: Modality }
  | { kind: 'block'; path: string; start: number; end: number; modality: Modality };

export interface WorkerResult {
  documents: KnowledgeDocument[];
  errors: { where: string; message: string }[];
}

function convert(page: WikiPage, modality: Modality, result: WorkerResult): void {
  try {
    result.documents.push(...pageDocuments(page, modality));
  } catch (error) {
    result.errors.push({ where: `page "${page.title}"`, message: messageOf(error) });
  }
}

async function readBlock(path: string, start: number, end: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const bytes = Buffer.alloc(end - start);
    await file.read(bytes, 0, bytes.length, start);
    return bytes;
  } finally {
    await file.close();
  }
}

export default async function run(task: WorkerTask): Promise<WorkerResult> {
  const result: WorkerResult = { documents: [], errors: [] };
  if (task.kind === 'pages') {
    for (const page of task.pages) convert(page, task.modality, result);
    return result;
  }
  const where = `${task.path} block at byte ${task.start}`;
  let xml: string;
  try {
    xml = decode(await readBlock(task.path, task.start, task.end)).toString('utf8');
  } catch (error) {
    result.errors.push({ where, message: messageOf(error) });
    return result;
  }
  // The last block holds the end of the document, which a fragment must not.
  const reader = createPageReader(where, { fragment: true });
  for (const { page, error } of [...reader.push(xml.replace(/<\/mediawiki>\s*$/, '')), ...reader.end()]) {
    if (page) convert(page, task.modality, result);
    else if (error) result.errors.push(error);
  }
  return result;
}
