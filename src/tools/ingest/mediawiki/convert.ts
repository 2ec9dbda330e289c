/** The documents of a chunk of pages, or of one block of a multistream dump: what the threads of a dump do. */
import { open } from 'node:fs/promises';
import { messageOf } from '../../../common/errors.ts';
import type { KnowledgeDocument } from '../../document.ts';
import type { Modality } from '../../knowledge-base.ts';
import { bunzipBytes } from './bunzip.ts';
import { createChunkBuffers, pageChunks, readFrom } from './page-chunks.ts';
import { type PageItem, readPages } from './pages.ts';
import type { TaskResult } from './result.ts';
import { type WikiPage, wikitextToText } from './wikitext.ts';

export type PageTask =
  /** XML from `start` to `end` of shared bytes, where the dump is at `line`. */
  | { kind: 'pages'; path: string; bytes: Uint8Array; start: number; end: number; line: number; modality: Modality }
  /** A block of a multistream dump, packed. */
  | { kind: 'block'; path: string; start: number; end: number; modality: Modality };

type Convert = (page: WikiPage) => KnowledgeDocument[];

function textDocument(page: WikiPage): KnowledgeDocument[] {
  const text = wikitextToText(page);
  return text === '' ? [] : [{ id: page.id, title: page.title, text }];
}

/** Tables need a parser of HTML beside. */
async function converterFor(modality: Modality): Promise<Convert> {
  return modality === 'table' ? (await import('./page-tables.ts')).wikitextToTables : textDocument;
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

/** The pages of a packed block, in bounded memory whatever it unpacks to. */
async function readBlockPages(packed: Uint8Array, name: string, take: (item: PageItem) => void): Promise<void> {
  const buffers = createChunkBuffers();
  for await (const { bytes, length, line, errors } of pageChunks(name, readFrom(bunzipBytes(packed)), buffers)) {
    for (const error of errors) take({ error });
    for (const item of readPages(textOf({ bytes, start: 0, end: length }), { name, line })) take(item);
    buffers.release(bytes);
  }
}

export async function convertTask(task: PageTask): Promise<TaskResult> {
  const result: TaskResult = { documents: [], errors: [] };
  const convert = await converterFor(task.modality);
  const take = ({ page, error }: PageItem) => {
    if (error) result.errors.push(error);
    if (!page) return;
    try {
      result.documents.push(...convert(page));
    } catch (cause) {
      result.errors.push({ where: `page "${page.title}"`, message: messageOf(cause) });
    }
  };
  if (task.kind === 'pages') {
    for (const item of readPages(textOf(task), { name: task.path, line: task.line })) take(item);
    return result;
  }
  const name = `${task.path} block at byte ${task.start}`;
  try {
    await readBlockPages(await readBlock(task.path, task.start, task.end), name, take);
  } catch (error) {
    result.errors.push({ where: name, message: messageOf(error) });
  }
  return result;
}
