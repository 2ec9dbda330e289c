/** The knowledge bases of one store, opened together: what `openKnowledgeBases` and the atlas share. */
import { startDeadline, withAbort } from '../../common/abort.ts';
import { systemError } from '../../common/errors.ts';
import { type OpenStoreOptions, openStore, storeError } from '../open-store.ts';
import { encodersOf } from './built-in-encoders.ts';
import type { IndexConfig } from './config.ts';
import { knowledgeBaseOf, type StoreKnowledgeBase } from './handle.ts';
import type { Encoders } from './options.ts';
import { readRegistry, unknownKnowledgeBase } from './registry.ts';
import type { SearchSettingsOptions } from './search-settings.ts';

export interface OpenAllOptions extends OpenStoreOptions {
  /** Which, and in which order; default all, by name. */
  names?: readonly string[];
  /** For all of them, or chosen by what each one's index was made with. */
  encoders?: Encoders | ((index: IndexConfig) => Encoders);
  settings?: SearchSettingsOptions;
  /** Milliseconds that a server may take to list its knowledge bases, attempts and all. Default 20,000. */
  openTimeoutMs?: number;
}

export interface OpenKnowledgeBases {
  knowledgeBases: StoreKnowledgeBase[];
  /** Where they live. */
  location: string;
  close(): Promise<void>;
}

/** Throws `unknown-knowledge-base`, `store-corrupt`, `store-silent` where a server does not answer in time, and what the store says of a missing directory. */
export async function openAll(
  location: string,
  { names, encoders = {}, settings, openTimeoutMs = 20_000, ...storeOptions }: OpenAllOptions = {},
): Promise<OpenKnowledgeBases> {
  const opened = await openStore(location, storeOptions);
  try {
    const entries = await inTime(() => readRegistry(opened.store), location, openTimeoutMs);
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
