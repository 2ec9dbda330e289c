/**
 * The atlas: the three knowledge bases that ship with the package. They ship as JSONL and pictures; the store built from them
 * comes with the package's build, or is made once in the user's cache directory.
 */
import { join } from 'node:path';
import { cacheDirectory } from '../common/cache-directory.ts';
import { userError } from '../common/errors.ts';
import { atlasStamp, buildAtlasStore, builtAtlasStore, isStamped } from './atlas-store.ts';
import { type OpenAllOptions, type OpenKnowledgeBases, openAll } from './planner/open-all.ts';

export { atlasDirectory } from './atlas-store.ts';

export interface OpenAtlasOptions extends Pick<OpenAllOptions, 'names' | 'settings'> {
  /** Called when the store has to be built first, which takes some seconds once. */
  onBuild?: (directory: string) => void;
}

/** Opens the atlas for reading. Throws `store-corrupt` and `atlas-missing`, both with the fix. */
export async function openAtlas({ names, settings, onBuild }: OpenAtlasOptions = {}): Promise<OpenKnowledgeBases> {
  const location = await atlasStore(onBuild);
  try {
    return await openAll(location, { names, settings });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'store-corrupt') throw error;
    throw userError(
      'store-corrupt',
      `Atlas: the store ${location} is damaged; delete that directory, it is built anew`,
      error,
    );
  }
}

/** The directory of the store that belongs to the atlas files as they are. */
async function atlasStore(onBuild: OpenAtlasOptions['onBuild']): Promise<string> {
  const stamp = await atlasStamp();
  const built = builtAtlasStore();
  if (await isStamped(built, stamp)) return built;
  const cached = join(cacheDirectory(), `atlas-${stamp.slice(0, 16)}`);
  if (await isStamped(cached, stamp)) return cached;
  onBuild?.(cached);
  await buildAtlasStore(cached);
  return cached;
}
