/**
 * The candidate stage of one dense vector: a file of approximate neighbours, built in the background, thrown away at will. It
 * names slots to look at; their scores come from the original vectors. Slots written since it was built are looked at always.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { messageOf } from '../../../../common/errors.ts';
import { startThread, threadModule } from '../../../../common/thread.ts';
import { Bitmap } from '../index/bitmap.ts';
import type { DenseIndex } from '../index/dense-index.ts';
import type { TopK } from '../index/top-k.ts';
import type { BuildRequest, BuildResult } from './build-thread.ts';
import {
  createIndex,
  loadUsearch,
  metricOf,
  type Precision,
  precisionOf,
  type UsearchIndex,
  warnWithoutUsearch,
} from './usearch.ts';

export interface CandidatesOptions {
  location: string;
  collection: number;
  vector: string;
  names: readonly string[];
  index: DenseIndex;
  /** Slots that writes after a version touched. */
  slotsSince(version: number): Set<number>;
  /** The log before this version is gone; an index older than that cannot be brought up to date. */
  pruned(): number;
  readOnly: boolean;
}

/** Candidates asked for per hit wanted, and at least: what the rescoring chooses from. */
const OVERSAMPLING = 8;
const LEAST_CANDIDATES = 128;
/** With a filter that leaves less than this share, the exact scan over it is cheaper. */
const LEAST_SHARE = 0.25;
/** The index is built anew once this share of the points has changed. */
export const CANDIDATES_STALE_SHARE = 0.2;

const directoryOf = (location: string) => join(location, 'ann');
const SUFFIX = '.usearch';

/** Versions of a collection that finished indexes reflect; the log since then brings them up to date. */
export function indexedVersions(location: string, collection: number): number[] {
  const directory = directoryOf(location);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((file) => file.startsWith(`${collection}-`) && file.endsWith(SUFFIX))
    .map((file) => Number(file.slice(file.lastIndexOf('-') + 1, -SUFFIX.length)));
}

/** The files of a collection that is gone. One that a reader holds open and the system keeps stays; it harms nobody. */
export function removeIndexes(location: string, collection: number): void {
  const directory = directoryOf(location);
  if (!existsSync(directory)) return;
  for (const file of readdirSync(directory)) {
    if (!file.startsWith(`${collection}-`)) continue;
    try {
      rmSync(join(directory, file), { force: true });
    } catch {
      // Windows refuses while it is mapped.
    }
  }
}

export class Candidates {
  readonly #options: CandidatesOptions;
  readonly #metric: string | undefined;
  readonly #precision: Precision;
  #index: UsearchIndex | undefined;
  /** Slots whose entry in the index no longer holds, and new ones. */
  #changed = new Bitmap(0);
  #changedCount = 0;
  #builder: Worker | undefined;
  #building: Promise<void> | undefined;
  #closed = false;
  #failed = false;

  constructor(options: CandidatesOptions) {
    this.#options = options;
    this.#metric = metricOf(options.index.distance);
    this.#precision = precisionOf(options.index.distance);
  }

  get ready(): boolean {
    return this.#index !== undefined;
  }

  /** Of every file of this vector, whatever its precision. */
  get #stem(): string {
    const { collection, vector } = this.#options;
    return `${collection}-${Buffer.from(vector).toString('hex') || 'unnamed'}-`;
  }

  get #prefix(): string {
    return `${this.#stem}${this.#precision}-`;
  }

  get #directory(): string {
    return directoryOf(this.#options.location);
  }

  /** To be told of every slot that is written or removed. */
  changed(slot: number): void {
    if (this.#changed.has(slot)) return;
    this.#changed.set(slot);
    this.#changedCount += 1;
  }

  /** Uses a finished index if there is one, else starts building; resolves when that is done. Never throws. */
  prepare(): Promise<void> {
    const stale = this.#changedCount > CANDIDATES_STALE_SHARE * Math.max(1, this.#index?.size() ?? 0);
    if (this.#closed || this.#failed || !this.#metric || (this.#index && !stale))
      return this.#building ?? Promise.resolve();
    this.#building ??= this.#prepare().finally(() => {
      this.#building = undefined;
    });
    return this.#building;
  }

  async #prepare(): Promise<void> {
    // Disposable by design: without the index, searches are exact.
    try {
      if (!this.#index && (await this.#openNewest())) return;
    } catch (error) {
      // A damaged file is built anew by who may write.
      if (this.#options.readOnly) this.#fail(messageOf(error));
    }
    try {
      if (!this.#options.readOnly) await this.#build();
    } catch (error) {
      this.#fail(messageOf(error));
    }
  }

  async #openNewest(): Promise<boolean> {
    if (!existsSync(this.#directory)) return false;
    const versions = readdirSync(this.#directory)
      .filter((file) => file.startsWith(this.#prefix) && file.endsWith('.usearch'))
      .map((file) => Number(file.slice(this.#prefix.length, -'.usearch'.length)));
    const version = Math.max(...versions, -1);
    if (version < this.#options.pruned()) return false;
    const changed = this.#options.slotsSince(version);
    if (changed.size > CANDIDATES_STALE_SHARE * this.#options.index.slots) return false;
    return this.#open(version, join(this.#directory, `${this.#prefix}${version}.usearch`));
  }

  async #open(version: number, file: string): Promise<boolean> {
    const library = await loadUsearch();
    if (!library) warnWithoutUsearch();
    if (!library || !this.#metric || this.#closed) return false;
    const index = createIndex(library, {
      size: this.#options.index.size,
      metric: this.#metric,
      precision: this.#precision,
    });
    index.view(file);
    // Between here and the swap nothing may await: a write in between would be missed.
    const changed = new Bitmap(0);
    const slots = this.#options.slotsSince(version);
    for (const slot of slots) changed.set(slot);
    this.#index = index;
    this.#changed = changed;
    this.#changedCount = slots.size;
    return true;
  }

  async #build(): Promise<void> {
    const { location, collection, vector, names, index } = this.#options;
    if (!(await loadUsearch())) return warnWithoutUsearch();
    if (!this.#metric || this.#closed) return;
    mkdirSync(this.#directory, { recursive: true });
    const request: BuildRequest = {
      location,
      collection,
      vector,
      names: [...names],
      size: index.size,
      metric: this.#metric,
      precision: this.#precision,
      target: join(this.#directory, `${this.#prefix}{version}.usearch`),
    };
    const worker = startThread(threadModule(import.meta.url, './build-thread'), {
      name: 'local-qdrant-ann',
      data: request,
    });
    worker.unref();
    this.#builder = worker;
    const result = await new Promise<BuildResult>((resolve) => {
      worker.once('message', resolve);
      worker.once('error', ({ message }) => resolve({ error: message }));
      worker.once('exit', () => resolve({ error: 'ended' }));
    });
    this.#builder = undefined;
    if (this.#closed) return;
    if ('error' in result) return this.#fail(result.error);
    if (result.version < this.#options.pruned()) return;
    if (await this.#open(result.version, result.file)) this.#removeOthers(result.file);
  }

  /** Said once and not tried again until the store is opened anew: what failed would fail at every search. */
  #fail(reason: string): void {
    this.#failed = true;
    process.emitWarning(
      `the candidate index in ${this.#directory} is not ready (${reason}), so that dense search stays exact`,
      { code: 'R1_ROUTER_NO_CANDIDATES' },
    );
  }

  #removeOthers(kept: string): void {
    for (const file of readdirSync(this.#directory)) {
      const path = join(this.#directory, file);
      // A reader may still have an old file open; where the system refuses to remove it, the next build tries again.
      if (file.startsWith(this.#stem) && path !== kept) rmSync(path, { force: true });
    }
  }

  /** Offers the best of the approximate neighbours and all changed slots to `top`; false if the scan should be exact. */
  search(query: Float32Array, allowed: Bitmap | undefined, threshold: number, top: TopK): boolean {
    const { index } = this.#options;
    const candidates = this.#index;
    if (!candidates || this.#changedCount > CANDIDATES_STALE_SHARE * 2 * index.slots) return false;
    const share = allowed ? allowed.count() / Math.max(1, index.slots) : 1;
    if (share < LEAST_SHARE) return false;
    const wanted = Math.ceil(Math.max(LEAST_CANDIDATES, top.limit * OVERSAMPLING) / share);
    if (wanted > candidates.size() / 4) return false;
    const slots = Array.from(candidates.search(query, wanted, 1).keys, Number).filter(
      (slot) => !this.#changed.has(slot) && index.present.has(slot) && (!allowed || allowed.has(slot)),
    );
    if (slots.length < top.limit) return false;
    for (const slot of slots) {
      const score = index.score(slot, query);
      if (score >= threshold) top.offer(slot, score);
    }
    const changed = allowed ? this.#changed.copy().and(allowed) : this.#changed;
    index.scan(query, changed, threshold, top);
    return true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#builder?.terminate();
    this.#index = undefined;
  }
}
