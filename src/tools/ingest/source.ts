/**
 * A source of documents: one file of some format, read as a stream of items. An item is the unit of progress and of resuming:
 * a page of a dump, a row of a CSV file, a line of JSONL. It gives any number of documents (the tables of a page), or an
 * error that says where it stood; an error never ends the source.
 */
import type { KnowledgeDocument } from '../document.ts';
import type { Modality } from '../knowledge-base.ts';

/** What a reader should know of an item, and is no error. */
export type NoteKind =
  /** A file or a part of one that no format takes. */
  | 'not-read'
  /** Read, and there is no text in it: a scanned page, an empty file. */
  | 'no-text'
  /** Not UTF-8; the message says how it was read. */
  | 'encoding'
  /** Read in another way than it asks for: an unclosed quote, two columns of one name. */
  | 'mended'
  /** Stored under another id, because another source has a document of this one. */
  | 'renamed'
  /** Written over a document that another source had stored. */
  | 'replaced'
  /** Left out: a document of the same content is stored under another id. */
  | 'copy'
  /** Taken out: the file that gave the document has it no more. */
  | 'removed';

export interface Note {
  kind: NoteKind;
  where: string;
  message: string;
}

export interface SourceItem {
  documents: KnowledgeDocument[];
  /** What was wrong with the item, or with a part of it: something is not stored. */
  errors: { where: string; message: string }[];
  notes?: Note[];
  /** The ids stand in the source itself; else they are made from its path. */
  ownIds?: boolean;
  /** The item is a whole file, whose ids are a `prefix` and a number below its `count`: what an earlier run stored from there on is stale. */
  series?: { prefix: string; count: number }[];
  /** Bytes of the source consumed up to here, for progress. */
  bytes: number;
}

export interface ReadOptions {
  modality: Modality;
  /** The folder the user named, or that of the file: files of pictures are relative to it. */
  root: string;
  /** What the ids of the file's documents begin with: its path from the root, without the ending where that is enough. */
  stem: string;
  /** Items to leave out from the start, because an earlier run has stored them. */
  skip: number;
  /** Worker threads for formats that can use them. */
  workers: number;
  signal?: AbortSignal;
}

export interface Source {
  path: string;
  /** The file or folder the user named. */
  root: string;
  /** What the ids made from its path begin with. */
  stem: string;
  /** Folder that the `file` of image documents is relative to. */
  images: string;
  format: string;
  /** Size in bytes, for progress. */
  size: number;
  items(options: Omit<ReadOptions, 'root' | 'stem' | 'modality'>): AsyncIterable<SourceItem>;
}

export type ReadFile = (path: string, options: ReadOptions) => AsyncIterable<SourceItem>;

/** A format knows its files by name and which modalities it can give. */
export interface Format {
  name: string;
  extensions: readonly string[];
  modalities: readonly Modality[];
  /** Loads what reads its files: a parser nobody needs costs a job its time and memory. */
  load(): Promise<ReadFile>;
}
