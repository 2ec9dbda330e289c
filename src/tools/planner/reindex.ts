/**
 * Re-indexing without downtime: the documents of a knowledge base are written to a new generation of its collection, the alias
 * is switched in one request, and the old generation is dropped. A kill before the switch leaves the old one as it was.
 */

import type { KnowledgeDocument } from '../document.ts';
import { createBm25Encoder } from '../encoders/bm25.ts';
import type { IngestReport } from '../knowledge-base.ts';
import type { StorePort } from '../stores/port.ts';
import { createCollection, IMAGE } from './collection.ts';
import { indexConfig, measured } from './config.ts';
import { type Encoders, type ReindexOptions, withEncoders } from './options.ts';
import { pointId } from './passages.ts';
import { collectionName, type RegistryEntry } from './registry.ts';
import { writeDocuments } from './write-documents.ts';

export interface ReindexInput {
  store: StorePort;
  entry: RegistryEntry;
  encoders: Encoders;
  documents(signal?: AbortSignal): AsyncIterable<KnowledgeDocument>;
  options: ReindexOptions;
}

/** The entry to register is `next`; the alias points at its collection already. */
export async function reindexInto({
  store,
  entry,
  encoders,
  documents,
  options: { index, tuning, images, signal },
}: ReindexInput): Promise<{ next: RegistryEntry; report: IngestReport }> {
  const { language, k1, b, fold } = entry.index.sparse;
  const { weights, chunking, tableRows, tableStyle } = entry.index;
  const config = indexConfig(entry.card.modality, {
    weights,
    chunking,
    tableRows,
    tableStyle,
    ...index,
    sparse: { language, k1, b, fold, ...index?.sparse },
  });
  const live = (await store.getAliases()).aliases.find(({ alias_name }) => alias_name === entry.alias)?.collection_name;
  let next: RegistryEntry = {
    ...entry,
    generation: entry.generation + 1,
    index: withEncoders(config, entry.card, encoders),
  };
  // A kill between the switch and the registry leaves the registry one generation behind.
  if (collectionName(next) === live) next.generation++;
  const collection = collectionName(next);
  if ((await store.collectionExists(collection)).exists) await store.deleteCollection(collection);
  await createCollection(store, collection, next.index, tuning);
  let encoder = createBm25Encoder(next.index.sparse);
  const carried = entry.index.image !== undefined && entry.index.image.id === encoders.image?.id;
  const report = await writeDocuments(
    {
      store,
      collection,
      modality: entry.card.modality,
      dense: encoders.dense,
      image: next.index.image ? encoders.image : undefined,
      config: () => next.index,
      encoder: () => encoder,
      async onMeasured(averageLength) {
        next = { ...next, index: measured(next.index, averageLength) };
        encoder = createBm25Encoder(next.index.sparse);
      },
      knownImage: carried ? (id) => imageVector(store, entry.alias, id) : undefined,
    },
    documents(signal),
    { signal, images, duplicates: 'keep' },
  );
  await store.updateCollectionAliases({
    actions: [
      { delete_alias: { alias_name: entry.alias } },
      { create_alias: { collection_name: collection, alias_name: entry.alias } },
    ],
  });
  if (live) await store.deleteCollection(live);
  return { next, report };
}

async function imageVector(store: StorePort, collection: string, documentId: string): Promise<number[] | undefined> {
  const [point] = await store.retrieve(collection, { ids: [pointId(documentId, 0)], with_vector: [IMAGE] });
  const vectors = point?.vector;
  if (!vectors || typeof vectors !== 'object' || Array.isArray(vectors)) return undefined;
  const vector = vectors[IMAGE];
  return Array.isArray(vector) ? (vector as number[]) : undefined;
}
