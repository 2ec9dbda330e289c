/**
 * An open knowledge base of a store: the seam's methods over the query planner, with the administration a store needs. It is
 * handed out by `createKnowledgeBase` and `openKnowledgeBase`.
 */
import { userError } from '../../common/errors.ts';
import { mapConcurrent } from '../../common/map-concurrent.ts';
import type { KnowledgeDocument } from '../document.ts';
import { type Bm25Encoder, createBm25Encoder } from '../encoders/bm25.ts';
import type { IngestOptions, IngestReport, KnowledgeBase, Query, SearchOptions } from '../knowledge-base.ts';
import type { Passage } from '../passage.ts';
import type { StorePort } from '../stores/port.ts';
import { type IndexConfig, measured } from './config.ts';
import type { Encoders, ReindexOptions } from './options.ts';
import { findEntry, type RegistryEntry, writeEntry } from './registry.ts';
import { reindexInto } from './reindex.ts';
import { searchKnowledgeBase } from './search.ts';
import { type SearchSettingsOptions, searchSettings } from './search-settings.ts';
import { deleteDocuments, getDocuments, storedCounts, storedDocuments, storedOrigins } from './stored-documents.ts';
import { writeDocuments } from './write-documents.ts';

/** The knowledge base a store holds, with what the administration of stores needs beyond the seam. */
export interface StoreKnowledgeBase extends KnowledgeBase {
  readonly index: IndexConfig;
  /** An ingest is under way or was interrupted. */
  readonly filling: boolean;
  /** Says that an ingest of several calls begins or is done, so that one that is interrupted shows. */
  markFilling(filling: boolean): Promise<void>;
  /** Every document, in no particular order. */
  documents(signal?: AbortSignal): AsyncGenerator<KnowledgeDocument>;
  /** Results in the order of the queries; `concurrency` requests are under way at once. */
  searchMany(queries: readonly Query[], options?: SearchOptions & { concurrency?: number }): Promise<Passage[][]>;
  /** Builds a new generation of the collection and switches to it at once; searches are served throughout. */
  reindex(options?: ReindexOptions): Promise<IngestReport>;
}

export function knowledgeBaseOf(
  store: StorePort,
  initial: RegistryEntry,
  opened: Encoders,
  given: SearchSettingsOptions = {},
): StoreKnowledgeBase {
  const live = liveEntry(store, initial);
  let encoders = opened;
  const { name, modality } = initial.card;
  const { reranker } = opened;
  const settings = searchSettings(name, given);
  const used = () => usedEncoders(live.entry.index, encoders);

  /** Read anew: re-indexing changes the entry. */
  const place = () => ({ store, collection: live.entry.alias });
  const documents = (signal?: AbortSignal) => storedDocuments(place(), signal);

  function search(query: Query, options?: SearchOptions): Promise<Passage[]> {
    const { entry, encoder } = live;
    const target = { ...place(), name, modality, config: entry.index, encoder, ...used(), reranker, settings };
    return searchKnowledgeBase(target, query, options);
  }

  return {
    get name() {
      return name;
    },
    get modality() {
      return modality;
    },
    get description() {
      return live.entry.card.description;
    },
    get cost() {
      return live.entry.card.cost;
    },
    get index() {
      return live.entry.index;
    },
    get filling() {
      return live.entry.filling ?? false;
    },
    async markFilling(filling) {
      const { filling: _, ...rest } = live.entry;
      await live.save(filling ? { ...rest, filling } : rest);
    },
    search,
    documents,

    searchMany(queries, { concurrency = 8, ...options } = {}) {
      return mapConcurrent(queries, { concurrency, signal: options.signal }, (query) => search(query, options));
    },

    ingest(source: Iterable<KnowledgeDocument> | AsyncIterable<KnowledgeDocument>, options?: IngestOptions) {
      requireEncoders(live.entry, encoders);
      return writeDocuments(
        {
          ...place(),
          modality,
          ...used(),
          config: () => live.entry.index,
          encoder: () => live.encoder,
          onMeasured: (averageLength) => live.save({ ...live.entry, index: measured(live.entry.index, averageLength) }),
        },
        source,
        options,
      );
    },

    get: (ids) => getDocuments(place(), ids),
    origins: (ids) => storedOrigins(place(), ids),
    delete: (ids) => deleteDocuments(place(), ids),
    stats: () => storedCounts(place()),

    async reindex({ encoders: replaced = {}, ...options } = {}) {
      const { dense = encoders.dense, image = encoders.image } = replaced;
      requireEncoders(live.entry, { dense, image });
      const wanted: Encoders = { ...encoders, dense: dense ?? undefined, image: image ?? undefined };
      const { next, report } = await reindexInto({ store, entry: live.entry, encoders: wanted, documents, options });
      await live.save(next);
      encoders = wanted;
      return report;
    },
  };
}

/** The entry of the registry as it stands, with the encoder of words that its index was measured for. */
function liveEntry(store: StorePort, initial: RegistryEntry) {
  let entry = initial;
  let encoder: Bm25Encoder = createBm25Encoder(entry.index.sparse);
  return {
    get entry() {
      return entry;
    },
    get encoder() {
      return encoder;
    },
    async save(next: RegistryEntry): Promise<void> {
      // The card may have been edited since this handle was opened.
      const card = (await findEntry(store, next.card.name))?.card ?? next.card;
      await writeEntry(store, { ...next, card });
      entry = { ...next, card };
      encoder = createBm25Encoder(entry.index.sparse);
    },
  };
}

/** Only encoders that the index was made with. */
function usedEncoders(index: IndexConfig, { dense, image }: Encoders): Pick<Encoders, 'dense' | 'image'> {
  return { dense: index.dense ? dense : undefined, image: index.image ? image : undefined };
}

/** To write, every encoder is needed that filled the index; one that is replaced, or taken out with null, counts as there. */
function requireEncoders({ card, index }: RegistryEntry, encoders: NonNullable<ReindexOptions['encoders']>): void {
  for (const kind of ['dense', 'image'] as const) {
    const stored = index[kind];
    if (!stored || encoders[kind] !== undefined) continue;
    throw userError(
      'encoder-missing',
      `Knowledge base "${card.name}" was filled with the ${kind} encoder ${stored.id}; open it with that encoder to write to it`,
    );
  }
}
