/**
 * One writer a store. The lock is a second SQLite file in which the writer keeps a transaction open: the operating system frees
 * it with the process, also after `kill -9`, and a contender can still read who holds it.
 */
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { lockedStore } from '../errors.ts';
import { isBusy } from './database.ts';

export interface WriterLock {
  release(): void;
}

/** Throws `local-qdrant-locked`, naming the holder, if the store has a writer. */
export function acquireWriterLock(directory: string): WriterLock {
  mkdirSync(directory, { recursive: true });
  const handle = new DatabaseSync(join(directory, 'writer.lock'));
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
    if (holder) throw lockedStore(directory, holder);
    throw error;
  }
  return {
    release() {
      if (handle.isOpen) handle.close();
    },
  };
}

function readHolder(handle: DatabaseSync): string {
  try {
    const row = handle.prepare('SELECT name FROM holder').get();
    return typeof row?.name === 'string' ? row.name : 'another process';
  } catch {
    return 'another process';
  }
}
