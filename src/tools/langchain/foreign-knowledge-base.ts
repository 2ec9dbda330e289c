/** What all knowledge bases over other people's parts share: their card, what they refuse, and how they name passages. */
import type { RunnableConfig } from '@langchain/core/runnables';
import { userError } from '../../common/errors.ts';
import type { KnowledgeBaseCard, Modality, SearchableKnowledgeBase, SearchFilter } from '../knowledge-base.ts';
import { parseCard } from '../planner/registry.ts';
import type { ForeignDocument } from './foreign-document.ts';
import { foreignPassages } from './foreign-passages.ts';

/** What policies are told of the knowledge base. */
export interface ForeignCard {
  name: string;
  /** What is in it; policies choose by it. */
  description: string;
  /** Default `text`. */
  modality?: Modality;
  /** In units of one cheap search; default 1. */
  cost?: number;
}

interface ForeignSearch {
  text: string;
  limit: number;
  filter?: SearchFilter;
  signal?: AbortSignal;
  config?: RunnableConfig;
}

export interface ForeignParts {
  /** What was wrapped, for messages: `retriever`, `tool`, ... */
  what: string;
  /** Where filters are set instead, for the message that refuses one; undefined where they are taken. */
  filterHint?: string;
  find(search: ForeignSearch): Promise<readonly ForeignDocument[]>;
}

/** Throws `bad-knowledge-base`; searches throw `empty-query`, `bad-limit`, `filter-unsupported`, and what the wrapped part throws. */
export function foreignKnowledgeBase(
  { name, description, modality = 'text', cost }: ForeignCard,
  { what, filterHint, find }: ForeignParts,
): SearchableKnowledgeBase {
  const card: KnowledgeBaseCard = parseCard({ name, description, modality, ...(cost === undefined ? {} : { cost }) });
  const passagesOf = foreignPassages(card.name);
  return {
    ...card,
    async search({ text = '' }, { filter, limit = 10, perDocument, signal, config } = {}) {
      if (text.trim() === '') {
        throw userError(
          'empty-query',
          `Knowledge base "${card.name}": its ${what} is asked by text; give the query a text`,
        );
      }
      if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
        throw userError(
          'bad-limit',
          `Knowledge base "${card.name}": limit is ${limit}; give a whole number from 1 to 10000`,
        );
      }
      // Left out in silence, a filter that keeps one customer's documents from another would be a leak.
      if (filter && filterHint) {
        throw userError(
          'filter-unsupported',
          `Knowledge base "${card.name}": its ${what} takes no filter here; ${filterHint}`,
        );
      }
      signal?.throwIfAborted();
      return passagesOf(await find({ text, limit, filter, signal, config }), limit, perDocument);
    },
  };
}
