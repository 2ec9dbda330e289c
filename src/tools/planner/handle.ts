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
import { ingestDocuments } from './ingest.ts';
import type { Encoders, ReindexOptions } from './options.ts';
import { documentOf, type PassagePayload, pointId } from './passages.ts';
import { findEntry, type RegistryEntry, writeEntry } from './registry.ts';
import { reindexInto } from './reindex.ts';
import { searchKnowledgeBase } from './search.ts';
import { type SearchSettingsOptions, searchSettings } from './search-settings.ts';

/** The knowledge base a store holds, with what the administration of stores needs beyond the seam. */
export interface StoreKnowledgeBase extends KnowledgeBase {
  readonly index: IndexConfig;
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
  let entry = initial;
  let encoders = opened;
  let encoder: Bm25Encoder = createBm25Encoder(entry.index.sparse);
  const { name, modality } = entry.card;
  const { reranker } = opened;
  const settings = searchSettings(name, given);
  /** Only encoders that the index was made with. */
  const used = () => ({
    dense: entry.index.dense ? encoders.dense : undefined,
    image: entry.index.image ? encoders.image : undefined,
  });

  async function save(next: RegistryEntry): Promise<void> {
    // The card may have been edited since this handle was opened.
    const card = (await findEntry(store, name))?.card ?? next.card;
    await writeEntry(store, { ...next, card });
    entry = { ...next, card };
    encoder = createBm25Encoder(entry.index.sparse);
  }

  function requireEncoders(replaced: ReindexOptions['encoders'] = {}): void {
    for (const kind of ['dense', 'image'] as const) {
      const stored = entry.index[kind];
      if (!stored || encoders[kind] || replaced[kind] !== undefined) continue;
      throw userError(
        'encoder-missing',
        `Knowledge base "${name}" was filled with the ${kind} encoder ${stored.id}; open it with that encoder to write to it`,
      );
    }
  }

  async function retrieve(ids: string[]): Promise<PassagePayload[]> {
    const payloads: PassagePayload[] = [];
    for (let start = 0; start < ids.length; start += 512) {
      const points = await store.retrieve(entry.alias, { ids: ids.slice(start, start + 512), with_payload: true });
      const byId = new Map(points.map((point) => [String(point.id), point.payload as unknown as PassagePayload]));
      for (const id of ids.slice(start, start + 512)) if (byId.has(id)) payloads.push(byId.get(id)!);
    }
    return payloads;
  }

  /** Payloads of whole documents, each list from the first chunk on. */
  async function complete(firsts: readonly PassagePayload[]): Promise<PassagePayload[][]> {
    const others = firsts.flatMap(({ document, table, chunks }) =>
      table ? Array.from({ length: chunks - 1 }, (_, i) => pointId(document, i + 1)) : [],
    );
    const lists = new Map(firsts.map((first) => [first.document, [first]]));
    for (const payload of await retrieve(others)) lists.get(payload.document)!.push(payload);
    return [...lists.values()];
  }

  async function* documents(signal?: AbortSignal): AsyncGenerator<KnowledgeDocument> {
    let offset: string | number | undefined;
    do {
      signal?.throwIfAborted();
      const page = await store.scroll(entry.alias, {
        limit: 256,
        offset,
        with_payload: true,
        filter: { must: [{ key: 'chunk', match: { value: 0 } }] },
      });
      const firsts = page.points.map(({ payload }) => payload as unknown as PassagePayload);
      for (const payloads of await complete(firsts)) yield documentOf(payloads);
      const next = page.next_page_offset;
      offset = typeof next === 'string' || typeof next === 'number' ? next : undefined;
    } while (offset !== undefined);
  }

  function search(query: Query, options?: SearchOptions): Promise<Passage[]> {
    const target = {
      name,
      modality,
      store,
      collection: entry.alias,
      config: entry.index,
      encoder,
      ...used(),
      reranker,
      settings,
    };
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
      return entry.card.description;
    },
    get cost() {
      return entry.card.cost;
    },
    get index() {
      return entry.index;
    },
    search,
    documents,

    searchMany(queries, { concurrency = 8, ...options } = {}) {
      return mapConcurrent(queries, { concurrency, signal: options.signal }, (query) => search(query, options));
    },

    ingest(source: Iterable<KnowledgeDocument> | AsyncIterable<KnowledgeDocument>, options?: IngestOptions) {
      requireEncoders();
      return ingestDocuments(
        {
          store,
          collection: entry.alias,
          modality,
          ...used(),
          config: () => entry.index,
          encoder: () => encoder,
          onMeasured: (averageLength) => save({ ...entry, index: measured(entry.index, averageLength) }),
        },
        source,
        options,
      );
    },

    async get(ids) {
      const firsts = await retrieve(ids.map((id) => pointId(id, 0)));
      return (await complete(firsts)).map(documentOf);
    },

    async origins(ids) {
      const found = new Map<string, string | undefined>();
      for (let start = 0; start < ids.length; start += 512) {
        const points = ids.slice(start, start + 512).map((id) => pointId(id, 0));
        const stored = await store.retrieve(entry.alias, { ids: points, with_payload: ['document', 'origin'] });
        for (const { payload } of stored) {
          const { document, origin } = payload as unknown as PassagePayload;
          found.set(document, origin);
        }
      }
      return found;
    },

    async delete(ids) {
      const firsts = await retrieve(ids.map((id) => pointId(id, 0)));
      const points = firsts.flatMap(({ document, chunks }) =>
        Array.from({ length: chunks }, (_, chunk) => pointId(document, chunk)),
      );
      if (points.length > 0) await store.delete(entry.alias, { wait: true, points });
      return firsts.length;
    },

    async stats() {
      const [passages, all] = await Promise.all([
        store.count(entry.alias, { exact: true }),
        store.count(entry.alias, { exact: true, filter: { must: [{ key: 'chunk', match: { value: 0 } }] } }),
      ]);
      return { documents: all.count, passages: passages.count };
    },

    async reindex({ encoders: replaced = {}, ...options } = {}) {
      requireEncoders(replaced);
      const wanted: Encoders = { ...encoders };
      if (replaced.dense !== undefined) wanted.dense = replaced.dense ?? undefined;
      if (replaced.image !== undefined) wanted.image = replaced.image ?? undefined;
      const { next, report } = await reindexInto({ store, entry, encoders: wanted, documents, options });
      await save(next);
      encoders = wanted;
      return report;
    },
  };
}
