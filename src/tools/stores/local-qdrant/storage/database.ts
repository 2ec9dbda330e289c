/**
 * The SQLite file of a store: opening, pragmas, format version, transactions, and SQLite's error codes turned into typed errors.
 * It knows tables and rows, nothing of search. A writer keeps the file in WAL mode and folds it back into one plain file when it
 * closes, so that a closed store can be shipped and read from a read-only directory.
 */
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../../../../common/errors.ts';
import {
  corruptStore,
  diskFull,
  isLocalQdrantError,
  type LocalQdrantError,
  missingStore,
  newerStore,
  notWritable,
  storageFailure,
} from '../errors.ts';

/**
 * Format of the file: 2 has checksums of rows, 1 had none. A newer one is refused; an older one is read as it is and migrated by the
 * writer.
 */
const FORMAT_VERSION = 2;
export const STORE_FILE = 'store.sqlite';

const SQLITE_PERM = 3;
const SQLITE_READONLY = 8;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS collections (
    key INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, config TEXT NOT NULL,
    version INTEGER NOT NULL, pruned INTEGER NOT NULL, sum INTEGER);
  CREATE TABLE IF NOT EXISTS aliases (name TEXT PRIMARY KEY, key INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS cache (
    collection INTEGER NOT NULL, name TEXT NOT NULL, part INTEGER NOT NULL, data BLOB NOT NULL, sum INTEGER,
    PRIMARY KEY (collection, name, part)) WITHOUT ROWID;
`;

export interface DatabaseOptions {
  /** A directory, or ':memory:'. */
  location: string;
  readOnly: boolean;
  /** `power-loss`: every commit is synced to the disk. `process`: commits survive a killed process, not a power cut. */
  durability: 'power-loss' | 'process';
  /** Most pages of 4 kB the file may grow to; unbounded if undefined. */
  pageLimit?: number | undefined;
}

const errorCode = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;

export class Database {
  readonly location: string;
  readonly readOnly: boolean;
  readonly #handle: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #transaction = false;
  #snapshot = false;
  #format = FORMAT_VERSION;
  #seen = Number.NaN;

  constructor({ location, readOnly, durability, pageLimit }: DatabaseOptions) {
    this.location = location;
    this.readOnly = readOnly;
    this.#handle = this.#guard(() => openHandle(location, readOnly));
    try {
      this.#guard(() => this.#prepareFile(durability, pageLimit));
    } catch (error) {
      this.#handle.close();
      throw error;
    }
  }

  #prepareFile(durability: DatabaseOptions['durability'], pageLimit: number | undefined): void {
    this.#handle.exec('PRAGMA busy_timeout = 5000');
    const format = this.#storedFormat();
    if (format !== undefined && format > FORMAT_VERSION) throw newerStore(this.location, format, FORMAT_VERSION);
    if (!this.readOnly) {
      if (this.location !== ':memory:') this.#handle.exec('PRAGMA journal_mode = WAL');
      this.#handle.exec(`PRAGMA synchronous = ${durability === 'power-loss' ? 'FULL' : 'NORMAL'}`);
      if (pageLimit !== undefined) this.#handle.exec(`PRAGMA max_page_count = ${Math.trunc(pageLimit)}`);
      // All at once: a kill leaves a file without tables, which is no store yet, or a whole one.
      this.#handle.exec(
        `BEGIN IMMEDIATE; ${SCHEMA} INSERT OR IGNORE INTO meta (key, value) VALUES ('format', '${FORMAT_VERSION}');
        ${format === 1 ? this.#addSums() : ''} COMMIT;`,
      );
    }
    const tables = this.#handle.prepare('SELECT name FROM sqlite_schema').all();
    if (tables.length === 0) throw missingStore(this.location);
    if (tables.every(({ name }) => name !== 'meta')) throw corruptStore(this.location, 'its file holds no store');
    const stored = this.#storedFormat();
    if (stored === undefined) throw corruptStore(this.location, 'it has no format version');
    this.#format = stored;
  }

  #storedFormat(): number | undefined {
    const tables = this.#handle.prepare("SELECT name FROM sqlite_schema WHERE name = 'meta'").all();
    if (tables.length === 0) return undefined;
    const format = Number(this.#handle.prepare("SELECT value FROM meta WHERE key = 'format'").get()?.value);
    return Number.isInteger(format) && format >= 1 ? format : undefined;
  }

  /** Format 1 to 2: columns for the checksums, which rows get when they are written next. */
  #addSums(): string {
    const keys = this.#handle.prepare('SELECT key FROM collections').all();
    const tables = keys.flatMap(({ key }) => [`points_${key}`, `vectors_${key}`, `log_${key}`]);
    const columns = ['collections', 'cache', ...tables].map((table) => `ALTER TABLE ${table} ADD COLUMN sum INTEGER;`);
    return `${columns.join(' ')} UPDATE meta SET value = '${FORMAT_VERSION}' WHERE key = 'format';`;
  }

  /** The column of checksums as an expression; nothing in a store of format 1. */
  get sum(): 'sum' | 'NULL AS sum' {
    return this.#format >= 2 ? 'sum' : 'NULL AS sum';
  }

  /** A prepared statement, kept for the life of the connection. */
  statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#handle.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  run(sql: string, ...values: SQLInputValue[]): void {
    this.#guard(() => this.statement(sql).run(...values));
  }

  get(sql: string, ...values: SQLInputValue[]): Record<string, unknown> | undefined {
    return this.#guard(() => this.statement(sql).get(...values));
  }

  all(sql: string, ...values: SQLInputValue[]): Record<string, unknown>[] {
    return this.#guard(() => this.statement(sql).all(...values));
  }

  /** Calls `visit` for each row without holding them all. The statement is not shared, so `visit` may run others. */
  each(sql: string, values: readonly SQLInputValue[], visit: (row: Record<string, unknown>) => void): void {
    this.#guard(() => {
      for (const row of this.#handle.prepare(sql).iterate(...values)) visit(row);
    });
  }

  exec(sql: string): void {
    this.#guard(() => this.#handle.exec(sql));
  }

  /** All of `work` or none of it. Not re-entrant. */
  transaction<T>(work: () => T): T {
    return this.#guard(() => {
      this.#handle.exec('BEGIN IMMEDIATE');
      this.#transaction = true;
      try {
        const result = work();
        this.#handle.exec('COMMIT');
        return result;
      } catch (error) {
        this.#end('ROLLBACK');
        throw error;
      } finally {
        this.#transaction = false;
      }
    });
  }

  /** A consistent view for several reads. */
  snapshot<T>(work: () => T): T {
    if (this.#transaction || this.#snapshot) return work();
    return this.#guard(() => {
      this.#handle.exec('BEGIN');
      this.#snapshot = true;
      try {
        return work();
      } finally {
        this.#snapshot = false;
        this.#end('COMMIT');
      }
    });
  }

  /** SQLite has ended a transaction by itself after some errors (a full disk); an error on top would hide the cause. */
  #end(how: 'COMMIT' | 'ROLLBACK'): void {
    try {
      this.#handle.exec(how);
    } catch (error) {
      if (!/no transaction is active/.test(messageOf(error))) throw error;
    }
  }

  /** Changes whenever another connection has committed. */
  dataVersion(): number {
    this.#seen = Number(this.get('PRAGMA data_version')?.data_version);
    return this.#seen;
  }

  /** Whether nobody has committed since `dataVersion` was asked: what is missing then is damage. */
  isUnchanged(): boolean {
    return !this.readOnly || Number(this.get('PRAGMA data_version')?.data_version) === this.#seen;
  }

  /** What SQLite finds wrong with the pages of the file, and with `full` with its indexes; empty where all is well. */
  integrityProblems(full: boolean): string[] {
    const pragma = full ? 'integrity_check' : 'quick_check';
    const found = this.all(`PRAGMA ${pragma}(20)`).map((row) => String(Object.values(row)[0]));
    return found.filter((line) => line !== 'ok').flatMap((line) => line.split('\n').filter(Boolean));
  }

  bytes(): number {
    if (this.location === ':memory:') {
      return Number(this.get('PRAGMA page_count')?.page_count) * Number(this.get('PRAGMA page_size')?.page_size);
    }
    return statSync(join(this.location, STORE_FILE)).size;
  }

  close(): void {
    this.#statements.clear();
    if (!this.readOnly && this.location !== ':memory:') {
      try {
        this.#handle.exec('PRAGMA journal_mode = DELETE');
      } catch {
        // A reader is open: the file stays in WAL mode, which the next writer folds back.
      }
    }
    this.#handle.close();
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#typed(error);
    }
  }

  #typed(error: unknown): unknown {
    if (isLocalQdrantError(error)) return error satisfies LocalQdrantError;
    const code = errorCode(error);
    if (code === undefined) return error;
    if (code === SQLITE_FULL) return diskFull(this.location, error);
    if (code === SQLITE_READONLY || code === SQLITE_PERM || code === SQLITE_CANTOPEN)
      return notWritable(this.location, error);
    if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB) {
      return corruptStore(this.location, error instanceof Error ? error.message : String(error), error);
    }
    return storageFailure(this.location, error);
  }
}

function openHandle(location: string, readOnly: boolean): DatabaseSync {
  if (location === ':memory:') return new DatabaseSync(':memory:');
  const directory = resolve(location);
  const file = join(directory, STORE_FILE);
  if (!readOnly) {
    mkdirSync(directory, { recursive: true });
    return new DatabaseSync(file);
  }
  if (!existsSync(file)) throw missingStore(location);
  // A store in a directory that cannot be written (an installed package) has no writer: SQLite may then skip locks and sidecars.
  if (!isWritable(directory) && !existsSync(`${file}-wal`)) {
    const url = pathToFileURL(file);
    url.searchParams.set('immutable', '1');
    return new DatabaseSync(url, { readOnly: true });
  }
  return new DatabaseSync(file, { readOnly: true });
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
