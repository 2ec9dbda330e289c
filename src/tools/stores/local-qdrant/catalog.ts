/**
 * The collections and aliases of a store, and their loaded state. A reader looks at the table again whenever another connection
 * has committed; the writer knows its own changes.
 */
import { removeIndexes } from './ann/candidates.ts';
import { Collection } from './collection.ts';
import { CollectionConfig, type StoredConfig } from './collection-config.ts';
import { badRequest, conflict, corruptStore, invalid, notFound } from './errors.ts';
import { configSum, sumFits } from './storage/checksum.ts';
import type { Database } from './storage/database.ts';
import { Rows } from './storage/rows.ts';

interface Entry {
  key: number;
  config: string;
  version: number;
  pruned: number;
}

export interface AliasChange {
  create?: { alias: string; collection: string };
  remove?: string;
  rename?: { from: string; to: string };
}

const MAX_NAME = 255;
/** The characters that the server refuses, two control characters among them. */
const REFUSED_IN_NAMES = [...'<>:"/\\|?*', '\0', '\u001f'];

export class Catalog {
  readonly #database: Database;
  readonly #annFrom: number | undefined;
  #entries = new Map<string, Entry>();
  #aliases = new Map<string, number>();
  readonly #loaded = new Map<number, Collection>();
  #dataVersion = -1;

  constructor(database: Database, annFrom?: number) {
    this.#database = database;
    this.#annFrom = annFrom;
    this.#read();
  }

  #read(): void {
    const sql = `SELECT key, name, config, version, pruned, ${this.#database.sum} FROM collections ORDER BY name`;
    const rows = this.#database.all(sql);
    for (const { name, config, sum } of rows) {
      if (sumFits(sum, configSum(String(name), String(config)))) continue;
      throw corruptStore(this.#database.location, 'the checksum of the configuration of a collection does not fit');
    }
    this.#entries = new Map(
      rows.map((row) => [
        String(row.name),
        { key: Number(row.key), config: String(row.config), version: Number(row.version), pruned: Number(row.pruned) },
      ]),
    );
    const aliases = this.#database.all('SELECT name, key FROM aliases ORDER BY name');
    this.#aliases = new Map(aliases.map((row) => [String(row.name), Number(row.key)]));
    const keys = new Set([...this.#entries.values()].map((entry) => entry.key));
    for (const [key, collection] of this.#loaded) {
      if (keys.has(key)) continue;
      this.#loaded.delete(key);
      void collection.closeCandidates();
    }
  }

  /** Before every operation: takes notice of what others have committed. */
  refresh(): void {
    const version = this.#database.dataVersion();
    if (version === this.#dataVersion) return;
    this.#dataVersion = version;
    this.#read();
  }

  get names(): string[] {
    return [...this.#entries.keys()];
  }

  aliases(): { alias_name: string; collection_name: string }[] {
    const names = new Map([...this.#entries].map(([name, { key }]) => [key, name]));
    return [...this.#aliases].map(([alias, key]) => ({ alias_name: alias, collection_name: names.get(key) ?? '' }));
  }

  /** The collection's own name, from it or an alias; undefined if there is none. */
  resolve(nameOrAlias: string): string | undefined {
    if (this.#entries.has(nameOrAlias)) return nameOrAlias;
    const key = this.#aliases.get(nameOrAlias);
    for (const [name, entry] of this.#entries) if (entry.key === key) return name;
    return undefined;
  }

  /** The collection of this name or alias, brought up to date; throws not-found. */
  open(nameOrAlias: string): Collection {
    const name = this.resolve(nameOrAlias);
    const entry = name === undefined ? undefined : this.#entries.get(name);
    if (!entry) {
      throw notFound(`Collection \`${nameOrAlias}\` doesn't exist! Known: ${this.names.join(', ') || 'none'}`);
    }
    let collection = this.#loaded.get(entry.key);
    if (!collection) {
      collection = new Collection(this.#database, entry.key, entry.config, this.#annFrom);
      this.#loaded.set(entry.key, collection);
    }
    const current = collection;
    this.#database.snapshot(() => {
      if (this.#database.readOnly) {
        this.refresh();
        const fresh = [...this.#entries.values()].find(({ key }) => key === entry.key);
        if (!fresh) throw notFound(`Collection \`${nameOrAlias}\` doesn't exist! It was deleted.`);
        current.follow(fresh.config, fresh.version, fresh.pruned);
      } else {
        current.follow(entry.config, Math.max(entry.version, current.version), entry.pruned);
      }
    });
    return collection;
  }

  /** The rows of a collection, without loading it. */
  rows(name: string): Rows {
    return new Rows(this.#database, this.#entries.get(name)!.key);
  }

  create(name: string, config: CollectionConfig): void {
    // No path of the API leads to such a name.
    if (/^\.{0,2}$/.test(name)) throw notFound(`${JSON.stringify(name)} cannot be a collection name`);
    if ([...name].length > MAX_NAME || REFUSED_IN_NAMES.some((character) => name.includes(character))) {
      throw invalid(
        `${JSON.stringify(name)} cannot be a collection name; use 1-${MAX_NAME} characters without <>:"/\\|?*`,
      );
    }
    if (this.#entries.has(name)) throw conflict(`Collection \`${name}\` already exists!`);
    if (this.#aliases.has(name)) throw badRequest(`cannot create ${name}: an alias has the same name already`);
    const text = JSON.stringify(config.stored);
    this.#database.transaction(() => {
      this.#database
        .statement('INSERT INTO collections (name, config, version, pruned, sum) VALUES (?, ?, 0, 0, ?)')
        .run(name, text, configSum(name, text));
      const row = this.#database.statement('SELECT key FROM collections WHERE name = ?').get(name);
      Rows.create(this.#database, Number(row?.key));
    });
    this.#read();
  }

  delete(name: string): boolean {
    const entry = this.#entries.get(name);
    if (!entry) return false;
    this.#database.transaction(() => {
      Rows.drop(this.#database, entry.key);
      this.#database.run('DELETE FROM aliases WHERE key = ?', entry.key);
      this.#database.run('DELETE FROM collections WHERE key = ?', entry.key);
    });
    this.#read();
    if (this.#database.location !== ':memory:') removeIndexes(this.#database.location, entry.key);
    return true;
  }

  /** Replaces the stored configuration and brings the collection along. */
  reconfigure(collection: Collection, change: (stored: StoredConfig) => StoredConfig): void {
    const next = JSON.stringify(new CollectionConfig(change(structuredClone(collection.config.stored))).stored);
    this.#database.transaction(() => {
      const name = [...this.#entries].find(([, entry]) => entry.key === collection.key)?.[0] ?? '';
      const sum = configSum(name, next);
      this.#database.run('UPDATE collections SET config = ?, sum = ? WHERE key = ?', next, sum, collection.key);
    });
    this.#read();
    collection.follow(next, collection.version, 0);
  }

  /** All changes or none; readers see them at once. */
  changeAliases(changes: readonly AliasChange[]): void {
    const next = new Map(this.#aliases);
    for (const { create, remove, rename } of changes) {
      if (create) {
        const name = this.resolve(create.collection);
        const entry = name === undefined ? undefined : this.#entries.get(name);
        if (!entry) throw notFound(`Collection \`${create.collection}\` doesn't exist!`);
        if (this.#entries.has(create.alias))
          throw conflict(`Collection with the same name already exists: ${create.alias}`);
        next.set(create.alias, entry.key);
      } else if (remove !== undefined) {
        next.delete(remove);
      } else if (rename) {
        const key = next.get(rename.from);
        if (key === undefined) throw notFound(`Alias ${rename.from} does not exist!`);
        next.delete(rename.from);
        next.set(rename.to, key);
      }
    }
    this.#database.transaction(() => {
      this.#database.run('DELETE FROM aliases');
      for (const [alias, key] of next) this.#database.run('INSERT INTO aliases (name, key) VALUES (?, ?)', alias, key);
    });
    this.#read();
  }

  /** Collections that were used since opening. */
  get loaded(): Iterable<Collection> {
    return this.#loaded.values();
  }
}
