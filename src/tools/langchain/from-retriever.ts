/** A LangChain retriever, or a chain that ends in documents, as a knowledge base. */
import { systemError } from '../../common/errors.ts';
import type { SearchableKnowledgeBase } from '../knowledge-base.ts';
import { foreignDocument, isDocument } from './foreign-document.ts';
import { type ForeignCard, foreignKnowledgeBase } from './foreign-knowledge-base.ts';
import { type RetrieverLike, retrieveWithin } from './within-run.ts';

/**
 * Routes to any LangChain retriever, or to a Runnable from a text to documents. How many it finds is its own setting (`k`); more
 * than the router asks for are cut off. A document's metadata is kept, and its `title`, `url`, `source`, `id` and `score` are read.
 * The search's run in a trace is the retriever's run: it is not shown twice.
 *
 * Searches throw what the retriever throws, and `malformed-documents` where it gives something else than documents.
 *
 * @example
 * knowledgeBaseFromRetriever(store.asRetriever(8), { name: 'Handbook', description: 'Rules of our office.' });
 */
export function knowledgeBaseFromRetriever(retriever: RetrieverLike, card: ForeignCard): SearchableKnowledgeBase {
  return foreignKnowledgeBase(card, {
    what: 'retriever',
    filterHint: 'set it when you make the retriever',
    async find({ text, signal, config }) {
      const found: unknown = await retrieveWithin(retriever, text, { signal, config });
      if (!Array.isArray(found) || !found.every(isDocument)) {
        throw systemError(
          'malformed-documents',
          `Knowledge base "${card.name}": its retriever must give a list of documents with pageContent; it gave ${kindOf(found)}`,
        );
      }
      return found.map((document) => foreignDocument(document));
    },
  });
}

function kindOf(found: unknown): string {
  if (Array.isArray(found)) return 'a list with something else in it';
  return found === null ? 'null' : typeof found;
}
