/** What lies in the cache directory and how much of it there is. All of it can be made or fetched again. */
import { access, constants, lstat, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheDirectory } from '../../common/cache-directory.ts';
import type { Finding } from '../../tools/stores/qdrant/check.ts';

const MEANINGS: readonly [beginning: string, meaning: string][] = [
  ['atlas-', 'index of the atlas'],
  ['shipped-', 'files of the atlas, unpacked'],
  ['models', 'encoders, fetched'],
  ['ingest', 'where interrupted ingests go on'],
  ['uploads', 'uploaded files'],
];

export async function cacheFindings(): Promise<Finding[]> {
  const directory = cacheDirectory();
  const names = (await readdir(directory).catch((): string[] => [])).sort();
  if (names.length === 0) return [await emptyFinding(directory)];
  const sizes = await Promise.all(names.map(async (name) => ({ name, bytes: await sizeOf(join(directory, name)) })));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    {
      level: 'ok',
      code: 'cache',
      message: `${directory}: ${megabytes(total)}`,
      fix: 'may be deleted, it is made again',
    },
    ...sizes.map(({ name, bytes }): Finding => {
      const meaning = MEANINGS.find(([beginning]) => name.startsWith(beginning))?.[1] ?? 'other';
      return { level: 'ok', code: 'cache-part', message: `${name}: ${megabytes(bytes)}, ${meaning}` };
    }),
  ];
}

/** The first folder above it that is there must let it be made. */
async function emptyFinding(directory: string): Promise<Finding> {
  for (let place = directory; ; place = dirname(place)) {
    const exists = await access(place).then(
      () => true,
      () => false,
    );
    if (!exists && dirname(place) !== place) continue;
    const writable = await access(place, constants.W_OK).then(
      () => true,
      () => false,
    );
    if (writable) return { level: 'ok', code: 'cache', message: `${directory} is empty` };
    const fix = 'set R1_ROUTER_CACHE to a folder that can be written';
    return { level: 'warning', code: 'cache', message: `${directory} cannot be made`, fix };
  }
}

async function sizeOf(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.size;
  const names = await readdir(path).catch((): string[] => []);
  let bytes = 0;
  for (const name of names) bytes += await sizeOf(join(path, name));
  return bytes;
}

const megabytes = (bytes: number): string =>
  bytes < 1e6
    ? `${Math.ceil(bytes / 1e3)} kB`
    : `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 0 })} MB`;
