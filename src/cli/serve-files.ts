/** Files of `serve`: where uploads go, and where the pictures of passages lie. */
import { join, resolve } from 'node:path';
import { userError } from '../common/errors.ts';
import { isAtlas, storePlace } from '../config/knowledge-bases.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { RouterSettings } from '../config/open-router.ts';
import type { RouterServerOptions } from '../server/options.ts';
import { atlasDirectory } from '../tools/open/atlas.ts';
import { documentStore, picturesOf } from './serve-documents.ts';

export interface UploadSettings {
  allow?: boolean;
  onStored: () => Promise<void>;
}

export async function uploadsAndPictures(
  settings: RouterSettings,
  loaded: LoadedConfig,
  { allow, onStored }: UploadSettings,
): Promise<Pick<RouterServerOptions, 'documents' | 'pictures'>> {
  const { config, directory } = loaded;
  const configured = new Map(Object.entries(config.server?.pictures ?? {}));
  const store = settings.store ?? storePlace(config.store, loaded).location;
  const atlas = isAtlas(settings, loaded);
  if (allow && (atlas || store === undefined)) {
    throw userError(
      'invalid-option',
      '--allow-uploads: the atlas takes no documents; name a store of yours with --store',
    );
  }
  return {
    pictures(name) {
      const folder = configured.get(name);
      if (folder !== undefined) return resolve(directory, folder);
      if (atlas) return name === 'image' ? join(atlasDirectory(), 'image') : undefined;
      return store === undefined ? undefined : picturesOf(store, name);
    },
    ...(allow && store !== undefined && { documents: documentStore({ store, onStored }) }),
  };
}
