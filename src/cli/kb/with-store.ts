/** Brackets around what a `kb` command works on: the store or its knowledge bases, opened, used and closed again. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { userError } from '../../common/errors.ts';
import { openConfiguredKnowledgeBases, type StorePlace, storePlace } from '../../config/knowledge-bases.ts';
import { loadConfig } from '../../config/load.ts';
import { isServerLocation, type OpenStore } from '../../tools/open.ts';
import type { StoreKnowledgeBase } from '../../tools/store-knowledge-base.ts';
import { STORE_FILE } from '../../tools/stores/local-qdrant/storage/database.ts';
import { tellBuild } from '../ask.ts';
import { chosenStore } from '../default-store.ts';
import type { StoreFlags } from '../run-options.ts';

/** Runs `work` with the named knowledge bases, or all of the store, and closes them. */
export async function withKnowledgeBases<T>(
  { store, config, encoder }: StoreFlags,
  names: readonly string[] | undefined,
  work: (knowledgeBases: StoreKnowledgeBase[]) => Promise<T>,
): Promise<T> {
  const loaded = await loadConfig({ file: config });
  const settings = { store: chosenStore(store, loaded.config), encoder, ...(names && { knowledgeBases: names }) };
  const { knowledgeBases, close } = await openConfiguredKnowledgeBases(settings, loaded, { onBuild: tellBuild });
  try {
    return await work(knowledgeBases);
  } finally {
    await close();
  }
}

/** Runs `work` with the store itself. The atlas cannot be written. */
export async function withStore<T>(
  { store, config }: StoreFlags,
  { write, create = false }: { write: boolean; create?: boolean },
  work: (opened: OpenStore) => Promise<T>,
): Promise<T> {
  const { openStore } = await import('../../tools/open.ts');
  const { location, apiKey, retrySeconds } = await placeOf({ store, config }, write);
  if (write && !create) requireStore(location);
  const opened = await openStore(location, {
    readOnly: !write,
    ...(apiKey && { apiKey }),
    ...(retrySeconds !== undefined && { retrySeconds }),
  });
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

/** A directory to be written: a mistake in its name must not make an empty store. */
export async function writableLocation({ store, config }: StoreFlags): Promise<string> {
  const { location } = await placeOf({ store, config }, true);
  requireStore(location);
  return location;
}

function requireStore(location: string): void {
  if (isServerLocation(location) || existsSync(join(location, STORE_FILE))) return;
  throw userError(
    'store-missing',
    `--store: there is no store in ${location}; check the path, or fill one with r1-router ingest`,
  );
}

async function placeOf({ store, config }: StoreFlags, write: boolean): Promise<StorePlace & { location: string }> {
  const loaded = await loadConfig({ file: config });
  const chosen = chosenStore(store, loaded.config);
  const place: StorePlace = chosen === undefined ? storePlace(loaded.config.store, loaded) : { location: chosen };
  const { location } = place;
  if (location !== undefined) return { ...place, location };
  if (write) throw userError('store-missing', 'the atlas that ships cannot be changed; name your store with --store');
  const { atlasLocation } = await import('../../tools/open.ts');
  return { location: await atlasLocation(tellBuild) };
}
