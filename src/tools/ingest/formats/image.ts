/**
 * Image files as a source: one document a file, its caption from a sidecar (`photo.txt`, `photo.caption` or `photo.json` beside
 * `photo.jpg`), else from the file's name. Folders whose captions stand in one CSV, JSONL or M-BEIR file are read through that file.
 */
import { lstat, readFile, stat } from 'node:fs/promises';
import { extname, relative } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../../common/errors.ts';
import { stemOf } from '../documents.ts';
import { decodeText } from '../encoding.ts';
import type { ReadOptions, SourceItem } from '../source.ts';
import { exactJson } from './exact-json.ts';

const Scalar = z.union([z.string(), z.number(), z.boolean()]).nullish();
const Sidecar = z
  .looseObject({ caption: Scalar, text: Scalar, title: Scalar, url: z.string().nullish() })
  .refine((value) => String(value.caption ?? value.text ?? '').trim() !== '', {
    message: 'caption or text is missing',
  });

async function textBeside(path: string, extension: string): Promise<string | undefined> {
  const sidecar = path.slice(0, -extname(path).length) + extension;
  try {
    // A link may lead anywhere; the picture beside it was looked at, it was not.
    if ((await lstat(sidecar)).isSymbolicLink()) throw new Error(`${sidecar} is a link, and is not followed`);
    return decodeText(await readFile(sidecar)).text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function captionOf(path: string): Promise<{ text: string; title?: string; url?: string }> {
  const json = await textBeside(path, '.json');
  if (json !== undefined) {
    const { caption, text, title, url } = Sidecar.parse(exactJson(json));
    return {
      text: String(caption ?? text),
      ...(title ? { title: String(title) } : {}),
      ...(url ? { url } : {}),
    };
  }
  const plain = (await textBeside(path, '.txt')) ?? (await textBeside(path, '.caption'));
  if (plain?.trim()) return { text: plain.trim() };
  return { text: stemOf(path).replace(/[_-]+/g, ' ').trim() || stemOf(path) };
}

export async function* image(path: string, options: ReadOptions): AsyncGenerator<SourceItem> {
  if (options.skip > 0) return;
  const { size } = await stat(path);
  try {
    // Forward slashes everywhere, so that the same folder gives the same documents on every system.
    const file = relative(options.root, path).replaceAll('\\', '/');
    yield { documents: [{ id: options.stem, ...(await captionOf(path)), file }], errors: [], bytes: size };
  } catch (error) {
    yield { documents: [], errors: [{ where: path, message: `caption: ${messageOf(error)}` }], bytes: size };
  }
}
