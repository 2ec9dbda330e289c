/**
 * What goes into a knowledge base: a text, a table, or an image with its caption. The row formats of JSONL files, the input
 * of `ingest`, and what `get` gives back.
 */
import { z } from 'zod';
import { LinkSchema, MetadataSchema } from './metadata.ts';

/** Compared by code units: case, accents, spaces and digits make another document. A lone surrogate has no UTF-8 form. */
const Id = z
  .string('must be a text; put a number in quotes, so that long ones keep their digits')
  .min(1)
  .max(512)
  .refine((id) => id.isWellFormed(), 'is not well-formed Unicode');
/** Which file gave it, as a mark that tells files apart and no more. Not part of the content. */
const Origin = z.string().max(64).optional();

export const TextDocumentSchema = z.object({
  id: Id,
  title: z.string().optional(),
  text: z.string().min(1),
  /** Where it can be read, for citations: the page's address or the file's path. */
  url: LinkSchema.optional(),
  metadata: MetadataSchema.optional(),
  origin: Origin,
});

export const TableDocumentSchema = z.object({
  id: Id,
  title: z.string().optional(),
  section: z.string().optional(),
  caption: z.string().optional(),
  header: z.array(z.string()).min(1),
  /** Every row has as many cells as the header. */
  rows: z.array(z.array(z.string())),
  url: LinkSchema.optional(),
  metadata: MetadataSchema.optional(),
  origin: Origin,
});

/**
 * `text` is the caption. Pixels are optional: `file` is relative to the JSONL file it stands in, `bytes` is a picture file that stands in the
 * row itself, read once and not stored.
 */
export const ImageDocumentSchema = z.object({
  id: Id,
  title: z.string().optional(),
  text: z.string().min(1),
  file: z.string().optional(),
  /** Of the picture, or of the page it stands on. */
  url: z.string().optional(),
  bytes: z.instanceof(Uint8Array).optional(),
  metadata: MetadataSchema.optional(),
  origin: Origin,
});

export type TextDocument = z.infer<typeof TextDocumentSchema>;
export type TableDocument = z.infer<typeof TableDocumentSchema>;
export type ImageDocument = z.infer<typeof ImageDocumentSchema>;
export type KnowledgeDocument = TextDocument | TableDocument | ImageDocument;
