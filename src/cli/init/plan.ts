/** What files become: for every source, a knowledge base for each kind of content that is in it, with a name that is free to have. */
import { stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { messageOf, userError } from '../../common/errors.ts';
import { FORMATS } from '../../tools/ingest/formats/index.ts';
import { walk } from '../../tools/ingest/walk.ts';
import type { Modality } from '../../tools/knowledge-base.ts';

export interface PlannedKnowledgeBase {
  name: string;
  modality: Modality;
  /** What `ingest` is given: the folder where all of it is of one kind, else its files. */
  paths: string[];
  files: number;
}

const KINDS: Readonly<Record<Modality, string>> = { text: 'texts', table: 'tables', 'text-image': 'pictures' };

/** Throws the user errors `file-not-found` and `nothing-to-read`. */
export async function planKnowledgeBases(
  sources: readonly string[],
  { name }: { name?: string } = {},
): Promise<PlannedKnowledgeBase[]> {
  const planned: PlannedKnowledgeBase[] = [];
  const taken = new Set<string>();
  for (const source of sources) {
    const kinds = kindsOf(await filesOf(source));
    if (kinds.size === 0) {
      const known = FORMATS.map((format) => format.name).join(', ');
      throw userError('nothing-to-read', `${source}: there is no file of a kind that is read; there are ${known}`);
    }
    const own = name ?? nameOf(source);
    for (const [modality, files] of kinds) {
      const wanted = kinds.size === 1 ? own : `${own} ${KINDS[modality]}`;
      const free = freeName(wanted, taken);
      taken.add(free);
      const paths = kinds.size === 1 || modality === 'text-image' ? [source] : files;
      planned.push({ name: free, modality, paths, files: files.length });
    }
  }
  return planned;
}

async function filesOf(source: string): Promise<string[]> {
  const found = await stat(source).catch((error: unknown) => {
    throw userError('file-not-found', `${source}: cannot be read (${messageOf(error)}); give a file or folder`, error);
  });
  return found.isDirectory() ? (await walk(source)).paths : [source];
}

/** Beside pictures, lists and files of the same name are their captions. */
function kindsOf(files: readonly string[]): Map<Modality, string[]> {
  const pictures = new Set(files.filter((file) => modalityOf(file) === 'text-image').map(withoutEnding));
  const isCaption = (file: string) =>
    /\.(csv|tsv|jsonl|ndjson|json|parquet)$/i.test(file) || pictures.has(withoutEnding(file));
  const kinds = new Map<Modality, string[]>();
  for (const file of files) {
    const modality = modalityOf(file);
    if (modality === undefined || (modality !== 'text-image' && pictures.size > 0 && isCaption(file))) continue;
    kinds.set(modality, [...(kinds.get(modality) ?? []), file]);
  }
  return kinds;
}

const withoutEnding = (path: string): string => path.slice(0, path.length - extname(path).length);

/** What a file is mostly for: a spreadsheet could be read as texts too, but who keeps one asks for its cells. */
function modalityOf(path: string): Modality | undefined {
  const name = path.toLowerCase();
  const format = FORMATS.find(({ extensions }) => extensions.some((extension) => name.endsWith(extension)));
  if (format === undefined) return undefined;
  if (format.name === 'csv' || format.name === 'parquet') return 'table';
  return format.modalities.includes('text') ? 'text' : format.modalities[0];
}

/** As far as a name of a knowledge base may look like that. */
function nameOf(source: string): string {
  const base = basename(resolve(source));
  const stem = extname(base) === base ? base : base.slice(0, base.length - extname(base).length);
  const name = stem
    .replace(/[^\p{L}\p{N} ._-]+/gu, ' ')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .trim();
  return name.slice(0, 48).trim() || 'files';
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted} ${number}`;
  return name;
}

const TITLES_NAMED = 8;
const TITLE_LENGTH = 60;

/** One sentence from the titles, the ones that come first; a policy chooses by it until somebody writes a better one. */
export function describeTitles(modality: Modality, name: string, titles: readonly string[]): string {
  const distinct = [...new Set(titles.map((title) => title.replace(/\s+/g, ' ').trim().slice(0, TITLE_LENGTH)))];
  const named = distinct.filter((title) => title !== '').slice(0, TITLES_NAMED);
  const kind = { text: 'Texts', table: 'Tables', 'text-image': 'Pictures with captions' }[modality];
  const rest = distinct.length > named.length ? ' and others' : '';
  return named.length === 0 ? `${kind} of ${name}.` : `${kind} of ${name}: ${named.join('; ')}${rest}.`;
}
