/**
 * One collection: the rows in SQLite and, in RAM, what searches need of them. Every write goes to the rows first, in one
 * transaction with an entry of the log (version, touched slots); RAM follows by reading the log, the same way in the process that
 * wrote, in one that reads along, and after a restart.
 */
import type { SQLInputValue } from 'node:sqlite';
import { CollectionConfig, type PayloadIndex, StoredConfigSchema, type VectorSpec } from './collection-config.ts';
import { badRequest, corruptStore } from './errors.ts';
import { evaluateFilter, type FilterContext } from './filter/evaluate.ts';
import type { Filter } from './filter/filter.ts';
import { Bitmap } from './index/bitmap.ts';
import { DenseIndex } from './index/dense-index.ts';
import { MultiIndex } from './index/multi-index.ts';
import { SparseIndex } from './index/sparse-index.ts';
import type { TopK } from './index/top-k.ts';
import { Column } from './payload/column.ts';
import { type PathStep, type Payload, parsePath, valuesAt } from './payload/json-path.ts';
import { comparePointIds, type PointId } from './point-id.ts';
import type { Database } from './storage/database.ts';
import { decodeRun, encodeRun } from './storage/run-codec.ts';
import { decodeVectors, encodeVectors, visitVectors } from './storage/vector-codec.ts';
import type { PointVectors, StoredVector } from './vectors.ts';

/** What a write does to one point. `undefined` leaves that part as it is. */
export interface PointWrite {
  id: PointId;
  payload?: Payload;
  vectors?: PointVectors;
}

export interface SearchRequest {
  allowed: Bitmap | undefined;
  /** In internal scores: hits below it do not count. */
  threshold: number;
  top: TopK;
  exact: boolean;
  /** Points that count for the inverse document frequency; all if undefined. */
  idfCorpus: Bitmap | undefined;
}

/** A cache of postings is rewritten once this share of the points has changed since. */
const CACHE_STALE_SHARE = 0.1;
const CACHE_STALE_LEAST = 1000;
/** SQLite takes blobs up to a gigabyte; parts stay far below. */
const CACHE_PART_BYTES = 32 * 1024 * 1024;
const FILTERS_KEPT = 64;

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');
const asId = (value: unknown): PointId =>
  typeof value === 'number' || typeof value === 'string' ? value : String(value);

export class Collection {
  readonly key: number;
  config: CollectionConfig;
  /** Point id by slot; undefined where the slot is free. */
  readonly ids: (PointId | undefined)[] = [];
  readonly live = new Bitmap(0);

  readonly #database: Database;
  readonly #slotOf = new Map<PointId, number>();
  #free: number[] = [];
  /** The last log entry that RAM reflects. */
  #version = 0;
  readonly #dense = new Map<string, DenseIndex>();
  readonly #sparse = new Map<string, SparseIndex>();
  readonly #multi = new Map<string, MultiIndex>();
  readonly #columns = new Map<string, { steps: readonly PathStep[]; column: Column }>();
  readonly #filters = new Map<string, Bitmap>();
  #sorted: Int32Array | undefined;
  #loaded = false;

  constructor(database: Database, key: number, storedConfig: string) {
    this.#database = database;
    this.key = key;
    this.config = readConfig(database, storedConfig);
    this.#prepareIndexes();
  }

  /** The tables of a new collection; inside the caller's transaction. */
  static createTables(database: Database, key: number): void {
    database.exec(`
      CREATE TABLE points_${key} (slot INTEGER PRIMARY KEY, id NOT NULL UNIQUE, version INTEGER NOT NULL, payload TEXT NOT NULL);
      CREATE TABLE vectors_${key} (slot INTEGER PRIMARY KEY, data BLOB NOT NULL);
      CREATE TABLE log_${key} (version INTEGER PRIMARY KEY, slots BLOB NOT NULL);`);
  }

  static dropTables(database: Database, key: number): void {
    database.exec(`DROP TABLE points_${key}; DROP TABLE vectors_${key}; DROP TABLE log_${key};`);
    database.run('DELETE FROM cache WHERE collection = ?', key);
  }

  get count(): number {
    return this.#slotOf.size;
  }

  get version(): number {
    return this.#version;
  }

  slotOf(id: PointId): number | undefined {
    return this.#slotOf.get(id);
  }

  /** Number of points that have the vector. */
  vectorCount(name: string): number {
    return this.#presence(name).count();
  }

  #presence(name: string): Bitmap {
    const index = this.#dense.get(name) ?? this.#sparse.get(name) ?? this.#multi.get(name);
    if (!index) throw badRequest(`Not existing vector name error: ${name}; known: ${this.config.describeNames()}`);
    return index.present;
  }

  #prepareIndexes(): void {
    const known = new Set(this.config.specs.map((spec) => spec.name));
    for (const map of [this.#dense, this.#sparse, this.#multi]) {
      for (const name of map.keys()) if (!known.has(name)) map.delete(name);
    }
    for (const spec of this.config.specs) {
      if (spec.kind === 'dense' && !this.#dense.has(spec.name)) {
        this.#dense.set(spec.name, new DenseIndex(spec.size, spec.distance));
      } else if (spec.kind === 'multi' && !this.#multi.has(spec.name)) {
        this.#multi.set(spec.name, new MultiIndex(spec.size, spec.distance));
      } else if (spec.kind === 'sparse' && this.#sparse.get(spec.name)?.idf !== spec.idf) {
        this.#sparse.set(spec.name, new SparseIndex(spec.idf));
      }
    }
  }

  // ---- Following the rows -------------------------------------------------------------------------------------------

  /** Brings RAM to the committed state. `storedConfig` is the collection's row as of now. */
  follow(storedConfig: string, version: number, pruned: number): void {
    if (storedConfig !== JSON.stringify(this.config.stored)) {
      const before = JSON.stringify(this.config.stored.names);
      const specs = JSON.stringify(this.config.specs);
      this.config = readConfig(this.#database, storedConfig);
      this.#filters.clear();
      if (before !== JSON.stringify(this.config.stored.names) || specs !== JSON.stringify(this.config.specs)) {
        this.#reset();
      }
    }
    if (this.#loaded && version === this.#version) return;
    if (!this.#loaded || this.#version < pruned) this.#load();
    else this.#catchUp();
    this.#version = version;
  }

  #reset(): void {
    this.#loaded = false;
    this.ids.length = 0;
    this.live.words.fill(0);
    this.#slotOf.clear();
    this.#free = [];
    this.#dense.clear();
    this.#sparse.clear();
    this.#multi.clear();
    this.#columns.clear();
    this.#changed();
    this.#prepareIndexes();
  }

  #changed(): void {
    this.#filters.clear();
    this.#sorted = undefined;
  }

  #load(): void {
    this.#reset();
    const database = this.#database;
    for (const row of database.all(`SELECT slot, id FROM points_${this.key}`))
      this.#occupy(Number(row.slot), asId(row.id));
    for (let slot = this.ids.length - 1; slot >= 0; slot--) if (!this.live.has(slot)) this.#free.push(slot);
    const cachedVersion = this.#loadCache();
    const behind = cachedVersion === undefined ? undefined : this.#slotsSince(cachedVersion);
    const needsAll = cachedVersion === undefined || this.#dense.size > 0 || this.#multi.size > 0;
    if (needsAll) {
      database.each(`SELECT slot, data FROM vectors_${this.key}`, [], (row) => {
        const slot = Number(row.slot);
        this.#indexVectors(slot, row.data, cachedVersion === undefined || behind?.has(slot) === true);
      });
    }
    if (behind) {
      for (const slot of behind) {
        for (const index of this.#sparse.values()) if (!this.live.has(slot)) index.remove(slot);
        if (!needsAll) this.#reindexVectors(slot);
      }
    }
    this.#loaded = true;
  }

  #catchUp(): void {
    for (const slot of this.#slotsSince(this.#version)) this.#followSlot(slot);
  }

  #slotsSince(version: number): Set<number> {
    const touched = new Set<number>();
    for (const row of this.#database.all(
      `SELECT slots FROM log_${this.key} WHERE version > ? ORDER BY version`,
      version,
    )) {
      for (const slot of slotsOf(row.slots)) touched.add(slot);
    }
    return touched;
  }

  /** Replaces what RAM knows of a slot by its rows. */
  #followSlot(slot: number): void {
    this.#changed();
    const row = this.#database.get(`SELECT id, payload FROM points_${this.key} WHERE slot = ?`, slot);
    const previous = this.ids[slot];
    const id = row ? asId(row.id) : undefined;
    if (previous !== undefined && previous !== id) this.#vacate(slot, previous);
    if (!row || id === undefined) return;
    if (previous !== id) this.#occupy(slot, id);
    this.#reindexVectors(slot);
    this.#indexPayload(slot, asText(row.payload));
  }

  #occupy(slot: number, id: PointId): void {
    while (this.ids.length < slot) {
      this.#free.push(this.ids.length);
      this.ids.push(undefined);
    }
    this.ids[slot] = id;
    this.#slotOf.set(id, slot);
    this.live.set(slot);
  }

  #vacate(slot: number, id: PointId): void {
    this.ids[slot] = undefined;
    // Another slot may have taken the id over within the same batch of log entries.
    if (this.#slotOf.get(id) === slot) this.#slotOf.delete(id);
    this.live.clear(slot);
    this.#free.push(slot);
    for (const index of [...this.#dense.values(), ...this.#sparse.values(), ...this.#multi.values()])
      index.remove(slot);
    for (const { column } of this.#columns.values()) column.remove(slot);
  }

  #reindexVectors(slot: number): void {
    for (const index of [...this.#dense.values(), ...this.#sparse.values(), ...this.#multi.values()])
      index.remove(slot);
    const row = this.#database.get(`SELECT data FROM vectors_${this.key} WHERE slot = ?`, slot);
    if (row) this.#indexVectors(slot, row.data, true);
  }

  #indexVectors(slot: number, data: unknown, withSparse: boolean): void {
    this.#decoding(() => {
      if (!(data instanceof Uint8Array)) throw new RangeError('the vectors of a point are no bytes');
      visitVectors(data, this.config.stored.names, (name, vector) => {
        if (vector.kind === 'dense') this.#dense.get(name)?.set(slot, vector.values);
        else if (vector.kind === 'multi') this.#multi.get(name)?.set(slot, vector);
        else if (withSparse) this.#sparse.get(name)?.set(slot, vector);
      });
    });
  }

  #indexPayload(slot: number, payload: string): void {
    if (this.#columns.size === 0) return;
    const parsed = this.#parsePayload(payload);
    for (const { steps, column } of this.#columns.values()) column.set(slot, valuesAt(parsed, steps));
  }

  #parsePayload(text: string): Payload {
    return this.#decoding(() => JSON.parse(text) as Payload);
  }

  #decoding<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof RangeError || error instanceof SyntaxError) {
        throw corruptStore(this.#database.location, error.message, error);
      }
      throw error;
    }
  }

  // ---- Writing --------------------------------------------------------------------------------------------------------

  /**
   * Stores points in one transaction; of writes to the same id the last wins. Parts left undefined are kept, or empty on a new
   * point. Returns the version of the write.
   */
  write(writes: readonly PointWrite[]): number {
    const last = new Map(writes.map((write) => [write.id, write]));
    const free = [...this.#free];
    let next = this.ids.length;
    return this.#commit((version) => {
      const touched: number[] = [];
      for (const { id, payload, vectors } of last.values()) {
        const known = this.#slotOf.get(id);
        const slot = known ?? free.pop() ?? next++;
        touched.push(slot);
        if (known === undefined) {
          this.#rows(
            'INSERT INTO points (slot, id, version, payload) VALUES (?, ?, ?, ?)',
            slot,
            id,
            version,
            JSON.stringify(payload ?? {}),
          );
        } else if (payload) {
          this.#rows(
            'UPDATE points SET version = ?, payload = ? WHERE slot = ?',
            version,
            JSON.stringify(payload),
            slot,
          );
        } else {
          this.#rows('UPDATE points SET version = ? WHERE slot = ?', version, slot);
        }
        if (vectors || known === undefined) {
          const data = encodeVectors(vectors ?? new Map(), this.config.stored.names);
          this.#rows('INSERT OR REPLACE INTO vectors (slot, data) VALUES (?, ?)', slot, data);
        }
      }
      return touched;
    });
  }

  /** Removes the points in one transaction; unknown ids are ignored. */
  remove(ids: Iterable<PointId>): number {
    return this.#commit(() => {
      const touched: number[] = [];
      for (const id of new Set(ids)) {
        const slot = this.#slotOf.get(id);
        if (slot === undefined) continue;
        this.#rows('DELETE FROM points WHERE slot = ?', slot);
        this.#rows('DELETE FROM vectors WHERE slot = ?', slot);
        touched.push(slot);
      }
      return touched;
    });
  }

  #rows(sql: string, ...values: SQLInputValue[]): void {
    const own = sql.replace(/\b(INTO|UPDATE|FROM) (points|vectors)\b/, `$1 $2_${this.key}`);
    this.#database.statement(own).run(...values);
  }

  #commit(change: (version: number) => number[]): number {
    const version = this.#version + 1;
    const slots = this.#database.transaction(() => {
      const touched = change(version);
      const bytes = new Uint8Array(Uint32Array.from(touched).buffer);
      this.#database.statement(`INSERT INTO log_${this.key} (version, slots) VALUES (?, ?)`).run(version, bytes);
      this.#database.statement('UPDATE collections SET version = ? WHERE key = ?').run(version, this.key);
      return touched;
    });
    for (const slot of slots) this.#followSlot(slot);
    this.#version = version;
    return version;
  }

  // ---- Reading --------------------------------------------------------------------------------------------------------

  /** Payload and version of a point; undefined if it is gone. */
  row(slot: number): { payload: Payload; version: number } | undefined {
    const row = this.#database.get(`SELECT payload, version FROM points_${this.key} WHERE slot = ?`, slot);
    return row && { payload: this.#parsePayload(asText(row.payload)), version: Number(row.version) };
  }

  versionOf(slot: number): number {
    return Number(this.#database.get(`SELECT version FROM points_${this.key} WHERE slot = ?`, slot)?.version ?? 0);
  }

  /** All vectors of a point, copied. */
  vectorsOf(slot: number): PointVectors {
    const row = this.#database.get(`SELECT data FROM vectors_${this.key} WHERE slot = ?`, slot);
    const { data } = row ?? {};
    if (!(data instanceof Uint8Array)) return new Map();
    const known = this.#decoding(() => decodeVectors(data, this.config.stored.names));
    for (const name of known.keys()) if (!this.config.vector(name)) known.delete(name);
    return known;
  }

  /** The slots of a set in order of their point ids, at most `limit`, from the id `from` on. */
  inIdOrder(allowed: Bitmap, limit: number, from?: PointId): number[] {
    this.#sorted ??= this.live.toSlots().sort((a, b) => comparePointIds(this.ids[a]!, this.ids[b]!));
    const out: number[] = [];
    let start = 0;
    if (from !== undefined) {
      let high = this.#sorted.length;
      while (start < high) {
        const middle = (start + high) >>> 1;
        if (comparePointIds(this.ids[this.#sorted[middle]!]!, from) < 0) start = middle + 1;
        else high = middle;
      }
    }
    for (let i = start; i < this.#sorted.length && out.length < limit; i++) {
      const slot = this.#sorted[i]!;
      if (allowed.has(slot)) out.push(slot);
    }
    return out;
  }

  /** The points a filter selects. The result is shared: copy before changing it. */
  select(filter: Filter): Bitmap {
    const key = filterKey(filter);
    const known = this.#filters.get(key);
    if (known) return known;
    const context: FilterContext = {
      live: this.live,
      column: (path, steps) => this.column(path, steps),
      payloadIndex: (path) => this.payloadIndex(path),
      slotOf: (id) => this.slotOf(id),
      withVector: (name) => this.#presence(name),
    };
    const result = evaluateFilter(filter, context);
    if (this.#filters.size >= FILTERS_KEPT) this.#filters.clear();
    this.#filters.set(key, result);
    return result;
  }

  payloadIndex(path: string): PayloadIndex | undefined {
    return this.config.stored.payloadIndexes[path];
  }

  /** The values of a path for all points; read from the rows at the first use of the path and kept up to date after. */
  column(path: string, steps: readonly PathStep[] = parsePath(path)): Column {
    const known = this.#columns.get(path);
    if (known) return known.column;
    const column = new Column();
    const first = steps[0];
    const simple = first && 'key' in first && !/["\\]/.test(first.key);
    // SQLite cuts the part out of the JSON text far faster than parsing whole payloads here.
    const sql = simple
      ? `SELECT slot, payload -> ? AS part FROM points_${this.key}`
      : `SELECT slot, payload AS part FROM points_${this.key}`;
    this.#database.each(sql, simple ? [`$."${first.key}"`] : [], (row) => {
      if (row.part === null) return;
      const part = this.#parsePayload(asText(row.part));
      column.set(Number(row.slot), valuesAt(part, steps, simple ? 1 : 0));
    });
    this.#columns.set(path, { steps, column });
    return column;
  }

  /** Scores all allowed points that have the vector and offers them to `request.top`. */
  async search(spec: VectorSpec, query: StoredVector, request: SearchRequest): Promise<void> {
    const { allowed, threshold, top } = request;
    if (query.kind === 'sparse') {
      const index = this.#sparse.get(spec.name)!;
      index.scan(index.weighted(query, request.idfCorpus), allowed, threshold, top);
    } else if (query.kind === 'dense') {
      this.#dense.get(spec.name)!.scan(query.values, allowed, threshold, top);
    } else {
      const index = this.#multi.get(spec.name)!;
      const candidates = allowed ? allowed.copy().and(index.present) : index.present;
      for (const slot of candidates.toSlots()) {
        const score = index.score(slot, query);
        if (score >= threshold) top.offer(slot, score);
      }
    }
  }

  // ---- The cache of postings ------------------------------------------------------------------------------------------

  /** Writes compacted postings beside the rows if enough has changed; the next open reads them instead of all vectors. */
  saveCache(): void {
    if (this.#sparse.size === 0 || !this.#loaded) return;
    const cached = Number(this.#cacheMeta()?.version ?? 0);
    if (cached === this.#version) return;
    const touched = this.#slotsSince(cached).size;
    if (cached > 0 && touched < Math.max(CACHE_STALE_LEAST, this.count * CACHE_STALE_SHARE)) return;
    this.#database.transaction(() => {
      this.#database.run('DELETE FROM cache WHERE collection = ?', this.key);
      const insert = (name: string, part: number, data: Uint8Array) =>
        this.#database.run(
          'INSERT INTO cache (collection, name, part, data) VALUES (?, ?, ?, ?)',
          this.key,
          name,
          part,
          data,
        );
      for (const [name, index] of this.#sparse) {
        const bytes = encodeRun(index.compact(), Uint32Array.from(index.present.toSlots()));
        for (let part = 0; part * CACHE_PART_BYTES < bytes.length; part++) {
          insert(`sparse:${name}`, part, bytes.subarray(part * CACHE_PART_BYTES, (part + 1) * CACHE_PART_BYTES));
        }
      }
      insert('meta', 0, new TextEncoder().encode(JSON.stringify({ version: this.#version })));
      this.#database.run(`DELETE FROM log_${this.key} WHERE version <= ?`, this.#version);
      this.#database.run('UPDATE collections SET pruned = ? WHERE key = ?', this.#version, this.key);
    });
  }

  #cacheMeta(): { version: number } | undefined {
    const row = this.#database.get("SELECT data FROM cache WHERE collection = ? AND name = 'meta'", this.key);
    if (!(row?.data instanceof Uint8Array)) return undefined;
    const meta: unknown = JSON.parse(new TextDecoder().decode(row.data));
    return typeof meta === 'object' && meta !== null && 'version' in meta
      ? { version: Number(meta.version) }
      : undefined;
  }

  /** Restores postings; returns the version they reflect, or undefined if there is no complete cache. */
  #loadCache(): number | undefined {
    const meta = this.#cacheMeta();
    if (!meta || this.#sparse.size === 0) return undefined;
    for (const [name, index] of this.#sparse) {
      const parts = this.#database.all(
        'SELECT data FROM cache WHERE collection = ? AND name = ? ORDER BY part',
        this.key,
        `sparse:${name}`,
      );
      const bytes = parts.flatMap((row) => (row.data instanceof Uint8Array ? [row.data] : []));
      const decoded = decodeRun(bytes);
      if (!decoded) {
        this.#sparse.clear();
        this.#prepareIndexes();
        return undefined;
      }
      index.restore(decoded.run, decoded.slots);
    }
    return meta.version;
  }
}

function readConfig(database: Database, text: string): CollectionConfig {
  try {
    return new CollectionConfig(StoredConfigSchema.parse(JSON.parse(text)));
  } catch (error) {
    throw corruptStore(database.location, 'the configuration of a collection does not read', error);
  }
}

function slotsOf(bytes: unknown): Uint32Array {
  if (!(bytes instanceof Uint8Array)) return new Uint32Array(0);
  return new Uint32Array(bytes.slice().buffer);
}

/** Sets do not serialise by themselves. */
function filterKey(filter: Filter): string {
  return JSON.stringify(filter, (_, value: unknown) => (value instanceof Set ? [...value] : value));
}
