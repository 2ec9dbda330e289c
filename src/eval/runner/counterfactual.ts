/**
 * Counterfactual truth about routing: after a run, each of its sub-questions is put to every knowledge base. What comes back
 * shows what a better choice would have found. These searches are the evaluation's; they are not in the method's usage.
 */
import type { RouterOutput } from '../../graph/run-state.ts';
import type { QueryImage, SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import type { Alternative } from './run-line.ts';

export interface CounterfactualOptions {
  knowledgeBases: readonly SearchableKnowledgeBase[];
  image?: QueryImage;
  /** Passages of each search. */
  limit: number;
  signal?: AbortSignal;
}

/** One entry a searching step. A knowledge base that fails is left out of it. */
export async function everyAlternative(
  steps: RouterOutput['steps'],
  { knowledgeBases, image, limit, signal }: CounterfactualOptions,
): Promise<Alternative[]> {
  const alternatives: Alternative[] = [];
  for (const { index, decision } of steps) {
    if (decision.type !== 'search') continue;
    const documents: Alternative['documents'] = {};
    const subQuestions = [...new Set(decision.searches.map(({ subQuestion }) => subQuestion))];
    for (const knowledgeBase of knowledgeBases) {
      for (const text of subQuestions) {
        const query = { text, ...(knowledgeBase.modality === 'text-image' && image && { image }) };
        const passages = await knowledgeBase.search(query, { limit, signal }).catch((error: unknown) => {
          signal?.throwIfAborted();
          void error;
          return undefined;
        });
        if (!passages) continue;
        const earlier = documents[knowledgeBase.name] ?? [];
        // A set may name documents or single passages.
        const found = passages.flatMap(({ id, documentId }) => [documentId, id]);
        documents[knowledgeBase.name] = [...new Set([...earlier, ...found])];
      }
    }
    alternatives.push({ step: index, documents });
  }
  return alternatives;
}
