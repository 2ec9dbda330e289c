/**
 * Which store a command means where `--store` is not given: what the configuration says, else ./r1-router-store, which `ingest` fills by
 * default, where it is there, else the atlas that ships. `--store atlas` always means the atlas.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RouterConfig } from '../config/schema.ts';
import { STORE_FILE } from '../tools/stores/local-qdrant/storage/database.ts';

export const DEFAULT_STORE = 'r1-router-store';
const ATLAS = 'atlas';

/** The directory or URL; undefined is the atlas. A choice that nobody made is told on stderr. */
export function chosenStore(flag: string | undefined, config: RouterConfig): string | undefined {
  if (flag === ATLAS && !existsSync(join(ATLAS, STORE_FILE))) return undefined;
  if (flag !== undefined) return flag;
  const declared = config.store !== undefined || (config.knowledgeBases ?? []).length > 0;
  if (declared || !existsSync(join(DEFAULT_STORE, STORE_FILE))) return undefined;
  process.stderr.write(`using your files in ./${DEFAULT_STORE} (--store atlas asks the atlas that ships)\n`);
  return DEFAULT_STORE;
}
