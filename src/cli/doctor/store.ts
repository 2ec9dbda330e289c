/** The store that commands would ask, as `kb check` sees it. The atlas is not indexed for that. */
import { storePlace } from '../../config/knowledge-bases.ts';
import type { LoadedConfig } from '../../config/load.ts';
import { atlasLocation } from '../../tools/open/atlas.ts';
import type { Finding } from '../../tools/stores/qdrant/check.ts';
import { chosenStore } from '../default-store.ts';
import { storeFindings } from '../kb/check.ts';
import type { StoreFlags } from '../run-options.ts';

export async function configuredStoreFindings(flags: StoreFlags, loaded: LoadedConfig): Promise<Finding[]> {
  const { config } = loaded;
  const location = chosenStore(flags.store, config) ?? storePlace(config.store, loaded).location;
  const declared = config.knowledgeBases ?? [];
  if (location === undefined && declared.every(({ store }) => store === undefined)) return [await atlasFinding()];
  const what: Finding = { level: 'ok', code: 'store', message: location ?? 'the stores of the configuration' };
  return [what, ...(await storeFindings({ ...flags, ...(location !== undefined && { store: location }) }))];
}

async function atlasFinding(): Promise<Finding> {
  const fix = 'r1-router init sets up files of your own';
  const message = await new Promise<string>((resolve, reject) => {
    // Told that it has to be made, we know enough.
    const onBuild = () => {
      resolve('the atlas that ships; it is indexed at the first question, which takes some seconds once');
      throw new Error('not now');
    };
    atlasLocation(onBuild).then((place) => resolve(`the atlas that ships, indexed in ${place}`), reject);
  });
  return { level: 'ok', code: 'atlas', message, fix };
}
