/**
 * What the ids of a file's documents begin with: its path from the folder the user named, with forward slashes. The ending is left out,
 * except where two files differ by nothing else; the folder's own name comes before it where two folders of one command agree.
 */
import { basename, dirname, relative } from 'node:path';
import { sha256 } from '../../common/content-hash.ts';

/** Ids have 512 characters at most, of which a row's number and the like take some. */
const LONGEST_STEM = 400;

export interface NamedFile {
  path: string;
  /** The file or folder the user named. */
  root: string;
}

function withoutEnding(path: string): string {
  const name = basename(path);
  const ending = /(?:\.xml)?\.bz2$|(?!^)\.[^.]*$/i.exec(name)?.[0] ?? '';
  return path.slice(0, path.length - ending.length);
}

/** Names that are the same, by the places of their files. */
function clashes(names: readonly string[]): number[][] {
  const places = new Map<string, number[]>();
  for (const [place, name] of names.entries()) {
    const list = places.get(name);
    if (list) list.push(place);
    else places.set(name, [place]);
  }
  return [...places.values()].filter((list) => list.length > 1);
}

function bounded(stem: string): string {
  return stem.length <= LONGEST_STEM ? stem : `${sha256(stem).slice(0, 12)}/${stem.slice(13 - LONGEST_STEM)}`;
}

/** One stem a file, in their order, no two the same. */
export function documentStems(files: readonly NamedFile[]): string[] {
  const full = files.map(({ path, root }) =>
    (path === root ? basename(path) : relative(root, path)).replaceAll('\\', '/'),
  );
  let stems = full.map(withoutEnding);
  // A whole name may be what another is without its ending, so once more until nothing changes.
  for (let changed = true; changed; ) {
    changed = false;
    for (const group of clashes(stems)) {
      // The same path from two folders: an ending would not help.
      if (new Set(group.map((place) => full[place])).size === 1) continue;
      for (const place of group) {
        if (stems[place] === full[place]) continue;
        stems[place] = full[place]!;
        changed = true;
      }
    }
  }
  const folderOf = ({ path, root }: NamedFile) => basename(path === root ? dirname(root) : root);
  for (const place of clashes(stems).flat()) stems[place] = `${folderOf(files[place]!)}/${stems[place]}`;
  const taken = new Set<string>();
  stems = stems.map((stem) => {
    let free = stem;
    for (let count = 2; taken.has(free); count++) free = `${stem}~${count}`;
    taken.add(free);
    return free;
  });
  return stems.map(bounded);
}
