/**
 * The knowledge bases of a place, ready to search: of a store directory, of a Qdrant server, or the atlas that ships with the
 * package where no place is named.
 */
import { openAtlas } from './atlas.ts';
import { type OpenAllOptions, type OpenKnowledgeBases, openAll } from './planner/open-all.ts';

export type { OpenKnowledgeBases } from './planner/open-all.ts';

export interface OpenKnowledgeBasesOptions extends OpenAllOptions {
  /** Directory or http(s) URL; default the atlas. */
  store?: string;
}

/**
 * Opens every knowledge base of a store, or the named ones. Throws `unknown-knowledge-base`, `store-corrupt`, and what the
 * store says of a missing directory.
 *
 *     const { knowledgeBases, close } = await openKnowledgeBases({ store: './my-store', names: ['wiki'] });
 */
export async function openKnowledgeBases({
  store,
  ...options
}: OpenKnowledgeBasesOptions = {}): Promise<OpenKnowledgeBases> {
  return store === undefined ? openAtlas(options) : openAll(store, options);
}
