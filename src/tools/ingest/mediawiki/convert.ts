/** The documents of a chunk of pages, or of one block of a multistream dump: what the threads of a dump do. */
import { open } from 'node:fs/promises';
import { messageOf } from '../../../common/errors.ts';
import { packageRequire } from '../../../common/package-files.ts';
import type { Modality } from '../../knowledge-base.ts';
import { type PageItem, readPages } from './pages.ts';
import type { TaskResult } from './result.ts';
import { pageDocuments, type WikiPage } from './wikitext.ts';

/** seek-bzip has no types and is CommonJS. */
const decode = (input: Buffer): Buffer =>
  (packageRequire()('seek-bzip') as { decode(input: Buffer): Buffer }).decode(input);

export type PageTask =
  /** XML from `start` to `end` of shared bytes, where the dump is at `line`. */
  | { kind: 'pages'; path: string; bytes: Uint8Array; start: number; end: number; line: number; modality: Modality }
  /** A block of a multistream dump, packed. */
  | { kind: 'block'; path: string; start: number; end: number; modality: Modality };

function convert(page: WikiPage, modality: Modality, result: TaskResult): void {
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

function textOf({ bytes, start, end }: { bytes: Uint8Array; start: number; end: number }): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}

export async function convertTask(task: PageTask): Promise<TaskResult> {
  const result: TaskResult = { documents: [], errors: [] };
  let items: PageItem[];
  if (task.kind === 'pages') {
    items = readPages(textOf(task), { name: task.path, line: task.line });
  } else {
    const name = `${task.path} block at byte ${task.start}`;
    try {
      const xml = decode(await readBlock(task.path, task.start, task.end)).toString('utf8');
      items = readPages(xml, { name, line: 1 });
    } catch (error) {
      return { documents: [], errors: [{ where: name, message: messageOf(error) }] };
    }
  }
  for (const { page, error } of items) {
    if (page) convert(page, task.modality, result);
    else if (error) result.errors.push(error);
  }
  return result;
}
