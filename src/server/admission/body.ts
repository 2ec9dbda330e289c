/**
 * The body of a request, read within bounds: so many bytes a request and so many for the whole server, also after unzipping, and
 * in so much time. A body that is refused is let run out unread, so that the client hears the answer and not a broken line.
 */
import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Request, RequestHandler } from 'express';
import { HttpError } from '../error-reply.ts';
import { contextOf } from '../request-context.ts';
import { checkJsonBounds } from './json-bounds.ts';
import type { SharedBudget } from './shared-budget.ts';

export interface BodyLimits {
  /** Bytes, also after unzipping. */
  limit: number;
  timeoutMs: number;
  /** Of the whole server. */
  budget: SharedBudget;
}

/** Text shrinks to a fifth and base64 by a quarter; what grows more than this was made to. */
const GROWTH = 20;
const GROWTH_FREE = 1024 * 1024;

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

const tooLarge = () =>
  new HttpError({
    status: 413,
    code: 'body-too-large',
    message: 'body: too large; send a smaller image or question',
  });

/** Middleware: the body as JSON in `request.body`. A place must have been taken before. */
export function readJson(limits: BodyLimits): RequestHandler {
  return async (request, response, next) => {
    if (!request.is('application/json')) {
      throw new HttpError({
        status: 415,
        code: 'unsupported-media-type',
        message: 'Content-Type: send the body as application/json',
      });
    }
    checkCharset(request);
    const context = contextOf(response);
    const { bytes, release } = await readBody(request, limits, context.signal);
    context.releaseBody = release;
    request.body = parseJson(bytes);
    next();
  };
}

export function checkCharset(request: Request): void {
  const [, charset = 'utf-8'] = /charset\s*=\s*"?([^\s";]+)/i.exec(request.get('content-type') ?? '') ?? [];
  if (/^utf-?8$/i.test(charset)) return;
  throw new HttpError({ status: 415, code: 'unsupported-charset', message: 'charset: not supported; send UTF-8' });
}

export function parseJson(bytes: Buffer): unknown {
  checkJsonBounds(bytes);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new HttpError({ status: 400, code: 'malformed-json', message: 'body: not valid JSON; send a JSON object' });
  }
}

export interface Body {
  bytes: Buffer;
  /** Gives its bytes back to the server's budget. */
  release(): void;
}

/** Throws HttpErrors, and the signal's reason where the client leaves. */
export async function readBody(request: IncomingMessage, limits: BodyLimits, signal: AbortSignal): Promise<Body> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limits.limit) {
    request.resume();
    throw tooLarge();
  }
  const decoder = decoderOf(request);
  return collect(request, { decoder, ...limits, signal });
}

function decoderOf(request: IncomingMessage): Transform | undefined {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return undefined;
  const make = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined;
  if (make) return make();
  request.resume();
  throw new HttpError({
    status: 415,
    code: 'unsupported-encoding',
    message: 'Content-Encoding: not supported; send the body as it is, or with gzip, deflate or br',
  });
}

interface Collecting extends BodyLimits {
  decoder: Transform | undefined;
  signal: AbortSignal;
}

function collect(request: IncomingMessage, { decoder, limit, timeoutMs, budget, signal }: Collecting): Promise<Body> {
  const source = decoder ?? request;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let received = 0;
    let held = 0;
    const release = () => {
      budget.give(held);
      held = 0;
    };
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      source.off('data', onData).off('end', onEnd);
      request.off('data', onReceived);
    };
    const fail = (error: unknown) => {
      settle();
      release();
      if (decoder) {
        request.unpipe(decoder);
        decoder.destroy();
      }
      request.resume();
      reject(error);
    };
    const onReceived = (chunk: Buffer) => {
      received += chunk.length;
    };
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit || (decoder && length > GROWTH_FREE + GROWTH * received)) return fail(tooLarge());
      if (!budget.tryTake(chunk.length)) {
        return fail(
          new HttpError(
            { status: 503, code: 'overloaded', message: 'too many large requests are being read; try again later' },
            { 'Retry-After': '2' },
          ),
        );
      }
      held += chunk.length;
      chunks.push(chunk);
    };
    const onEnd = () => {
      settle();
      const bytes = Buffer.concat(chunks, length);
      resolve({ bytes, release });
    };
    const onAbort = () => fail(signal.reason);
    const timer = setTimeout(() => {
      fail(
        new HttpError(
          { status: 408, code: 'body-timeout', message: 'body: it did not arrive in time; send it again' },
          { Connection: 'close' },
        ),
      );
    }, timeoutMs);
    if (signal.aborted) return fail(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    source.on('data', onData).on('end', onEnd);
    request.once('error', fail);
    if (!decoder) return;
    request.on('data', onReceived);
    decoder.on('error', () =>
      fail(
        new HttpError({ status: 400, code: 'malformed-body', message: 'body: it cannot be unzipped; send it again' }),
      ),
    );
    request.pipe(decoder);
  });
}
