/**
 * The lock of the one process that writes a store. It lies beside the store's file itself, wherever links lead to it from, so that
 * two paths to one file are one lock. What stands in the way (a file in place of the directory, a folder that cannot be written, a
 * damaged lock file) is told with its fix.
 */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { acquireFolderLock, type FolderLock } from '../../../../common/folder-lock.ts';
import {
  damagedLock,
  diskFull,
  isLocalQdrantError,
  lockedStore,
  notADirectory,
  notWritable,
  storageFailure,
} from '../errors.ts';
import { STORE_FILE } from './database.ts';

const LOCK_FILE = 'writer.lock';
const FULL = new Set(['ENOSPC', 'EDQUOT', 13]);
const NOT_WRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 3, 8, 14]);
const NO_DATABASE = new Set([11, 26]);
const NO_DIRECTORY = new Set(['EEXIST', 'ENOTDIR']);

export function acquireWriterLock(location: string): FolderLock {
  requireDirectory(location);
  try {
    return acquireFolderLock(realFolder(location), {
      file: LOCK_FILE,
      locked: (holder) => lockedStore(location, holder),
    });
  } catch (error) {
    throw typed(location, error);
  }
}

/** Throws `local-qdrant-not-a-directory` where the path, or what its link leads to, is a file. */
export function requireDirectory(location: string): void {
  if (statSync(location, { throwIfNoEntry: false })?.isDirectory() === false) throw notADirectory(location);
}

/** Where the store's file really lies, or will. */
function realFolder(location: string): string {
  const file = join(resolve(location), STORE_FILE);
  if (existsSync(file)) return dirname(realpathSync(file));
  return existsSync(location) ? realpathSync(location) : location;
}

function typed(location: string, error: unknown): unknown {
  if (isLocalQdrantError(error)) return error;
  const { code, errcode } = error as { code?: unknown; errcode?: number };
  const codes = [typeof errcode === 'number' ? errcode & 0xff : undefined, code];
  const is = (known: ReadonlySet<unknown>) => codes.some((value) => known.has(value));
  if (is(FULL)) return diskFull(location, error);
  if (is(NOT_WRITABLE)) return notWritable(location, error);
  if (is(NO_DATABASE)) return damagedLock(location, LOCK_FILE, error);
  if (is(NO_DIRECTORY)) return notADirectory(location, error);
  return storageFailure(location, error);
}
