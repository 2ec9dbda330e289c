/**
 * Every failure as JSON, `{"error": {"code", "message"}}`, with the status that fits it. A user error keeps its message; what
 * failed inside keeps its code only, because messages of models, stores and libraries may hold what clients must not see.
 */
import type { RequestHandler } from 'express';
import { isR1RouterError } from '../common/errors.ts';

export interface ErrorReply {
  status: number;
  code: string;
  message: string;
}

/** An error of the HTTP exchange itself. */
export class HttpError extends Error {
  readonly reply: ErrorReply;
  readonly headers: Record<string, string>;

  constructor(reply: ErrorReply, headers: Record<string, string> = {}) {
    super(reply.message);
    this.name = 'HttpError';
    this.reply = reply;
    this.headers = headers;
  }
}

const USER_STATUS: Readonly<Record<string, number>> = {
  'image-too-large': 413,
  'question-too-long': 413,
  'unknown-knowledge-base': 404,
};

export function errorReply(error: unknown): ErrorReply {
  if (error instanceof HttpError) return error.reply;
  if (isR1RouterError(error)) {
    const { code, kind, message } = error;
    if (kind === 'user') return { status: USER_STATUS[code] ?? 400, code, message };
    const status = kind === 'model' ? 502 : 500;
    return {
      status,
      code,
      message: `${kind === 'model' ? 'the model' : 'a part of the server'} failed; its log says why`,
    };
  }
  const { status } = (typeof error === 'object' && error !== null ? error : {}) as { status?: number };
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return {
      status,
      code: 'bad-request',
      message: 'the request cannot be understood; check its path, headers and body',
    };
  }
  return { status: 500, code: 'internal', message: 'the server failed; its log says why' };
}

export const notFound: RequestHandler = ({ method, path }) => {
  throw new HttpError({ status: 404, code: 'not-found', message: `no ${method} ${path.slice(0, 200)} here` });
};

export function methodNotAllowed(...allowed: string[]): RequestHandler {
  return ({ method, path }) => {
    const message = `${method} is not allowed on ${path}; use ${allowed.join(' or ')}`;
    throw new HttpError({ status: 405, code: 'method-not-allowed', message }, { Allow: allowed.join(', ') });
  };
}
