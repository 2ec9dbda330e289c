/** `/v1/knowledge-bases` and `/v1/search`: what there is to look in, and what one of them finds, without a run. */
import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { startDeadline, withAbort } from '../common/abort.ts';
import { userError } from '../common/errors.ts';
import { giveWay } from '../common/give-way.ts';
import { pictureType } from '../common/picture.ts';
import { suggestion } from '../config/suggest.ts';
import type { KnowledgeBase, KnowledgeBaseStats, SearchableKnowledgeBase } from '../tools/knowledge-base.ts';
import { parseBody, WellFormedText } from './ask/ask-request.ts';
import { HttpError } from './error-reply.ts';
import type { RouterServerOptions } from './options.ts';
import { contextOf } from './request-context.ts';

export const SearchRequestSchema = z.strictObject({
  /** Its name. */
  knowledgeBase: WellFormedText,
  text: WellFormedText.min(1).max(8_000),
  /** Passages at most. */
  limit: z.number().int().min(1).max(50).optional(),
});

export function listKnowledgeBases(options: RouterServerOptions): RequestHandler {
  return async (_request, response) => {
    const knowledgeBases = await Promise.all((options.knowledgeBases ?? []).map(described));
    response.set('Cache-Control', 'no-store').json({ knowledgeBases });
  };
}

const SIZE_TIMEOUT_MS = 2_000;
/** A size is counted again after so long. */
const SIZE_KEPT_MS = 2_000;

type Size = Pick<KnowledgeBaseStats, 'documents' | 'passages'>;
const sizes = new WeakMap<SearchableKnowledgeBase, { at: number; size: Promise<Size> }>();

function sizeOf(knowledgeBase: SearchableKnowledgeBase, stats: KnowledgeBase['stats']): Promise<Size> {
  const known = sizes.get(knowledgeBase);
  if (known && performance.now() - known.at < SIZE_KEPT_MS) return known.size;
  const size = stats.call(knowledgeBase);
  sizes.set(knowledgeBase, { at: performance.now(), size });
  return size;
}

/** The size is left out where the knowledge base does not say it, or not in time. */
async function described(knowledgeBase: SearchableKnowledgeBase) {
  const { name, description, modality, cost } = knowledgeBase;
  const card = { name, description, modality, cost };
  const { stats } = knowledgeBase as Partial<KnowledgeBase>;
  if (!stats) return card;
  const deadline = startDeadline(SIZE_TIMEOUT_MS);
  try {
    const { documents, passages } = await withAbort(() => sizeOf(knowledgeBase, stats), deadline.signal);
    return { ...card, size: { documents, passages } };
  } catch {
    return card;
  } finally {
    deadline.clear();
  }
}

/** The knowledge base of a name. Throws `unknown-knowledge-base`. */
function chosenKnowledgeBase(name: string, { knowledgeBases = [] }: RouterServerOptions): SearchableKnowledgeBase {
  const found = knowledgeBases.find((knowledgeBase) => knowledgeBase.name === name);
  if (found) return found;
  const hint = suggestion(
    name,
    knowledgeBases.map((knowledgeBase) => knowledgeBase.name),
  );
  throw userError('unknown-knowledge-base', `knowledgeBase: unknown knowledge base "${name.slice(0, 100)}"; ${hint}`);
}

export function searchKnowledgeBase(options: RouterServerOptions): RequestHandler {
  return async (request, response) => {
    const { knowledgeBase, text, limit = 10 } = parseBody(SearchRequestSchema, request.body);
    const chosen = chosenKnowledgeBase(knowledgeBase, options);
    const { signal } = contextOf(response);
    await giveWay();
    const passages = await withAbort(() => chosen.search({ text }, { limit, signal }), signal);
    response.set('Cache-Control', 'no-store').json({ passages });
  };
}

const PICTURE_TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
};

const noPicture = () => new HttpError({ status: 404, code: 'unknown-image', message: 'no such image is here' });

/** The picture of a passage, by its `image.file`; nothing outside of the folder is shown, whatever links lead there. */
export function showPicture(options: RouterServerOptions): RequestHandler {
  return async (request, response) => {
    const { name, file } = request.params as { name: string; file: string | string[] };
    const folder = options.pictures?.(name);
    const path = Array.isArray(file) ? file.join('/') : file;
    const type = PICTURE_TYPES[path.slice(path.lastIndexOf('.') + 1).toLowerCase()];
    if (folder === undefined || type === undefined || path.includes('\0')) throw noPicture();
    const [root, real] = await Promise.all([realpath(folder), realpath(join(folder, path))]).catch(() => {
      throw noPicture();
    });
    const within = relative(root, real);
    if (within === '' || within === '..' || within.startsWith(`..${sep}`)) throw noPicture();
    response.set({ 'Content-Type': type, 'Cache-Control': 'private, max-age=3600' });
    await pipeline(createReadStream(real), response, { signal: contextOf(response).left }).catch((error: unknown) => {
      if (!response.headersSent) throw error;
    });
  };
}

/** The image of a question, by the hash that the records hold. */
export function showQuestionImage({ images }: RouterServerOptions): RequestHandler {
  return async (request, response) => {
    const hash = String(request.params.hash);
    const image = /^[0-9a-f]{64}$/.test(hash) ? await images?.get(hash) : undefined;
    if (!image) throw noPicture();
    response.set({ 'Content-Type': pictureType(image.bytes), 'Cache-Control': 'private, max-age=3600' });
    response.end(image.bytes);
  };
}
