/**
 * Knowledge bases on a store: made, listed, described anew, deleted (`open.ts` opens them). The store may be embedded or a Qdrant
 * server; nothing here knows which.
 */
import type { z } from 'zod';
import { userError } from '../common/errors.ts';
import { createImageDescriptor } from './encoders/image/descriptor.ts';
import type { KnowledgeBaseCard, KnowledgeBaseCardSchema } from './knowledge-base.ts';
import { type CollectionTuning, createCollection } from './planner/collection.ts';
import { type IndexOptions, indexConfig } from './planner/config.ts';
import { knowledgeBaseOf, type StoreKnowledgeBase } from './planner/handle.ts';
import { type Encoders, withEncoders } from './planner/options.ts';
import {
  aliasOf,
  collectionName,
  findEntry,
  parseCard,
  type RegistryEntry,
  readRegistry,
  removeEntry,
  unknownKnowledgeBase,
  writeEntry,
} from './planner/registry.ts';
import { type SearchSettingsOptions, searchSettings } from './planner/search-settings.ts';
import type { StorePort } from './stores/port.ts';

export type { StoreKnowledgeBase } from './planner/handle.ts';
export type { Encoders, ReindexOptions } from './planner/options.ts';
export type { SearchSettingsOptions } from './planner/search-settings.ts';

export interface CreateOptions {
  store: StorePort;
  card: z.input<typeof KnowledgeBaseCardSchema>;
  encoders?: Encoders;
  index?: IndexOptions;
  tuning?: CollectionTuning;
  settings?: SearchSettingsOptions;
}

/** Images are described by the built-in descriptor where no encoder is given. Throws `knowledge-base-exists` where the store has one of this name. */
export async function createKnowledgeBase({
  store,
  card,
  encoders: given = {},
  index,
  tuning,
  settings,
}: CreateOptions): Promise<StoreKnowledgeBase> {
  const valid = parseCard(card);
  searchSettings(valid.name, settings);
  const encoders =
    valid.modality === 'text-image' ? { ...given, image: given.image ?? createImageDescriptor() } : given;
  if (await findEntry(store, valid.name)) {
    throw userError(
      'knowledge-base-exists',
      `Knowledge base "${valid.name}" exists already; open it, or delete it first`,
    );
  }
  const entry: RegistryEntry = {
    version: 1,
    card: valid,
    alias: aliasOf(valid.name),
    generation: 1,
    index: withEncoders(indexConfig(valid.modality, index), valid, encoders),
  };
  // A collection without a registry entry is what a kill between the two writes leaves; it is empty and made anew.
  const collection = collectionName(entry);
  if ((await store.collectionExists(collection)).exists) await store.deleteCollection(collection);
  await createCollection(store, collection, entry.index, tuning);
  await store.updateCollectionAliases({
    actions: [{ create_alias: { collection_name: collection, alias_name: entry.alias } }],
  });
  await writeEntry(store, entry);
  return knowledgeBaseOf(store, entry, encoders, settings);
}

/** The cards of the knowledge bases that a store holds; none for a store that was never filled. */
export async function listKnowledgeBases(store: StorePort): Promise<KnowledgeBaseCard[]> {
  return (await readRegistry(store)).map(({ card }) => card);
}

/** Changes what policies are told of a knowledge base; nothing is indexed anew. */
export async function describeKnowledgeBase(
  store: StorePort,
  name: string,
  changes: Partial<Pick<KnowledgeBaseCard, 'description' | 'cost'>>,
): Promise<KnowledgeBaseCard> {
  const entry = await findEntry(store, name);
  if (!entry)
    throw unknownKnowledgeBase(
      name,
      (await listKnowledgeBases(store)).map((card) => card.name),
    );
  const card = parseCard({ ...entry.card, ...changes });
  await writeEntry(store, { ...entry, card });
  return card;
}

/** Removes a knowledge base and everything in it. False where there is none of this name. */
export async function deleteKnowledgeBase(store: StorePort, name: string): Promise<boolean> {
  const entry = await findEntry(store, name);
  if (!entry) return false;
  await removeEntry(store, name);
  await store.updateCollectionAliases({ actions: [{ delete_alias: { alias_name: entry.alias } }] });
  await store.deleteCollection(collectionName(entry));
  return true;
}
