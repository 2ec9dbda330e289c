/** The knowledge bases of one store, opened together: what `openKnowledgeBases` and the atlas share. */
import { type OpenStoreOptions, openStore, storeError } from '../open-store.ts';
import { encodersOf } from './built-in-encoders.ts';
import type { IndexConfig } from './config.ts';
import { knowledgeBaseOf, type StoreKnowledgeBase } from './handle.ts';
import type { Encoders } from './options.ts';
import { readRegistry, unknownKnowledgeBase } from './registry.ts';
import type { SearchSettings } from './search.ts';

export interface OpenAllOptions extends OpenStoreOptions {
  /** Which, and in which order; default all, by name. */
  names?: readonly string[];
  /** For all of them, or chosen by what each one's index was made with. */
  encoders?: Encoders | ((index: IndexConfig) => Encoders);
  settings?: Partial<SearchSettings>;
}

export interface OpenKnowledgeBases {
  knowledgeBases: StoreKnowledgeBase[];
  /** Where they live. */
  location: string;
  close(): Promise<void>;
}

/** Throws `unknown-knowledge-base`, `store-corrupt`, and what the store says of a missing directory. */
export async function openAll(
  location: string,
  { names, encoders = {}, settings, ...storeOptions }: OpenAllOptions = {},
): Promise<OpenKnowledgeBases> {
  const opened = await openStore(location, storeOptions);
  try {
    const entries = await readRegistry(opened.store);
    const wanted = names ?? entries.map(({ card }) => card.name);
    const knowledgeBases = wanted.map((name) => {
      const entry = entries.find(({ card }) => card.name === name);
      if (!entry)
        throw unknownKnowledgeBase(
          name,
          entries.map(({ card }) => card.name),
        );
      const given = typeof encoders === 'function' ? encoders(entry.index) : encoders;
      return knowledgeBaseOf(opened.store, entry, encodersOf(entry, given), settings);
    });
    return { knowledgeBases, location, close: opened.close };
  } catch (error) {
    await opened.close();
    throw storeError(location, error);
  }
}
