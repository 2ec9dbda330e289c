/**
 * Sources into a knowledge base, as one long job: streamed in bounded memory, with progress and time left, errors collected and
 * never fatal, and resumable. Documents go in slices; a slice is acknowledged by the store before the cursor moves past it, so
 * that a kill at any moment loses nothing and leaves nothing half done.
 */
import type { KnowledgeDocument } from '../document.ts';
import type { KnowledgeBase } from '../knowledge-base.ts';
import { dropCursor, fingerprintOf, readCursor, writeCursor } from './cursor.ts';
import type { Source, SourceItem } from './source.ts';

/** A knowledge base measures the average length of its passages on the first slice, so that one is large. */
const FIRST_SLICE = 20_000;
const SLICE = 2_048;
const SLICE_CHARACTERS = 24_000_000;
const KEPT_ERRORS = 1_000;

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

export interface JobReport {
  documents: number;
  passages: number;
  duplicates: number;
  /** Image documents without pixels at hand, found by their captions only. */
  imagesMissing: number;
  /** The first 1,000; `errorCount` says how many there were. */
  errors: { where: string; message: string }[];
  errorCount: number;
  seconds: number;
  /** True where an earlier, interrupted run was continued. */
  resumed: boolean;
}

export interface IngestJobOptions {
  knowledgeBase: KnowledgeBase;
  sources: readonly Source[];
  /** Where the position is kept; without it an interrupted job reads its sources from the start again. */
  cursorFile?: string;
  /** Worker threads for formats that can use them. */
  workers?: number;
  duplicates?: 'skip' | 'keep';
  signal?: AbortSignal;
  onProgress?: (progress: JobProgress) => void;
  onError?: (error: { where: string; message: string }) => void;
}

export async function ingestSources({
  knowledgeBase,
  sources,
  cursorFile,
  workers = 1,
  duplicates = 'skip',
  signal,
  onProgress,
  onError,
}: IngestJobOptions): Promise<JobReport> {
  const started = performance.now();
  const fingerprint = fingerprintOf(knowledgeBase.name, sources);
  const cursor = await readCursor(cursorFile, fingerprint);
  const report: JobReport = {
    documents: 0,
    passages: 0,
    duplicates: 0,
    imagesMissing: 0,
    errors: [],
    errorCount: 0,
    seconds: 0,
    resumed: cursor.source > 0 || cursor.items > 0,
  };
  const totalBytes = sources.reduce((sum, { size }) => sum + size, 0);
  const fail = (error: SourceItem['errors'][number]) => {
    report.errorCount++;
    if (report.errors.length < KEPT_ERRORS) report.errors.push(error);
    onError?.(error);
  };

  let limit = (await knowledgeBase.stats()).documents === 0 ? FIRST_SLICE : SLICE;
  let slice: KnowledgeDocument[] = [];
  let characters = 0;
  let bytesBefore = sources.slice(0, cursor.source).reduce((sum, { size }) => sum + size, 0);
  const bytesAtStart = bytesBefore;

  async function flush(images: string, position: { source: number; items: number }, bytes: number): Promise<void> {
    if (slice.length > 0) {
      const done = await knowledgeBase.ingest(slice, { signal, images, duplicates });
      report.documents += done.documents;
      report.passages += done.passages;
      report.duplicates += done.duplicates;
      report.imagesMissing += done.imagesMissing;
      for (const { id, message } of done.errors) fail({ where: id ? `document "${id}"` : 'a document', message });
      slice = [];
      characters = 0;
      limit = SLICE;
    }
    await writeCursor(cursorFile, { fingerprint, ...position });
    const seconds = (performance.now() - started) / 1000;
    const sinceStart = bytes - bytesAtStart;
    onProgress?.({
      bytes,
      totalBytes,
      documents: report.documents + report.duplicates,
      rate: (report.documents + report.duplicates) / Math.max(seconds, 1e-3),
      secondsLeft: sinceStart > 0 ? (seconds * Math.max(0, totalBytes - bytes)) / sinceStart : undefined,
    });
  }

  for (let index = cursor.source; index < sources.length; index++) {
    const source = sources[index]!;
    const skip = index === cursor.source ? cursor.items : 0;
    let items = skip;
    for await (const item of source.items({ skip, workers, signal })) {
      signal?.throwIfAborted();
      items++;
      for (const error of item.errors) fail(error);
      for (const document of item.documents) {
        slice.push(document);
        characters += 'text' in document ? document.text.length : document.rows.length * document.header.length * 12;
      }
      if (slice.length >= limit || characters >= SLICE_CHARACTERS) {
        await flush(source.images, { source: index, items }, bytesBefore + Math.min(item.bytes, source.size));
      }
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
