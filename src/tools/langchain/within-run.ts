/**
 * A retriever inside a search that a trace shows already. Its own `invoke` would start a second retriever run with the same
 * documents; so its documents are asked for under the run that is there, and only what it calls itself nests below.
 */
import {
  CallbackManager,
  CallbackManagerForRetrieverRun,
  type Callbacks,
  ensureHandler,
} from '@langchain/core/callbacks/manager';
import type { DocumentInterface } from '@langchain/core/documents';
import type { BaseRetriever } from '@langchain/core/retrievers';
import { getCallbackManagerForConfig, pickRunnableConfigKeys, type RunnableConfig } from '@langchain/core/runnables';
import { AsyncLocalStorageProviderSingleton } from '@langchain/core/singletons';

/** A LangChain retriever, or anything that is invoked like one. */
export interface RetrieverLike {
  invoke(input: string, config?: RunnableConfig): Promise<DocumentInterface[]>;
}

export async function retrieveWithin(
  retriever: RetrieverLike,
  text: string,
  { config, signal = config?.signal }: { config?: RunnableConfig; signal?: AbortSignal },
): Promise<DocumentInterface[]> {
  const { runName: _name, runId: _id, ...rest } = config ?? {};
  const inner: RunnableConfig = { ...rest, ...(signal ? { signal } : {}) };
  const manager = config && (await getCallbackManagerForConfig(inner));
  const runId = manager?.getParentRunId();
  if (!manager || !runId || !hasPlainInvoke(retriever)) return retriever.invoke(text, inner);
  const { handlers, inheritableHandlers, tags, inheritableTags, metadata, inheritableMetadata } = manager;
  const run = new CallbackManagerForRetrieverRun(
    runId,
    handlers,
    inheritableHandlers,
    tags,
    inheritableTags,
    metadata,
    inheritableMetadata,
  );
  return AsyncLocalStorageProviderSingleton.runWithConfig(pickRunnableConfigKeys(inner), () =>
    told(retriever, text, runId, () => retriever._getRelevantDocuments(text, run)),
  ) as Promise<DocumentInterface[]>;
}

/** Whether `invoke` is the base class's, of whichever copy of LangChain: it adds nothing but the run. */
function hasPlainInvoke(retriever: RetrieverLike): retriever is BaseRetriever {
  let base: object | undefined;
  for (let type: unknown = Object.getPrototypeOf(retriever); type; type = Object.getPrototypeOf(type)) {
    if (Object.hasOwn(type as object, '_getRelevantDocuments')) base = type as object;
  }
  return base !== undefined && (base as RetrieverLike).invoke === retriever.invoke;
}

/** Handlers given to the retriever's constructor are its owner's; they hear of the search as they always do. */
async function told(
  retriever: BaseRetriever,
  text: string,
  parentRunId: string,
  retrieve: () => Promise<DocumentInterface[]>,
): Promise<DocumentInterface[]> {
  const handlers = handlersOf(retriever.callbacks);
  if (handlers.length === 0) return retrieve();
  const own = new CallbackManager(parentRunId, { handlers, tags: retriever.tags, metadata: retriever.metadata });
  const run = await own.handleRetrieverStart(retriever.toJSON(), text);
  try {
    const documents = await retrieve();
    await run.handleRetrieverEnd(documents);
    return documents;
  } catch (error) {
    await run.handleRetrieverError(error);
    throw error;
  }
}

function handlersOf(callbacks: Callbacks | undefined) {
  if (callbacks === undefined) return [];
  return Array.isArray(callbacks) ? callbacks.map(ensureHandler) : callbacks.handlers;
}
