/**
 * Paths as given by a user into sources: the format by the file's name, folders walked in the order of their names. Every mistake
 * is found here, before anything is written.
 */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { userError } from '../../common/errors.ts';
import type { Modality } from '../knowledge-base.ts';
import { csvFormat } from './formats/csv.ts';
import { imageFormat } from './formats/image.ts';
import { jsonFormat, jsonlFormat } from './formats/jsonl.ts';
import { htmlFormat, markdownFormat, pdfFormat, textFormat } from './formats/markup.ts';
import { parquetFormat } from './formats/parquet.ts';
import { mediawikiFormat } from './mediawiki/dump.ts';
import type { Format, Source } from './source.ts';

export const FORMATS: readonly Format[] = [
  jsonlFormat,
  jsonFormat,
  csvFormat,
  parquetFormat,
  markdownFormat,
  htmlFormat,
  pdfFormat,
  textFormat,
  mediawikiFormat,
  imageFormat,
];

function formatOf(path: string): Format | undefined {
  const name = path.toLowerCase();
  return FORMATS.find((format) => format.extensions.some((extension) => name.endsWith(extension)));
}

/** Names of one folder in an order that does not depend on the machine's locale. */
const byName = (a: Dirent, b: Dirent): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

async function walk(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of (await readdir(folder, { withFileTypes: true })).sort(byName)) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) paths.push(...(await walk(path)));
    else if (entry.isFile() || entry.isSymbolicLink()) paths.push(path);
  }
  return paths;
}

/**
 * What a folder gives. For text-image, a caption file (CSV, JSONL, Parquet) speaks for the pictures beside and below it; others
 * are read one by one, and their sidecars are not sources of their own.
 */
function ofFolder(paths: readonly string[], modality: Modality): string[] {
  const usable = paths.filter((path) => formatOf(path)?.modalities.includes(modality));
  if (modality !== 'text-image') return usable;
  const lists = usable.filter((path) => formatOf(path) !== imageFormat && formatOf(path) !== jsonFormat);
  const spokenFor = lists.map((path) => dirname(path) + sep);
  return usable.filter(
    (path) =>
      lists.includes(path) || (formatOf(path) === imageFormat && !spokenFor.some((folder) => path.startsWith(folder))),
  );
}

async function sourceOf(path: string, root: string, modality: Modality, format?: string): Promise<Source> {
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
  return {
    path,
    images: chosen === imageFormat ? root : dirname(path),
    format: chosen.name,
    size: (await stat(path)).size,
    items: (options) => chosen.items(path, { ...options, root, modality }),
  };
}

/** The sources of files and folders, in the order given. Throws a user error for a path that gives nothing. */
export async function openSources(
  paths: readonly string[],
  { modality, format }: { modality: Modality; format?: string },
): Promise<Source[]> {
  if (paths.length === 0) throw userError('no-source', 'ingest: name at least one file or folder to read');
  const sources: Source[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (!found) throw userError('source-not-found', `${path}: no such file or folder`);
    if (!found.isDirectory()) {
      sources.push(await sourceOf(path, dirname(path), modality, format));
      continue;
    }
    const files = ofFolder(await walk(path), modality);
    if (files.length === 0)
      throw userError('no-source', `${path}: the folder holds no file that gives ${modality} documents`);
    for (const file of files) sources.push(await sourceOf(file, path, modality, format));
  }
  return sources;
}
