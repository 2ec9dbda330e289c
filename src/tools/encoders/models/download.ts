/**
 * One file from a model server to its place in the cache: continued where an earlier try stopped, checked for size and SHA-256,
 * and moved into place only when it is whole. Two processes that want the same file wait for one another. It comes over https, and no more
 * of it is taken than its size allows.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, systemError, userError } from '../../../common/errors.ts';
import type { ModelFile } from './catalogue.ts';

export interface DownloadProgress {
  file: string;
  /** Bytes of this file that are here. */
  received: number;
  total?: number;
}

export interface DownloadOptions {
  url: string;
  target: string;
  file: ModelFile;
  /** Names the model in messages. */
  model: string;
  onProgress?: (progress: DownloadProgress) => void;
  signal?: AbortSignal;
}

const LOCK_BEAT_MS = 2_000;
const LOCK_STALE_MS = 20_000;

/** False where the file is optional and the server has none. Throws `model-offline`, `model-not-found`, `model-checksum`. */
export async function downloadFile(options: DownloadOptions): Promise<boolean> {
  const { target, file } = options;
  if (await isComplete(target, file)) return true;
  await mkdir(dirname(target), { recursive: true });
  const unlock = await lock(`${target}.lock`, async () => isComplete(target, file), options.signal);
  if (!unlock) return true;
  try {
    if (await isComplete(target, file)) return true;
    return await receive(options);
  } finally {
    await unlock();
  }
}

/** A file gets its name only after its checksum was right; its size is looked at once more, against a full disk. */
async function isComplete(target: string, { bytes }: ModelFile): Promise<boolean> {
  const found = await stat(target).catch(() => undefined);
  return found !== undefined && (bytes === undefined || found.size === bytes);
}

/** Milliseconds before a range that a server refused is asked for anew, whole; doubled each time. */
const PAUSE_MS = 250;
const TRIES = 4;
const MOST_REDIRECTS = 8;
/** Of a file whose size nobody has written down. */
const MOST_BYTES = 16 * 2 ** 30;

async function receive(options: DownloadOptions): Promise<boolean> {
  const { url, target, file, model, signal } = options;
  const part = `${target}.part`;
  for (let attempt = 1; ; attempt++) {
    const had = await partSize(part, file);
    const response = await request(url, had, model, signal);
    if (response.status === 404 && file.optional) {
      await response.body?.cancel();
      return false;
    }
    const misplaced = response.status === 206 && (rangeStart(response.headers) ?? had) !== had;
    if (response.status === 416 || misplaced) {
      // What is here belongs to something else, or the server does not know its own file.
      await response.body?.cancel();
      await rm(part, { force: true });
      if (attempt === TRIES) throw refused(response.status, url, model);
      await sleep(PAUSE_MS * 2 ** (attempt - 1), undefined, { signal });
      continue;
    }
    if (!response.ok || !response.body) throw refused(response.status, url, model);
    const sha256 = file.sha256 ?? publishedSha256(response.headers);
    await write(response, part, response.status === 206 ? had : 0, options);
    await verify(part, { ...file, sha256 }, model);
    await rename(part, target);
    return true;
  }
}

/** Bytes of an earlier try; one that is longer than the file is thrown away. */
async function partSize(part: string, { bytes }: ModelFile): Promise<number> {
  const had = (await stat(part).catch(() => undefined))?.size ?? 0;
  if (had <= (bytes ?? MOST_BYTES)) return had;
  await rm(part, { force: true });
  return 0;
}

/** A server that does not say gives what it was asked for. */
function rangeStart(headers: Headers): number | undefined {
  const start = /^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1];
  return start === undefined ? undefined : Number(start);
}

async function write(
  response: Response,
  part: string,
  from: number,
  { url, file, model, onProgress, signal }: DownloadOptions,
): Promise<void> {
  let received = from;
  const length = Number(response.headers.get('content-length'));
  const total = file.bytes ?? (length > 0 ? from + length : undefined);
  const most = file.bytes ?? MOST_BYTES;
  const output = await open(part, from > 0 ? 'a' : 'w');
  let failure: unknown;
  try {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      signal?.throwIfAborted();
      received += chunk.length;
      if (received > most) {
        failure = tooLong(file, most, model);
        break;
      }
      await output.write(chunk);
      onProgress?.({ file: file.path, received, total });
    }
    await output.sync();
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
      throw systemError(
        'disk-full',
        `Model ${model}: no space left for ${part}; free some and run again, it continues there`,
        error,
      );
    }
    throw unreachable(url, model, error);
  } finally {
    await output.close();
  }
  if (failure === undefined) return;
  await rm(part, { force: true });
  throw failure;
}

function tooLong({ path }: ModelFile, most: number, model: string) {
  return systemError(
    'model-checksum',
    `Model ${model}: ${path} is longer than its ${most} bytes; it was thrown away, check the server or the mirror`,
  );
}

/** Plain http could be changed on its way; on this machine there is no way. */
function isSafe({ protocol, hostname }: URL): boolean {
  if (protocol === 'https:') return true;
  return protocol === 'http:' && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

async function request(url: string, from: number, model: string, signal: AbortSignal | undefined): Promise<Response> {
  const headers = from > 0 ? { range: `bytes=${from}-` } : undefined;
  let place = new URL(url);
  for (let redirects = 0; ; redirects++) {
    if (!isSafe(place)) {
      throw userError(
        'model-insecure',
        `Model ${model}: ${place.origin} is not https; name an https server with R1_ROUTER_MODELS_URL, or put the files in a directory`,
      );
    }
    let response: Response;
    try {
      response = await fetch(place, { headers, redirect: 'manual', signal });
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw unreachable(place.href, model, error);
    }
    const next = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    if (next === null) return response;
    await response.body?.cancel();
    if (redirects === MOST_REDIRECTS) throw refused(response.status, url, model);
    place = new URL(next, place);
  }
}

/** Large files on the hub carry their SHA-256 as entity tag. */
function publishedSha256(headers: Headers): string | undefined {
  const tag = (headers.get('x-linked-etag') ?? headers.get('etag') ?? '').replace(/^W\/|"/g, '');
  return /^[0-9a-f]{64}$/.test(tag) ? tag : undefined;
}

async function verify(part: string, { path, bytes, sha256 }: ModelFile, model: string): Promise<void> {
  const { size } = await stat(part);
  let problem = bytes !== undefined && size !== bytes ? `${size} bytes instead of ${bytes}` : undefined;
  if (!problem && sha256 !== undefined) {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(part)) hash.update(chunk as Buffer);
    const actual = hash.digest('hex');
    if (actual !== sha256) problem = `SHA-256 ${actual.slice(0, 12)}... instead of ${sha256.slice(0, 12)}...`;
  }
  if (!problem) return;
  await rm(part, { force: true });
  throw systemError(
    'model-checksum',
    `Model ${model}: ${path} arrived damaged or is another file (${problem}); it was thrown away, run again or check the mirror`,
  );
}

function unreachable(url: string, model: string, error: unknown) {
  const { host } = new URL(url);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return systemError('model-offline', `Model ${model}: ${host} cannot be reached (${messageOf(cause)})`, error);
}

function refused(status: number, url: string, model: string) {
  const message = `Model ${model}: the server answered ${status} for ${url}`;
  return status === 401 || status === 403 || status === 404
    ? userError('model-not-found', `${message}; check the name, the revision and your access`)
    : systemError('model-offline', `${message}; try again later`);
}

/** A lock file that is touched while it is held. Undefined where `done` became true while waiting. */
async function lock(
  path: string,
  done: () => Promise<boolean>,
  signal: AbortSignal | undefined,
): Promise<(() => Promise<void>) | undefined> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      await (await open(path, 'wx')).close();
      const beat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), LOCK_BEAT_MS);
      beat.unref();
      return async () => {
        clearInterval(beat);
        await rm(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const held = await stat(path).catch(() => undefined);
      if (held && Date.now() - held.mtimeMs > LOCK_STALE_MS) await rm(path, { force: true });
      await sleep(100, undefined, { signal });
      if (await done()) return undefined;
    }
  }
}
