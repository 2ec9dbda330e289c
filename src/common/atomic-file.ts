/**
 * A file that is either the old one or the new one, whenever the machine stops: written beside its place, flushed to disk,
 * then renamed over it.
 */
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, systemError } from './errors.ts';

/** Throws `write-failed` (disk full, no permission); the file that was there is untouched. */
export async function writeFileAtomic(file: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    await syncDirectory(path.dirname(file));
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw systemError(
      'write-failed',
      `cannot write ${file}: ${messageOf(cause)}; what was there before is intact`,
      cause,
    );
  }
}

// Makes the rename itself durable. Windows cannot open a directory, and does not need it.
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
