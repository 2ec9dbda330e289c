/**
 * Paths as given by a user into sources: the format by the file's name, folders walked in the order of their names. Every mistake
 * is found here, before anything is written.
 */
import { stat } from 'node:fs/promises';
import { dirname, extname, resolve, sep } from 'node:path';
import { userError } from '../../common/errors.ts';
import type { Modality } from '../knowledge-base.ts';
import { documentStems, type NamedFile } from './document-ids.ts';
import { FORMATS, SIDECARS } from './formats/index.ts';
import type { Format, Note, Source } from './source.ts';
import { walk } from './walk.ts';

export interface OpenSourcesOptions {
  modality: Modality;
  /** Of every file, where the names do not tell. */
  format?: string;
  /** Links in a folder that lead out of it are read too. */
  followLinks?: boolean;
}

function formatOf(path: string): Format | undefined {
  const name = path.toLowerCase();
  return FORMATS.find((format) => format.extensions.some((extension) => name.endsWith(extension)));
}

const isPicture = (path: string): boolean => formatOf(path)?.name === 'image';
const endingOf = (path: string): string => extname(path).toLowerCase();
const withoutEnding = (path: string): string => path.slice(0, path.length - extname(path).length);

interface FolderFiles {
  usable: string[];
  notes: Note[];
}

/**
 * What a folder gives. For text-image, a caption file (CSV, JSONL, Parquet) speaks for the pictures beside and below it; others
 * are read one by one, and their sidecars are not sources of their own.
 */
function ofFolder(paths: readonly string[], modality: Modality, format?: string): FolderFiles {
  const chosen = format === undefined ? undefined : FORMATS.find(({ name }) => name === format);
  if (chosen) return { usable: [...paths], notes: [] };
  const takes = (path: string) => formatOf(path)?.modalities.includes(modality) ?? false;
  const pictures = new Set(paths.filter((path) => isPicture(path)).map(withoutEnding));
  const lists = modality === 'text-image' ? paths.filter((path) => takes(path) && !isPicture(path)) : [];
  const isSidecar = (path: string) =>
    SIDECARS.some((ending) => ending === endingOf(path)) && pictures.has(withoutEnding(path));
  const speakers = lists.filter((path) => formatOf(path)?.name !== 'json' && !isSidecar(path));
  const spokenFor = speakers.map((path) => dirname(path) + sep);
  const usable: string[] = [];
  const notes: Note[] = [];
  for (const path of paths) {
    const leave = (message: string) => notes.push({ kind: 'not-read', where: path, message });
    const own = formatOf(path);
    if (modality === 'text-image' && isSidecar(path)) continue;
    if (own === undefined) leave(`${endingOf(path) || 'files without an ending'}: no kind of file that is read`);
    else if (!takes(path)) leave(`${own.name} files give ${own.modalities.join(' or ')} documents, not ${modality}`);
    else if (modality !== 'text-image') usable.push(path);
    else if (speakers.includes(path)) usable.push(path);
    else if (own.name !== 'image')
      leave('a JSON file beside pictures is read as the caption of one; give captions as JSONL');
    else if (!spokenFor.some((folder) => path.startsWith(folder))) usable.push(path);
  }
  return { usable, notes };
}

type Opened = NamedFile & { size: number; format: Format };

async function fileOf(path: string, root: string, { modality, format }: OpenSourcesOptions): Promise<Opened> {
  const chosen = format ? FORMATS.find(({ name }) => name === format) : formatOf(path);
  if (!chosen) {
    const known = format
      ? `unknown format "${format}"; choose one of ${FORMATS.map(({ name }) => name).join(', ')}`
      : `cannot tell the format from the name; say it with --format (${FORMATS.map(({ name }) => name).join(', ')})`;
    throw userError('unknown-format', `${path}: ${known}`);
  }
  if (!chosen.modalities.includes(modality)) {
    throw userError(
      'format-modality-mismatch',
      `${path}: ${chosen.name} files give ${chosen.modalities.join(' or ')} documents, not ${modality}; choose another --modality`,
    );
  }
  return { path, root, size: (await stat(path)).size, format: chosen };
}

function sourceOf({ path, root, size, format }: Opened, stem: string, modality: Modality): Source {
  const folder = path === root ? dirname(path) : root;
  return {
    path,
    root,
    stem,
    images: format.name === 'image' ? folder : dirname(path),
    format: format.name,
    size,
    async *items(options) {
      const read = await format.load();
      yield* read(path, { ...options, root: folder, stem, modality });
    },
  };
}

/** What a folder holds and is not read, as a source that gives nothing but its notes. */
function leftOut(folder: string, notes: Note[]): Source {
  return {
    path: folder,
    root: folder,
    stem: '',
    images: folder,
    format: 'left-out',
    size: 0,
    async *items({ skip }) {
      if (skip === 0) yield { documents: [], errors: [], notes, bytes: 0 };
    },
  };
}

const EXAMPLES = 3;

/** The files of notes in words: how many of which ending, and the first of them. */
function endingsOf(notes: readonly Note[]): string {
  const counts = new Map<string, number>();
  for (const { where } of notes) {
    const ending = endingOf(where) || 'without an ending';
    counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  return sorted.map(([ending, count]) => `${count} ${ending}`).join(', ');
}

/** The sources of files and folders, in the order given. Throws a user error for a path that gives nothing. */
export async function openSources(paths: readonly string[], options: OpenSourcesOptions): Promise<Source[]> {
  if (paths.length === 0) throw userError('no-source', 'ingest: name at least one file or folder to read');
  const files: Opened[] = [];
  const rest: Source[] = [];
  const known = new Set<string>();
  const add = async (path: string, root: string) => {
    const place = resolve(path);
    if (!known.has(place)) files.push(await fileOf(path, root, options));
    known.add(place);
  };
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (!found) throw userError('source-not-found', `${path}: no such file or folder`);
    if (!found.isDirectory()) {
      await add(path, path);
      continue;
    }
    const walked = await walk(path, options);
    const { usable, notes } = ofFolder(walked.paths, options.modality, options.format);
    const left = [...walked.notes, ...notes];
    if (usable.length === 0) {
      const held =
        left.length > 0
          ? ` (not read: ${left
              .slice(0, EXAMPLES)
              .map(({ where, message }) => `${where}, ${message}`)
              .join('; ')}${left.length > EXAMPLES ? `; in all ${endingsOf(left)}` : ''})`
          : '';
      throw userError('no-source', `${path}: the folder holds no file that gives ${options.modality} documents${held}`);
    }
    for (const file of usable) await add(file, path);
    if (left.length > 0) rest.push(leftOut(path, left));
  }
  const stems = documentStems(files);
  return [...files.map((file, place) => sourceOf(file, stems[place]!, options.modality)), ...rest];
}
