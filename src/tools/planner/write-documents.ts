/**
 * What `ingest` of a knowledge base does: documents into a collection, validated, cut into passages, encoded, written in batches. All passages of a document go in one
 * request, so that a kill leaves whole documents only; running the same input again skips what is stored and adds the rest.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isR1RouterError, messageOf, userError } from '../../common/errors.ts';
import type { KnowledgeDocument } from '../document.ts';
import type { Bm25Encoder } from '../encoders/bm25.ts';
import { createBm25Encoder } from '../encoders/bm25.ts';
import type { DenseTextEncoder, ImageEncoder } from '../encoders/encoder.ts';
import type { IngestOptions, IngestReport, Modality } from '../knowledge-base.ts';
import type { StorePort } from '../stores/port.ts';
import { DENSE, IMAGE, SPARSE } from './collection.ts';
import type { IndexConfig } from './config.ts';
import { type PassagePayload, type PreparedPassage, passagesOf, pointId, validDocument } from './passages.ts';

const BATCH_DOCUMENTS = 256;
const BATCH_PASSAGES = 512;
/** Of documents that are cut into passages and not written. */
const BATCH_CHARACTERS = 16_000_000;
/** The average length is measured on the first documents, up to these bounds; small collections are measured whole. */
const SAMPLE_DOCUMENTS = 20_000;
const SAMPLE_CHARACTERS = 32_000_000;

export interface WriteTarget {
  store: StorePort;
  /** Alias or collection to write to. */
  collection: string;
  modality: Modality;
  dense?: DenseTextEncoder;
  image?: ImageEncoder;
  /** Read anew for every batch: measuring changes it. */
  config(): IndexConfig;
  encoder(): Bm25Encoder;
  /** Called once, before the first write of a knowledge base, with the measured average length. */
  onMeasured(averageLength: number): Promise<void>;
  /** An image vector computed before, so that re-indexing needs no pixels. */
  knownImage?(documentId: string): Promise<number[] | undefined>;
}

type Point = Extract<Parameters<StorePort['upsert']>[1], { points: unknown }>['points'][number];

interface Prepared {
  document: KnowledgeDocument;
  passages: PreparedPassage[];
}

export async function writeDocuments(
  target: WriteTarget,
  documents: Iterable<KnowledgeDocument> | AsyncIterable<KnowledgeDocument>,
  { signal, images, duplicates = 'skip', onProgress, onCopy }: IngestOptions = {},
): Promise<IngestReport> {
  const report: IngestReport = { documents: 0, passages: 0, duplicates: 0, imagesMissing: 0, errors: [] };
  let read = 0;
  let waiting: Prepared[] = [];
  let waitingCharacters = 0;

  async function flush(all: boolean): Promise<void> {
    if (waiting.length === 0) return;
    if (!target.config().measured) await target.onMeasured(averageLength(waiting, target.config()));
    let start = 0;
    while (waiting.length - start >= BATCH_DOCUMENTS || (all && start < waiting.length)) {
      signal?.throwIfAborted();
      const batch = nextBatch(waiting, start);
      await writeBatch(target, batch, report, { signal, images, duplicates, onCopy });
      start += batch.length;
      onProgress?.({ read, written: report.passages });
    }
    waiting = waiting.slice(start);
    waitingCharacters = 0;
  }

  for await (const raw of documents) {
    read++;
    try {
      const document = validDocument(target.modality, raw);
      const passages = passagesOf(document, target.modality, target.config());
      waiting.push({ document, passages });
      for (const { fields } of passages) for (const { text } of fields) waitingCharacters += text.length;
    } catch (error) {
      const id = (raw as { id?: unknown } | null)?.id;
      report.errors.push({ ...(typeof id === 'string' ? { id } : {}), message: messageOf(error) });
      continue;
    }
    const { measured } = target.config();
    const long = waitingCharacters >= (measured ? BATCH_CHARACTERS : SAMPLE_CHARACTERS);
    if (long || waiting.length >= (measured ? BATCH_DOCUMENTS : SAMPLE_DOCUMENTS)) await flush(long);
  }
  await flush(true);
  onProgress?.({ read, written: report.passages, total: read });
  return report;
}

/** Bounded in passages too: a server takes 32 MB a request, which is some 1,500 passages with vectors of 1024 numbers. */
function nextBatch(waiting: readonly Prepared[], start: number): Prepared[] {
  let end = start;
  for (let passages = 0; end < Math.min(waiting.length, start + BATCH_DOCUMENTS); end++) {
    passages += waiting[end]!.passages.length;
    if (end > start && passages > BATCH_PASSAGES) break;
  }
  return waiting.slice(start, end);
}

/** In weighted words a passage, as the encoder counts them. */
function averageLength(prepared: readonly Prepared[], config: IndexConfig): number {
  const encoder = createBm25Encoder(config.sparse);
  let sum = 0;
  let count = 0;
  for (const { passages } of prepared) {
    for (const { fields } of passages) {
      sum += encoder.lengthOf(fields);
      count++;
    }
  }
  return Math.max(1, sum / Math.max(1, count));
}

async function writeBatch(
  target: WriteTarget,
  batch: readonly Prepared[],
  report: IngestReport,
  { signal, images, duplicates, onCopy }: Pick<IngestOptions, 'signal' | 'images' | 'duplicates' | 'onCopy'>,
): Promise<void> {
  const { fresh, stale } = await withoutStored(target, batch, report, { duplicates, onCopy });
  // Before the upsert: after a kill in between, the old content hash makes the next run write the document again.
  if (stale.length > 0) await target.store.delete(target.collection, { wait: true, points: stale });
  if (fresh.length > 0) {
    const flat = fresh.flatMap(({ document, passages }) => passages.map((passage) => ({ document, passage })));
    const dense = await target.dense?.encodeDocuments(
      flat.map(({ passage }) => passage.text),
      signal,
    );
    const vectors = await imageVectors(target, fresh, report, images, signal);
    const encoder = target.encoder();
    const points = new Map<KnowledgeDocument, Point[]>(fresh.map(({ document }) => [document, []]));
    for (const [i, { document, passage }] of flat.entries()) {
      const image = vectors.get(document);
      points.get(document)!.push({
        id: pointId(document.id, passage.payload.chunk),
        vector: {
          [SPARSE]: encoder.encodeDocument(passage.fields),
          ...(dense ? { [DENSE]: [...dense[i]!] } : {}),
          ...(image ? { [IMAGE]: image } : {}),
        },
        payload: { ...passage.payload },
      });
    }
    await upsertDocuments(target, [...points], report);
  }
}

/**
 * One request where the store takes it. A server with a limit of its own gets smaller ones, and a document that is too large
 * even alone is reported: it must not be stored in part, nor end the run.
 */
async function upsertDocuments(
  target: WriteTarget,
  documents: readonly (readonly [KnowledgeDocument, Point[]])[],
  report: IngestReport,
): Promise<void> {
  const points = documents.flatMap(([, own]) => own);
  try {
    await target.store.upsert(target.collection, { wait: true, points });
  } catch (error) {
    if (!isR1RouterError(error) || error.code !== 'qdrant-too-large') throw error;
    if (documents.length === 1) {
      const [document] = documents[0]!;
      const message = `${points.length} passages are more than the server takes in one request; cut the document into several`;
      report.errors.push({ id: document.id, message });
      return;
    }
    const middle = documents.length >>> 1;
    await upsertDocuments(target, documents.slice(0, middle), report);
    await upsertDocuments(target, documents.slice(middle), report);
    return;
  }
  report.documents += documents.length;
  report.passages += points.length;
}

/**
 * Leaves out what is stored with the same content (under the same id: an earlier run; under another: a duplicate), within the
 * batch too. A document whose content changed is written over; its passages that are no more are returned as `stale`.
 */
async function withoutStored(
  { store, collection }: WriteTarget,
  batch: readonly Prepared[],
  report: IngestReport,
  { duplicates = 'skip', onCopy }: Pick<IngestOptions, 'duplicates' | 'onCopy'>,
): Promise<{ fresh: Prepared[]; stale: string[] }> {
  const include = ['document', 'content', 'chunks'];
  const stored = new Map<string, Pick<PassagePayload, 'content' | 'chunks'>>();
  for (const { payload } of await store.retrieve(collection, {
    ids: batch.map(({ document }) => pointId(document.id, 0)),
    with_payload: include,
  })) {
    const { document, content, chunks } = payload as unknown as PassagePayload;
    stored.set(document, { content, chunks });
  }
  /** By the hash of the content: the document that has it. */
  const contents = new Map<string, string>();
  if (duplicates === 'skip') {
    const hashes = [...new Set(batch.map(({ passages }) => passages[0]!.payload.content))];
    for (let start = 0; start < hashes.length; start += 64) {
      const page = await store.scroll(collection, {
        filter: { must: [{ key: 'content', match: { any: hashes.slice(start, start + 64) } }] },
        limit: 10_000,
        with_payload: ['content', 'document'],
      });
      for (const { payload } of page.points) {
        const { content, document } = payload as unknown as PassagePayload;
        if (!contents.has(content)) contents.set(content, document);
      }
    }
  }
  const fresh = new Map<string, Prepared>();
  const stale: string[] = [];
  for (const prepared of batch) {
    const { id } = prepared.document;
    const { content, chunks } = prepared.passages[0]!.payload;
    const before = stored.get(id);
    const sameAsEarlier = fresh.get(id)?.passages[0]?.payload.content === content;
    if (before?.content === content || sameAsEarlier || (duplicates === 'skip' && contents.has(content))) {
      report.duplicates++;
      const other = contents.get(content);
      if (before?.content !== content && !sameAsEarlier && other !== undefined) onCopy?.({ id, of: other });
      continue;
    }
    if (fresh.has(id)) {
      report.errors.push({ id, message: 'id: two documents of the input have this id; the last one was kept' });
    }
    for (let chunk = chunks; chunk < (before?.chunks ?? 0); chunk++) stale.push(pointId(id, chunk));
    contents.set(content, id);
    fresh.set(id, prepared);
  }
  return { fresh: [...fresh.values()], stale };
}

/** A broken picture is reported, a missing one counted; the document is still found by its caption. */
async function imageVectors(
  { image, knownImage }: WriteTarget,
  fresh: readonly Prepared[],
  report: IngestReport,
  folder: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Map<KnowledgeDocument, number[]>> {
  const vectors = new Map<KnowledgeDocument, number[]>();
  if (!image) return vectors;
  for (const { document } of fresh) {
    const known = await knownImage?.(document.id);
    if (known) vectors.set(document, known);
    const own = 'bytes' in document ? document.bytes : undefined;
    const file = 'file' in document ? document.file : undefined;
    if (known || (own === undefined && (folder === undefined || !file))) continue;
    signal?.throwIfAborted();
    try {
      const bytes = own ?? (await readImage(folder!, file!));
      vectors.set(document, [...(await image.encodeImage(bytes, signal))]);
    } catch (error) {
      if (signal?.aborted) throw error;
      if (isR1RouterError(error) && error.code === 'image-missing') report.imagesMissing++;
      else report.errors.push({ id: document.id, message: `${messageOf(error)} (indexed by its caption only)` });
    }
  }
  return vectors;
}

async function readImage(folder: string, file: string): Promise<Uint8Array> {
  const root = resolve(folder);
  const path = resolve(root, file);
  try {
    return await readFile(path);
  } catch (error) {
    if (isR1RouterError(error)) throw error;
    throw userError('image-missing', `Image ${file}: cannot be read from ${root}; check the images folder`, error);
  }
}
