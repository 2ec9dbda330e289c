/** One training at a time in a folder: a second would tear the log and the checkpoints of the first. */
import { isR1RouterError, messageOf, systemError, userError } from '../../common/errors.ts';
import { acquireFolderLock, type FolderLock } from '../../common/folder-lock.ts';

/** Throws `training-running` naming the folder and who trains in it. A killed training holds nothing. */
export function lockTraining(folder: string): FolderLock {
  try {
    return acquireFolderLock(folder, {
      file: 'training.lock',
      locked: (holder) =>
        userError(
          'training-running',
          `${folder}: ${holder} is training in this folder; wait for it, or choose another --out`,
        ),
    });
  } catch (error) {
    if (isR1RouterError(error)) throw error;
    throw systemError(
      'write-failed',
      `${folder}: its training.lock cannot be taken (${messageOf(error)}); make room, or choose another --out`,
      error,
    );
  }
}
