/**
 * The rows of one collection: points (id, version, payload), their vectors, and the log of which slots each write touched. The
 * statements are written once here; nothing else knows the tables.
 */

import { parseExactly, stringifyExactly } from '../../../../common/exact-json.ts';
import { corruptStore } from '../errors.ts';
import type { Payload } from '../payload/json-path.ts';
import type { PointId } from '../point-id.ts';
import type { Database } from './database.ts';

/** SQLite has no unsigned 64-bit integers: large ids are stored as text with a mark that no UUID has. */
const LARGE = '#';
const storedId = (id: PointId): number | string => (typeof id === 'bigint' ? `${LARGE}${id}` : id);

function asId(value: unknown): PointId {
  if (typeof value === 'number') return value;
  const text = String(value);
  return text.startsWith(LARGE) ? BigInt(text.slice(LARGE.length)) : text;
}

export class Rows {
  readonly #database: Database;
  readonly #key: number;
  readonly #sql: Record<
    | 'insert'
    | 'setPayload'
    | 'touch'
    | 'delete'
    | 'putVectors'
    | 'deleteVectors'
    | 'point'
    | 'payload'
    | 'vectors'
    | 'log',
    string
  >;

  constructor(database: Database, key: number) {
    this.#database = database;
    this.#key = key;
    // The SQLite of Node 22 takes an empty blob for NULL.
    this.#sql = {
      insert: `INSERT INTO points_${key} (slot, id, version, payload) VALUES (?, ?, ?, ?)`,
      setPayload: `UPDATE points_${key} SET version = ?, payload = ? WHERE slot = ?`,
      touch: `UPDATE points_${key} SET version = ? WHERE slot = ?`,
      delete: `DELETE FROM points_${key} WHERE slot = ?`,
      putVectors: `INSERT OR REPLACE INTO vectors_${key} (slot, data) VALUES (?, coalesce(?, x''))`,
      deleteVectors: `DELETE FROM vectors_${key} WHERE slot = ?`,
      point: `SELECT id, version FROM points_${key} WHERE slot = ?`,
      payload: `SELECT payload, version FROM points_${key} WHERE slot = ?`,
      vectors: `SELECT data FROM vectors_${key} WHERE slot = ?`,
      log: `INSERT INTO log_${key} (version, slots) VALUES (?, coalesce(?, x''))`,
    };
  }

  /** The tables of a new collection; inside the caller's transaction. */
  static create(database: Database, key: number): void {
    database.exec(`
      CREATE TABLE points_${key} (slot INTEGER PRIMARY KEY, id NOT NULL UNIQUE, version INTEGER NOT NULL, payload TEXT NOT NULL);
      CREATE TABLE vectors_${key} (slot INTEGER PRIMARY KEY, data BLOB NOT NULL);
      CREATE TABLE log_${key} (version INTEGER PRIMARY KEY, slots BLOB NOT NULL);`);
  }

  static drop(database: Database, key: number): void {
    database.exec(`DROP TABLE points_${key}; DROP TABLE vectors_${key}; DROP TABLE log_${key};`);
    database.run('DELETE FROM cache WHERE collection = ?', key);
  }

  // Writing: inside a transaction of the caller, which types the errors.

  insert(slot: number, id: PointId, version: number, payload: Payload): void {
    this.#database.statement(this.#sql.insert).run(slot, storedId(id), version, stringifyExactly(payload));
  }

  setPayload(slot: number, version: number, payload: Payload): void {
    this.#database.statement(this.#sql.setPayload).run(version, stringifyExactly(payload), slot);
  }

  touch(slot: number, version: number): void {
    this.#database.statement(this.#sql.touch).run(version, slot);
  }

  putVectors(slot: number, data: Uint8Array): void {
    this.#database.statement(this.#sql.putVectors).run(slot, data);
  }

  delete(slot: number): void {
    this.#database.statement(this.#sql.delete).run(slot);
    this.#database.statement(this.#sql.deleteVectors).run(slot);
  }

  /** Ends a write: its entry in the log and the collection's new version. */
  endWrite(version: number, touched: readonly number[]): void {
    this.#database.statement(this.#sql.log).run(version, new Uint8Array(Uint32Array.from(touched).buffer));
    this.#database.statement('UPDATE collections SET version = ? WHERE key = ?').run(version, this.#key);
  }

  /** Forgets the log up to a version that readers no longer need. */
  prune(version: number): void {
    this.#database.run(`DELETE FROM log_${this.#key} WHERE version <= ?`, version);
    this.#database.run('UPDATE collections SET pruned = ? WHERE key = ?', version, this.#key);
  }

  // Reading.

  /** Calls `visit` with every slot in use and its id. */
  eachId(visit: (slot: number, id: PointId) => void): void {
    // Row by row: a hundred thousand row objects at once would leave their heap behind.
    this.#database.each(`SELECT slot, id FROM points_${this.#key}`, [], ({ slot, id }) =>
      visit(Number(slot), asId(id)),
    );
  }

  idOf(slot: number): PointId | undefined {
    const row = this.#database.get(this.#sql.point, slot);
    return row && asId(row.id);
  }

  versionOf(slot: number): number {
    return Number(this.#database.get(this.#sql.point, slot)?.version ?? 0);
  }

  payloadOf(slot: number): { payload: Payload; version: number } | undefined {
    const row = this.#database.get(this.#sql.payload, slot);
    return row && { payload: this.#parse(row.payload) as Payload, version: Number(row.version) };
  }

  vectorsOf(slot: number): Uint8Array | undefined {
    const { data } = this.#database.get(this.#sql.vectors, slot) ?? {};
    return data instanceof Uint8Array ? data : undefined;
  }

  eachVectors(visit: (slot: number, data: Uint8Array) => void): void {
    this.#database.each(`SELECT slot, data FROM vectors_${this.#key}`, [], (row) => {
      if (!(row.data instanceof Uint8Array))
        throw corruptStore(this.#database.location, 'the vectors of a point are no bytes');
      visit(Number(row.slot), row.data);
    });
  }

  /** The part of every payload under a top-level key, cut out by SQLite, which is far faster than parsing whole payloads. */
  eachPayloadPart(key: string, visit: (slot: number, part: unknown) => void): void {
    this.#database.each(`SELECT slot, payload -> ? AS part FROM points_${this.#key}`, [`$."${key}"`], (row) => {
      if (row.part !== null) visit(Number(row.slot), this.#parse(row.part));
    });
  }

  eachPayload(visit: (slot: number, payload: unknown) => void): void {
    this.#database.each(`SELECT slot, payload FROM points_${this.#key}`, [], (row) => {
      visit(Number(row.slot), this.#parse(row.payload));
    });
  }

  /** Slots that writes after this version touched. */
  slotsSince(version: number): Set<number> {
    const touched = new Set<number>();
    for (const { slots } of this.#database.all(`SELECT slots FROM log_${this.#key} WHERE version > ?`, version)) {
      if (!(slots instanceof Uint8Array)) continue;
      for (const slot of new Uint32Array(slots.slice().buffer)) touched.add(slot);
    }
    return touched;
  }

  #parse(text: unknown): unknown {
    try {
      return parseExactly(String(text));
    } catch (error) {
      throw corruptStore(this.#database.location, 'a payload does not parse', error);
    }
  }
}
