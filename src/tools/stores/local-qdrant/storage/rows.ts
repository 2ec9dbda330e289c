/**
 * The rows of one collection: points (id, version, payload), their vectors, and the log of which slots each write touched. The
 * statements are written once here; nothing else knows the tables.
 */

import { messageOf } from '../../../../common/errors.ts';
import { parseExactly, stringifyExactly } from '../../../../common/exact-json.ts';
import { corruptStore } from '../errors.ts';
import type { Payload } from '../payload/json-path.ts';
import type { PointId } from '../point-id.ts';
import { bytesSum, pointSum, sumFits } from './checksum.ts';
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
      insert: `INSERT INTO points_${key} (slot, id, version, payload, sum) VALUES (?, ?, ?, ?, ?)`,
      setPayload: `UPDATE points_${key} SET version = ?, payload = ?, sum = ? WHERE slot = ?`,
      touch: `UPDATE points_${key} SET version = ? WHERE slot = ?`,
      delete: `DELETE FROM points_${key} WHERE slot = ?`,
      putVectors: `INSERT OR REPLACE INTO vectors_${key} (slot, data, sum) VALUES (?, coalesce(?, x''), ?)`,
      deleteVectors: `DELETE FROM vectors_${key} WHERE slot = ?`,
      point: `SELECT id, version FROM points_${key} WHERE slot = ?`,
      payload: `SELECT id, payload, version, ${database.sum} FROM points_${key} WHERE slot = ?`,
      vectors: `SELECT data, ${database.sum} FROM vectors_${key} WHERE slot = ?`,
      log: `INSERT INTO log_${key} (version, slots, sum) VALUES (?, coalesce(?, x''), ?)`,
    };
  }

  /** The tables of a new collection; inside the caller's transaction. */
  static create(database: Database, key: number): void {
    database.exec(`
      CREATE TABLE points_${key} (slot INTEGER PRIMARY KEY, id NOT NULL UNIQUE, version INTEGER NOT NULL, payload TEXT NOT NULL, sum INTEGER);
      CREATE TABLE vectors_${key} (slot INTEGER PRIMARY KEY, data BLOB NOT NULL, sum INTEGER);
      CREATE TABLE log_${key} (version INTEGER PRIMARY KEY, slots BLOB NOT NULL, sum INTEGER);`);
  }

  static drop(database: Database, key: number): void {
    database.exec(`DROP TABLE points_${key}; DROP TABLE vectors_${key}; DROP TABLE log_${key};`);
    database.run('DELETE FROM cache WHERE collection = ?', key);
  }

  // Writing: inside a transaction of the caller, which types the errors.

  insert(slot: number, id: PointId, version: number, payload: Payload): void {
    const text = stringifyExactly(payload);
    const stored = storedId(id);
    this.#database.statement(this.#sql.insert).run(slot, stored, version, text, pointSum(slot, stored, text));
  }

  setPayload(slot: number, id: PointId, version: number, payload: Payload): void {
    const text = stringifyExactly(payload);
    this.#database.statement(this.#sql.setPayload).run(version, text, pointSum(slot, storedId(id), text), slot);
  }

  touch(slot: number, version: number): void {
    this.#database.statement(this.#sql.touch).run(version, slot);
  }

  putVectors(slot: number, data: Uint8Array): void {
    this.#database.statement(this.#sql.putVectors).run(slot, data, bytesSum(slot, data));
  }

  delete(slot: number): void {
    this.#database.statement(this.#sql.delete).run(slot);
    this.#database.statement(this.#sql.deleteVectors).run(slot);
  }

  /** Ends a write: its entry in the log and the collection's new version. */
  endWrite(version: number, touched: readonly number[]): void {
    const slots = new Uint8Array(Uint32Array.from(touched).buffer);
    this.#database.statement(this.#sql.log).run(version, slots, bytesSum(version, slots));
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
    if (!row) return undefined;
    this.#requireSum(row.sum, pointSum(slot, row.id as number | string, String(row.payload)), `point ${row.id}`);
    return { payload: this.#parse(row.payload) as Payload, version: Number(row.version) };
  }

  vectorsOf(slot: number): Uint8Array | undefined {
    const { data, sum } = this.#database.get(this.#sql.vectors, slot) ?? {};
    if (!(data instanceof Uint8Array)) return undefined;
    this.#requireSum(sum, bytesSum(slot, data), 'the vectors of a point');
    return data;
  }

  eachVectors(visit: (slot: number, data: Uint8Array) => void): void {
    this.#database.each(`SELECT slot, data, ${this.#database.sum} FROM vectors_${this.#key}`, [], (row) => {
      if (!(row.data instanceof Uint8Array))
        throw corruptStore(this.#database.location, 'the vectors of a point are no bytes');
      this.#requireSum(row.sum, bytesSum(Number(row.slot), row.data), 'the vectors of a point');
      visit(Number(row.slot), row.data);
    });
  }

  #requireSum(stored: unknown, sum: number, what: string): void {
    if (!sumFits(stored, sum)) throw corruptStore(this.#database.location, `the checksum of ${what} does not fit`);
  }

  /** Reads every row, checks its sum and parses its payload; `report` hears of each that is damaged. */
  verify(report: (problem: string) => void): void {
    const attempt = (work: () => void) => {
      try {
        work();
      } catch (error) {
        report(messageOf(error));
      }
    };
    const points = `SELECT slot, id, payload, ${this.#database.sum} FROM points_${this.#key}`;
    this.#database.each(points, [], ({ slot, id, payload, sum }) =>
      attempt(() => {
        const expected = pointSum(Number(slot), id as number | string, String(payload));
        this.#requireSum(sum, expected, `point ${asId(id)}`);
        this.#parse(payload);
      }),
    );
    const vectors = `SELECT slot, data, ${this.#database.sum} FROM vectors_${this.#key}`;
    this.#database.each(vectors, [], ({ slot, data, sum }) =>
      attempt(() => this.#requireSum(sum, bytesSum(Number(slot), data as Uint8Array), `the vectors in slot ${slot}`)),
    );
    attempt(() => this.slotsSince(0));
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
    const sql = `SELECT version, slots, ${this.#database.sum} FROM log_${this.#key} WHERE version > ?`;
    for (const { version: written, slots, sum } of this.#database.all(sql, version)) {
      if (!(slots instanceof Uint8Array)) continue;
      this.#requireSum(sum, bytesSum(Number(written), slots), 'an entry of the log');
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
