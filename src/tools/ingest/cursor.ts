/**
 * Where an ingestion stands, in a small file beside the store, so that a killed run goes on without parsing everything again. It
 * is a shortcut only: without it the same run reads from the start, finds what is stored, and ends in the same bytes.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { contentHash } from '../../common/content-hash.ts';
import type { Source } from './source.ts';

/** Positions of another version count other items. */
const VERSION = 3;

const CursorSchema = z.strictObject({
  version: z.literal(VERSION),
  /** Of paths, sizes and settings: another input starts from the beginning. */
  fingerprint: z.string(),
  source: z.number().int().nonnegative(),
  items: z.number().int().nonnegative(),
});
export type Cursor = Omit<z.infer<typeof CursorSchema>, 'version'>;

export function fingerprintOf(knowledgeBase: string, sources: readonly Source[]): string {
  return contentHash({ knowledgeBase, sources: sources.map(({ path, size, format }) => ({ path, size, format })) });
}

/** The stored position, or the start where there is none, it is broken, or it is of another input. */
export async function readCursor(file: string | undefined, fingerprint: string): Promise<Cursor> {
  const start: Cursor = { fingerprint, source: 0, items: 0 };
  if (file === undefined) return start;
  try {
    const cursor = CursorSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    return cursor.fingerprint === fingerprint ? cursor : start;
  } catch {
    return start;
  }
}

export async function writeCursor(file: string | undefined, cursor: Cursor): Promise<void> {
  if (file === undefined) return;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify({ version: VERSION, ...cursor }));
  await rename(`${file}.new`, file);
}

export async function dropCursor(file: string | undefined): Promise<void> {
  if (file !== undefined) await rm(file, { force: true });
}
