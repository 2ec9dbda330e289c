/**
 * One id for a run, whoever asks for it: the id of the LangChain run is the `runId` of the records, so that feedback given to a
 * tracer meets the run that the output names. A node cannot see the id of the run of its graph; so it is settled where the run
 * begins, and told to `begin` in the run's context.
 */
import type { RunnableConfig } from '@langchain/core/runnables';
import { v7 as uuidv7 } from 'uuid';
import type { RouterContext } from './run-state.ts';

export interface IdentifiedConfig extends RunnableConfig {
  context?: RouterContext;
}

/** An id of the caller's own in the context stays; else it is `config.runId`, else a fresh UUIDv7. */
export function withRunId<Config extends IdentifiedConfig>(config: Config | undefined): Config {
  if (config?.context?.runId !== undefined) return config;
  const { runId = uuidv7() } = config ?? {};
  return { ...config, runId, context: { ...config?.context, runId } } as Config;
}

/** What the parts of a run are given: a run that one of them starts has an id of its own. */
export function withoutRunId<Config extends RunnableConfig>(config: Config): Config {
  const { context } = config as IdentifiedConfig;
  return context?.runId === undefined ? config : { ...config, context: { ...context, runId: undefined } };
}

interface Streaming {
  stream(input: never, config?: never): Promise<unknown>;
  withConfig(config: never): Streaming;
}

/** Every way into a compiled graph leads through `stream`: the same graph, whose runs are identified there. */
export function identifyRuns<Graph extends object>(graph: Graph): Graph {
  const target = graph as unknown as Streaming;
  const stream = target.stream.bind(target) as (input: unknown, config: unknown) => Promise<unknown>;
  const withConfig = target.withConfig.bind(target) as (config: unknown) => Streaming;
  return Object.assign(graph, {
    stream: (input: unknown, config?: IdentifiedConfig) => stream(input, withRunId(config)),
    withConfig: (config: unknown) => identifyRuns(withConfig(config)),
  });
}
