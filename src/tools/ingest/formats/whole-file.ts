/**
 * Formats whose files are read whole, under ids made from the file's path: as `table` each gives the tables in it, as `text` sections of
 * text, and its tables beside them: a price that stands in a table of a note is part of the note.
 */
import { readFile, stat } from 'node:fs/promises';
import { messageOf } from '../../../common/errors.ts';
import type { KnowledgeDocument } from '../../document.ts';
import { type RawTable, stemOf, tableDocument } from '../documents.ts';
import type { Note, NoteKind, ReadFile, ReadOptions, SourceItem } from '../source.ts';

const MAX_FILE_BYTES = 256 * 1024 * 1024;

export interface Parsed {
  title?: string;
  sections: { heading?: string; text: string }[];
  tables: Omit<RawTable, 'id'>[];
  metadata?: KnowledgeDocument['metadata'];
  errors?: string[];
  notes?: { kind: NoteKind; message: string }[];
}

export type Parse = (bytes: Buffer, path: string) => Parsed | Promise<Parsed>;

type Made = Required<Pick<SourceItem, 'documents' | 'series'>>;

function documentsOf(path: string, parsed: Parsed, { modality, stem }: ReadOptions): Made {
  const title = parsed.title ?? stemOf(path);
  const metadata = parsed.metadata && Object.keys(parsed.metadata).length > 0 ? { metadata: parsed.metadata } : {};
  const tables = parsed.tables.flatMap((table, index) => {
    const document = tableDocument({ ...table, title, id: `${stem}-t${index}` });
    return document ? { ...document, ...metadata } : [];
  });
  // Tables are numbered as they stand, also those that give no document.
  const ofTables = { prefix: `${stem}-t`, count: parsed.tables.length };
  if (modality === 'table') return { documents: tables, series: [ofTables] };
  const sections = parsed.sections
    .filter((section) => section.text.trim() !== '')
    .map((section, index) => ({
      id: `${stem}-s${index}`,
      title: section.heading && section.heading !== title ? `${title} - ${section.heading}` : title,
      text: section.text,
      ...metadata,
    }));
  const ofSections = { prefix: `${stem}-s`, count: sections.length };
  return { documents: [...sections, ...tables], series: [ofSections, ofTables] };
}

async function itemOf(path: string, name: string, options: ReadOptions, parse: Parse): Promise<SourceItem> {
  const { size } = await stat(path);
  const item: SourceItem & { notes: Note[] } = { documents: [], errors: [], notes: [], bytes: size };
  if (size > MAX_FILE_BYTES) {
    item.errors.push({ where: path, message: `a ${name} file may have 256 MB at most; cut it into several` });
    return item;
  }
  try {
    const parsed = await parse(await readFile(path), path);
    const { documents, series } = documentsOf(path, parsed, options);
    item.documents = documents;
    // With errors, what is missing may be in the part that could not be read.
    if (!parsed.errors?.length) item.series = series;
    for (const message of parsed.errors ?? []) item.errors.push({ where: path, message });
    for (const note of parsed.notes ?? []) item.notes.push({ ...note, where: path });
    const told = item.errors.length > 0 || item.notes.some(({ kind }) => kind === 'no-text');
    if (item.documents.length === 0 && !told) {
      const message = options.modality === 'table' ? 'there is no table in it' : 'there is no text in it';
      item.notes.push({ kind: 'no-text', where: path, message });
    }
  } catch (error) {
    item.errors.push({ where: path, message: messageOf(error) });
  }
  return item;
}

/** `name`: of the format, as messages say it. */
export function wholeFile(name: string, parse: Parse): ReadFile {
  return async function* items(path, options): AsyncGenerator<SourceItem> {
    if (options.skip === 0) yield await itemOf(path, name, options, parse);
  };
}
