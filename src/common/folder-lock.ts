/**
 * One process at a time in a folder. The lock is a SQLite file in which the holder keeps a transaction open: the operating system
 * frees it with the process, also after `kill -9`, and a contender can still read who holds it. The file stays behind, unlocked.
 */
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

export interface FolderLock {
  release(): void;
}

interface FolderLockOptions {
  /** Name of the lock's file in the folder. */
  file: string;
  /** The error for a contender; `holder` is a process with its host and time. */
  locked(holder: string): Error;
}

/** Makes the folder where it is missing. */
export function acquireFolderLock(directory: string, { file, locked }: FolderLockOptions): FolderLock {
  mkdirSync(directory, { recursive: true });
  // Loaded here: on older versions of Node the module warns that it is experimental.
  const { DatabaseSync: Sqlite } = process.getBuiltinModule('node:sqlite');
  const handle = new Sqlite(join(directory, file));
  try {
    handle.exec('PRAGMA busy_timeout = 0');
    handle.exec('BEGIN IMMEDIATE');
    handle.exec('CREATE TABLE IF NOT EXISTS holder (name TEXT NOT NULL)');
    handle.exec('DELETE FROM holder');
    handle
      .prepare('INSERT INTO holder (name) VALUES (?)')
      .run(`process ${process.pid} on ${hostname()} since ${new Date().toISOString()}`);
    // The name must be committed for a contender to read; the next line takes the lock again for good.
    handle.exec('COMMIT');
    handle.exec('BEGIN IMMEDIATE');
  } catch (error) {
    const holder = isBusy(error) ? readHolder(handle) : undefined;
    handle.close();
    throw holder === undefined ? error : locked(holder);
  }
  return {
    release() {
      if (handle.isOpen) handle.close();
    },
  };
}

const SQLITE_BUSY = 5;

const isBusy = (error: unknown): boolean => (error as { errcode?: unknown }).errcode === SQLITE_BUSY;

function readHolder(handle: DatabaseSync): string {
  try {
    const row = handle.prepare('SELECT name FROM holder').get();
    return typeof row?.name === 'string' ? row.name : 'another process';
  } catch {
    return 'another process';
  }
}
