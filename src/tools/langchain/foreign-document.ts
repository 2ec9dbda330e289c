/**
 * A document that somebody else's retriever, store or tool gave back, read into the fields we have. Its metadata is kept whole;
 * title, link, score and ids are copied from the names that LangChain's and LlamaIndex's loaders and stores use.
 */
import type { DocumentInterface } from '@langchain/core/documents';
import { isLink, type Metadata } from '../metadata.ts';
import { plainMetadata } from './plain-json.ts';

export interface ForeignDocument {
  text: string;
  /** Its own id, unique among passages. Without one it is named by its content. */
  id?: string;
  /** What it is a passage of; several may share it. */
  documentId?: string;
  title?: string;
  url?: string;
  /** As given; whether more is better is the source's affair. */
  score?: number;
  metadata?: Metadata;
}

const DOCUMENT_IDS = ['documentId', 'document_id', 'ref_doc_id', 'doc_id', 'id'];
const TITLES = ['title', 'file_name', 'fileName', 'filename'];
const LINKS = ['url', 'link', 'href', 'source_url', 'permalink', 'canonical'];
const SOURCES = ['source', 'file_path', 'filePath', 'path'];
/** The score of a reranker comes first: it made the order. */
const SCORES = ['relevanceScore', 'relevance_score', 'score', '_score'];
/** They change from search to search, and so are no part of what a passage is. */
export const CHANGING = [...SCORES, 'distance', '_distance', 'similarity'];

/** Exact digits or nothing: an integer past 2^53 has lost its own before it came here. */
export function exactId(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value.toWellFormed();
  if (typeof value === 'bigint') return value.toString();
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}

export function firstText(from: Readonly<Record<string, unknown>>, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = from[key];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
  }
  return undefined;
}

function firstNumber(from: Readonly<Record<string, unknown>>, keys: readonly string[]): number | undefined {
  return keys.map((key) => from[key]).find((value): value is number => Number.isFinite(value));
}

function firstId(from: Readonly<Record<string, unknown>>, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const id = exactId(from[key]);
    if (id !== undefined) return id;
  }
  return undefined;
}

const ADDRESS = /^(https?|ftp|file):\/\//i;
const PATH = /[/\\]|\.\w{1,5}$/;

function linkOf(metadata: Readonly<Record<string, unknown>>): string | undefined {
  const source = firstText(metadata, SOURCES);
  const found =
    firstText(metadata, LINKS) ?? (source && (ADDRESS.test(source) || PATH.test(source)) ? source : undefined);
  return found !== undefined && found.length <= 4096 && isLink(found) ? found : undefined;
}

/** A file is called by its name where it has no title; a page at an address is not. */
function titleOf(metadata: Readonly<Record<string, unknown>>): string | undefined {
  const written = firstText(metadata, TITLES);
  if (written !== undefined) return written;
  const source = firstText(metadata, SOURCES);
  return source === undefined || ADDRESS.test(source)
    ? undefined
    : source.split(/[/\\]/).findLast((part) => part !== '');
}

/** What metadata says of a document, whatever it came in. */
export function fieldsOfMetadata(metadata: Readonly<Record<string, unknown>>): Omit<ForeignDocument, 'text' | 'id'> {
  return {
    documentId: firstId(metadata, DOCUMENT_IDS),
    title: titleOf(metadata),
    url: linkOf(metadata),
    score: firstNumber(metadata, SCORES),
    metadata: plainMetadata(metadata),
  };
}

export function isDocument(value: unknown): value is DocumentInterface {
  return typeof value === 'object' && value !== null && 'pageContent' in value && typeof value.pageContent === 'string';
}

export function foreignDocument({ pageContent, metadata, id }: DocumentInterface, score?: number): ForeignDocument {
  const fields = fieldsOfMetadata(metadata ?? {});
  return { ...fields, text: pageContent, id: exactId(id), score: score ?? fields.score };
}
