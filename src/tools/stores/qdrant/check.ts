/**
 * What is wrong with a Qdrant server, in words: is it there, is it Qdrant, which version, does it take the key, are its
 * collections healthy, is it open to the world. It never changes anything.
 */
import { z } from 'zod';
import { messageOf } from '../../../common/errors.ts';
import { isLoopback, OLDEST_VERSION, parseJson, readRoot, versionFits } from './version.ts';

export interface Finding {
  level: 'ok' | 'warning' | 'error';
  /** Stable, kebab-case. */
  code: string;
  message: string;
  /** What to do; absent where nothing is wrong. */
  fix?: string;
}

export interface QdrantReport {
  url: string;
  /** No finding is an error. */
  ok: boolean;
  version?: string;
  findings: Finding[];
}

export interface CheckQdrantOptions {
  url: string;
  apiKey?: string;
  /** Milliseconds a request; default 5,000. */
  timeout?: number;
}

/** The client's version; it promises to work with servers one minor version away. */
const CLIENT = [1, 19] as const;

const Collections = z.object({ result: z.object({ collections: z.array(z.object({ name: z.string() })) }) });
const Collection = z.object({
  result: z.object({
    status: z.string(),
    optimizer_status: z.union([z.string(), z.object({ error: z.string() })]),
    config: z.object({ params: z.object({ replication_factor: z.number().nullish() }) }),
  }),
});
const Cluster = z.object({
  result: z.object({ status: z.string(), peers: z.record(z.string(), z.unknown()).optional() }),
});

interface Answer {
  status: number;
  body: unknown;
}

/** The connection itself failed: too slow, or not there. */
function noAnswer(error: Telling['error'], failure: unknown, { url, timeout }: { url: string; timeout: number }): void {
  const slow = failure instanceof Error && failure.name === 'TimeoutError';
  const reason = failure instanceof Error && failure.cause ? messageOf(failure.cause) : messageOf(failure);
  if (slow) error('slow', `${url} did not answer within ${timeout} ms`, 'check the network and the load of the server');
  else
    error(
      'unreachable',
      `${url} cannot be reached: ${reason}`,
      'start Qdrant (see qdrant/README.md), check host, port (6333 for HTTP) and https',
    );
}

/** What is wrong with a Qdrant server, as findings with what to do about each; that it is not there is one of them. */
export async function checkQdrant(options: CheckQdrantOptions | string): Promise<QdrantReport> {
  const { url, apiKey, timeout = 5000 } = typeof options === 'string' ? { url: options } : options;
  const findings: Finding[] = [];
  const report = (version?: string): QdrantReport => ({
    url,
    ok: findings.every(({ level }) => level !== 'error'),
    ...(version ? { version } : {}),
    findings,
  });
  const tell = tellInto(findings);
  const { error, ok } = tell;

  const base = addressOf(url);
  if (base === undefined) {
    error('bad-url', `${url} is no address`, 'write it like http://localhost:6333 or https://host:6333');
    return report();
  }
  const get = requester({ base, apiKey, timeout });

  let root: Answer;
  try {
    root = await get('');
  } catch (failure) {
    noAnswer(error, failure, { url, timeout });
    return report();
  }
  if (root.status === 401 || root.status === 403) {
    keyProblem(error, url, apiKey);
    return report();
  }
  const about = readRoot(root.body);
  if (!about) {
    error(
      'not-qdrant',
      `${url} answers, but not as Qdrant (HTTP ${root.status})`,
      'check the port: 6333 is HTTP, 6334 is gRPC',
    );
    return report();
  }
  const { version } = about;
  checkVersion(version, tell);

  const listed = await get('collections');
  if (listed.status === 401 || listed.status === 403) {
    keyProblem(error, url, apiKey);
    return report(version);
  }
  const collections = Collections.safeParse(listed.body);
  if (!collections.success) {
    error(
      'no-collections',
      `${url} does not list its collections (HTTP ${listed.status})`,
      'look into the log of the server',
    );
    return report(version);
  }
  ok('key', apiKey === undefined ? 'no API key is needed' : 'the API key is accepted');
  await checkAccess({ base, apiKey, timeout }, tell);
  await checkCollections(
    collections.data.result.collections.map(({ name }) => name),
    { get, tell },
  );
  return report(version);
}

interface Telling {
  ok(code: string, message: string): void;
  warning(code: string, message: string, fix: string): void;
  error(code: string, message: string, fix: string): void;
}

function tellInto(findings: Finding[]): Telling {
  return {
    ok: (code, message) => findings.push({ level: 'ok', code, message }),
    warning: (code, message, fix) => findings.push({ level: 'warning', code, message, fix }),
    error: (code, message, fix) => findings.push({ level: 'error', code, message, fix }),
  };
}

/** With the slash at its end that relative paths need; undefined where it is no address of HTTP. */
function addressOf(url: string): URL | undefined {
  const base = URL.parse(url.endsWith('/') ? url : `${url}/`);
  return base !== null && /^https?:$/.test(base.protocol) ? base : undefined;
}

interface Access {
  base: URL;
  apiKey: string | undefined;
  /** Milliseconds a request. */
  timeout: number;
}

type Get = (path: string) => Promise<Answer>;

function requester({ base, apiKey, timeout }: Access): Get {
  return async (path) => {
    const response = await fetch(new URL(path, base), {
      headers: apiKey === undefined ? {} : { 'api-key': apiKey },
      signal: AbortSignal.timeout(timeout),
    });
    const text = await response.text();
    return { status: response.status, body: parseJson(text) };
  };
}

/** Who may come in, and whether the key is seen on the way. */
async function checkAccess({ base, apiKey, timeout }: Access, { warning }: Telling): Promise<void> {
  const local = isLoopback(base.hostname);
  if (apiKey === undefined && !local) {
    warning(
      'open',
      'anybody who reaches this server can read and change it',
      'set QDRANT__SERVICE__API_KEY and pass the key',
    );
  }
  if (apiKey !== undefined) {
    const without = await fetch(new URL('collections', base), { signal: AbortSignal.timeout(timeout) });
    if (without.ok) {
      warning(
        'key-not-needed',
        'the server also answers without the key',
        'set QDRANT__SERVICE__API_KEY on the server',
      );
    }
  }
  if (apiKey !== undefined && base.protocol === 'http:' && !local) {
    warning('plain-http', 'the API key travels unencrypted', 'use https (see qdrant/README.md)');
  }
}

/** Whether each collection serves, and outlives a node. */
async function checkCollections(names: readonly string[], { get, tell }: { get: Get; tell: Telling }): Promise<void> {
  const { ok, warning, error } = tell;
  const cluster = Cluster.safeParse((await get('cluster').catch(() => ({ body: undefined }))).body);
  const peers = cluster.success ? Object.keys(cluster.data.result.peers ?? {}).length : 0;
  for (const name of names) {
    const found = Collection.safeParse((await get(`collections/${encodeURIComponent(name)}`)).body);
    if (!found.success) {
      error('unreadable-collection', `the collection ${name} cannot be described`, 'look into the log of the server');
      continue;
    }
    const { status, optimizer_status: optimizer, config } = found.data.result;
    if (status === 'red' || typeof optimizer === 'object') {
      const detail = typeof optimizer === 'object' ? `: ${optimizer.error}` : '';
      error(
        'broken-collection',
        `the collection ${name} is ${status}${detail}`,
        'restore it from a snapshot or index it again',
      );
    } else if (status === 'grey') {
      warning('idle-collection', `the collection ${name} waits for its optimiser`, 'it starts with the next write');
    } else ok('collection', `the collection ${name} is ${status}`);
    if (peers > 1 && (config.params.replication_factor ?? 1) < 2) {
      warning(
        'one-replica',
        `the collection ${name} is lost with one node`,
        'create it with replication_factor 2 or more',
      );
    }
  }
}

function keyProblem(error: Telling['error'], url: string, apiKey: string | undefined): void {
  if (apiKey === undefined) error('key-missing', `${url} wants an API key`, 'pass the key (QDRANT_API_KEY)');
  else error('key-wrong', `${url} refuses this API key`, 'compare it with QDRANT__SERVICE__API_KEY of the server');
}

function checkVersion(version: string, { error, warning, ok }: Telling): void {
  const oldest = OLDEST_VERSION.join('.');
  const text = `Qdrant ${version}`;
  const fits = versionFits(version);
  if (fits === 'unknown') {
    warning('version-unknown', `${text} has a version that does not read`, `use a release from ${oldest} on`);
  } else if (fits === 'no') {
    error('version', `${text} is not supported`, `use a release from ${oldest} on, below ${OLDEST_VERSION[0] + 1}.0`);
  } else if (Math.abs(Number(version.split('.')[1]) - CLIENT[1]) > 1) {
    warning(
      'version-apart',
      `${text} is more than one minor version from the client (${CLIENT.join('.')})`,
      'bring them together',
    );
  } else ok('version', text);
}
