/**
 * `POST /v1/documents`: files into a knowledge base, for a server on one's own machine that was told to take them. They are written
 * to a folder of their own, ingested as `r1-router ingest` does, and taken away again.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import type { Request, RequestHandler, Response } from 'express';
import multer, { MulterError } from 'multer';
import { userError } from '../common/errors.ts';
import type { JobProgress, JobReport } from '../tools/ingest/job.ts';
import { wantsEvents } from './ask/ask.ts';
import { parseBody } from './ask/ask-request.ts';
import { type UploadOptions, UploadQuerySchema } from './document-store.ts';
import { HttpError } from './error-reply.ts';
import { openEventStream } from './event-stream.ts';
import { DEFAULTS, type RouterServerOptions } from './options.ts';
import { contextOf } from './request-context.ts';
import { sendStreamError } from './stream-error.ts';

const FILES_AT_MOST = 1_000;

export function takeDocuments(options: RouterServerOptions): RequestHandler {
  const { uploadLimit = DEFAULTS.uploadLimit } = options;
  let busy = false;
  return async (request, response) => {
    const { documents } = options;
    if (!documents) {
      throw new HttpError({
        status: 403,
        code: 'uploads-not-allowed',
        message: 'this server takes no documents; start it with --allow-uploads',
      });
    }
    const target = parseBody(UploadQuerySchema, { ...request.query });
    if (!request.is('multipart/form-data')) {
      throw new HttpError({
        status: 415,
        code: 'unsupported-media-type',
        message: 'Content-Type: send the files as multipart/form-data',
      });
    }
    if (busy) {
      throw new HttpError(
        { status: 409, code: 'upload-under-way', message: 'another upload is under way; try again when it is done' },
        { 'Retry-After': '5' },
      );
    }
    busy = true;
    const folder = await mkdtemp(join(tmpdir(), 'r1-router-upload-'));
    try {
      const count = await receive(request, response, folder, uploadLimit);
      if (count === 0) throw userError('no-files', 'body: it holds no files; send at least one');
      await report(request, response, options, (more) => documents.ingest(target, folder, more));
    } finally {
      busy = false;
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** Files as they were named, without what a name may do: no folders, no control characters, none the same as another. */
async function receive(request: Request, response: Response, folder: string, limit: number): Promise<number> {
  let received = 0;
  const taken = new Set<string>();
  const storage = multer.diskStorage({
    destination: (_request, _file, done) => done(null, folder),
    filename: (_request, file, done) => done(null, ownName(file.originalname, taken)),
  });
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limit) {
    request.resume();
    throw tooLarge(limit);
  }
  const upload = multer({
    storage,
    limits: { fileSize: limit, files: FILES_AT_MOST, fields: 10, parts: FILES_AT_MOST + 10 },
  });
  await new Promise<void>((resolve, reject) => {
    upload.any()(request, response, (error: unknown) => {
      if (!error) return resolve();
      request.resume();
      reject(error instanceof HttpError ? error : uploadError(error, limit));
    });
    // Only now: a listener makes the body flow, and the parser must have begun to listen.
    request.on('data', (chunk: Buffer) => {
      received += chunk.length;
      // Many files together; each one's size has a limit already.
      if (received > limit) request.emit('error', tooLarge(limit));
    });
  });
  return taken.size;
}

const tooLarge = (limit: number) =>
  new HttpError({
    status: 413,
    code: 'body-too-large',
    message: `body: more than ${Math.round(limit / 1e6)} MB; send fewer files`,
  });

function uploadError(error: unknown, limit: number): unknown {
  if (!(error instanceof MulterError)) {
    return new HttpError({
      status: 400,
      code: 'malformed-body',
      message: 'body: not valid multipart/form-data; send it again',
    });
  }
  if (error.code === 'LIMIT_FILE_SIZE') return tooLarge(limit);
  return userError('too-many-files', `body: too many parts; send at most ${FILES_AT_MOST} files`);
}

export function ownName(original: string, taken: Set<string>): string {
  // Browsers send UTF-8, which the parser reads as Latin-1.
  const utf8 = Buffer.from(original, 'latin1').toString('utf8');
  const told = utf8.includes('\uFFFD') ? original : utf8;
  const plain = basename(told.replaceAll('\\', '/'))
    .replace(/[\p{C}/:*?"<>|]/gu, '_')
    .slice(-120);
  const name = /^\.*$/.test(plain) ? 'file' : plain.replace(/^\.+/, '');
  const ending = extname(name);
  const stem = name.slice(0, name.length - ending.length);
  const free = taken.has(name.toLowerCase()) ? `${stem}-${randomUUID().slice(0, 8)}${ending}` : name;
  taken.add(free.toLowerCase());
  return free;
}

/** The report as JSON, or progress as events and the report as the last one. */
async function report(
  request: Request,
  response: Response,
  options: RouterServerOptions,
  work: (options: UploadOptions) => Promise<JobReport>,
): Promise<void> {
  const { signal } = contextOf(response);
  if (!wantsEvents(request)) {
    const done = await work({ signal, onProgress: () => {} });
    response.set('Cache-Control', 'no-store').json(done);
    return;
  }
  const stream = openEventStream(response, { heartbeatMs: options.heartbeatMs ?? DEFAULTS.heartbeatMs, signal });
  const ignore = () => {};
  try {
    const onProgress = (data: JobProgress) => void stream.send({ event: 'progress', data }).catch(ignore);
    await stream.send({ event: 'report', data: await work({ signal, onProgress }) });
  } catch (error) {
    sendStreamError(response, error, options);
  } finally {
    stream.end();
  }
}
