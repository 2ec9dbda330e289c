/** The statements of the saver of threads, prepared once. */
import type { DatabaseSync } from 'node:sqlite';

const COLUMNS = 'thread, namespace, id, parent, checkpoint_type, checkpoint, metadata_type, metadata';

export function prepareStatements(database: DatabaseSync) {
  const inserted =
    '(thread, namespace, id, task, place, path, channel, type, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)';
  return {
    one: database.prepare(`SELECT ${COLUMNS} FROM checkpoints WHERE thread = ? AND namespace = ? AND id = ?`),
    latest: database.prepare(
      `SELECT ${COLUMNS} FROM checkpoints WHERE thread = ? AND namespace = ? ORDER BY id DESC LIMIT 1`,
    ),
    put: database.prepare(`INSERT OR REPLACE INTO checkpoints (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`),
    channel: database.prepare(
      'SELECT type, value FROM channels WHERE thread = ? AND namespace = ? AND channel = ? AND version = ?',
    ),
    putChannel: database.prepare(
      'INSERT OR REPLACE INTO channels (thread, namespace, channel, version, type, value) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    writes: database.prepare('SELECT * FROM writes WHERE thread = ? AND namespace = ? AND id = ?'),
    write: database.prepare(`INSERT OR IGNORE INTO writes ${inserted}`),
    rewrite: database.prepare(`INSERT OR REPLACE INTO writes ${inserted}`),
    latestUse: database.prepare('SELECT coalesce(max(used), 0) AS latest FROM threads'),
    use: database.prepare('UPDATE threads SET used = ? WHERE thread = ?'),
    begin: database.prepare('INSERT INTO threads (thread, used) VALUES (?, ?)'),
    count: database.prepare('SELECT count(*) AS count FROM threads'),
    unused: database.prepare('SELECT thread FROM threads ORDER BY used LIMIT ?'),
    forget: ['threads', 'checkpoints', 'channels', 'writes'].map((table) =>
      database.prepare(`DELETE FROM ${table} WHERE thread = ?`),
    ),
  };
}
