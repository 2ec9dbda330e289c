/**
 * A search as tracers see it: a run of type `retriever`, named after the knowledge base, with the query as input and the
 * passages as documents. Image bytes never reach it; the hash stands in the metadata. Costs nothing where nobody listens.
 */
import { Document } from '@langchain/core/documents';
import { getCallbackManagerForConfig, patchConfig, type RunnableConfig } from '@langchain/core/runnables';
import type { KnowledgeBaseCard, Query } from '../../tools/knowledge-base.ts';
import type { Passage } from '../../tools/passage.ts';

export interface RetrieverRun {
  /** For what the knowledge base calls itself, so that it nests below this run. */
  config: RunnableConfig;
  end(passages: readonly Passage[]): Promise<void>;
  fail(error: unknown): Promise<void>;
}

export async function startRetrieverRun(
  config: RunnableConfig | undefined,
  knowledgeBase: KnowledgeBaseCard,
  query: Query,
): Promise<RetrieverRun | undefined> {
  if (nobodyListens(config)) return undefined;
  const { name, modality } = knowledgeBase;
  // By the last name LangSmith groups retrievers.
  const about = {
    knowledgeBase: name,
    modality,
    ls_retriever_name: name,
    ...(query.image && { image: query.image.hash }),
  };
  const manager = await getCallbackManagerForConfig({ ...config, metadata: { ...config?.metadata, ...about } });
  if (!manager || manager.handlers.length === 0) return undefined;
  const serialized = { lc: 1, type: 'not_implemented' as const, id: ['r1-router', 'knowledge-base'] };
  const text = query.text ?? '';
  const run = await manager.handleRetrieverStart(serialized, text, undefined, undefined, undefined, undefined, name);
  const { runId: _ofAnotherRun, ...inherited } = config ?? {};
  return {
    config: patchConfig(inherited, { callbacks: run.getChild() }),
    end: (passages) => run.handleRetrieverEnd(passages.map(toDocument)),
    fail: (error) => run.handleRetrieverError(error instanceof Error ? error : new Error(String(error))),
  };
}

/** Inside a graph's run the callbacks are a manager, which holds the environment's tracer too where there is one. */
function nobodyListens(config: RunnableConfig | undefined): boolean {
  const callbacks = config?.callbacks;
  return callbacks !== undefined && 'handlers' in callbacks && callbacks.handlers.length === 0;
}

function toDocument({ id, text, documentId, knowledgeBase, score, rank, title, url, metadata }: Passage): Document {
  const about = { documentId, knowledgeBase, score, rank, title, url, metadata };
  return new Document({ id, pageContent: text, metadata: about });
}
