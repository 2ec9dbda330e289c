/**
 * A Qdrant collection that was not made here, as a knowledge base: filled by LangChain, LlamaIndex or a program of your own, on
 * a server or embedded. It is only read.
 */
import type { EmbeddingsInterface } from '@langchain/core/embeddings';
import { userError } from '../../common/errors.ts';
import type { SparseVector } from '../encoders/bm25.ts';
import type { DenseTextEncoder } from '../encoders/encoder.ts';
import type { SearchableKnowledgeBase, SearchFilter } from '../knowledge-base.ts';
import type { StorePort } from '../stores/port.ts';
import { type CollectionVectors, readVectors, typed } from './collection-vectors.ts';
import { type ForeignCard, foreignKnowledgeBase } from './foreign-knowledge-base.ts';
import { documentOfPayload, type PayloadKeys } from './payload.ts';

/** What is asked of the client: the real `QdrantClient`, `openQdrant`'s or `LocalQdrant`. */
export type CollectionClient = Pick<StorePort, 'getCollection' | 'getCollections' | 'query'>;

export interface CollectionCard extends ForeignCard, PayloadKeys {
  /** The model that filled the collection: LangChain embeddings, or a dense encoder of this package. */
  embeddings?: EmbeddingsInterface | DenseTextEncoder;
  /** The named vector to search; needed where there are several. */
  vector?: string;
  /** Sparse vectors beside the dense ones (joined by reciprocal ranks), or alone. */
  sparse?: SparseSearch;
  /** Of every search, in Qdrant's filter language. */
  filter?: SearchFilter;
}

export interface SparseSearch {
  /** The name of the collection's sparse vector. */
  vector: string;
  /** The same way the collection was filled, e.g. `createBm25Encoder(QDRANT_BM25_PRESET).encodeQuery`. */
  encode(text: string): SparseVector | Promise<SparseVector>;
}

type Request = Parameters<CollectionClient['query']>[1];

/**
 * Routes to an existing collection. Ids, scores and payloads come up as they are stored: text, title, link and metadata are
 * recognised in the payloads of LangChain's and LlamaIndex's stores, or named by `textKey`, `titleKey`, `urlKey`, `metadataKey`.
 *
 * Throws `collection-unknown`, `collection-vector`, `collection-dimension` and `embeddings-missing`; searches throw
 * `collection-text-key`, `collection-dimension`, and what the client throws.
 *
 * @example
 * await knowledgeBaseFromCollection(new QdrantClient({ url }), 'articles', { name: 'Articles', description: 'Our blog.', embeddings });
 */
export async function knowledgeBaseFromCollection(
  client: CollectionClient,
  collection: string,
  { embeddings, vector, sparse, filter: always, textKey, metadataKey, titleKey, urlKey, ...card }: CollectionCard,
): Promise<SearchableKnowledgeBase> {
  const keys = { textKey, metadataKey, titleKey, urlKey };
  if (!embeddings && !sparse) {
    throw userError(
      'embeddings-missing',
      `Collection ${collection}: a question must become a vector; give the embeddings that filled it, or sparse`,
    );
  }
  const vectors = await readVectors(client, collection, { dense: Boolean(embeddings), vector, sparse: sparse?.vector });
  if (embeddings && 'dimension' in embeddings) checkDimension(collection, vectors, embeddings.dimension);

  async function search(text: string, limit: number, filter: SearchFilter | undefined, signal?: AbortSignal) {
    const lists: Request[] = [];
    if (embeddings) {
      const query = [...(await queryVector(embeddings, text, signal))];
      checkDimension(collection, vectors, query.length);
      lists.push({ query, ...(vectors.dense?.name ? { using: vectors.dense.name } : {}) });
    }
    if (sparse) {
      const query = await sparse.encode(text);
      if (query.indices.length > 0) lists.push({ query, using: sparse.vector });
    }
    signal?.throwIfAborted();
    if (lists.length === 0) return [];
    const shared = { ...(filter ? { filter: filter as Request['filter'] } : {}) };
    const candidates = Math.max(2 * limit, 50);
    const request: Request =
      lists.length === 1
        ? { ...lists[0]!, ...shared }
        : { prefetch: lists.map((list) => ({ ...list, ...shared, limit: candidates })), query: { fusion: 'rrf' } };
    const answer = await typed(collection, () => client.query(collection, { ...request, limit, with_payload: true }));
    return answer.points;
  }

  return foreignKnowledgeBase(card, {
    what: 'collection',
    async find({ text, limit, filter: given, signal }) {
      const filter = always && given ? { must: [always, given] } : (always ?? given);
      const points = await search(text, limit, filter, signal);
      return points.map((point) => documentOfPayload({ ...point, payload: point.payload }, keys, collection));
    },
  });
}

function queryVector(embeddings: EmbeddingsInterface | DenseTextEncoder, text: string, signal?: AbortSignal) {
  return 'encodeQuery' in embeddings ? embeddings.encodeQuery(text, signal) : embeddings.embedQuery(text);
}

function checkDimension(collection: string, { dense }: CollectionVectors, dimension: number): void {
  if (!dense || dense.size === dimension) return;
  throw userError(
    'collection-dimension',
    `Collection ${collection}: its ${dense.name ? `vector ${dense.name}` : 'vectors'} have ${dense.size} numbers, but the embeddings give ${dimension}; use the model that filled it`,
  );
}
