/**
 * A retriever inside a search that a trace shows already. Its `invoke` would start a second retriever run with the same
 * documents; so the run that is there stands for it, and only what it calls itself shows, below that run.
 */
import type { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import type { DocumentInterface } from '@langchain/core/documents';
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
  if (!manager || !runId) return retriever.invoke(text, inner);
  const callbacks = manager.copy();
  const replaced = new Set<string>();
  callbacks.setHandlers(
    manager.handlers.map((handler) => adopting(handler, runId, replaced)),
    true,
  );
  const below = { ...inner, callbacks };
  return AsyncLocalStorageProviderSingleton.runWithConfig(pickRunnableConfigKeys(below), () =>
    retriever.invoke(text, below),
  ) as Promise<DocumentInterface[]>;
}

/** Both ways in which a handler hears of a retriever's start: `(retriever, query, runId, parentRunId, ...)`. */
const STARTS = ['handleRetrieverStart', '_createRunForRetrieverStart'];
const ENDS = ['handleRetrieverEnd', 'handleRetrieverError'];

/**
 * The handler, for which retriever runs directly below `runId` are that run: it does not hear of them (`replaced` collects their
 * ids), and where it would hear their id, as another's parent, it hears `runId`.
 */
function adopting(handler: BaseCallbackHandler, runId: string, replaced: Set<string>): BaseCallbackHandler {
  const renamed = (value: unknown) => (typeof value === 'string' && replaced.has(value) ? runId : value);
  return new Proxy(handler, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function' || typeof property !== 'string') return value;
      const method = value.bind(target) as (...values: unknown[]) => unknown;
      if (!property.startsWith('handle') && !property.startsWith('_createRun')) return method;
      return (...values: unknown[]) => {
        if (STARTS.includes(property) && values[3] === runId) {
          replaced.add(values[2] as string);
          return undefined;
        }
        if (ENDS.includes(property) && replaced.has(values[1] as string)) return undefined;
        return method(...values.map(renamed));
      };
    },
  });
}
