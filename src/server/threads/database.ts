/** The file of the threads: its tables, its version, and what opening one must look at. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { isR1RouterError, messageOf, userError } from '../../common/errors.ts';

const THREADS_VERSION = 1;

const TABLES = `
  CREATE TABLE threads (thread TEXT PRIMARY KEY, used INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX threads_used ON threads (used);
  CREATE TABLE checkpoints (
    thread TEXT NOT NULL, namespace TEXT NOT NULL, id TEXT NOT NULL, parent TEXT,
    checkpoint_type TEXT NOT NULL, checkpoint BLOB NOT NULL, metadata_type TEXT NOT NULL, metadata BLOB NOT NULL,
    PRIMARY KEY (thread, namespace, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE channels (
    thread TEXT NOT NULL, namespace TEXT NOT NULL, channel TEXT NOT NULL, version REAL NOT NULL,
    type TEXT NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY (thread, namespace, channel, version)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE writes (
    thread TEXT NOT NULL, namespace TEXT NOT NULL, id TEXT NOT NULL, task TEXT NOT NULL, place INTEGER NOT NULL,
    path TEXT NOT NULL, channel TEXT NOT NULL, type TEXT NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY (thread, namespace, id, task, place)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${THREADS_VERSION};
`;

/** Throws user errors `threads-newer` and `threads-unreadable`. `:memory:` keeps nothing beyond the process. */
export function openThreadsDatabase(location: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    if (location !== ':memory:') {
      mkdirSync(dirname(location), { recursive: true });
      // Conversations are nobody else's business.
      closeSync(openSync(location, 'a', 0o600));
    }
    // Loaded here: Node 22 warns of it, and most who import the server keep no threads.
    const sqlite = process.getBuiltinModule('node:sqlite');
    database = new sqlite.DatabaseSync(location, { timeout: 5_000 });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version > THREADS_VERSION) {
      throw userError('threads-newer', `threads ${location}: written by a newer version; use that, or another file`);
    }
    if (version === 0) database.exec(`BEGIN IMMEDIATE; ${TABLES} COMMIT;`);
    return database;
  } catch (error) {
    database?.close();
    if (isR1RouterError(error)) throw error;
    throw userError('threads-unreadable', `threads ${location}: ${messageOf(error)}; give another file`, error);
  }
}
