/**
 * The files of a folder, in an order that does not depend on the machine, and what is not taken: links that lead out of the folder, what
 * cannot be opened, names that begin with a dot. Nothing is passed over without a note.
 */
import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { messageOf } from '../../common/errors.ts';
import type { Note } from './source.ts';

export interface WalkOptions {
  /** Links that lead out of the folder are read too. */
  followLinks?: boolean;
}

export interface Walked {
  paths: string[];
  notes: Note[];
}

const byName = (a: Dirent, b: Dirent): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

export async function walk(folder: string, { followLinks = false }: WalkOptions = {}): Promise<Walked> {
  const root = await realpath(folder);
  const paths: string[] = [];
  const notes: Note[] = [];
  /** Folders above the one that is read, by their real paths: a link to one of them has no end. */
  const above = new Set<string>();
  let hidden = 0;
  const leave = (where: string, message: string) => notes.push({ kind: 'not-read', where, message });

  async function link(path: string): Promise<void> {
    const target = await realpath(path).catch(() => undefined);
    if (target === undefined) return void leave(path, 'a link that leads nowhere');
    const inside = target === root || target.startsWith(root.endsWith(sep) ? root : root + sep);
    if (!inside && !followLinks) {
      return void leave(path, 'a link that leads out of the folder; --follow-links reads it');
    }
    const found = await stat(path);
    if (found.isFile()) paths.push(path);
    else if (!found.isDirectory()) leave(path, 'no regular file');
    else if (above.has(target)) leave(path, 'a link to a folder that it stands in');
    else await into(path, target);
  }

  async function into(path: string, real: string): Promise<void> {
    let entries: Dirent[];
    try {
      entries = (await readdir(path, { withFileTypes: true })).sort(byName);
    } catch (error) {
      return void leave(path, `the folder cannot be read: ${messageOf(error)}`);
    }
    above.add(real);
    for (const entry of entries) {
      const below = join(path, entry.name);
      if (entry.name.startsWith('.')) hidden++;
      else if (entry.isDirectory()) await into(below, join(real, entry.name));
      else if (entry.isFile()) paths.push(below);
      else if (entry.isSymbolicLink()) await link(below);
      else leave(below, 'no regular file');
    }
    above.delete(real);
  }

  await into(folder, root);
  if (hidden > 0) {
    const count = hidden === 1 ? 'a name that begins' : `${hidden} names that begin`;
    leave(folder, `${count} with a dot, which hides a file or folder`);
  }
  return { paths, notes };
}
