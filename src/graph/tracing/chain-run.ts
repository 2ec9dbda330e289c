/** Runs of type `chain` around the plain driver's work, so that a traced rollout is a tree as a traced graph is. */
import { getCallbackManagerForConfig, patchConfig, type RunnableConfig } from '@langchain/core/runnables';

export interface ChainRun<T> {
  name: string;
  inputs: () => Record<string, unknown>;
  /** What the tracer is told of the result. Default: all of it. */
  outputs?: (result: T) => Record<string, unknown>;
  config: RunnableConfig;
}

/** Costs a look at the environment where nobody listens. `work` is given the config under which its own runs nest. */
export async function withChainRun<T extends object>(
  { name, inputs, outputs = (result) => ({ ...result }) as Record<string, unknown>, config }: ChainRun<T>,
  work: (nested: RunnableConfig) => Promise<T>,
): Promise<T> {
  const manager = await getCallbackManagerForConfig(config);
  const { runName = name, runId, ...inherited } = config;
  if (!manager) return work(inherited);
  const serialized = { lc: 1, type: 'not_implemented' as const, id: ['r1-router', name] };
  const run = await manager.handleChainStart(serialized, inputs(), runId, undefined, undefined, undefined, runName);
  try {
    const result = await work(patchConfig(inherited, { callbacks: run.getChild() }));
    await run.handleChainEnd(outputs(result));
    return result;
  } catch (error) {
    await run.handleChainError(error);
    throw error;
  }
}
