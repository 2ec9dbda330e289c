/**
 * Before all tests: the store of the atlas as the package's build makes it. Without it, or with one of other sources, every command
 * that a test starts in an empty home directory would index the atlas anew.
 */
import { atlasStamp, buildAtlasStore, builtAtlasStore, isStamped } from '../src/tools/open/atlas.ts';

export default async function setup(): Promise<void> {
  if (!(await isStamped(builtAtlasStore(), await atlasStamp()))) await buildAtlasStore(builtAtlasStore());
}
