/**
 * What goes into a knowledge base: a text, a table, or an image with its caption. The row formats of JSONL files, the input
 * of `ingest`, and what `get` gives back.
 */
import { z } from 'zod';

const Metadata = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]));
const Id = z.string().min(1).max(512);

export const TextDocumentSchema = z.object({
  id: Id,
  title: z.string().optional(),
  text: z.string().min(1),
  metadata: Metadata.optional(),
});

export const TableDocumentSchema = z.object({
  id: Id,
  title: z.string().optional(),
  section: z.string().optional(),
  caption: z.string().optional(),
  header: z.array(z.string()).min(1),
  /** Every row has as many cells as the header. */
  rows: z.array(z.array(z.string())),
  metadata: Metadata.optional(),
});

/** `text` is the caption. Pixels are optional: `file` is relative to the JSONL file it stands in. */
export const ImageDocumentSchema = z.object({
  id: Id,
  title: z.string().optional(),
  text: z.string().min(1),
  file: z.string().optional(),
  url: z.string().optional(),
  metadata: Metadata.optional(),
});

export type TextDocument = z.infer<typeof TextDocumentSchema>;
export type TableDocument = z.infer<typeof TableDocumentSchema>;
export type ImageDocument = z.infer<typeof ImageDocumentSchema>;
export type KnowledgeDocument = TextDocument | TableDocument | ImageDocument;
