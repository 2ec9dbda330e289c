/**
 * What the stream of a graph tells of its state. LangGraph streams every channel; a client is told what goes in and what comes out, and
 * not what the nodes hand each other (`run`, `findings`, `pending`). The state itself, checkpoints and `getState` keep everything.
 */
import type { RunnableConfig } from '@langchain/core/runnables';

interface StreamConfig extends RunnableConfig {
  outputKeys?: string | string[];
}

interface Streaming {
  stream(input: never, config?: never): Promise<unknown>;
  withConfig(config: never): Streaming;
}

/** The same graph; whoever names `outputKeys` gets those. */
export function streamOnly<Graph extends object>(graph: Graph, fields: readonly string[]): Graph {
  const target = graph as unknown as Streaming;
  const stream = target.stream.bind(target) as (input: unknown, config: unknown) => Promise<unknown>;
  const withConfig = target.withConfig.bind(target) as (config: unknown) => Streaming;
  return Object.assign(graph, {
    stream: (input: unknown, { outputKeys = [...fields], ...config }: StreamConfig = {}) => {
      return stream(input, { ...config, outputKeys });
    },
    withConfig: (config: unknown) => streamOnly(withConfig(config), fields),
  });
}
