/** Opening the store that a `kb` command works on. */
import { userError } from '../../common/errors.ts';
import { loadConfig } from '../../config/load.ts';
import { openConfiguredKnowledgeBases, type StorePlace, storePlace } from '../../config/open-router.ts';
import type { OpenStore } from '../../tools/open-store.ts';
import type { StoreKnowledgeBase } from '../../tools/store-knowledge-base.ts';
import { tellBuild } from '../ask.ts';
import type { StoreFlags } from '../run-options.ts';

/** Runs `work` with the named knowledge bases, or all of the store, and closes them. */
export async function withKnowledgeBases<T>(
  { store, config }: StoreFlags,
  names: readonly string[] | undefined,
  work: (knowledgeBases: StoreKnowledgeBase[]) => Promise<T>,
): Promise<T> {
  const loaded = await loadConfig({ file: config });
  const settings = { store, ...(names && { knowledgeBases: names }) };
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
  { write }: { write: boolean },
  work: (opened: OpenStore) => Promise<T>,
): Promise<T> {
  const { openStore } = await import('../../tools/open-store.ts');
  const { location, apiKey } = await placeOf({ store, config }, write);
  const opened = await openStore(location, { readOnly: !write, ...(apiKey && { apiKey }) });
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

async function placeOf({ store, config }: StoreFlags, write: boolean): Promise<StorePlace & { location: string }> {
  const loaded = await loadConfig({ file: config });
  const { location, apiKey } = store === undefined ? storePlace(loaded.config.store, loaded) : { location: store };
  if (location !== undefined) return { location, apiKey };
  if (write) throw userError('store-missing', 'the atlas that ships cannot be changed; name your store with --store');
  const { openAtlas } = await import('../../tools/atlas.ts');
  const atlas = await openAtlas({ onBuild: tellBuild });
  await atlas.close();
  return { location: atlas.location };
}
