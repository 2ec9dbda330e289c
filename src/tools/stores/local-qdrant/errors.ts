/**
 * What LocalQdrant throws. Each error carries the HTTP `status` and the `data.status.error` text that a Qdrant server would have
 * answered with, so that code written for the client's errors keeps working.
 */
import { messageOf, R1RouterError, type R1RouterErrorOptions } from '../../../common/errors.ts';

export class LocalQdrantError extends R1RouterError {
  /** The HTTP status a server would have sent. */
  readonly status: number;
  readonly data: { status: { error: string } };

  constructor(message: string, { status, ...options }: R1RouterErrorOptions & { status: number }) {
    super(message, options);
    this.status = status;
    this.data = { status: { error: message } };
  }
}

/** Whether a value is an error of the embedded store. */
export function isLocalQdrantError(value: unknown): value is LocalQdrantError {
  return value instanceof R1RouterError && value.code.startsWith('local-qdrant-');
}

/** The request is wrong; the message names the field and the fix. */
export function badRequest(message: string, cause?: unknown): LocalQdrantError {
  return new LocalQdrantError(`LocalQdrant: ${message}`, {
    code: 'local-qdrant-bad-request',
    kind: 'user',
    status: 400,
    cause,
  });
}

/** The request reads but asks for what cannot be (a limit of 0, an index twice); servers tell the two apart by their status. */
export function invalid(message: string): LocalQdrantError {
  return new LocalQdrantError(`LocalQdrant: ${message}`, {
    code: 'local-qdrant-bad-request',
    kind: 'user',
    status: 422,
  });
}

export function notFound(message: string): LocalQdrantError {
  return new LocalQdrantError(`LocalQdrant: ${message}`, { code: 'local-qdrant-not-found', kind: 'user', status: 404 });
}

export function conflict(message: string): LocalQdrantError {
  return new LocalQdrantError(`LocalQdrant: ${message}`, { code: 'local-qdrant-conflict', kind: 'user', status: 409 });
}

/** A feature of the server that LocalQdrant does not have; `feature` names it as the API does. */
export function unsupported(feature: string, instead = 'use a Qdrant server for it'): LocalQdrantError {
  return new LocalQdrantError(`LocalQdrant does not support ${feature}; ${instead}`, {
    code: 'local-qdrant-unsupported',
    kind: 'user',
    status: 501,
  });
}

export function readOnlyStore(location: string): LocalQdrantError {
  return new LocalQdrantError(
    `LocalQdrant: the store ${location} was opened read-only; open it without readOnly to write`,
    {
      code: 'local-qdrant-read-only',
      kind: 'user',
      status: 403,
    },
  );
}

export function closedStore(location: string): LocalQdrantError {
  return new LocalQdrantError(`LocalQdrant: the store ${location} is closed; open it again`, {
    code: 'local-qdrant-closed',
    kind: 'user',
    status: 503,
  });
}

/** Another process (or another handle of this one) holds the writer lock; `holder` says who. */
export function lockedStore(location: string, holder: string): LocalQdrantError {
  return new LocalQdrantError(
    `LocalQdrant: the store ${location} is being written by ${holder}; close it there, or open with readOnly: true`,
    { code: 'local-qdrant-locked', kind: 'user', status: 423 },
  );
}

export function corruptStore(location: string, detail: string, cause?: unknown): LocalQdrantError {
  return new LocalQdrantError(
    `LocalQdrant: the store ${location} is damaged (${detail}); restore it from a copy or delete it and ingest again`,
    { code: 'local-qdrant-corrupt', kind: 'system', status: 500, cause },
  );
}

/** The file was written by a newer version of the package. Nothing is wrong with it. */
export function newerStore(location: string, format: number, known: number): LocalQdrantError {
  return new LocalQdrantError(
    `LocalQdrant: the store ${location} has format ${format}, this version of r1-router reads up to ${known}; update r1-router`,
    { code: 'local-qdrant-newer', kind: 'user', status: 500 },
  );
}

/** The path leads to something that is no directory. */
export function notADirectory(location: string, cause?: unknown): LocalQdrantError {
  return new LocalQdrantError(
    `LocalQdrant: ${location} is a file, and a store is a directory; name the directory, or another path`,
    { code: 'local-qdrant-not-a-directory', kind: 'user', status: 400, cause },
  );
}

export function notWritable(location: string, cause: unknown): LocalQdrantError {
  return new LocalQdrantError(
    `LocalQdrant: ${location} cannot be written (${messageOf(cause)}); change its permissions, or open it with readOnly: true`,
    { code: 'local-qdrant-not-writable', kind: 'user', status: 403, cause },
  );
}

/** The file that says who writes does not read. */
export function damagedLock(location: string, file: string, cause: unknown): LocalQdrantError {
  return new LocalQdrantError(
    `LocalQdrant: the lock file ${file} of the store ${location} is damaged; delete it once no other process writes the store`,
    { code: 'local-qdrant-lock-damaged', kind: 'user', status: 423, cause },
  );
}

export function missingStore(location: string): LocalQdrantError {
  return new LocalQdrantError(
    `LocalQdrant: there is no store at ${location}; check the path, or open it for writing to create it`,
    {
      code: 'local-qdrant-missing',
      kind: 'user',
      status: 404,
    },
  );
}

export function diskFull(location: string, cause: unknown): LocalQdrantError {
  return new LocalQdrantError(
    `LocalQdrant: no space left to write ${location}; nothing of this request was stored. Free some space and send it again`,
    { code: 'local-qdrant-disk-full', kind: 'system', status: 507, cause },
  );
}

export function storageFailure(location: string, cause: unknown): LocalQdrantError {
  return new LocalQdrantError(`LocalQdrant: the store ${location} failed: ${messageOf(cause)}`, {
    code: 'local-qdrant-storage',
    kind: 'system',
    status: 500,
    cause,
  });
}
