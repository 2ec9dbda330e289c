/**
 * Sources into a knowledge base, as one long job: streamed in bounded memory, with progress and time left, errors collected and
 * never fatal, and resumable. Documents go in slices; a slice is acknowledged by the store before the cursor moves past it, so
 * that a kill at any moment loses nothing and leaves nothing half done.
 */
import { messageOf } from '../../common/errors.ts';
import type { KnowledgeBase } from '../knowledge-base.ts';
import { dropCursor, fingerprintOf, readCursor, writeCursor } from './cursor.ts';
import { createIdentity, type Placed, type Series } from './identity.ts';
import { createReport, type Finding, type JobReport } from './job-report.ts';
import { createSeenRows } from './seen-rows.ts';
import type { Source } from './source.ts';

/** A knowledge base measures the average length of its passages on the first slice, so that one is large. */
const FIRST_SLICE = 20_000;
const SLICE = 2_048;
const SLICE_CHARACTERS = 24_000_000;
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

const charactersOf = ({ document }: Placed): number =>
  'text' in document ? document.text.length : document.rows.length * document.header.length * 12;

const COUNTS = ['documents', 'passages', 'duplicates', 'imagesMissing'] as const;

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
  const { report, fail, note } = createReport({ resumed: cursor.source > 0 || cursor.items > 0, onError, onFinding });
  const totalBytes = sources.reduce((sum, { size }) => sum + size, 0);
  const identity = createIdentity({ knowledgeBase, sources, onNote: note });

  const wasFilled = (await knowledgeBase.stats()).documents > 0;
  let limit = wasFilled ? SLICE : FIRST_SLICE;
  let slice: Placed[] = [];
  /** Rows of the source that is read, in the slice, by their own ids. */
  const waiting = new Map<string, number>();
  let series: Series[] = [];
  let characters = 0;
  let bytesBefore = sources.slice(0, cursor.source).reduce((sum, { size }) => sum + size, 0);
  const bytesAtStart = bytesBefore;
  let told = started;

  function progressAt(bytes: number): JobProgress {
    const seconds = (performance.now() - started) / 1000;
    const sinceStart = bytes - bytesAtStart;
    const documents = report.documents + report.duplicates + slice.length;
    return {
      bytes,
      totalBytes,
      documents,
      rate: documents / Math.max(seconds, 1e-3),
      secondsLeft: sinceStart > 0 ? (seconds * Math.max(0, totalBytes - bytes)) / sinceStart : undefined,
    };
  }

  async function flush(images: string, position: { source: number; items: number }, bytes: number): Promise<void> {
    if (slice.length > 0) {
      const documents = await identity.settle(slice);
      const done = await knowledgeBase.ingest(documents, {
        signal,
        images,
        duplicates,
        onCopy: ({ id, of }) =>
          note({ kind: 'copy', where: `document "${id}"`, message: `left out: its content is that of "${of}"` }),
      });
      for (const count of COUNTS) report[count] += done[count];
      for (const { id, message } of done.errors) fail({ where: id ? `document "${id}"` : 'a document', message });
      slice = [];
      waiting.clear();
      characters = 0;
      limit = SLICE;
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
    const skip = index === cursor.source ? cursor.items : 0;
    const seen = createSeenRows();
    waiting.clear();
    let items = skip;
    for await (const item of source.items({ skip, workers, signal })) {
      signal?.throwIfAborted();
      items++;
      for (const error of item.errors) fail(error);
      for (const found of item.notes ?? []) note(found);
      for (const one of item.series ?? []) series.push({ ...one, source });
      for (const document of item.documents) {
        const placed: Placed = { document, source, ownId: item.ownIds === true };
        if (placed.ownId && source.format !== 'mediawiki' && seen.replaces(document.id, JSON.stringify(document))) {
          // The store would find both in one batch, or write the one over the other without a word.
          const message = 'id: two documents of the input have this id; the last one was kept';
          fail({ where: `${source.path}, document "${document.id}"`, message });
          const earlier = waiting.get(document.id);
          if (earlier !== undefined) {
            slice[earlier] = placed;
            continue;
          }
        }
        if (placed.ownId) waiting.set(document.id, slice.length);
        slice.push(placed);
        characters += charactersOf(placed);
      }
      const bytes = bytesBefore + Math.min(item.bytes, source.size);
      if (slice.length >= limit || characters >= SLICE_CHARACTERS) {
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
