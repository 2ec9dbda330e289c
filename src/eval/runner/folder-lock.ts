/**
 * One process at a time in the folder of an evaluation: the log is cut back to its last whole line when it is opened, which
 * must not happen under another writer. The lock of a process that was killed is taken over.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { userError } from '../../common/errors.ts';

/** Resolves to the release. Throws `evaluation-running` naming the process that has it. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'running.pid');
  const release = () => rm(file, { force: true });
  for (let attempt = 0; ; attempt++) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return release;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === 3) throw error;
      const owner = Number(await readFile(file, 'utf8').catch(() => ''));
      if (isAlive(owner)) {
        throw userError(
          'evaluation-running',
          `evaluation: process ${owner} is running this one in ${folder}; wait for it, or delete ${file} if that is another program`,
        );
      }
      await release();
    }
  }
}

/** A number of our own, or none at all, is left over from a process that is gone. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
