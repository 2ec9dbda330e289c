/**
 * A knowledge base as one portable file: a line that describes it, then one line a passage with its vectors, sorted by document
 * and chunk. No model is needed to bring it into another store, and two knowledge bases with the same content give the same
 * bytes, whatever happened while they were filled. A name that ends in `.gz` is compressed.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import { canonicalJson } from '../common/content-hash.ts';
import { isR1RouterError, messageOf, systemError, userError } from '../common/errors.ts';
import { textLines } from '../common/text-lines.ts';
import { KnowledgeBaseCardSchema } from './knowledge-base.ts';
import { createCollection } from './planner/collection.ts';
import { IndexConfigSchema } from './planner/config.ts';
import { PassagePayloadSchema, pointId } from './planner/passages.ts';
import {
  aliasOf,
  collectionName,
  findEntry,
  parseCard,
  type RegistryEntry,
  readRegistry,
  unknownKnowledgeBase,
  writeEntry,
} from './planner/registry.ts';
import type { StorePort } from './stores/port.ts';

const PORTABLE_VERSION = 1;

const HeaderSchema = z.strictObject({
  format: z.literal('r1-router-knowledge-base'),
  version: z.literal(PORTABLE_VERSION),
  card: KnowledgeBaseCardSchema,
  index: IndexConfigSchema,
  passages: z.number().int().nonnegative(),
});

const SparseSchema = z.strictObject({ indices: z.array(z.number()), values: z.array(z.number()) });
const LineSchema = z.strictObject({
  vector: z.record(z.string(), z.union([z.array(z.number()), SparseSchema])),
  payload: PassagePayloadSchema,
});

const BATCH = 256;

interface PortableProgress {
  passages: number;
  total: number;
}
export interface PortableOptions {
  signal?: AbortSignal;
  onProgress?: (progress: PortableProgress) => void;
}

/** Every passage's place, in the order of the file: by document id (code units), then by chunk. */
async function places(store: StorePort, collection: string, signal?: AbortSignal) {
  const found: { document: string; chunk: number }[] = [];
  let offset: string | number | undefined;
  do {
    signal?.throwIfAborted();
    const page = await store.scroll(collection, { limit: 4 * BATCH, offset, with_payload: ['document', 'chunk'] });
    for (const { payload } of page.points) {
      const { document, chunk } = payload as { document: string; chunk: number };
      found.push({ document, chunk });
    }
    const next = page.next_page_offset;
    offset = typeof next === 'string' || typeof next === 'number' ? next : undefined;
  } while (offset !== undefined);
  return found.sort((a, b) => (a.document < b.document ? -1 : a.document > b.document ? 1 : a.chunk - b.chunk));
}

/** The store gives the terms of a sparse vector in an order of its own. */
function sorted(vector: unknown): unknown {
  if (typeof vector !== 'object' || vector === null || !('indices' in vector)) return vector;
  const { indices, values } = vector as z.infer<typeof SparseSchema>;
  const order = indices.map((_, place) => place).sort((a, b) => indices[a]! - indices[b]!);
  return { indices: order.map((place) => indices[place]!), values: order.map((place) => values[place]!) };
}

async function* exportLines(
  store: StorePort,
  { card, alias, index }: RegistryEntry,
  { signal, onProgress }: PortableOptions,
): AsyncGenerator<string> {
  const order = await places(store, alias, signal);
  const total = order.length;
  yield `${canonicalJson({ format: 'r1-router-knowledge-base', version: PORTABLE_VERSION, card, index, passages: total })}\n`;
  for (let start = 0; start < total; start += BATCH) {
    signal?.throwIfAborted();
    const ids = order.slice(start, start + BATCH).map(({ document, chunk }) => pointId(document, chunk));
    const points = await store.retrieve(alias, { ids, with_payload: true, with_vector: true });
    const byId = new Map(points.map((point) => [String(point.id), point]));
    for (const id of ids) {
      const point = byId.get(id);
      if (!point)
        throw systemError(
          'export-changed',
          `Knowledge base "${card.name}" was changed while it was exported; export again`,
        );
      const vector = Object.entries(point.vector ?? {}).map(([name, value]) => [name, sorted(value)] as const);
      yield `${canonicalJson({ vector: Object.fromEntries(vector), payload: point.payload })}\n`;
    }
    onProgress?.({ passages: Math.min(start + BATCH, total), total });
  }
}

/** Writes the file beside its place and renames it when it is whole. Returns the number of passages. */
export async function exportKnowledgeBase(
  { store, name, file }: { store: StorePort; name: string; file: string },
  options: PortableOptions = {},
): Promise<number> {
  const entry = await findEntry(store, name);
  if (!entry)
    throw unknownKnowledgeBase(
      name,
      (await readRegistry(store)).map(({ card }) => card.name),
    );
  const temporary = `${file}.${process.pid}.part`;
  let passages = 0;
  const count = {
    ...options,
    onProgress: (progress: PortableProgress) => {
      passages = progress.passages;
      options.onProgress?.(progress);
    },
  };
  try {
    const source = Readable.from(exportLines(store, entry, count));
    const target = createWriteStream(temporary);
    await (file.endsWith('.gz') ? pipeline(source, createGzip(), target) : pipeline(source, target));
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    if (isR1RouterError(error)) throw error;
    throw systemError('export-failed', `Export to ${file}: ${messageOf(error)}; nothing was written`, error);
  }
  return passages;
}

function badFile(file: string, line: number, error: unknown) {
  return userError(
    'bad-portable-file',
    `${file}:${line}: not a line of a knowledge base export (${messageOf(error)}); export it again`,
  );
}

/**
 * Brings an exported file into a store, under its own name or another. The knowledge base appears when it is whole: a broken file
 * or a kill leaves none behind. Throws `knowledge-base-exists` where the name is taken.
 */
export async function importKnowledgeBase(
  { store, file, name }: { store: StorePort; file: string; name?: string },
  { signal, onProgress }: PortableOptions = {},
): Promise<{ name: string; passages: number }> {
  const input = createReadStream(file, { signal });
  const bytes = file.endsWith('.gz') ? input.pipe(createGunzip()) : input;
  input.on('error', (error: Error) => bytes.destroy(error));
  const lines = textLines(bytes);
  // Without a listener a broken gzip stream would end the process and not this call.
  let broken: unknown;
  bytes.on('error', (error: Error) => {
    broken = error;
  });

  let header: z.infer<typeof HeaderSchema>;
  try {
    const first = await lines.next();
    header = HeaderSchema.parse(JSON.parse(first.value ?? ''));
  } catch (error) {
    throw badFile(file, 1, broken ?? error);
  }
  const card = parseCard({ ...header.card, name: name ?? header.card.name });
  if (await findEntry(store, card.name)) {
    throw userError(
      'knowledge-base-exists',
      `Knowledge base "${card.name}" exists already; give another name with --kb, or delete it first`,
    );
  }
  const entry: RegistryEntry = { version: 1, card, alias: aliasOf(card.name), generation: 1, index: header.index };
  const collection = collectionName(entry);
  if ((await store.collectionExists(collection)).exists) await store.deleteCollection(collection);
  await createCollection(store, collection, entry.index);

  let passages = 0;
  let batch: z.infer<typeof LineSchema>[] = [];
  const flush = async () => {
    if (batch.length === 0) return;
    signal?.throwIfAborted();
    const points = batch.map(({ vector, payload }) => ({
      id: pointId(payload.document, payload.chunk),
      vector,
      payload,
    }));
    await store.upsert(collection, { wait: true, points });
    passages += batch.length;
    batch = [];
    onProgress?.({ passages, total: header.passages });
  };
  let number = 1;
  try {
    for (let line = await lines.next(); !line.done; line = await lines.next()) {
      number++;
      if (line.value === '') continue;
      try {
        batch.push(LineSchema.parse(JSON.parse(line.value)));
      } catch (error) {
        throw badFile(file, number, error);
      }
      if (batch.length >= BATCH) await flush();
    }
    await flush();
    if (passages !== header.passages) {
      throw badFile(file, number, new Error(`it holds ${passages} of ${header.passages} passages`));
    }
  } catch (error) {
    await store.deleteCollection(collection).catch(() => {});
    signal?.throwIfAborted();
    throw broken === undefined ? error : badFile(file, number, broken);
  } finally {
    input.destroy();
  }
  await store.updateCollectionAliases({
    actions: [{ create_alias: { collection_name: collection, alias_name: entry.alias } }],
  });
  await writeEntry(store, entry);
  return { name: card.name, passages };
}
