/**
 * Which id a document is stored under. An id made from a path means one file: where another file has a document of it, from this command
 * or an earlier one, the source's name comes before it. An id that stands in a row means what the row says: another file of the same
 * command keeps it apart, a later command writes over it and says so. The same file read again finds its own documents.
 */
import { hash } from 'node:crypto';
import { basename, dirname, resolve } from 'node:path';
import type { KnowledgeDocument } from '../document.ts';
import type { KnowledgeBase } from '../knowledge-base.ts';
import type { Note, Source } from './source.ts';

export interface Placed {
  document: KnowledgeDocument;
  source: Source;
  ownId: boolean;
}

/** Tells files apart, and says nothing of the machine. */
function originOf({ path }: Source): string {
  return hash('sha256', resolve(path), 'hex').slice(0, 16);
}

/** What comes before an id that is taken: the row's file, or the name of the folder the user named or that the file is in. */
function prefixOf({ path, root, stem }: Source, ownId: boolean): string {
  if (ownId) return stem;
  return basename(path === root ? dirname(resolve(path)) : resolve(root)) || 'source';
}

/** A file's ids, `prefix` and a number below `count`. */
export interface Series {
  prefix: string;
  count: number;
  source: Source;
}

/** Ids that are looked for at once behind the end of a series. */
const WINDOW = 8;

type Origins = Map<string, string | undefined>;

async function storedOrigins(knowledgeBase: KnowledgeBase, ids: string[]): Promise<Origins> {
  if (ids.length === 0) return new Map();
  if (knowledgeBase.origins) return knowledgeBase.origins(ids);
  return new Map((await knowledgeBase.get(ids)).map(({ id, origin }) => [id, origin]));
}

export interface IdentityOptions {
  knowledgeBase: KnowledgeBase;
  sources: readonly Source[];
  onNote: (note: Note) => void;
}

export function createIdentity({ knowledgeBase, sources, onNote }: IdentityOptions) {
  const origins = new Map(sources.map((source) => [source, originOf(source)]));
  const ofThisJob = new Set(origins.values());

  /** The documents of a slice under the ids they are stored by, each with its origin. */
  async function settle(slice: readonly Placed[]): Promise<KnowledgeDocument[]> {
    const taken: Origins = await storedOrigins(knowledgeBase, [...new Set(slice.map(({ document }) => document.id))]);
    const settled: KnowledgeDocument[] = [];
    for (const { document, source, ownId } of slice) {
      const origin = origins.get(source)!;
      const isFree = (id: string) => !taken.has(id) || taken.get(id) === undefined || taken.get(id) === origin;
      let { id } = document;
      const replaces = ownId && !isFree(id) && !ofThisJob.has(taken.get(id)!);
      if (replaces) {
        const message = `document "${id}" is written over: another source had stored one of this id`;
        onNote({ kind: 'replaced', where: source.path, message });
      } else if (!isFree(id)) {
        for (let count = 1; !isFree(id); count++) {
          id = `${prefixOf(source, ownId)}${count === 1 ? '' : `~${count}`}/${document.id}`;
          if (!taken.has(id))
            for (const [key, value] of await storedOrigins(knowledgeBase, [id])) taken.set(key, value);
        }
        const message = `document "${document.id}" is stored as "${id}": another file has one of this id`;
        onNote({ kind: 'renamed', where: source.path, message });
      }
      taken.set(id, origin);
      settled.push({ ...document, id, origin });
    }
    return settled;
  }

  /** Documents that files gave in an earlier run and give no more, by the series of ids that ended. */
  async function stale(series: readonly Series[]): Promise<string[]> {
    const found: string[] = [];
    let open = series.flatMap(({ prefix, count, source }) =>
      [prefix, `${prefixOf(source, false)}/${prefix}`].map((name) => ({
        name,
        next: count,
        origin: origins.get(source),
      })),
    );
    while (open.length > 0) {
      const asked = open.flatMap((one) =>
        Array.from({ length: WINDOW }, (_, place) => ({ one, id: `${one.name}${one.next + place}` })),
      );
      const stored = await storedOrigins(
        knowledgeBase,
        asked.map(({ id }) => id),
      );
      const old = asked.filter(({ one, id }) => stored.has(id) && stored.get(id) === one.origin);
      found.push(...old.map(({ id }) => id));
      const going = new Set(old.map(({ one }) => one));
      open = open.filter((one) => going.has(one));
      for (const one of open) one.next += WINDOW;
    }
    return found;
  }

  return { settle, stale };
}
