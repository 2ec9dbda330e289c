/**
 * Documents to stored passages and back. A passage is one point of the store; its payload holds what a reader needs and, in
 * the first passage of a document, what `get` needs to give the document back.
 */
import { v5 as uuidv5 } from 'uuid';
import { z } from 'zod';
import { contentHash, sha256 } from '../../common/content-hash.ts';
import {
  type ImageDocument,
  ImageDocumentSchema,
  type KnowledgeDocument,
  type TableDocument,
  TableDocumentSchema,
  TextDocumentSchema,
} from '../document.ts';
import type { WeightedText } from '../encoders/bm25.ts';
import { tableChunks, tableText } from '../encoders/table-text.ts';
import { textChunks } from '../encoders/text-chunks.ts';
import type { Modality } from '../knowledge-base.ts';
import { LinkSchema } from '../metadata.ts';
import { type Passage, TablePartSchema } from '../passage.ts';
import type { IndexConfig } from './config.ts';

/** Namespace of point ids: UUIDv5 of `documentId#chunk`. */
const NAMESPACE = '6f2a4f0e-9a35-5d0b-8f4e-3d0f5a4f2c11';

export const PassagePayloadSchema = z.object({
  document: z.string(),
  /** Hash of the document without its id. */
  content: z.string(),
  chunk: z.number().int().nonnegative(),
  chunks: z.number().int().positive(),
  title: z.string().optional(),
  /** Of a text or a table; that of a picture is `image.url`. */
  url: z.string().optional(),
  /** Absent for tables, whose text is written from the cells. */
  text: z.string().optional(),
  table: TablePartSchema.optional(),
  image: z.object({ file: z.string().optional(), url: z.string().optional() }).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  /** The whole text of a document of several chunks, on its first chunk. */
  source: z.string().optional(),
  /** A mark of the file the document was read from; absent for one given by a program. */
  origin: z.string().optional(),
});
export type PassagePayload = z.infer<typeof PassagePayloadSchema>;

export function pointId(documentId: string, chunk: number): string {
  return uuidv5(`${documentId}#${chunk}`, NAMESPACE);
}

const SCHEMAS = { text: TextDocumentSchema, 'text-image': ImageDocumentSchema, table: TableDocumentSchema };

/** A knowledge base of texts holds their tables too. */
const schemaOf = (modality: Modality, value: unknown) =>
  modality === 'text' && typeof value === 'object' && value !== null && 'rows' in value && !('text' in value)
    ? TableDocumentSchema
    : SCHEMAS[modality];

/** All passages of a document are written at once, so that a kill leaves it whole: some 40 bytes of memory a character. */
const MOST_CHARACTERS = 16_000_000;

/** Throws a plain error whose message says what is wrong with the row. */
export function validDocument(modality: Modality, value: unknown): KnowledgeDocument {
  const parsed = schemaOf(modality, value).safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new Error(`${issue.path.join('.') || 'document'}: ${issue.message}`);
  }
  const document = parsed.data;
  if ('text' in document && document.text.length > MOST_CHARACTERS) {
    const most = MOST_CHARACTERS / 1_000_000;
    throw new Error(`text: has ${document.text.length} characters, ${most} million are the most; cut it into several`);
  }
  if ('rows' in document) {
    const wrong = document.rows.findIndex((row) => row.length !== document.header.length);
    if (wrong >= 0) {
      throw new Error(
        `rows.${wrong}: has ${document.rows[wrong]!.length} cells, the header has ${document.header.length}; pad or cut the row`,
      );
    }
  }
  return document;
}

export interface PreparedPassage {
  payload: PassagePayload;
  /** What the sparse encoder counts. */
  fields: WeightedText[];
  /** What the dense encoder reads. */
  text: string;
}

export function passagesOf(document: KnowledgeDocument, modality: Modality, config: IndexConfig): PreparedPassage[] {
  const { id, origin, ...given } = document;
  const content = 'bytes' in given && given.bytes ? { ...given, bytes: sha256(given.bytes) } : given;
  const picture = modality === 'text-image';
  const shared = {
    document: id,
    content: contentHash(content),
    ...(document.title ? { title: document.title } : {}),
    ...(document.url && !picture ? { url: document.url } : {}),
    ...(document.metadata ? { metadata: document.metadata } : {}),
    ...(origin ? { origin } : {}),
  };
  if ('header' in document) return tablePassages(document, shared, config);
  const image = picture ? imageOf(document) : undefined;
  return textPassages(document, { ...shared, ...(image ? { image } : {}) }, config);
}

type Shared = Pick<PassagePayload, 'document' | 'content' | 'title' | 'url' | 'image' | 'metadata' | 'origin'>;

function imageOf({ file, url }: ImageDocument): PassagePayload['image'] {
  return file || url ? { ...(file ? { file } : {}), ...(url ? { url } : {}) } : undefined;
}

function tablePassages(
  document: TableDocument,
  shared: Shared,
  { tableRows, tableStyle, weights }: IndexConfig,
): PreparedPassage[] {
  const chunks = tableChunks(document, { rows: tableRows });
  return chunks.map(({ part }, chunk) => ({
    payload: { ...shared, chunk, chunks: chunks.length, table: part },
    fields: [
      { text: part.title ?? '', weight: weights.title },
      { text: `${part.section ?? ''} ${part.caption ?? ''}`, weight: weights.section },
      { text: part.header.join(' '), weight: weights.header },
      { text: part.rows.map((row) => row.join(' ')).join(' '), weight: 1 },
    ],
    text: tableText(part, { style: tableStyle }),
  }));
}

function textPassages(
  document: Exclude<KnowledgeDocument, TableDocument>,
  shared: Shared,
  { chunking, weights }: IndexConfig,
): PreparedPassage[] {
  const chunks = textChunks(document.text, chunking);
  return chunks.map((text, chunk) => ({
    payload: {
      ...shared,
      chunk,
      chunks: chunks.length,
      text,
      ...(chunk === 0 && chunks.length > 1 ? { source: document.text } : {}),
    },
    fields: [
      { text: document.title ?? '', weight: weights.title },
      { text, weight: 1 },
    ],
    text: document.title ? `${document.title}\n${text}` : text,
  }));
}

/** The document a list of its payloads came from: all of a table's, the first of a text's. */
export function documentOf(payloads: readonly PassagePayload[]): KnowledgeDocument {
  const first = payloads[0]!;
  const about = {
    id: first.document,
    ...(first.title ? { title: first.title } : {}),
    ...(first.url ? { url: first.url } : {}),
    ...(first.metadata ? { metadata: first.metadata } : {}),
    ...(first.origin ? { origin: first.origin } : {}),
  };
  if (!first.table) return { ...about, text: first.source ?? first.text ?? '', ...first.image };
  const { section, caption, header } = first.table;
  return {
    ...about,
    ...(section === undefined ? {} : { section }),
    ...(caption === undefined ? {} : { caption }),
    header,
    rows: payloads.flatMap((payload) => payload.table?.rows ?? []),
  };
}

export interface PassageHit {
  payload: PassagePayload;
  score: number;
  scores?: Record<string, number>;
}

/**
 * One name a passage: the document's where it is the only one. A document that is itself called `a#1` is always numbered, or it
 * would pass for the second passage of `a`.
 */
function passageId({ document, chunk, chunks }: PassagePayload): string {
  return chunks === 1 && !/#\d+$/.test(document) ? document : `${document}#${chunk}`;
}

/** Also of stores filled before links were checked. */
function linkOf({ url, image }: PassagePayload): string | undefined {
  const parsed = LinkSchema.safeParse(url ?? image?.url);
  return parsed.success ? parsed.data : undefined;
}

export function passageOf(
  { payload, score, scores }: PassageHit,
  rank: number,
  knowledgeBase: string,
  config: IndexConfig,
): Passage {
  const url = linkOf(payload);
  return {
    id: passageId(payload),
    documentId: payload.document,
    ...(payload.chunks > 1 ? { parts: payload.chunks } : {}),
    knowledgeBase,
    score,
    rank,
    ...(scores ? { scores } : {}),
    ...(payload.title ? { title: payload.title } : {}),
    ...(url ? { url } : {}),
    ...(payload.metadata ? { metadata: payload.metadata } : {}),
    text: payload.table ? tableText(payload.table, { style: config.tableStyle }) : (payload.text ?? ''),
    ...(payload.table ? { table: payload.table } : {}),
    ...(payload.image ? { image: payload.image } : {}),
  };
}
