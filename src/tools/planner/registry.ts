/**
 * The list of a store's knowledge bases, kept in the store itself: one point a knowledge base, without vectors, holding its
 * card and how it was indexed. Whoever can reach the store can search it.
 */
import { v5 as uuidv5 } from 'uuid';
import { z } from 'zod';
import { messageOf, systemError, userError } from '../../common/errors.ts';
import { type KnowledgeBaseCard, KnowledgeBaseCardSchema } from '../knowledge-base.ts';
import type { StorePort } from '../stores/port.ts';
import { scrollAll } from '../stores/scroll-all.ts';
import { IndexConfigSchema } from './config.ts';

const REGISTRY_COLLECTION = 'r1-router';
const NAMESPACE = '0b6b7d5a-52a5-5c3a-9d6a-1f5f0e1c7a55';

const RegistryEntrySchema = z.object({
  version: z.literal(1),
  card: KnowledgeBaseCardSchema,
  /** The alias searched; it points at one generation of the collection. */
  alias: z.string(),
  /** Counts re-indexings; the collection behind the alias is `alias-vN`. */
  generation: z.number().int().positive(),
  index: IndexConfigSchema,
  /** From the first write of an ingest to its end: an index that is left so is incomplete. */
  filling: z.boolean().optional(),
});
export type RegistryEntry = z.infer<typeof RegistryEntrySchema>;

export function collectionName({ alias, generation }: Pick<RegistryEntry, 'alias' | 'generation'>): string {
  return `${alias}-v${generation}`;
}

/** A collection name that every store accepts, distinct for names that differ in case or script only. */
export function aliasOf(name: string): string {
  const readable = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return `kb-${readable || 'x'}-${uuidv5(name, NAMESPACE).slice(0, 8)}`;
}

const pointOf = (name: string) => uuidv5(name, NAMESPACE);

export async function readRegistry(store: StorePort): Promise<RegistryEntry[]> {
  const { exists } = await store.collectionExists(REGISTRY_COLLECTION);
  if (!exists) return [];
  const entries: RegistryEntry[] = [];
  for await (const points of scrollAll(store, REGISTRY_COLLECTION)) {
    for (const { payload } of points) entries.push(parseEntry(payload));
  }
  return entries.sort((a, b) => (a.card.name < b.card.name ? -1 : 1));
}

export async function findEntry(store: StorePort, name: string): Promise<RegistryEntry | undefined> {
  const { exists } = await store.collectionExists(REGISTRY_COLLECTION);
  if (!exists) return undefined;
  const [point] = await store.retrieve(REGISTRY_COLLECTION, { ids: [pointOf(name)], with_payload: true });
  return point ? parseEntry(point.payload) : undefined;
}

export async function writeEntry(store: StorePort, entry: RegistryEntry): Promise<void> {
  const { exists } = await store.collectionExists(REGISTRY_COLLECTION);
  if (!exists) await store.createCollection(REGISTRY_COLLECTION, { vectors: {} });
  await store.upsert(REGISTRY_COLLECTION, {
    wait: true,
    points: [{ id: pointOf(entry.card.name), vector: {}, payload: { ...RegistryEntrySchema.parse(entry) } }],
  });
}

export async function removeEntry(store: StorePort, name: string): Promise<void> {
  await store.delete(REGISTRY_COLLECTION, { wait: true, points: [pointOf(name)] });
}

function parseEntry(payload: unknown): RegistryEntry {
  const parsed = RegistryEntrySchema.safeParse(payload);
  if (parsed.success) return parsed.data;
  throw systemError(
    'knowledge-base-registry',
    `Knowledge base registry: an entry cannot be read (${messageOf(parsed.error)}); it was written by another version, ingest again`,
    parsed.error,
  );
}

export function parseCard(card: z.input<typeof KnowledgeBaseCardSchema>): KnowledgeBaseCard {
  const parsed = KnowledgeBaseCardSchema.safeParse(card);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw userError('bad-knowledge-base', `Knowledge base ${issue.path.join('.') || 'card'}: ${issue.message}`);
}

export function unknownKnowledgeBase(name: string, known: readonly string[]) {
  return userError(
    'unknown-knowledge-base',
    `Unknown knowledge base "${name}"; ${known.length ? `the store has: ${known.join(', ')}` : 'the store has none, ingest something first'}`,
  );
}
