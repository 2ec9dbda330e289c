/**
 * Before all tests: the store of the atlas as the package's build makes it. Without it, or with one of other sources, every command
 * that a test starts in an empty home directory would index the atlas anew.
 */
import { atlasStamp, BUILT_ATLAS_STORE, buildAtlasStore, isStamped } from '../src/tools/open/atlas.ts';

export default async function setup(): Promise<void> {
  if (!(await isStamped(BUILT_ATLAS_STORE, await atlasStamp()))) await buildAtlasStore(BUILT_ATLAS_STORE);
}
