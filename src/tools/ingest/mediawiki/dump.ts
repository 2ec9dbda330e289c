/**
 * MediaWiki dumps as a source: `.xml`, `.xml.bz2`, and multistream `.bz2` with its index beside it
 * (`…-multistream.xml.bz2` and `…-multistream-index.txt.bz2` or `.txt`), where blocks are unpacked and parsed in parallel.
 */
import { createReadStream, existsSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { messageOf, systemError } from '../../../common/errors.ts';
import { threadModule } from '../../../common/thread.ts';
import type { ReadOptions, SourceItem } from '../source.ts';
import { bunzip } from './bunzip.ts';
import type { PageTask } from './convert.ts';
import { mapOrdered, TaskTimeoutError } from './ordered-pool.ts';
import {
  type ChunkBuffers,
  createChunkBuffers,
  PAGE_END,
  pageChunks,
  type ReadBytes,
  readFrom,
} from './page-chunks.ts';
import { packResult, type TaskResult, unpackResult } from './result.ts';

const PAGE_TIMEOUT = 30_000;

/** `position`: bytes of the dump read up to the end of the task. */
type Task = PageTask & { position: number; errors: SourceItem['errors'] };

/** The unpacked bytes of a bz2 file. What came before damage is given before the damage is thrown. */
function unpacked(
  path: string,
  signal: AbortSignal | undefined,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<Uint8Array> {
  async function* packed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18, signal })) {
      onBytes((chunk as Buffer).length);
      yield chunk as Buffer;
    }
  }
  return bunzip(packed());
}

/** How far the dump was read, in its own bytes, beside a function that reads it. */
async function openBytes(path: string, signal: AbortSignal | undefined) {
  const position = { bytes: 0 };
  if (/\.bz2$/i.test(path)) {
    const chunks = unpacked(path, signal, (count) => {
      position.bytes += count;
    });
    return { position, read: readFrom(chunks), close: () => chunks.return(undefined) };
  }
  const file = await open(path);
  // A read may give less than asked for before the end.
  const read: ReadBytes = async (target) => {
    let count = 0;
    for (let got = -1; got !== 0 && count < target.length; count += got) {
      ({ bytesRead: got } = await file.read(target, count, target.length - count));
    }
    position.bytes += count;
    return count;
  };
  return { position, read, close: () => file.close() };
}

async function* pageTasks(path: string, buffers: ChunkBuffers, options: ReadOptions): AsyncGenerator<Task> {
  const { modality, signal } = options;
  const { position, read, close } = await openBytes(path, signal);
  try {
    for await (const { bytes, length, line, errors } of pageChunks(path, read, buffers)) {
      signal?.throwIfAborted();
      const chunk = { path, bytes, start: 0, end: length, line, modality };
      yield { kind: 'pages', ...chunk, position: position.bytes, errors };
    }
  } finally {
    await close();
  }
}

/** The index beside a multistream dump, where there is one. */
function indexOf(path: string): string | undefined {
  const match = /^(.*multistream\d*)(\.xml[^/\\]*)?\.bz2$/.exec(path);
  if (!match) return undefined;
  const [, stem, middle = ''] = match;
  const part = middle.replace(/^\.xml/, '');
  return [`${stem}-index.txt${part}.bz2`, `${stem}-index.txt${part}`].find((candidate) => existsSync(candidate));
}

async function blockOffsets(index: string, signal: AbortSignal | undefined): Promise<number[]> {
  const offsets: number[] = [];
  let rest = '';
  const take = (line: string) => {
    const offset = Number.parseInt(line, 10);
    if (Number.isInteger(offset) && offset !== offsets.at(-1)) offsets.push(offset);
  };
  const chunks = index.endsWith('.bz2') ? unpacked(index, signal) : createReadStream(index, { signal });
  for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
    const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  }
  if (rest !== '') take(rest);
  return offsets;
}

async function* blockTasks(path: string, index: string, options: ReadOptions): AsyncGenerator<Task> {
  const { size } = await stat(path);
  const offsets = await blockOffsets(index, options.signal);
  if (offsets.length === 0) {
    throw systemError(
      'source-corrupt',
      `${index}: the multistream index names no block; remove it to read the dump as one stream`,
    );
  }
  for (const [position, start] of offsets.entries()) {
    const end = offsets[position + 1] ?? size;
    yield { kind: 'block', path, start, end, modality: options.modality, position: end, errors: [] };
  }
}

/** The pages of a chunk as tasks of their own, each from the end of the one before. */
function* singlePages(task: Task & { kind: 'pages' }): Generator<{ page: Task; title: string }> {
  const chunk = Buffer.from(task.bytes.buffer, task.bytes.byteOffset, task.end);
  let { start, line } = task;
  while (start < task.end) {
    const next = chunk.indexOf(PAGE_END, start);
    const end = next < 0 ? task.end : next + PAGE_END.length;
    const xml = chunk.toString('utf8', start, end);
    yield { page: { ...task, start, end, line }, title: /<title>([^<]*)/.exec(xml)?.[1] ?? '' };
    line += xml.split('\n').length - 1;
    start = end;
  }
}

/** Page by page after a chunk failed, so that one bad page costs one page. */
async function oneByOne(task: Task, error: unknown, run: (task: Task) => Promise<Uint8Array>): Promise<Uint8Array> {
  const result: TaskResult = { documents: [], errors: [] };
  if (task.kind === 'block') {
    result.errors.push({ where: `${task.path} block at byte ${task.start}`, message: messageOf(error) });
    return packResult(result);
  }
  for (const { page, title } of singlePages(task)) {
    try {
      const single = unpackResult(await run(page));
      result.documents.push(...single.documents);
      result.errors.push(...single.errors);
    } catch (reason) {
      const late = reason instanceof TaskTimeoutError;
      const message = late ? `not parsed within ${PAGE_TIMEOUT / 1000} s` : messageOf(reason);
      result.errors.push({ where: `page "${title}"`, message });
    }
  }
  return packResult(result);
}

export async function* dump(path: string, options: ReadOptions): AsyncGenerator<SourceItem> {
  const index = indexOf(path);
  const buffers = createChunkBuffers();
  const release = (task: Task) => {
    if (task.kind === 'pages') buffers.release(task.bytes);
  };
  async function* afterSkipped(tasks: AsyncIterable<Task>): AsyncGenerator<Task> {
    let count = 0;
    for await (const task of tasks) {
      if (count++ >= options.skip) yield task;
      else release(task);
    }
  }
  const tasks = index ? blockTasks(path, index, options) : pageTasks(path, buffers, options);
  const results = mapOrdered<Task>(afterSkipped(tasks), {
    module: threadModule(import.meta.url, './worker'),
    workers: Math.max(1, options.workers),
    timeoutMilliseconds: PAGE_TIMEOUT,
    onFailure: oneByOne,
    signal: options.signal,
  });
  for await (const { task, result: bytes } of results) {
    release(task);
    const result = unpackResult(bytes);
    yield {
      documents: result.documents,
      errors: [...task.errors, ...result.errors],
      ownIds: true,
      bytes: task.position,
    };
  }
}
