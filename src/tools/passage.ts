/**
 * What a knowledge base gives back: a piece of a document small enough to read, with its score and its place in the ranking.
 * A table passage carries the cells it was flattened from, so that a reader can address them.
 */
import { z } from 'zod';
import { LinkSchema, MetadataSchema } from './metadata.ts';

export const TablePartSchema = z.object({
  title: z.string().optional(),
  section: z.string().optional(),
  caption: z.string().optional(),
  header: z.array(z.string()),
  rows: z.array(z.array(z.string())),
});
export type TablePart = z.infer<typeof TablePartSchema>;

export const PassageSchema = z.object({
  /** Unique within the knowledge base, e.g. `documentId#2` for the third chunk. */
  id: z.string(),
  documentId: z.string(),
  /** Of how many passages its document consists, where it was cut. */
  parts: z.number().int().positive().optional(),
  knowledgeBase: z.string(),
  /**
   * Higher is better, and comparable within one search only, unless the knowledge base says more. Where a vector store of your
   * own gives distances they are kept as they are; the order is `rank`.
   */
  score: z.number(),
  /** Place in the ranking, from 0. */
  rank: z.number().int().nonnegative(),
  /** Parts of the score where it was fused: `sparse` (BM25), `dense` and `image` (cosine), `rerank`. */
  scores: z.record(z.string(), z.number()).optional(),
  title: z.string().optional(),
  /** Where the document can be read: a page's address or a file's path. */
  url: LinkSchema.optional(),
  /** What the document carries besides, as plain JSON. */
  metadata: MetadataSchema.optional(),
  /** The text as a language model should read it (flattened table, caption of an image). */
  text: z.string(),
  table: TablePartSchema.optional(),
  image: z.object({ file: z.string().optional(), url: z.string().optional() }).optional(),
});
export type Passage = z.infer<typeof PassageSchema>;
