/**
 * Where things that can be made or fetched again are kept: models, stores built from shipped data. `R1_ROUTER_CACHE` moves it.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';

export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.R1_ROUTER_CACHE) return environment.R1_ROUTER_CACHE;
  if (process.platform === 'win32')
    return join(environment.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'r1-router', 'cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'r1-router');
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'r1-router');
}
