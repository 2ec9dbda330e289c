/**
 * The store of the atlas, the three knowledge bases that ship: made from their JSONL files and pictures once, into the
 * user's cache directory or beforehand beside the package's code, and stamped with what it was made from.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { cacheDirectory } from '../../common/cache-directory.ts';
import { sha256 } from '../../common/content-hash.ts';
import { messageOf, systemError } from '../../common/errors.ts';
import { packageFile } from '../../common/package-files.ts';
import { shippedFolder } from '../../common/shipped-files.ts';
import type { KnowledgeDocument } from '../document.ts';
import { BM25_TERMS_VERSION } from '../encoders/bm25.ts';
import { IMAGE_DESCRIPTOR_ID } from '../encoders/image/descriptor.ts';
import { KnowledgeBaseCardSchema } from '../knowledge-base.ts';
import { INDEX_CONFIG_VERSION } from '../planner/config.ts';
import { createKnowledgeBase } from '../store-knowledge-base.ts';
import { openStore } from './store.ts';

export const atlasDirectory = (): string => shippedFolder('data', 'atlas');
/** Where `scripts/build-atlas-store.mjs` puts the store. */
export const builtAtlasStore = (): string => packageFile('dist', 'atlas-store');
/** Written last: a directory without it is not a finished store. */
const STAMP = 'atlas.json';

const ManifestSchema = z.object({
  knowledgeBases: z.array(
    KnowledgeBaseCardSchema.loose().and(
      z.object({ files: z.array(z.object({ path: z.string(), sha256: z.string() })) }),
    ),
  ),
});

/** Hash of what the store is made from and of how it is made. */
export async function atlasStamp(source = atlasDirectory()): Promise<string> {
  try {
    const manifest = await readFile(join(source, 'manifest.json'));
    return sha256(`${sha256(manifest)} ${INDEX_CONFIG_VERSION} ${BM25_TERMS_VERSION} ${IMAGE_DESCRIPTOR_ID}`);
  } catch (error) {
    throw systemError(
      'atlas-missing',
      `Atlas: ${source} cannot be read (${messageOf(error)}); install the package again`,
      error,
    );
  }
}

export async function isStamped(directory: string, stamp: string): Promise<boolean> {
  try {
    return (JSON.parse(await readFile(join(directory, STAMP), 'utf8')) as { stamp?: unknown }).stamp === stamp;
  } catch {
    return false;
  }
}

/**
 * The directory of the store that belongs to the atlas files as they are. `onBuild` is told where it has to be made first, which
 * takes some seconds once.
 */
export async function atlasLocation(onBuild?: (directory: string) => void): Promise<string> {
  const stamp = await atlasStamp();
  if (await isStamped(builtAtlasStore(), stamp)) return builtAtlasStore();
  const cached = join(cacheDirectory(), `atlas-${stamp.slice(0, 16)}`);
  if (await isStamped(cached, stamp)) return cached;
  onBuild?.(cached);
  await buildAtlasStore(cached);
  return cached;
}

/**
 * Indexes the atlas (or another folder of its layout) into `directory`. The store is made beside it and moved there in one step: of
 * several builders at once, the first one's stays.
 */
export async function buildAtlasStore(directory: string, { source = atlasDirectory() } = {}): Promise<void> {
  const stamp = await atlasStamp(source);
  const making = `${directory}.${randomUUID().slice(0, 8)}`;
  await mkdir(making, { recursive: true });
  try {
    await fillAtlasStore(making, source);
    await writeFile(join(making, STAMP), `${JSON.stringify({ stamp })}\n`);
    await moveInto(making, directory, stamp);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

async function moveInto(making: string, directory: string, stamp: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await rename(making, directory);
    } catch (error) {
      if (await isStamped(directory, stamp)) return;
      if (attempt === 3 || !existsSync(directory)) throw error;
      await rm(directory, { recursive: true, force: true });
    }
  }
}

async function fillAtlasStore(directory: string, source: string): Promise<void> {
  const manifest = ManifestSchema.parse(JSON.parse(await readFile(join(source, 'manifest.json'), 'utf8')));
  const { store, close } = await openStore(directory, { readOnly: false });
  try {
    for (const { files, name, description, modality, cost } of manifest.knowledgeBases) {
      const knowledgeBase = await createKnowledgeBase({ store, card: { name, description, modality, cost } });
      const documents: KnowledgeDocument[] = [];
      let images = source;
      for (const { path } of files) {
        const file = join(source, ...path.split('/'));
        images = dirname(file);
        const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean);
        documents.push(...lines.map((line) => JSON.parse(line) as KnowledgeDocument));
      }
      const { errors } = await knowledgeBase.ingest(documents, { images, duplicates: 'keep' });
      if (errors[0])
        throw systemError(
          'atlas-broken',
          `Atlas: ${errors.length} documents of ${name}, first ${errors[0].id}: ${errors[0].message}`,
        );
    }
  } finally {
    await close();
  }
}
