/**
 * Whether a server is Qdrant, and of a version that has all that the query planner uses. An older one would answer some requests
 * and quietly leave out the rest.
 */
import { z } from 'zod';
import { QdrantError } from './errors.ts';

/** Oldest server with all that the query planner uses (weighted RRF came last). */
export const OLDEST_VERSION = [1, 17] as const;

const Root = z.object({ title: z.string(), version: z.string() });

/** What a server says of itself at its root; undefined where it is not Qdrant. */
export function readRoot(body: unknown): { version: string } | undefined {
  const parsed = Root.safeParse(body);
  return parsed.success && parsed.data.title.toLowerCase().includes('qdrant') ? parsed.data : undefined;
}

/** `unknown` for a development build whose version does not read. */
export function versionFits(version: string): 'yes' | 'no' | 'unknown' {
  const [major, minor] = version.split('.').map(Number) as [number, number];
  if (!Number.isInteger(major) || !Number.isInteger(minor)) return 'unknown';
  return major === OLDEST_VERSION[0] && minor >= OLDEST_VERSION[1] ? 'yes' : 'no';
}

/** Throws `qdrant-version` or `qdrant-other-server`. A server that does not tell (a proxy, a lost connection) passes. */
export async function requireSupportedServer({
  url,
  apiKey,
  timeout,
}: {
  url: string;
  apiKey?: string | undefined;
  timeout: number;
}): Promise<void> {
  let status: number;
  let text: string;
  try {
    const response = await fetch(url.endsWith('/') ? url : `${url}/`, {
      headers: apiKey === undefined ? {} : { 'api-key': apiKey },
      signal: AbortSignal.timeout(timeout),
    });
    status = response.status;
    text = await response.text();
  } catch {
    return;
  }
  if (status !== 200) return;
  const root = readRoot(parseJson(text));
  const oldest = OLDEST_VERSION.join('.');
  if (!root) {
    throw new QdrantError(
      `${url} answers, but not as Qdrant; check the address and the port (6333 is HTTP, 6334 is gRPC)`,
      { code: 'qdrant-other-server', kind: 'user', status },
    );
  }
  if (versionFits(root.version) !== 'no') return;
  throw new QdrantError(
    `Qdrant at ${url} is version ${root.version}, which is not supported; use a release from ${oldest} on, below ${OLDEST_VERSION[0] + 1}.0`,
    { code: 'qdrant-version', kind: 'user' },
  );
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
