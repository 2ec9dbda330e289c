/**
 * A source of documents: one file of some format, read as a stream of items. An item is the unit of progress and of resuming:
 * a page of a dump, a row of a CSV file, a line of JSONL. It gives any number of documents (the tables of a page), or an
 * error that says where it stood; an error never ends the source.
 */
import type { KnowledgeDocument } from '../document.ts';
import type { Modality } from '../knowledge-base.ts';

export interface SourceItem {
  documents: KnowledgeDocument[];
  /** What was wrong with the item, or with a part of it. */
  errors: { where: string; message: string }[];
  /** Bytes of the source consumed up to here, for progress. */
  bytes: number;
}

export interface ReadOptions {
  modality: Modality;
  /** The folder the user named, or that of the file: ids and files of pictures are relative to it. */
  root: string;
  /** Items to leave out from the start, because an earlier run has stored them. */
  skip: number;
  /** Worker threads for formats that can use them. */
  workers: number;
  signal?: AbortSignal;
}

export interface Source {
  path: string;
  /** Folder that the `file` of image documents is relative to. */
  images: string;
  format: string;
  /** Size in bytes, for progress. */
  size: number;
  items(options: Omit<ReadOptions, 'root' | 'modality'>): AsyncIterable<SourceItem>;
}

/** A format knows its files by name and which modalities it can give. */
export interface Format {
  name: string;
  extensions: readonly string[];
  modalities: readonly Modality[];
  items(path: string, options: ReadOptions): AsyncIterable<SourceItem>;
}
