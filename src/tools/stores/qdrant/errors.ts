/**
 * What goes wrong between here and a Qdrant server, told apart: not there, slow, overloaded, key refused, request refused. Each
 * says what to do next; `status` is the HTTP status where there was one.
 */
import {
  QdrantClientResourceExhaustedError,
  QdrantClientTimeoutError,
  QdrantClientUnexpectedResponseError,
} from '@qdrant/js-client-rest';
import { isR1RouterError, messageOf, R1RouterError, type R1RouterErrorOptions } from '../../../common/errors.ts';

export class QdrantError extends R1RouterError {
  readonly status: number | undefined;
  /** Seconds after which the server asked to be tried again. */
  readonly retryAfter: number | undefined;

  constructor(
    message: string,
    { status, retryAfter, ...options }: R1RouterErrorOptions & { status?: number; retryAfter?: number },
  ) {
    super(message, options);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** Whether a value is the error of a Qdrant server or of the way to it. */
export function isQdrantError(value: unknown): value is QdrantError {
  return isR1RouterError(value) && value.code.startsWith('qdrant-');
}

interface HttpFailure {
  status: number;
  message: string;
  retryAfter: number | undefined;
}

/** Reads the client's `ApiError` by shape: the class is not exported. */
function httpFailure(error: unknown): HttpFailure | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error) || typeof error.status !== 'number')
    return undefined;
  const headers = 'headers' in error && error.headers instanceof Headers ? error.headers : undefined;
  const seconds = Number(headers?.get('retry-after') ?? Number.NaN);
  return {
    status: error.status,
    message: serverMessage('data' in error ? error.data : undefined) ?? messageOf(error),
    retryAfter: Number.isFinite(seconds) ? seconds : undefined,
  };
}

function serverMessage(data: unknown): string | undefined {
  if (typeof data === 'string' && data !== '') return data;
  if (typeof data !== 'object' || data === null || !('status' in data)) return undefined;
  const { status } = data;
  return typeof status === 'object' && status !== null && 'error' in status ? String(status.error) : undefined;
}

/** The system's code (ECONNREFUSED, ...) of a failed fetch, from however deep. */
function networkCode(error: unknown): string | undefined {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return undefined;
}

/** Any error of the client as a `QdrantError`; other errors of this package pass unchanged. */
export function toQdrantError(error: unknown, url: string): R1RouterError {
  if (isR1RouterError(error)) return error;
  if (error instanceof QdrantClientTimeoutError || (error instanceof Error && error.name === 'AbortError')) {
    return new QdrantError(`Qdrant at ${url} did not answer in time; raise the timeout or send smaller requests`, {
      code: 'qdrant-timeout',
      kind: 'system',
      cause: error,
    });
  }
  if (error instanceof QdrantClientResourceExhaustedError) {
    return overloaded(url, 429, error.retry_after, error);
  }
  const http = httpFailure(error);
  if (http) return httpError(http, url, error);
  const code = networkCode(error);
  // A failed connection is fetch's TypeError; what else the client throws comes from an answer it could not read.
  const unread = code === undefined && error instanceof Error && !(error instanceof TypeError);
  if (error instanceof QdrantClientUnexpectedResponseError || unread) {
    return new QdrantError(`Qdrant at ${url} gave an unexpected answer: ${messageOf(error)}`, {
      code: 'qdrant-unexpected-answer',
      kind: 'system',
      cause: error,
    });
  }
  return new QdrantError(
    `Qdrant at ${url} cannot be reached${code ? ` (${code})` : `: ${messageOf(error)}`}; start it, or check host, port and https`,
    { code: 'qdrant-unreachable', kind: 'system', cause: error },
  );
}

function overloaded(url: string, status: number, retryAfter: number | undefined, cause: unknown): QdrantError {
  return new QdrantError(`Qdrant at ${url} is overloaded (HTTP ${status}); wait, or send fewer requests at a time`, {
    code: 'qdrant-overloaded',
    kind: 'system',
    status,
    retryAfter,
    cause,
  });
}

function httpError({ status, message, retryAfter }: HttpFailure, url: string, cause: unknown): QdrantError {
  const make = (code: string, kind: 'user' | 'system', text: string) =>
    new QdrantError(text, { code, kind, status, cause });
  if (status === 401 || status === 403) {
    return make(
      'qdrant-unauthorized',
      'user',
      `Qdrant at ${url} refused the API key (HTTP ${status}): ${message}; set the right one`,
    );
  }
  if (status === 429 || status === 503) return overloaded(url, status, retryAfter, cause);
  if (status === 404) return make('qdrant-not-found', 'user', `Qdrant at ${url}: ${message}`);
  if (status === 409) return make('qdrant-conflict', 'user', `Qdrant at ${url}: ${message}`);
  if (status === 413) {
    return make('qdrant-too-large', 'user', `Qdrant at ${url}: the request is too large; send fewer points at a time`);
  }
  if (/dimension/i.test(message)) {
    return make(
      'qdrant-dimension',
      'user',
      `Qdrant at ${url}: ${message}; the collection was made for another encoder, re-index it or use that encoder`,
    );
  }
  if (status >= 400 && status < 500)
    return make('qdrant-bad-request', 'user', `Qdrant at ${url} refused the request: ${message}`);
  return make('qdrant-failed', 'system', `Qdrant at ${url} failed (HTTP ${status}): ${message}`);
}

/** Whether the same request may succeed a moment later. */
export function isTransient(error: unknown): boolean {
  if (!isQdrantError(error)) return false;
  return (
    ['qdrant-overloaded', 'qdrant-unreachable', 'qdrant-timeout'].includes(error.code) ||
    (error.status !== undefined && [500, 502, 504].includes(error.status))
  );
}
