/**
 * One collection: its rows in SQLite and, in RAM, what searches need of them. Every write goes to the rows first, in one
 * transaction with an entry of the log (version, touched slots), and then to RAM. A process that only reads, and one that starts
 * again, follow the log instead.
 */
import { CANDIDATES_STALE_SHARE, Candidates, indexedVersions } from './ann/candidates.ts';
import { CollectionConfig, type PayloadIndex, StoredConfigSchema, type VectorSpec } from './collection-config.ts';
import { badRequest, corruptStore, unsupported } from './errors.ts';
import { evaluateFilter, type FilterContext } from './filter/evaluate.ts';
import type { Filter } from './filter/filter.ts';
import { Bitmap } from './index/bitmap.ts';
import type { TopK } from './index/top-k.ts';
import { VectorIndexes } from './index/vector-indexes.ts';
import type { Column } from './payload/column.ts';
import { Columns } from './payload/columns.ts';
import { type PathStep, type Payload, parsePath } from './payload/json-path.ts';
import { comparePointIds, type PointId } from './point-id.ts';
import { ONNX_LEAST_VECTORS, onnxScan, onnxScanFits, prepareOnnxScan } from './scan/onnx-scan.ts';
import type { Database } from './storage/database.ts';
import { cachedIndexes, restoreCache, saveCache } from './storage/index-cache.ts';
import { Rows } from './storage/rows.ts';
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

/** The cache of indexes is rewritten once this share of the points has changed since. */
const CACHE_STALE_SHARE = 0.1;
const CACHE_STALE_LEAST = 1000;
export const ORDERED_INDEXES = ['integer', 'float', 'datetime'];
export const FACET_INDEXES = ['keyword', 'integer', 'bool', 'uuid'];
const FILTERS_KEPT = 64;
const VERSIONS_KEPT = 100_000;

export class Collection {
  readonly key: number;
  config: CollectionConfig;
  /** Point id by slot; undefined where the slot is free. */
  readonly ids: (PointId | undefined)[] = [];
  live = new Bitmap(0);

  readonly #database: Database;
  readonly #rows: Rows;
  /** Points from which on dense searches may use approximate candidates; never if undefined. */
  readonly #annFrom: number | undefined;
  readonly #candidates = new Map<string, Candidates>();
  readonly #slotOf = new Map<PointId, number>();
  readonly #free = new Set<number>();
  /** The last write that RAM reflects. */
  #version = 0;
  #pruned = 0;
  #loaded = false;
  #vectors: VectorIndexes;
  readonly #columns: Columns;
  readonly #filters = new Map<string, Bitmap>();
  /** Versions of points that were among results, by slot. */
  readonly #versions = new Map<number, number>();
  #sorted: Int32Array | undefined;

  constructor(database: Database, key: number, storedConfig: string, annFrom?: number) {
    this.#database = database;
    this.key = key;
    this.#rows = new Rows(database, key);
    this.#annFrom = database.location === ':memory:' ? undefined : annFrom;
    this.config = readConfig(database, storedConfig);
    this.#vectors = new VectorIndexes(this.config.specs);
    this.#columns = new Columns(this.#rows);
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

  // ---- Following the rows -------------------------------------------------------------------------------------------

  /** Brings RAM to the committed state, of which the arguments are the collection's row. */
  follow(storedConfig: string, version: number, pruned: number): void {
    if (storedConfig !== JSON.stringify(this.config.stored)) {
      const specs = JSON.stringify(this.config.specs);
      this.config = readConfig(this.#database, storedConfig);
      this.#filters.clear();
      if (specs !== JSON.stringify(this.config.specs)) this.#loaded = false;
    }
    if (this.#loaded && version === this.#version) return;
    if (!this.#loaded || this.#version < pruned) this.#load(pruned);
    else for (const slot of this.#rows.slotsSince(this.#version)) this.#followSlot(slot);
    this.#version = version;
  }

  #load(pruned: number): void {
    this.ids.length = 0;
    this.live = new Bitmap(0);
    this.#slotOf.clear();
    this.#free.clear();
    this.#columns.clear();
    this.#changed();
    void this.closeCandidates();
    this.#pruned = pruned;
    this.#vectors = new VectorIndexes(this.config.specs);
    this.#rows.eachId((slot, id) => this.#occupy(slot, id));
    let cached = cachedIndexes(this.#database, this.key);
    if (cached && !restoreCache(this.#database, this.key, { cached, indexes: this.#vectors })) {
      this.#vectors = new VectorIndexes(this.config.specs);
      cached = undefined;
    }
    const { dense, multi } = this.#vectors;
    const changed = cached ? this.#rows.slotsSince(cached.version) : undefined;
    if (changed) for (const slot of changed) this.#vectors.remove(slot);
    if (!changed) {
      let vectors = 0;
      this.#rows.eachVectors((slot, data) => {
        this.#index(slot, data);
        vectors++;
      });
      if (vectors !== this.count) throw corruptStore(this.#database.location, 'points and vectors differ in number');
    } else if (multi.size > 0 || (dense.size > 0 && !cached?.dense)) {
      const kept = cached?.dense ? ['dense', 'sparse'] : ['sparse'];
      this.#rows.eachVectors((slot, data) => this.#index(slot, data, changed.has(slot) ? [] : kept));
    } else {
      for (const slot of changed) this.#indexRow(slot);
    }
    this.#loaded = true;
  }

  /** Indexes the vectors of a point, but for the kinds that are in place already. */
  #index(slot: number, data: Uint8Array, inPlace: readonly string[] = []): void {
    this.#decoding(() => {
      visitVectors(data, this.config.stored.names, (name, vector) => {
        if (!inPlace.includes(vector.kind)) this.#vectors.set(slot, name, vector);
      });
    });
  }

  #indexRow(slot: number): void {
    const data = this.#rows.vectorsOf(slot);
    if (data) this.#index(slot, data);
  }

  #decoding<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof RangeError) throw corruptStore(this.#database.location, error.message, error);
      throw error;
    }
  }

  /** Replaces what RAM knows of a slot by its rows. */
  #followSlot(slot: number): void {
    this.#changed();
    const id = this.#rows.idOf(slot);
    const previous = this.ids[slot];
    if (previous !== undefined && previous !== id) this.#vacate(slot, previous);
    if (id === undefined) return;
    if (previous !== id) this.#occupy(slot, id);
    this.#vectors.remove(slot);
    this.#indexRow(slot);
    this.#slotChanged(slot);
    if (!this.#columns.empty) this.#columns.set(slot, this.#rows.payloadOf(slot)?.payload ?? {});
  }

  #changed(): void {
    this.#versions.clear();
    this.#filters.clear();
    this.#sorted = undefined;
  }

  #slotChanged(slot: number): void {
    for (const candidates of this.#candidates.values()) candidates.changed(slot);
  }

  #occupy(slot: number, id: PointId): void {
    while (this.ids.length < slot) {
      this.#free.add(this.ids.length);
      this.ids.push(undefined);
    }
    this.#free.delete(slot);
    this.ids[slot] = id;
    this.#slotOf.set(id, slot);
    this.live.set(slot);
  }

  #vacate(slot: number, id: PointId): void {
    this.ids[slot] = undefined;
    // Another slot may have taken the id over within the same stretch of the log.
    if (this.#slotOf.get(id) === slot) this.#slotOf.delete(id);
    this.live.clear(slot);
    this.#free.add(slot);
    this.#vectors.remove(slot);
    this.#slotChanged(slot);
    this.#columns.remove(slot);
  }

  // ---- Writing --------------------------------------------------------------------------------------------------------

  /**
   * Stores points in one transaction; of writes to the same id the last wins. Parts left undefined are kept, or empty on a new
   * point. Returns the version of the write.
   */
  write(writes: readonly PointWrite[]): number {
    const last = new Map(writes.map((write) => [write.id, write]));
    const version = this.#version + 1;
    const reusable = this.#free.values();
    let next = this.ids.length;
    const places = Array.from(last.values(), (write) => {
      const known = this.#slotOf.get(write.id);
      return { write, known, slot: known ?? reusable.next().value ?? next++ };
    });
    this.#database.transaction(() => {
      for (const { write, known, slot } of places) {
        const { id, payload, vectors } = write;
        if (known === undefined) this.#rows.insert(slot, id, version, payload ?? {});
        else if (payload) this.#rows.setPayload(slot, id, version, payload);
        else this.#rows.touch(slot, version);
        if (vectors || known === undefined) {
          this.#rows.putVectors(slot, encodeVectors(vectors ?? new Map(), this.config.stored.names));
        }
      }
      this.#rows.endWrite(
        version,
        places.map(({ slot }) => slot),
      );
    });
    // Only now: had the transaction failed, RAM would still be what the rows are.
    this.#changed();
    for (const { write, known, slot } of places) {
      if (known === undefined) this.#occupy(slot, write.id);
      if (write.vectors) {
        this.#vectors.replace(slot, write.vectors);
        this.#slotChanged(slot);
      }
      if (write.payload || known === undefined) this.#columns.set(slot, write.payload ?? {});
    }
    this.#version = version;
    return version;
  }

  /** Removes the points in one transaction; unknown ids are ignored. */
  remove(ids: Iterable<PointId>): number {
    const version = this.#version + 1;
    const removed = [...new Set(ids)].flatMap((id) => {
      const slot = this.#slotOf.get(id);
      return slot === undefined ? [] : [{ id, slot }];
    });
    this.#database.transaction(() => {
      for (const { slot } of removed) this.#rows.delete(slot);
      this.#rows.endWrite(
        version,
        removed.map(({ slot }) => slot),
      );
    });
    this.#changed();
    for (const { id, slot } of removed) this.#vacate(slot, id);
    this.#version = version;
    return version;
  }

  // ---- Reading --------------------------------------------------------------------------------------------------------

  /** Payload and version of a point; undefined if it is gone. */
  row(slot: number): { payload: Payload; version: number } | undefined {
    const row = this.#rows.payloadOf(slot);
    if (!row) this.#requireAbsent(slot);
    return row;
  }

  /** A slot in use has a row of each kind. A reader may look for one that its writer has just removed. */
  #requireAbsent(slot: number): void {
    if (this.ids[slot] === undefined || !this.#database.isUnchanged()) return;
    throw corruptStore(this.#database.location, `the row of point ${this.ids[slot]} is missing`);
  }

  /** The version of the last write to a point. */
  versionOf(slot: number): number {
    let version = this.#versions.get(slot);
    if (version === undefined) {
      version = this.#rows.versionOf(slot);
      if (this.#versions.size >= VERSIONS_KEPT) this.#versions.clear();
      this.#versions.set(slot, version);
    }
    return version;
  }

  /** All vectors of a point, copied. */
  vectorsOf(slot: number): PointVectors {
    const data = this.#rows.vectorsOf(slot);
    if (!data) this.#requireAbsent(slot);
    const known: PointVectors = data ? this.#decoding(() => decodeVectors(data, this.config.stored.names)) : new Map();
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
      withVector: (name) => {
        const presence = this.#vectors.presence(name);
        if (presence) return presence;
        throw badRequest(`Not existing vector name error: ${name}; known: ${this.config.describeNames()}`);
      },
    };
    const result = evaluateFilter(filter, context);
    if (this.#filters.size >= FILTERS_KEPT) this.#filters.clear();
    this.#filters.set(key, result);
    return result;
  }

  payloadIndex(path: string): PayloadIndex | undefined {
    return this.config.stored.payloadIndexes[path];
  }

  /** The server refuses to order or facet without an index; so do we, or the code would fail only after the switch. */
  requireIndex(path: string, types: readonly string[], what: string): void {
    const index = this.payloadIndex(path);
    if (index && types.includes(index.type)) return;
    throw badRequest(
      `${what} needs a payload index of ${path} of type ${types.join(', ')}; create it with createPayloadIndex`,
    );
  }

  /** The values of a path for all points; read from the rows at the first use of the path and kept up to date after. */
  column(path: string, steps: readonly PathStep[] = parsePath(path)): Column {
    return this.#columns.get(path, steps);
  }

  /** Scores all allowed points that have the vector and offers them to `request.top`. */
  async search(spec: VectorSpec, query: StoredVector, request: SearchRequest): Promise<void> {
    const { allowed, threshold, top } = request;
    if (query.kind === 'sparse') {
      const index = this.#vectors.sparse.get(spec.name)!;
      index.scan(index.weighted(query, request.idfCorpus), allowed, threshold, top);
    } else if (query.kind === 'dense') {
      const index = this.#vectors.dense.get(spec.name)!;
      const candidates = request.exact ? undefined : this.#candidatesOf(spec.name);
      if (candidates?.search(query.values, allowed, threshold, top)) return;
      if (onnxScanFits(index, allowed, top.limit)) await onnxScan(index, query.values, allowed, threshold, top);
      else index.scan(query.values, allowed, threshold, top);
    } else {
      this.#vectors.multi.get(spec.name)!.scan(query, allowed, threshold, top);
    }
  }

  /** How alike a point's vector and an example are, higher for more; undefined where the point has no such vector. */
  similarity(spec: VectorSpec, slot: number, example: StoredVector): number | undefined {
    if (example.kind === 'dense') {
      const index = this.#vectors.dense.get(spec.name);
      return index?.present.has(slot) ? index.score(slot, example.values) : undefined;
    }
    if (example.kind === 'multi') {
      const index = this.#vectors.multi.get(spec.name);
      return index?.present.has(slot) ? index.score(slot, example) : undefined;
    }
    throw unsupported('best_score and sum_scores over sparse vectors', 'use average_vector');
  }

  /** The candidate stage of a dense vector, where the collection is large enough; starts preparing it. */
  #candidatesOf(name: string): Candidates | undefined {
    const index = this.#vectors.dense.get(name);
    if (this.#annFrom === undefined || !index || this.count < this.#annFrom) return undefined;
    let candidates = this.#candidates.get(name);
    if (!candidates) {
      candidates = new Candidates({
        location: this.#database.location,
        collection: this.key,
        vector: name,
        names: this.config.stored.names,
        index,
        slotsSince: (version) => this.#rows.slotsSince(version),
        pruned: () => this.#pruned,
        readOnly: this.#database.readOnly,
      });
      this.#candidates.set(name, candidates);
    }
    void candidates.prepare();
    return candidates;
  }

  /** Resolves once everything that speeds up searches of this collection is in place. */
  async optimize(): Promise<void> {
    for (const name of this.#vectors.dense.keys()) await this.#candidatesOf(name)?.prepare();
    const large = [...this.#vectors.dense.values()].some((index) => index.slots >= ONNX_LEAST_VECTORS);
    if (large) await prepareOnnxScan();
  }

  async closeCandidates(): Promise<void> {
    const all = [...this.#candidates.values()];
    this.#candidates.clear();
    for (const candidates of all) await candidates.close();
  }

  /** The version from which on the log is still of use: candidate indexes that are worth it are brought up to date from it. */
  #neededSince(): number {
    const { location } = this.#database;
    const indexed = location === ':memory:' ? [] : indexedVersions(location, this.key);
    const useful = indexed.filter(
      (version) => this.#rows.slotsSince(version).size < this.count * CANDIDATES_STALE_SHARE,
    );
    return Math.min(this.#version, ...useful);
  }

  /** Writes the cache of indexes if enough has changed; the next open reads it instead of all points. */
  saveCache(): void {
    const { sparse, dense } = this.#vectors;
    if (!this.#loaded || (sparse.size === 0 && dense.size === 0)) return;
    const cached = cachedIndexes(this.#database, this.key);
    if (cached?.version === this.#version) return;
    const touched = this.#rows.slotsSince(cached?.version ?? 0).size;
    if (cached && touched < Math.max(CACHE_STALE_LEAST, this.count * CACHE_STALE_SHARE)) return;
    this.#database.transaction(() => {
      saveCache(this.#database, this.key, { version: this.#version, count: this.count, indexes: this.#vectors });
      this.#rows.prune(this.#neededSince());
    });
  }
}

function readConfig(database: Database, text: string): CollectionConfig {
  try {
    return new CollectionConfig(StoredConfigSchema.parse(JSON.parse(text)));
  } catch (error) {
    throw corruptStore(database.location, 'the configuration of a collection does not read', error);
  }
}

/** Sets and large integers do not serialise by themselves. */
function filterKey(filter: Filter): string {
  return JSON.stringify(filter, (_, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    return value instanceof Set ? [...value] : value;
  });
}
