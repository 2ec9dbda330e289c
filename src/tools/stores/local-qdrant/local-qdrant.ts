/**
 * LocalQdrant, the client's methods on an embedded store. This file reads requests, hands them to the collection and shapes the
 * answers; the work is done in `collection.ts`, `query/` and `filter/`.
 */
import type { QdrantClient } from '@qdrant/js-client-rest';
import type { FolderLock } from '../../../common/folder-lock.ts';
import { keyedRandom } from '../../../common/random.ts';
import { applyBatch, type BatchUpdateRequest } from './batch-update.ts';
import { type AliasChange, Catalog } from './catalog.ts';
import type { Body, LocalQdrant, Result } from './client-face.ts';
import { type Collection, FACET_INDEXES, ORDERED_INDEXES, type PointWrite } from './collection.ts';
import { CollectionConfig, CreateCollectionSchema, explain } from './collection-config.ts';
import { collectionInfo } from './collection-info.ts';
import { badRequest, closedStore, isLocalQdrantError, notFound, readOnlyStore, unsupported } from './errors.ts';
import { parseFilter } from './filter/filter.ts';
import { readPayloadSelection, readVectorSelection } from './output.ts';
import { mergeAt, mergePayload, type Payload, parsePath, removeAt } from './payload/json-path.ts';
import { readPayloadIndex } from './payload/payload-index.ts';
import { type PointId, parsePointId } from './point-id.ts';
import { executeQuery, type Hit, ranksAscending } from './query/execute.ts';
import { facetOf } from './query/facet.ts';
import { findGroups } from './query/groups.ts';
import { orderSlots, parseOrderBy } from './query/order-by.ts';
import { parseQuery, readCount, readFields } from './query/plan.ts';
import { lookupOf, recordOf, scoredOf } from './records.ts';
import { type RequestName, refuseDeepNesting, refuseUnknownFields } from './request-fields.ts';
import { readPayload, readSelector, readUpsert, readVectorUpdates } from './requests.ts';
import { existingIds, knownIds } from './selected-points.ts';
import { Database } from './storage/database.ts';
import { acquireWriterLock, requireDirectory } from './storage/writer-lock.ts';

export interface EngineOptions {
  location: string;
  readOnly: boolean;
  durability: 'power-loss' | 'process';
  /** Of `sample: random`. */
  seed: number;
  pageLimit?: number | undefined;
  annFrom?: number | undefined;
  unknownFields: 'ignore' | 'refuse';
}

/** The version of the server whose behaviour this follows. */
const FOLLOWED_VERSION = '1.19.0';

export class LocalQdrantEngine implements LocalQdrant {
  readonly #options: EngineOptions;
  readonly #lock: FolderLock | undefined;
  readonly #database: Database;
  readonly #catalog: Catalog;
  #closed = false;
  #samples = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    const { location, readOnly, durability, pageLimit } = options;
    const inMemory = location === ':memory:';
    if (!inMemory) requireDirectory(location);
    this.#lock = readOnly || inMemory ? undefined : acquireWriterLock(location);
    try {
      this.#database = new Database({ location, readOnly, durability, pageLimit });
      this.#catalog = new Catalog(this.#database, options.annFrom);
    } catch (error) {
      this.#lock?.release();
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const collection of this.#catalog.loaded) await collection.closeCandidates();
    try {
      if (!this.#options.readOnly && this.#options.location !== ':memory:') {
        for (const collection of this.#catalog.loaded) collection.saveCache();
      }
    } finally {
      this.#database.close();
      this.#lock?.release();
    }
  }

  #read(): Catalog {
    if (this.#closed) throw closedStore(this.#options.location);
    if (this.#options.readOnly) this.#catalog.refresh();
    return this.#catalog;
  }

  #write(): Catalog {
    if (this.#closed) throw closedStore(this.#options.location);
    if (this.#options.readOnly) throw readOnlyStore(this.#options.location);
    return this.#catalog;
  }

  /** Before a request is read. */
  #check(name: RequestName, request: unknown): void {
    refuseDeepNesting(name, request);
    if (this.#options.unknownFields === 'refuse') refuseUnknownFields(name, request);
  }

  // ---- Collections ----------------------------------------------------------------------------------------------------

  async createCollection(name: string, request: Body<'createCollection'>): Result<'createCollection'> {
    this.#check('createCollection', request);
    const { timeout: _, ...body } = request;
    this.#write().create(name, CollectionConfig.create(body));
    return true;
  }

  async updateCollection(name: string, request: Body<'updateCollection'> = {}): Result<'updateCollection'> {
    this.#check('updateCollection', request);
    const catalog = this.#write();
    const { timeout: _, params, vectors, sparse_vectors, ...sections } = request ?? {};
    const collection = catalog.open(name);
    const spread = { ...(params ?? {}), ...sections };
    const parsed = CreateCollectionSchema.partial().safeParse(spread);
    if (!parsed.success) throw badRequest(`updateCollection: ${explain(parsed.error)}`);
    for (const vector of Object.keys(vectors ?? {})) collection.config.requireVector(vector);
    catalog.reconfigure(collection, (stored) => {
      const body = { ...stored.body, ...parsed.data };
      for (const [vector, settings] of Object.entries(sparse_vectors ?? {})) {
        collection.config.requireVector(vector);
        body.sparse_vectors = {
          ...body.sparse_vectors,
          [vector]: {
            ...body.sparse_vectors?.[vector],
            ...readFields(settings ?? {}, 'sparse_vectors'),
          },
        };
      }
      return { ...stored, body };
    });
    return true;
  }

  async deleteCollection(name: string): Result<'deleteCollection'> {
    return this.#write().delete(name);
  }

  async recreateCollection(name: string, request: Body<'recreateCollection'>): Result<'recreateCollection'> {
    await this.deleteCollection(name);
    return this.createCollection(name, request);
  }

  async getCollection(name: string): Result<'getCollection'> {
    return collectionInfo(this.#read().open(name));
  }

  async getCollections(): Result<'getCollections'> {
    return { collections: this.#read().names.map((name) => ({ name })) };
  }

  async collectionExists(name: string): Result<'collectionExists'> {
    return { exists: this.#read().resolve(name) !== undefined };
  }

  async versionInfo(): Result<'versionInfo'> {
    return { title: 'LocalQdrant (r1-router)', version: FOLLOWED_VERSION };
  }

  async updateCollectionAliases({ actions }: Parameters<QdrantClient['updateCollectionAliases']>[0]): Promise<boolean> {
    const changes = actions.map((action): AliasChange => {
      if ('create_alias' in action) {
        return { create: { alias: action.create_alias.alias_name, collection: action.create_alias.collection_name } };
      }
      if ('delete_alias' in action) return { remove: action.delete_alias.alias_name };
      if ('rename_alias' in action) {
        return { rename: { from: action.rename_alias.old_alias_name, to: action.rename_alias.new_alias_name } };
      }
      throw badRequest('an alias action is create_alias, delete_alias or rename_alias');
    });
    this.#write().changeAliases(changes);
    return true;
  }

  async getAliases(): Result<'getAliases'> {
    return { aliases: this.#read().aliases() };
  }

  async getCollectionAliases(name: string): Result<'getCollectionAliases'> {
    const catalog = this.#read();
    const own = catalog.resolve(name);
    return { aliases: catalog.aliases().filter((alias) => alias.collection_name === own) };
  }

  async createPayloadIndex(name: string, request: Body<'createPayloadIndex'>): Result<'createPayloadIndex'> {
    this.#check('createPayloadIndex', request);
    const catalog = this.#write();
    const collection = catalog.open(name);
    const { field_name: path, field_schema: schema } = request;
    if (typeof path !== 'string') throw badRequest('field_name must be the path of a payload field');
    parsePath(path);
    const index = readPayloadIndex(schema);
    catalog.reconfigure(collection, (stored) => ({
      ...stored,
      payloadIndexes: { ...stored.payloadIndexes, [path]: index },
    }));
    return this.#done(collection.version);
  }

  async deletePayloadIndex(name: string, path: string): Result<'deletePayloadIndex'> {
    const catalog = this.#write();
    const collection = catalog.open(name);
    catalog.reconfigure(collection, (stored) => {
      const { [path]: _, ...payloadIndexes } = stored.payloadIndexes;
      return { ...stored, payloadIndexes };
    });
    return this.#done(collection.version);
  }

  async verify({ full = false }: { full?: boolean } = {}): Promise<string[]> {
    const catalog = this.#read();
    const problems = findProblems((report) => this.#database.integrityProblems(full).forEach(report));
    if (full && problems.length === 0) {
      for (const name of catalog.names) {
        problems.push(...findProblems((report) => catalog.rows(name).verify(report)));
      }
    }
    return problems.slice(0, 20);
  }

  async optimize(name: string): Promise<void> {
    await this.#read().open(name).optimize();
  }

  // ---- Writing points -------------------------------------------------------------------------------------------------

  #done(version: number): { operation_id: number; status: 'completed' } {
    return { operation_id: version, status: 'completed' };
  }

  async upsert(name: string, request: Body<'upsert'>): Result<'upsert'> {
    this.#check('upsert', request);
    const collection = this.#write().open(name);
    const { writes, mode, updateFilter } = readUpsert(request, collection.config);
    const allowed = updateFilter && collection.select(updateFilter);
    const kept = writes.filter(({ id }) => {
      const slot = collection.slotOf(id);
      if (slot === undefined) return mode !== 'update_only';
      return mode !== 'insert_only' && (!allowed || allowed.has(slot));
    });
    return this.#done(collection.write(kept));
  }

  async delete(name: string, request: Body<'delete'>): Result<'delete'> {
    this.#check('delete', request);
    const collection = this.#write().open(name);
    const selector = readSelector(readFields(request, 'delete'), 'delete');
    if (selector.kind === 'ids' && selector.ids.length === 0) throw badRequest('delete.points is empty; name points');
    return this.#done(collection.remove(knownIds(collection, selector)));
  }

  #changePayloads(
    name: string,
    request: Record<string, unknown>,
    method: 'setPayload' | 'overwritePayload' | 'deletePayload' | 'clearPayload',
    change: (payload: Payload) => Payload,
  ): { operation_id: number; status: 'completed' } {
    const collection = this.#write().open(name);
    const ids = existingIds(collection, readSelector(request, method));
    const writes = ids.map((id) => ({ id, payload: change(collection.row(collection.slotOf(id)!)?.payload ?? {}) }));
    return this.#done(collection.write(writes));
  }

  async setPayload(name: string, request: Body<'setPayload'>): Result<'setPayload'> {
    this.#check('setPayload', request);
    const fields = readFields(request, 'setPayload');
    const added = readPayload(fields.payload, 'setPayload.payload');
    const { key } = fields;
    return this.#changePayloads(name, fields, 'setPayload', (payload) => {
      if (typeof key !== 'string') return mergePayload(payload, added);
      mergeAt(payload, key, added);
      return payload;
    });
  }

  async overwritePayload(name: string, request: Body<'overwritePayload'>): Result<'overwritePayload'> {
    this.#check('overwritePayload', request);
    const fields = readFields(request, 'overwritePayload');
    if (typeof fields.key === 'string') throw unsupported('key in overwritePayload', 'use setPayload with key');
    const payload = readPayload(fields.payload, 'overwritePayload.payload');
    return this.#changePayloads(name, fields, 'overwritePayload', () => payload);
  }

  async deletePayload(name: string, request: Body<'deletePayload'>): Result<'deletePayload'> {
    this.#check('deletePayload', request);
    const fields = readFields(request, 'deletePayload');
    const { keys } = fields;
    if (!Array.isArray(keys)) throw badRequest('deletePayload.keys must be an array of payload paths');
    return this.#changePayloads(name, fields, 'deletePayload', (payload) => {
      for (const key of keys) removeAt(payload, String(key));
      return payload;
    });
  }

  async clearPayload(name: string, request: Body<'clearPayload'>): Result<'clearPayload'> {
    this.#check('clearPayload', request);
    const fields = readFields(request, 'clearPayload');
    return this.#changePayloads(name, fields, 'clearPayload', () => ({}));
  }

  async updateVectors(name: string, request: Body<'updateVectors'>): Result<'updateVectors'> {
    this.#check('updateVectors', request);
    const collection = this.#write().open(name);
    const updates = readVectorUpdates(request, collection.config);
    existingIds(collection, { kind: 'ids', ids: updates.map(({ id }) => id) });
    const merged = new Map<PointId, PointWrite>();
    for (const { id, vectors } of updates) {
      const present = merged.get(id)?.vectors ?? collection.vectorsOf(collection.slotOf(id)!);
      merged.set(id, { id, vectors: new Map([...present, ...(vectors ?? [])]) });
    }
    return this.#done(collection.write([...merged.values()]));
  }

  async deleteVectors(name: string, request: Body<'deleteVectors'>): Result<'deleteVectors'> {
    this.#check('deleteVectors', request);
    const collection = this.#write().open(name);
    const fields = readFields(request, 'deleteVectors');
    const names = Array.isArray(fields.vector) ? fields.vector.map(String) : [];
    for (const vector of names) collection.config.requireVector(vector);
    const ids = knownIds(collection, readSelector(fields, 'deleteVectors'));
    const writes = ids.map((id) => {
      const vectors = collection.vectorsOf(collection.slotOf(id)!);
      for (const vector of names) vectors.delete(vector);
      return { id, vectors };
    });
    return this.#done(collection.write(writes));
  }

  async batchUpdate(name: string, request: BatchUpdateRequest): Result<'batchUpdate'> {
    this.#write().open(name);
    return applyBatch(this, name, request);
  }

  // ---- Reading points -------------------------------------------------------------------------------------------------

  async retrieve(name: string, request: Body<'retrieve'>): Result<'retrieve'> {
    this.#check('retrieve', request);
    const collection = this.#read().open(name);
    const { ids, with_payload, with_vector } = request;
    const payload = readPayloadSelection(with_payload, true);
    const vectors = readVectorSelection(with_vector, collection.config);
    if (!Array.isArray(ids)) throw badRequest('retrieve.ids must be an array of point ids');
    const slots = new Set(ids.map((id) => collection.slotOf(parsePointId(id))));
    return [...slots].flatMap((slot) => (slot === undefined ? [] : [recordOf(collection, slot, payload, vectors)]));
  }

  async scroll(name: string, request: Body<'scroll'> = {}): Result<'scroll'> {
    this.#check('scroll', request);
    const collection = this.#read().open(name);
    const fields = readFields(request, 'scroll');
    const limit = readCount(fields.limit, 10, 1, 'scroll.limit');
    const payload = readPayloadSelection(fields.with_payload, true);
    const vectors = readVectorSelection(fields.with_vector, collection.config);
    const filter = parseFilter(fields.filter);
    const allowed = filter ? collection.select(filter) : collection.live;
    if (fields.order_by !== undefined && fields.order_by !== null) {
      const order = parseOrderBy(fields.order_by, 'scroll.order_by');
      if (fields.offset !== undefined && fields.offset !== null) {
        throw badRequest('scroll: offset cannot go with order_by; use order_by.start_from');
      }
      collection.requireIndex(order.path, ORDERED_INDEXES, 'order_by');
      const ordered = orderSlots(order, collection.column(order.path, order.steps), allowed, collection.ids).slice(
        0,
        limit,
      );
      const points = ordered.map(({ slot, value }) => ({
        ...recordOf(collection, slot, payload, vectors),
        order_value: value,
      }));
      return { points, next_page_offset: null };
    }
    const from = fields.offset === undefined || fields.offset === null ? undefined : parsePointId(fields.offset);
    const slots = collection.inIdOrder(allowed, limit + 1, from);
    const next = slots[limit];
    return {
      points: slots.slice(0, limit).map((slot) => recordOf(collection, slot, payload, vectors)),
      next_page_offset: next === undefined ? null : (collection.ids[next] as string | number),
    };
  }

  async count(name: string, request: Body<'count'> = {}): Result<'count'> {
    this.#check('count', request);
    const collection = this.#read().open(name);
    const filter = parseFilter(readFields(request, 'count').filter);
    return { count: filter ? collection.select(filter).count() : collection.count };
  }

  async facet(name: string, request: Body<'facet'>): Result<'facet'> {
    this.#check('facet', request);
    const collection = this.#read().open(name);
    const { key, limit: rawLimit, filter: rawFilter } = readFields(request, 'facet');
    const limit = readCount(rawLimit, 10, 1, 'facet.limit');
    if (typeof key !== 'string') throw badRequest('facet.key must be a payload path');
    collection.requireIndex(key, FACET_INDEXES, 'facet');
    const filter = parseFilter(rawFilter);
    const column = collection.column(key);
    const slots = (filter ? collection.select(filter) : collection.live).toSlots();
    return { hits: facetOf(column, slots).slice(0, limit) };
  }

  async query(name: string, request: Body<'query'>): Result<'query'> {
    this.#check('query', request);
    const collection = this.#read().open(name);
    const plan = parseQuery(request);
    const payload = readPayloadSelection(request.with_payload, false);
    const vectors = readVectorSelection(request.with_vector, collection.config);
    const hits = await this.#execute(collection, plan);
    return { points: hits.map((hit) => scoredOf(collection, hit, payload, vectors)) };
  }

  async #execute(collection: Collection, plan: ReturnType<typeof parseQuery>): Promise<Hit[]> {
    this.#samples += 1;
    const hits = await executeQuery(plan, {
      collection,
      random: keyedRandom('local-qdrant-sample', this.#options.seed, this.#samples),
      storedVector: (id, { using, lookup }) => {
        const source = lookup ? this.#catalog.open(lookup.collection) : collection;
        const slot = source.slotOf(id);
        const vector = slot === undefined ? undefined : source.vectorsOf(slot).get(lookup?.vector ?? using);
        if (!vector) throw notFound(`Not found: No point with id ${id} and vector ${using || '(unnamed)'} found`);
        return vector;
      },
    });
    // A point can have been deleted while a scan ran elsewhere.
    return hits.filter(({ slot }) => collection.ids[slot] !== undefined);
  }

  async queryBatch(name: string, { searches }: Body<'queryBatch'>): Result<'queryBatch'> {
    if (!Array.isArray(searches)) throw badRequest('queryBatch.searches must be an array of queries');
    const results: Awaited<Result<'queryBatch'>> = [];
    for (const search of searches) results.push(await this.query(name, search));
    return results;
  }

  async queryGroups(name: string, request: Body<'queryGroups'>): Result<'queryGroups'> {
    this.#check('queryGroups', request);
    const collection = this.#read().open(name);
    const { group_by: path, with_lookup: lookup } = request;
    const plan = { ...parseQuery(request), offset: 0 };
    if (typeof path !== 'string') throw badRequest('queryGroups.group_by must be a payload path');
    const size = readCount(request.group_size, 3, 1, 'queryGroups.group_size');
    const limit = readCount(request.limit, 10, 1, 'queryGroups.limit');
    const payload = readPayloadSelection(request.with_payload, false);
    const vectors = readVectorSelection(request.with_vector, collection.config);
    const groups = await findGroups({
      plan,
      path,
      limit,
      size,
      column: collection.column(path),
      ids: collection.ids,
      ascending: ranksAscending(plan, collection.config),
      execute: (stage) => this.#execute(collection, stage),
    });
    return {
      groups: groups.map((group) => ({
        id: group.id,
        hits: group.hits.map((hit) => scoredOf(collection, hit, payload, vectors)),
        ...(lookup ? { lookup: lookupOf((other) => this.#catalog.open(other), lookup, group.id) } : {}),
      })),
    };
  }

  async searchMatrixPairs(): Result<'searchMatrixPairs'> {
    throw unsupported('searchMatrixPairs', 'query for the nearest of each point');
  }

  async searchMatrixOffsets(): Result<'searchMatrixOffsets'> {
    throw unsupported('searchMatrixOffsets', 'query for the nearest of each point');
  }
}

/** What the work reports, and the damage that ends it. */
function findProblems(work: (report: (problem: string) => void) => void): string[] {
  const problems: string[] = [];
  try {
    work((problem) => problems.push(problem));
  } catch (error) {
    if (!isLocalQdrantError(error)) throw error;
    problems.push(error.message);
  }
  return problems;
}
