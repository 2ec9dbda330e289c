/** Documents as a store holds them: passages put together again, for `get`, `delete`, `stats` and re-indexing. */
import type { KnowledgeDocument } from '../document.ts';
import type { KnowledgeBaseStats } from '../knowledge-base.ts';
import type { StorePort } from '../stores/port.ts';
import { scrollAll } from '../stores/scroll-all.ts';
import { documentOf, type PassagePayload, pointId } from './passages.ts';

interface Place {
  store: StorePort;
  /** Alias or collection. */
  collection: string;
}

/** In the order of the ids; what is not stored is left out. */
async function retrievePayloads({ store, collection }: Place, ids: readonly string[]): Promise<PassagePayload[]> {
  const payloads: PassagePayload[] = [];
  for (let start = 0; start < ids.length; start += 512) {
    const points = await store.retrieve(collection, { ids: ids.slice(start, start + 512), with_payload: true });
    const byId = new Map(points.map((point) => [String(point.id), point.payload as unknown as PassagePayload]));
    for (const id of ids.slice(start, start + 512)) if (byId.has(id)) payloads.push(byId.get(id)!);
  }
  return payloads;
}

/** Payloads of whole documents, each list from the first chunk on. */
async function completePayloads(place: Place, firsts: readonly PassagePayload[]): Promise<PassagePayload[][]> {
  const others = firsts.flatMap(({ document, table, chunks }) =>
    table ? Array.from({ length: chunks - 1 }, (_, i) => pointId(document, i + 1)) : [],
  );
  const lists = new Map(firsts.map((first) => [first.document, [first]]));
  for (const payload of await retrievePayloads(place, others)) lists.get(payload.document)!.push(payload);
  return [...lists.values()];
}

/** Every document, in no particular order. */
export async function* storedDocuments(place: Place, signal?: AbortSignal): AsyncGenerator<KnowledgeDocument> {
  const filter = { must: [{ key: 'chunk', match: { value: 0 } }] };
  for await (const points of scrollAll(place.store, place.collection, { filter, signal })) {
    const firsts = points.map(({ payload }) => payload as unknown as PassagePayload);
    for (const payloads of await completePayloads(place, firsts)) yield documentOf(payloads);
  }
}

/** What is not stored is left out. */
export async function getDocuments(place: Place, ids: readonly string[]): Promise<KnowledgeDocument[]> {
  const firsts = await retrievePayloads(
    place,
    ids.map((id) => pointId(id, 0)),
  );
  return (await completePayloads(place, firsts)).map(documentOf);
}

/** Which file gave each document that is stored, where that is known. */
export async function storedOrigins(
  { store, collection }: Place,
  ids: readonly string[],
): Promise<Map<string, string | undefined>> {
  const found = new Map<string, string | undefined>();
  for (let start = 0; start < ids.length; start += 512) {
    const points = ids.slice(start, start + 512).map((id) => pointId(id, 0));
    const stored = await store.retrieve(collection, { ids: points, with_payload: ['document', 'origin'] });
    for (const { payload } of stored) {
      const { document, origin } = payload as unknown as PassagePayload;
      found.set(document, origin);
    }
  }
  return found;
}

/** Returns how many of them were there. */
export async function deleteDocuments(place: Place, ids: readonly string[]): Promise<number> {
  const firsts = await retrievePayloads(
    place,
    ids.map((id) => pointId(id, 0)),
  );
  const points = firsts.flatMap(({ document, chunks }) =>
    Array.from({ length: chunks }, (_, chunk) => pointId(document, chunk)),
  );
  if (points.length > 0) await place.store.delete(place.collection, { wait: true, points });
  return firsts.length;
}

export async function storedCounts({ store, collection }: Place): Promise<KnowledgeBaseStats> {
  const firstChunks = { must: [{ key: 'chunk', match: { value: 0 } }] };
  const [passages, documents] = await Promise.all([
    store.count(collection, { exact: true }),
    store.count(collection, { exact: true, filter: firstChunks }),
  ]);
  return { documents: documents.count, passages: passages.count };
}
