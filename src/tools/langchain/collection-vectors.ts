/** Which vectors a Qdrant collection has, and which of them a search will use. */
import { userError } from '../../common/errors.ts';
import type { StorePort } from '../stores/port.ts';
import { toQdrantError } from '../stores/qdrant/errors.ts';

export interface CollectionVectors {
  /** The name is empty for a collection with one nameless vector. */
  dense?: { name: string; size: number };
}

export interface WantedVectors {
  dense: boolean;
  /** Name of the dense vector. */
  vector?: string;
  /** Name of the sparse vector. */
  sparse?: string;
}

/** Throws `collection-unknown` and `collection-vector`, each naming what is there. */
export async function readVectors(
  client: Pick<StorePort, 'getCollection' | 'getCollections'>,
  collection: string,
  { dense, vector, sparse }: WantedVectors,
): Promise<CollectionVectors> {
  const { params } = (await info(client, collection)).config;
  const sizes = sizesOf(params.vectors);
  const sparseNames = Object.keys(params.sparse_vectors ?? {});
  if (sparse !== undefined && !sparseNames.includes(sparse)) {
    throw wrongVector(
      `Collection ${collection}: it has no sparse vector ${sparse}; ${listed('sparse vectors', sparseNames)}`,
    );
  }
  if (!dense) return {};
  const names = [...sizes.keys()];
  const shown = listed(
    'dense vectors',
    names.map((name) => name || '(one without a name)'),
  );
  if (vector === undefined && names.length !== 1) {
    throw wrongVector(`Collection ${collection}: give vector, the name of the one to search; ${shown}`);
  }
  const name = vector ?? names[0]!;
  const size = sizes.get(name);
  if (size === undefined) throw wrongVector(`Collection ${collection}: it has no dense vector ${name}; ${shown}`);
  return { dense: { name, size } };
}

const wrongVector = (message: string) => userError('collection-vector', message);

const listed = (what: string, names: readonly string[]) =>
  names.length > 0 ? `its ${what} are: ${names.join(', ')}` : `it has no ${what}`;

async function info(client: Pick<StorePort, 'getCollection' | 'getCollections'>, collection: string) {
  try {
    return await typed(collection, () => client.getCollection(collection));
  } catch (error) {
    if ((error as { status?: unknown } | null)?.status !== 404) throw error;
    const { collections } = await typed(collection, () => client.getCollections());
    throw userError(
      'collection-unknown',
      `Collection ${collection} is not there; ${listed(
        'collections',
        collections.map(({ name }) => name),
      ).replace(/^its/, 'the')}`,
      error,
    );
  }
}

function sizesOf(vectors: unknown): Map<string, number> {
  if (typeof vectors !== 'object' || vectors === null) return new Map();
  if ('size' in vectors && typeof vectors.size === 'number') return new Map([['', vectors.size]]);
  const named = Object.entries(vectors as Record<string, { size?: unknown } | undefined>);
  return new Map(named.map(([name, config]) => [name, Number(config?.size)]));
}

/** The errors of a bare client with the words and codes of `openQdrant`'s. */
export async function typed<T>(collection: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toQdrantError(error, `the server of ${collection}`);
  }
}
