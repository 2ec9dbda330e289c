/**
 * Sources into a knowledge base, as one long job: streamed in bounded memory, with progress and time left, errors collected and
 * never fatal, and resumable. Documents go in slices; a slice is acknowledged by the store before the cursor moves past it, so
 * that a kill at any moment loses nothing and leaves nothing half done.
 */
import { messageOf } from '../../common/errors.ts';
import type { KnowledgeBase } from '../knowledge-base.ts';
import { dropCursor, fingerprintOf, readCursor, writeCursor } from './cursor.ts';
import { createIdentity, type Series } from './identity.ts';
import { createReport, type Finding, type JobReport } from './job-report.ts';
import { createSlice } from './slice.ts';
import type { Source } from './source.ts';

/** Milliseconds between two words on how the reading goes. */
const READING_PACE = 250;

export interface JobProgress {
  /** Bytes of the sources read, and in all. */
  bytes: number;
  totalBytes: number;
  documents: number;
  /** A second, over the whole job. */
  rate: number;
  /** Undefined until there is something to reckon with. */
  secondsLeft: number | undefined;
}

export type { Finding, JobReport } from './job-report.ts';

export interface IngestJobOptions {
  knowledgeBase: KnowledgeBase;
  sources: readonly Source[];
  /** Where the position is kept; without it an interrupted job reads its sources from the start again. */
  cursorFile?: string;
  /** Worker threads for formats that can use them. */
  workers?: number;
  duplicates?: 'skip' | 'keep';
  signal?: AbortSignal;
  /** After every slice that is stored. */
  onProgress?: (progress: JobProgress) => void;
  /** While files are read, some times a second. */
  onReading?: (progress: JobProgress) => void;
  onError?: (error: { where: string; message: string }) => void;
  /** Every error and note, however many. */
  onFinding?: (finding: Finding) => void;
}

/** What a slice met on its way into the store, so that it is not taken for the trouble of the file that is read. */
class StoreFailure extends Error {
  override name = 'StoreFailure';
}

const ID_TWICE = 'id: two documents of the input have this id; the last one was kept';

const bytesOf = (sources: readonly Source[]): number => sources.reduce((sum, { size }) => sum + size, 0);

const withoutPath = (message: string, path: string): string =>
  message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;

/** Never throws for what is in a source: a file that cannot be read is an error of the report. Throws for the store, and when aborted. */
export async function ingestSources({
  knowledgeBase,
  sources,
  cursorFile,
  workers = 1,
  duplicates = 'skip',
  signal,
  onProgress,
  onReading,
  onError,
  onFinding,
}: IngestJobOptions): Promise<JobReport> {
  const started = performance.now();
  const fingerprint = fingerprintOf(knowledgeBase.name, sources);
  const cursor = await readCursor(cursorFile, fingerprint);
  const resumed = cursor.source > 0 || cursor.items > 0;
  const { report, fail, note, add, copy } = createReport({ resumed, onError, onFinding });
  const identity = createIdentity({ knowledgeBase, sources, onNote: note });
  const wasFilled = (await knowledgeBase.stats()).documents > 0;
  const slice = createSlice({ first: !wasFilled });
  let series: Series[] = [];
  let bytesBefore = bytesOf(sources.slice(0, cursor.source));
  let told = started;
  const pace = createPace({ started, bytesAtStart: bytesBefore, totalBytes: bytesOf(sources) });
  const progressAt = (bytes: number) => pace(bytes, report.documents + report.duplicates + slice.size);

  async function flush(images: string, position: { source: number; items: number }, bytes: number): Promise<void> {
    if (slice.size > 0) {
      const documents = await identity.settle(slice.take());
      add(await knowledgeBase.ingest(documents, { signal, images, duplicates, onCopy: copy }));
    }
    if (series.length > 0 && wasFilled) {
      const ids = await identity.stale(series);
      if (ids.length > 0) await knowledgeBase.delete(ids);
      for (const id of ids)
        note({ kind: 'removed', where: `document "${id}"`, message: 'taken out: its file has it no more' });
    }
    series = [];
    await writeCursor(cursorFile, { fingerprint, ...position });
    onProgress?.(progressAt(bytes));
  }

  async function read(index: number): Promise<void> {
    const source = sources[index]!;
    let items = index === cursor.source ? cursor.items : 0;
    slice.beginSource();
    for await (const item of source.items({ skip: items, workers, signal })) {
      signal?.throwIfAborted();
      items++;
      for (const error of item.errors) fail(error);
      for (const found of item.notes ?? []) note(found);
      for (const one of item.series ?? []) series.push({ ...one, source });
      for (const document of item.documents) {
        const isSecond = slice.add({ document, source, ownId: item.ownIds === true });
        if (isSecond) fail({ where: `${source.path}, document "${document.id}"`, message: ID_TWICE });
      }
      const bytes = bytesBefore + Math.min(item.bytes, source.size);
      if (slice.isFull) {
        await flush(source.images, { source: index, items }, bytes).catch((error: unknown) => {
          throw new StoreFailure('the store failed', { cause: error });
        });
      } else if (onReading && performance.now() - told >= READING_PACE) {
        told = performance.now();
        onReading(progressAt(bytes));
      }
    }
  }

  for (let index = cursor.source; index < sources.length; index++) {
    const source = sources[index]!;
    try {
      await read(index);
    } catch (error) {
      // What the store says ends the job; a file's own trouble is the file's.
      if (signal?.aborted || error instanceof StoreFailure) throw error instanceof StoreFailure ? error.cause : error;
      fail({ where: source.path, message: withoutPath(messageOf(error), source.path) });
    }
    bytesBefore += source.size;
    // Many small files of one folder share a slice; pictures of another folder begin a new one.
    if (sources[index + 1]?.images !== source.images)
      await flush(source.images, { source: index + 1, items: 0 }, bytesBefore);
  }
  await dropCursor(cursorFile);
  report.seconds = (performance.now() - started) / 1000;
  return report;
}

/** How fast the job goes, and how long it will go on at that. */
function createPace({
  started,
  bytesAtStart,
  totalBytes,
}: {
  started: number;
  bytesAtStart: number;
  totalBytes: number;
}): (bytes: number, documents: number) => JobProgress {
  return (bytes, documents) => {
    const seconds = (performance.now() - started) / 1000;
    const sinceStart = bytes - bytesAtStart;
    return {
      bytes,
      totalBytes,
      documents,
      rate: documents / Math.max(seconds, 1e-3),
      secondsLeft: sinceStart > 0 ? (seconds * Math.max(0, totalBytes - bytes)) / sinceStart : undefined,
    };
  };
}
