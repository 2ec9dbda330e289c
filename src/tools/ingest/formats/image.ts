/**
 * Image files as a source: one document a file, its caption from a sidecar (`photo.txt`, `photo.caption` or `photo.json` beside
 * `photo.jpg`), else from the file's name. Folders whose captions stand in one CSV, JSONL or M-BEIR file are read through that file.
 */
import { readFile, stat } from 'node:fs/promises';
import { extname, relative } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../../common/errors.ts';
import { stemOf } from '../documents.ts';
import type { Format, ReadOptions, SourceItem } from '../source.ts';

const Sidecar = z
  .looseObject({
    caption: z.string().optional(),
    text: z.string().optional(),
    title: z.string().optional(),
    url: z.string().optional(),
  })
  .refine((value) => (value.caption ?? value.text ?? '').trim() !== '', { message: 'caption or text is missing' });

async function textBeside(path: string, extension: string): Promise<string | undefined> {
  const sidecar = path.slice(0, -extname(path).length) + extension;
  try {
    return await readFile(sidecar, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function captionOf(path: string): Promise<{ text: string; title?: string; url?: string }> {
  const json = await textBeside(path, '.json');
  if (json !== undefined) {
    const { caption, text, title, url } = Sidecar.parse(JSON.parse(json));
    return { text: (caption ?? text)!, ...(title ? { title } : {}), ...(url ? { url } : {}) };
  }
  const plain = (await textBeside(path, '.txt')) ?? (await textBeside(path, '.caption'));
  if (plain?.trim()) return { text: plain.trim() };
  return { text: stemOf(path).replace(/[_-]+/g, ' ').trim() || stemOf(path) };
}

async function* image(path: string, options: ReadOptions): AsyncGenerator<SourceItem> {
  if (options.skip > 0) return;
  const { size } = await stat(path);
  try {
    // Forward slashes everywhere, so that the same folder gives the same documents on every system.
    const file = relative(options.root, path).replaceAll('\\', '/');
    const id = file.slice(0, -extname(file).length);
    yield { documents: [{ id, ...(await captionOf(path)), file }], errors: [], bytes: size };
  } catch (error) {
    yield { documents: [], errors: [{ where: path, message: `caption: ${messageOf(error)}` }], bytes: size };
  }
}

export const imageFormat: Format = {
  name: 'image',
  extensions: ['.png', '.jpg', '.jpeg', '.webp', '.gif', '.avif', '.tif', '.tiff'],
  modalities: ['text-image'],
  items: image,
};
