/**
 * The retrieval seam: what an agent sees of a place to look. Domain words only; everything about vectors, fusion and servers
 * lives below, in `stores/`. Three knowledge bases ship; a user adds a fourth by describing it.
 */
import type { RunnableConfig } from '@langchain/core/runnables';
import { z } from 'zod';
import type { KnowledgeDocument } from './document.ts';
import type { Passage } from './passage.ts';

export const ModalitySchema = z.enum(['text', 'text-image', 'table']);
export type Modality = z.infer<typeof ModalitySchema>;

/** What a policy is told of a knowledge base. `cost` is declared, in units of one cheap search; it is never measured. */
export const KnowledgeBaseCardSchema = z.strictObject({
  name: z
    .string()
    .regex(
      /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,62}$/u,
      'choose 1 to 63 letters, digits, spaces, dots, dashes and underscores, the first a letter or digit',
    ),
  description: z.string().min(1).max(2000),
  modality: ModalitySchema,
  cost: z.number().nonnegative().default(1),
});
export type KnowledgeBaseCard = z.infer<typeof KnowledgeBaseCardSchema>;

/** An image handed to a search. `hash` is the lower-case hex SHA-256 of `bytes` (an encoded PNG, JPEG or WebP file). */
export interface QueryImage {
  hash: string;
  bytes: Uint8Array;
}

/** Text, image or both; at least one. Only text-image knowledge bases use the image. */
export interface Query {
  text?: string;
  image?: QueryImage;
}

/** The filter language is Qdrant's (`must`, `should`, `must_not` over payload fields), passed down unchanged. */
export type SearchFilter = Readonly<Record<string, unknown>>;

export interface SearchOptions {
  filter?: SearchFilter;
  /** How many passages at most; default 10. */
  limit?: number;
  /**
   * How many passages of one document (chunks of one table) at most. 1 gives distinct documents. Default 3; a retriever, vector
   * store, collection or tool of your own has no cap unless asked for one.
   */
  perDocument?: number;
  signal?: AbortSignal;
  /**
   * LangChain's, of the run that stands for this search in a trace: what the knowledge base calls nests below it. Whoever
   * searches starts that run; `search` starts none of its own.
   */
  config?: RunnableConfig;
}

export interface IngestOptions {
  signal?: AbortSignal;
  /** Folder that the `file` of image documents is relative to. Without it images are found by their captions only. */
  images?: string;
  /** `skip` (default) leaves out a document whose content is stored under another id; `keep` stores both. */
  duplicates?: 'skip' | 'keep';
  /** Told of every document that is left out because one of another id has its content. */
  onCopy?: (copy: { id: string; of: string }) => void;
  onProgress?: (progress: IngestProgress) => void;
}

export interface IngestProgress {
  /** Documents read so far. */
  read: number;
  /** Passages written so far (a table or a long text gives several). */
  written: number;
  /** Known only for finite sources. */
  total?: number;
}

export interface IngestReport {
  documents: number;
  passages: number;
  /** Documents left out because one with the same content hash is stored already. */
  duplicates: number;
  /** Image documents whose file is not there, found by their captions only. */
  imagesMissing: number;
  errors: { id?: string; message: string }[];
}

export interface KnowledgeBaseStats {
  documents: number;
  passages: number;
  /** Bytes on disk where known. */
  bytes?: number;
}

/** The part an agent needs. Any object of this shape can be routed to. */
export interface SearchableKnowledgeBase extends KnowledgeBaseCard {
  /** Best passages first, `rank` from 0. An empty list is a normal result; a failure throws a typed error. */
  search(query: Query, options?: SearchOptions): Promise<Passage[]>;
}

export interface KnowledgeBase extends SearchableKnowledgeBase {
  ingest(
    documents: Iterable<KnowledgeDocument> | AsyncIterable<KnowledgeDocument>,
    options?: IngestOptions,
  ): Promise<IngestReport>;
  /** Documents by id, in the order asked; unknown ids are left out. */
  get(ids: readonly string[]): Promise<KnowledgeDocument[]>;
  /** The `origin` of every document that is stored, by id; ingestion keeps sources apart by it. `get` serves where it is not there. */
  origins?(ids: readonly string[]): Promise<Map<string, string | undefined>>;
  /** Number of documents removed. */
  delete(ids: readonly string[]): Promise<number>;
  stats(): Promise<KnowledgeBaseStats>;
}
