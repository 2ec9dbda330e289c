/**
 * The files of the atlas: its documents, pictures and questions, and the policy trained on it. A checkout has them as they are; the
 * package on npm has them as one file (`packed-files.ts`), which is unpacked once into the user's cache directory.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheDirectory } from './cache-directory.ts';
import { messageOf, systemError } from './errors.ts';
import { packageFile } from './package-files.ts';
import { unpackFiles } from './packed-files.ts';

/** Beside it lies its hash, so that the five megabytes need not be read to know whether they are unpacked. */
const ARCHIVE = ['dist', 'shipped.br'];

/** The absolute path of a folder such as `data/atlas`. Throws `package-files-missing`, `shipped-files-damaged` or `cache-unwritable`. */
export function shippedFolder(...path: readonly string[]): string {
  const asItIs = packageFile(...path);
  const archive = packageFile(...ARCHIVE);
  return existsSync(asItIs) || !existsSync(archive) ? asItIs : join(unpacked(archive), ...path);
}

let last: { archive: string; folder: string } | undefined;

function unpacked(archive: string): string {
  if (last?.archive === archive && existsSync(last.folder)) return last.folder;
  const folder = join(cacheDirectory(), `shipped-${readFileSync(`${archive}.sha256`, 'utf8').trim().slice(0, 16)}`);
  last = { archive, folder: existsSync(folder) ? folder : unpackInto(folder, contents(archive)) };
  return last.folder;
}

function contents(archive: string): ReadonlyMap<string, Uint8Array> {
  try {
    return unpackFiles(readFileSync(archive));
  } catch (error) {
    throw systemError(
      'shipped-files-damaged',
      `${archive} cannot be unpacked (${messageOf(error)}); install the package again`,
      error,
    );
  }
}

/** Beside its place, then moved there in one step: of several processes at once, the first one's stays. */
function unpackInto(folder: string, files: ReadonlyMap<string, Uint8Array>): string {
  const making = `${folder}.${randomUUID().slice(0, 8)}`;
  try {
    writeFiles(making, files);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    return unpackElsewhere(folder, files, error);
  }
  try {
    renameSync(making, folder);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** A system whose only writable place is the one for temporary files: there for as long as this process runs. */
function unpackElsewhere(folder: string, files: ReadonlyMap<string, Uint8Array>, cause: unknown): string {
  try {
    const temporary = mkdtempSync(join(tmpdir(), 'r1-router-'));
    process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));
    writeFiles(temporary, files);
    return temporary;
  } catch {
    throw systemError(
      'cache-unwritable',
      `the files that ship cannot be unpacked into ${folder} (${messageOf(cause)}); set R1_ROUTER_CACHE to a folder that can be written`,
      cause,
    );
  }
}

function writeFiles(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [path, bytes] of files) {
    const file = join(folder, ...path.split('/'));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
}
