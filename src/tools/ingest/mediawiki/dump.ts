/**
 * MediaWiki dumps as a source: `.xml`, `.xml.bz2`, and multistream `.bz2` with its index beside it
 * (`…-multistream.xml.bz2` and `…-multistream-index.txt.bz2` or `.txt`), where blocks are unpacked and parsed in parallel.
 */
import { createReadStream, existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import bz2 from 'unbzip2-stream';
import { messageOf, systemError } from '../../../common/errors.ts';
import type { Format, ReadOptions, SourceItem } from '../source.ts';
import { mapOrdered } from './ordered-pool.ts';
import { createPageReader, type PageItem } from './pages.ts';
import type { WorkerResult, WorkerTask } from './worker.ts';

/** Pages a task: enough to hide the hand-over, few enough to keep the order cheap. */
const PAGES_A_TASK = 32;
const PAGE_TIMEOUT = 30_000;

type Task = WorkerTask & { bytes: number; errors: SourceItem['errors'] };

/** The bytes of a file, unpacked where it is bz2. What came before damage is given before the damage is thrown. */
async function* unpacked(
  path: string,
  signal: AbortSignal | undefined,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: 1 << 18, signal });
  file.on('data', (chunk) => onBytes(chunk.length));
  if (!path.endsWith('.bz2')) {
    yield* file;
    return;
  }
  // The unpacker is a stream of the oldest kind: it closes before its data is read, and pauses only for a pipe.
  const unpacker = bz2();
  const output = new PassThrough({ highWaterMark: 1 << 20 });
  let failure: unknown;
  const fail = (error: unknown) => {
    failure ??= error;
    output.end();
  };
  file.on('error', fail);
  unpacker.on('error', fail);
  file.pipe(unpacker).pipe(output);
  try {
    yield* output;
  } finally {
    file.destroy();
  }
  if (failure) throw failure;
}

/** Items with their pages gathered into tasks; errors ride on the task after them, so that nothing is lost or reordered. */
async function* pageTasks(path: string, options: ReadOptions): AsyncGenerator<Task> {
  let bytes = 0;
  const reader = createPageReader(path);
  const decoder = new TextDecoder('utf-8');
  let open: Task & { kind: 'pages' } = { kind: 'pages', pages: [], modality: options.modality, bytes: 0, errors: [] };
  const full = function* (items: PageItem[]): Generator<Task> {
    for (const { page, error } of items) {
      if (error) open.errors.push(error);
      if (page) open.pages.push(page);
      if (open.pages.length + open.errors.length < PAGES_A_TASK) continue;
      yield { ...open, bytes };
      open = { kind: 'pages', pages: [], modality: options.modality, bytes: 0, errors: [] };
    }
  };
  try {
    for await (const chunk of unpacked(path, options.signal, (count) => {
      bytes += count;
    })) {
      yield* full(reader.push(decoder.decode(chunk, { stream: true })));
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    open.errors.push({ where: path, message: `the dump cannot be unpacked further: ${messageOf(error)}` });
  }
  yield* full(reader.end());
  if (open.pages.length + open.errors.length > 0) yield { ...open, bytes };
}

/** The index beside a multistream dump, where there is one. */
export function indexOf(path: string): string | undefined {
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
  for await (const chunk of unpacked(index, signal, () => {})) {
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
    yield { kind: 'block', path, start, end, modality: options.modality, bytes: end, errors: [] };
  }
}

/** Page by page after a batch failed, so that one bad page costs one page. */
async function oneByOne(task: Task, error: unknown, run: (task: Task) => Promise<WorkerResult>): Promise<WorkerResult> {
  const result: WorkerResult = { documents: [], errors: [] };
  if (task.kind === 'block') {
    return { ...result, errors: [{ where: `${task.path} block at byte ${task.start}`, message: messageOf(error) }] };
  }
  for (const page of task.pages) {
    try {
      const single = await run({ ...task, pages: [page] });
      result.documents.push(...single.documents);
      result.errors.push(...single.errors);
    } catch (reason) {
      const message =
        reason instanceof Error && reason.name === 'AbortError'
          ? `not parsed within ${PAGE_TIMEOUT / 1000} s`
          : messageOf(reason);
      result.errors.push({ where: `page "${page.title}"`, message });
    }
  }
  return result;
}

async function* skipped(tasks: AsyncIterable<Task>, count: number): AsyncGenerator<Task> {
  let position = 0;
  for await (const task of tasks) if (position++ >= count) yield task;
}

async function* items(path: string, options: ReadOptions): AsyncGenerator<SourceItem> {
  const index = indexOf(path);
  const tasks = index ? blockTasks(path, index, options) : pageTasks(path, options);
  const results = mapOrdered<Task, WorkerResult>(skipped(tasks, options.skip), {
    module: './worker',
    base: import.meta.url,
    workers: Math.max(1, options.workers),
    timeoutMilliseconds: PAGE_TIMEOUT,
    onFailure: oneByOne,
    signal: options.signal,
  });
  for await (const { task, result } of results) {
    yield { documents: result.documents, errors: [...task.errors, ...result.errors], bytes: task.bytes };
  }
}

export const mediawikiFormat: Format = {
  name: 'mediawiki',
  extensions: ['.xml', '.xml.bz2', '.bz2'],
  modalities: ['text', 'table'],
  items,
};
