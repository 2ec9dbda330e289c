/** A LangChain vector store as a knowledge base: with its scores, or diverse by maximal marginal relevance. */
import type { Callbacks } from '@langchain/core/callbacks/manager';
import type { DocumentInterface } from '@langchain/core/documents';
import type { MaxMarginalRelevanceSearchOptions } from '@langchain/core/vectorstores';
import { userError } from '../../common/errors.ts';
import type { SearchableKnowledgeBase } from '../knowledge-base.ts';
import { foreignDocument } from './foreign-document.ts';
import { type ForeignCard, foreignKnowledgeBase } from './foreign-knowledge-base.ts';

/** The part of LangChain's `VectorStore` that is used; `Filter` is the store's own. */
export interface VectorStoreLike<Filter> {
  similaritySearchWithScore(
    query: string,
    k?: number,
    filter?: Filter,
    callbacks?: Callbacks,
  ): Promise<[DocumentInterface, number][]>;
  maxMarginalRelevanceSearch?(
    query: string,
    options: MaxMarginalRelevanceSearchOptions<Filter>,
    callbacks: Callbacks | undefined,
  ): Promise<DocumentInterface[]>;
}

export interface VectorStoreCard<Filter> extends ForeignCard {
  /** `mmr` gives passages that differ from each other, without scores. Default `similarity`. */
  searchType?: 'similarity' | 'mmr';
  /** The store's own filter, on every search. */
  filter?: Filter;
  /** With `mmr`: how many are looked at (default 20, at least twice the limit), and how much likeness to the query counts (default 0.5). */
  mmr?: { fetchK?: number; lambda?: number };
}

/**
 * Routes to any LangChain vector store. Scores are kept as the store gives them, similarity or distance; the order is its own.
 *
 * Throws `mmr-unsupported` where the store has no MMR; searches throw `filter-unsupported` where both the card and the search have a filter.
 *
 * @example
 * knowledgeBaseFromVectorStore(store, { name: 'Tickets', description: 'Solved support tickets.', filter: { lang: 'en' } });
 */
export function knowledgeBaseFromVectorStore<Filter>(
  store: VectorStoreLike<Filter>,
  { searchType = 'similarity', filter: always, mmr = {}, ...card }: VectorStoreCard<Filter>,
): SearchableKnowledgeBase {
  if (searchType === 'mmr' && typeof store.maxMarginalRelevanceSearch !== 'function') {
    throw userError(
      'mmr-unsupported',
      `Knowledge base "${card.name}": searchType is mmr, but its vector store has no maxMarginalRelevanceSearch; take similarity`,
    );
  }
  return foreignKnowledgeBase(card, {
    what: 'vector store',
    // Two filters of a language we do not know cannot be joined, and the one given here must not be lost.
    filterHint: always === undefined ? undefined : 'a filter is set already where the knowledge base was made',
    async find({ text, limit, filter: given, signal, config }) {
      const filter = always ?? (given as Filter | undefined);
      const { fetchK = Math.max(20, 2 * limit), lambda } = mmr;
      const callbacks = config?.callbacks;
      if (searchType === 'mmr') {
        const options = { k: limit, fetchK, ...(lambda === undefined ? {} : { lambda }), filter };
        const documents = await store.maxMarginalRelevanceSearch!(text, options, callbacks);
        return documents.map((document) => foreignDocument(document));
      }
      const found = await store.similaritySearchWithScore(text, limit, filter, callbacks);
      signal?.throwIfAborted();
      return found.map(([document, score]) => foreignDocument(document, score));
    },
  });
}
