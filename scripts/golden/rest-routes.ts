/**
 * Qdrant's REST API on a LocalQdrant, as a table from method and path to the call. It serves the replay of recordings and the HTTP
 * double of the tests; it is no server of its own.
 */
import { isLocalQdrantError, notFound } from '../../src/tools/stores/local-qdrant/errors.ts';
import type { LocalQdrant } from '../../src/tools/stores/local-qdrant/index.ts';

type Body = never;
type Handler = (store: LocalQdrant, body: Body, name: string, last: string) => Promise<unknown>;

/** By "METHOD path", with `:c` for the collection and `:x` for one more part. */
const HANDLERS: Record<string, Handler> = {
  'GET /': (store) => store.versionInfo(),
  'GET /collections': (store) => store.getCollections(),
  'GET /collections/:c': (store, _, name) => store.getCollection(name),
  'PUT /collections/:c': (store, body, name) => store.createCollection(name, body),
  'PATCH /collections/:c': (store, body, name) => store.updateCollection(name, body),
  'DELETE /collections/:c': (store, _, name) => store.deleteCollection(name),
  'GET /collections/:c/exists': (store, _, name) => store.collectionExists(name),
  'GET /collections/:c/aliases': (store, _, name) => store.getCollectionAliases(name),
  'GET /aliases': (store) => store.getAliases(),
  'POST /collections/aliases': (store, body) => store.updateCollectionAliases(body),
  'PUT /collections/:c/index': (store, body, name) => store.createPayloadIndex(name, body),
  'DELETE /collections/:c/index/:x': (store, _, name, last) => store.deletePayloadIndex(name, last),
  'PUT /collections/:c/points': (store, body, name) => store.upsert(name, body),
  'GET /collections/:c/points/:x': async (store, _, name, last) => {
    const id = /^\d+$/.test(last) ? pointNumber(last) : last;
    const [found] = await store.retrieve(name, { ids: [id], with_payload: true, with_vector: true });
    if (!found) throw notFound(`Point with id ${last} does not exists!`);
    return found;
  },
  'POST /collections/:c/points': (store, body, name) => store.retrieve(name, body),
  'POST /collections/:c/points/delete': (store, body, name) => store.delete(name, body),
  'PUT /collections/:c/points/vectors': (store, body, name) => store.updateVectors(name, body),
  'POST /collections/:c/points/vectors/delete': (store, body, name) => store.deleteVectors(name, body),
  'POST /collections/:c/points/payload': (store, body, name) => store.setPayload(name, body),
  'PUT /collections/:c/points/payload': (store, body, name) => store.overwritePayload(name, body),
  'POST /collections/:c/points/payload/delete': (store, body, name) => store.deletePayload(name, body),
  'POST /collections/:c/points/payload/clear': (store, body, name) => store.clearPayload(name, body),
  'POST /collections/:c/points/batch': (store, body, name) => store.batchUpdate(name, body),
  'POST /collections/:c/points/search/matrix/pairs': (store, body, name) => store.searchMatrixPairs(name, body),
  'POST /collections/:c/points/search/matrix/offsets': (store, body, name) => store.searchMatrixOffsets(name, body),
  'POST /collections/:c/points/scroll': (store, body, name) => store.scroll(name, body),
  'POST /collections/:c/points/count': (store, body, name) => store.count(name, body),
  'POST /collections/:c/facet': (store, body, name) => store.facet(name, body),
  'POST /collections/:c/points/query': (store, body, name) => store.query(name, body),
  'POST /collections/:c/points/query/batch': (store, body, name) => store.queryBatch(name, body),
  'POST /collections/:c/points/query/groups': (store, body, name) => store.queryGroups(name, body),
};

/** Exact above 2^53. The client's types know numbers only. */
function pointNumber(text: string): number {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : (BigInt(text) as unknown as number);
}

const ROUTES = Object.entries(HANDLERS).map(([key, handler]) => {
  const [verb, template] = key.split(' ') as [string, string];
  return { key, verb, handler, pattern: new RegExp(`^${template.replace(/:[cx]/g, '([^/]+)')}$`) };
});

export interface RestRequest {
  method: string;
  /** With or without a query string, which is not looked at. */
  path: string;
  body?: unknown;
}

export interface RestAnswer {
  status: number;
  /** The row of the table, such as `POST /collections/:c/points/query`; undefined for an unknown path. */
  route: string | undefined;
  result?: unknown;
  error?: string;
}

/** The route of a request; undefined where the API has none. */
export function findRoute(method: string, path: string): string | undefined {
  const pathname = path.replace(/\?.*$/, '');
  return ROUTES.find(({ verb, pattern }) => verb === method && pattern.test(pathname))?.key;
}

/** Runs a request on the store. Errors of the store become its status; anything else is thrown. */
export async function answerRequest(store: LocalQdrant, { method, path, body }: RestRequest): Promise<RestAnswer> {
  const pathname = path.replace(/\?.*$/, '');
  for (const { key, verb, handler, pattern } of ROUTES) {
    const match = verb === method ? pattern.exec(pathname) : null;
    if (!match) continue;
    const [name = '', last = ''] = match.slice(1).map(decodeURIComponent);
    try {
      return { status: 200, route: key, result: await handler(store, (body ?? {}) as Body, name, last) };
    } catch (error) {
      if (!isLocalQdrantError(error)) throw error;
      return { status: error.status, route: key, error: error.message };
    }
  }
  return { status: 404, route: undefined, error: `no route for ${method} ${path}` };
}
