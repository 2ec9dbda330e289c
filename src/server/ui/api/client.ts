/**
 * Requests to the API that the page was served beside. A failure is an `ApiError` with the server's own code and message. Where the
 * server wants a key, the page asks for it and keeps it for as long as the tab is open.
 */
import type * as z from 'zod/mini';
import { ErrorBodySchema } from './schemas.ts';

export class ApiError extends Error {
  /** 0 where the server said nothing. */
  readonly status: number;
  /** The server's. */
  readonly code?: string;

  constructor({ status = 0, code, message }: { status?: number; code?: string; message: string }) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }
}

const KEY = 'r1-router-key';

/** Told when a request was refused for want of a key. */
const keyWanted = new EventTarget();

export const key = {
  get: (): string | null => sessionStorage.getItem(KEY),
  set: (value: string): void => sessionStorage.setItem(KEY, value),
  onWanted(listener: () => void): () => void {
    keyWanted.addEventListener('wanted', listener);
    return () => keyWanted.removeEventListener('wanted', listener);
  },
};

export function addressOf(path: string): string {
  return new URL(path.replace(/^\//, ''), document.baseURI).href;
}

export function headersWithKey(headers: Record<string, string> = {}): Record<string, string> {
  const known = key.get();
  return known === null ? headers : { ...headers, Authorization: `Bearer ${known}` };
}

/** The response of a request that went well. Throws an `ApiError`, or the signal's reason. */
export async function request(
  path: string,
  { headers, ...init }: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(addressOf(path), { ...init, headers: headersWithKey(headers) });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw unreachable();
  }
  if (!response.ok) throw errorOf(response.status, await response.text().catch(() => ''));
  return response;
}

export const unreachable = (): ApiError =>
  new ApiError({ message: 'The server cannot be reached. Is it still running?' });

export function errorOf(status: number, body: string): ApiError {
  if (status === 401) keyWanted.dispatchEvent(new Event('wanted'));
  return new ApiError({ status, ...(parseError(body) ?? { message: `The server answered ${status}.` }) });
}

function parseError(body: string): { code: string; message: string } | undefined {
  try {
    return ErrorBodySchema.parse(JSON.parse(body)).error;
  } catch {
    return undefined;
  }
}

export async function getJson<Schema extends z.ZodMiniType>(
  path: string,
  schema: Schema,
  signal?: AbortSignal,
): Promise<z.infer<Schema>> {
  return readJson(await request(path, { signal, headers: { Accept: 'application/json' } }), schema);
}

export async function postJson(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const headers = { Accept: 'application/json', 'Content-Type': 'application/json' };
  return request(path, { method: 'POST', body: JSON.stringify(body), headers, signal });
}

export async function readJson<Schema extends z.ZodMiniType>(
  response: Response,
  schema: Schema,
): Promise<z.infer<Schema>> {
  return schema.parse(await response.json());
}
