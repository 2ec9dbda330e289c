/**
 * The one door to knowledge bases that exist. A place is a store directory, the http(s) URL of a Qdrant server, or, where none is
 * named, the atlas that ships. `openKnowledgeBases` opens what a place has, `openKnowledgeBase` one of a store that is open
 * already, `openStore` (from `open/store.ts`) the store itself, for writing too. Making one is `store-knowledge-base.ts`.
 */
import { startDeadline, withAbort } from '../common/abort.ts';
import { systemError, userError } from '../common/errors.ts';
import { atlasLocation } from './open/atlas.ts';
import { type OpenStoreOptions, openStore, storeError } from './open/store.ts';
import { encodersOf } from './planner/built-in-encoders.ts';
import type { IndexConfig } from './planner/config.ts';
import { knowledgeBaseOf, type StoreKnowledgeBase } from './planner/handle.ts';
import type { Encoders } from './planner/options.ts';
import { findEntry, readRegistry, unknownKnowledgeBase } from './planner/registry.ts';
import type { SearchSettingsOptions } from './planner/search-settings.ts';
import type { StorePort } from './stores/port.ts';

export { atlasLocation } from './open/atlas.ts';
export { isServerLocation, type OpenStore, type OpenStoreOptions, openStore } from './open/store.ts';

export interface OpenKnowledgeBasesOptions extends OpenStoreOptions {
  /** Directory or http(s) URL; default the atlas. */
  store?: string;
  /** Which, and in which order; default all, by name. */
  names?: readonly string[];
  /** For all of them, or chosen by what each one's index was made with. */
  encoders?: Encoders | ((index: IndexConfig) => Encoders);
  settings?: SearchSettingsOptions;
  /** Milliseconds that a server may take to list its knowledge bases, attempts and all. Default 20,000. */
  openTimeoutMs?: number;
  /** Called when the store of the atlas has to be built first, which takes some seconds once. */
  onBuild?: (directory: string) => void;
}

export interface OpenKnowledgeBases {
  knowledgeBases: StoreKnowledgeBase[];
  /** Where they live. */
  location: string;
  close(): Promise<void>;
}

/**
 * Opens every knowledge base of a place, or the named ones. Throws `unknown-knowledge-base`, `store-corrupt`, `store-silent` where a
 * server does not answer in time, `atlas-missing`, and what the store says of a missing directory.
 *
 *     const { knowledgeBases, close } = await openKnowledgeBases({ store: './my-store', names: ['wiki'] });
 */
export async function openKnowledgeBases({
  store,
  names,
  encoders = {},
  settings,
  openTimeoutMs = 20_000,
  onBuild,
  ...storeOptions
}: OpenKnowledgeBasesOptions = {}): Promise<OpenKnowledgeBases> {
  const location = store ?? (await atlasLocation(onBuild));
  try {
    const opened = await openStore(location, storeOptions);
    try {
      const entries = await inTime(() => readRegistry(opened.store), location, openTimeoutMs);
      const known = entries.map(({ card }) => card.name);
      const knowledgeBases = (names ?? known).map((name) => {
        const entry = entries.find(({ card }) => card.name === name);
        if (!entry) throw unknownKnowledgeBase(name, known);
        const given = typeof encoders === 'function' ? encoders(entry.index) : encoders;
        return knowledgeBaseOf(opened.store, entry, encodersOf(entry, given), settings);
      });
      return { knowledgeBases, location, close: opened.close };
    } catch (error) {
      await opened.close();
      throw storeError(location, error);
    }
  } catch (error) {
    throw store === undefined ? atlasError(location, error) : error;
  }
}

export interface OpenKnowledgeBaseOptions {
  store: StorePort;
  name: string;
  encoders?: Encoders;
  settings?: SearchSettingsOptions;
}

/**
 * Opens one knowledge base of an open store, to search or to write. Throws `unknown-knowledge-base`, and `encoder-mismatch` where an
 * encoder is not the one that filled it.
 */
export async function openKnowledgeBase({
  store,
  name,
  encoders = {},
  settings,
}: OpenKnowledgeBaseOptions): Promise<StoreKnowledgeBase> {
  const entry = await findEntry(store, name);
  if (!entry)
    throw unknownKnowledgeBase(
      name,
      (await readRegistry(store)).map(({ card }) => card.name),
    );
  return knowledgeBaseOf(store, entry, encodersOf(entry, encoders), settings);
}

/** A damaged atlas need not be restored: it is built anew from the files that ship. */
function atlasError(location: string, error: unknown): unknown {
  if ((error as { code?: unknown }).code !== 'store-corrupt') return error;
  return userError(
    'store-corrupt',
    `Atlas: the store ${location} is damaged; delete that directory, it is built anew`,
    error,
  );
}

/** A server that takes the connection and then says nothing would be waited for through every attempt. */
async function inTime<T>(work: () => Promise<T>, location: string, milliseconds: number): Promise<T> {
  const deadline = startDeadline(milliseconds);
  try {
    return await withAbort(work, deadline.signal);
  } catch (error) {
    if (!deadline.expired) throw error;
    const seconds = milliseconds / 1000;
    throw systemError(
      'store-silent',
      `Store ${location}: no answer within ${seconds} s; check its address and whether it is up`,
    );
  } finally {
    deadline.clear();
  }
}
