/**
 * The router, top to bottom:
 *
 *     begin -> decide -> retrieve -> read -> decide ... -> conclude
 *
 * `decide` asks the policy for a sub-question and a knowledge base, or to stop; `retrieve` searches; `read` draws an
 * intermediate answer from the passages; `conclude` answers from the evidence or abstains. A search that finds nothing goes
 * straight back to `decide`, and a limit reached goes straight on to `conclude`. What each node does is written in
 * `steps/`; here stands only who follows whom. Nodes route with commands: conditional edges would write the whole state
 * into every trace once more.
 */
import type { RunnableConfig } from '@langchain/core/runnables';
import type { IterableReadableStream } from '@langchain/core/utils/stream';
import {
  type BaseCheckpointSaver,
  Command,
  END,
  type LangGraphRunnableConfig,
  START,
  StateGraph,
  type StreamMode,
} from '@langchain/langgraph';
import type { RouterEvent } from './events.ts';
import { type RouterGraphOptions, type RouterParts, resolveOptions } from './options.ts';
import { identifyRuns } from './run-id.ts';
import {
  describedOnly,
  MAXIMUM_STEPS,
  type RouterContext,
  RouterContextSchema,
  type RouterInput,
  RouterInputSchema,
  type RouterOutput,
  RouterOutputSchema,
  RouterStateSchema,
  type RunState,
} from './run-state.ts';
import { begin } from './steps/begin.ts';
import { conclude } from './steps/conclude.ts';
import { decide } from './steps/decide.ts';
import type { StepFunction } from './steps/move.ts';
import { read } from './steps/read.ts';
import { retrieve } from './steps/retrieve.ts';
import { nodeTracePolicy } from './tracing/trace-view.ts';

export interface RouterConfig extends RunnableConfig {
  context?: RouterContext;
}

/**
 * The calls as they are meant to be typed: LangGraph's own inference makes every key of the context required and drops the
 * records' types.
 */
export interface RouterCalls {
  invoke(input: RouterInput, config?: RouterConfig): Promise<RouterOutput>;
  batch(
    inputs: RouterInput[],
    config?: RouterConfig | RouterConfig[],
    options?: { maxConcurrency?: number; returnExceptions?: false },
  ): Promise<RouterOutput[]>;
  stream(
    input: RouterInput,
    config: RouterConfig & { streamMode: StreamMode | StreamMode[] },
  ): Promise<IterableReadableStream<unknown>>;
}

/** LangGraph's guard: begin, three nodes a step, a stop and the conclusion; what bounds a run is `maxSteps`. */
export const RECURSION_LIMIT = 3 * MAXIMUM_STEPS + 5;

/** A compiled LangGraph graph: besides these calls it has `getState`, and can be a node of other graphs. */
export type RouterGraph = RouterCalls & ReturnType<typeof compileRouter>;

/**
 * Builds the router. Throws `invalid-options` naming the option at fault.
 *
 * Input `{ question, image? }`, output `RouterOutput`, and for a single run `{ context: RouterContext }`:
 *
 * ```ts
 * const graph = createRouterGraph({ knowledgeBases, policy, reader, answerer });
 * const { answer, citations, steps } = await graph.invoke({ question }, { context: { seed: 7 }, signal });
 * ```
 *
 * A run ends with `empty-question`, `question-too-long`, `unknown-image`, ... (kind `user`) for input that must change, with
 * `policy-failed`, `reader-failed` or `answerer-failed` (kind `model`) when one of these throws, and with the signal's reason.
 */
export function createRouterGraph(options: RouterGraphOptions): RouterGraph {
  return identifyRuns(compileRouter(resolveOptions(options), options.checkpointer)) as RouterGraph;
}

function compileRouter(parts: RouterParts, checkpointer: BaseCheckpointSaver | undefined) {
  const node =
    (step: StepFunction) =>
    async (state: RunState, config: LangGraphRunnableConfig): Promise<Command> => {
      const emit = (event: RouterEvent) => config.writer?.(event);
      const { update, next } = await step(state, parts, { signal: config.signal, config, emit });
      return new Command({ update, goto: next ?? END });
    };

  const tracePolicy = nodeTracePolicy;
  return new StateGraph({
    state: RouterStateSchema,
    input: describedOnly(RouterInputSchema),
    output: RouterOutputSchema,
    context: describedOnly(RouterContextSchema),
  })
    .addNode('begin', node(begin), { ends: ['decide', 'conclude'], tracePolicy })
    .addNode('decide', node(decide), { ends: ['retrieve', 'conclude'], tracePolicy })
    .addNode('retrieve', node(retrieve), { ends: ['read', 'decide', 'conclude'], tracePolicy })
    .addNode('read', node(read), { ends: ['decide', 'conclude'], tracePolicy })
    .addNode('conclude', node(conclude), { ends: [END], tracePolicy })
    .addEdge(START, 'begin')
    .compile({ name: 'r1-router', checkpointer: checkpointer ?? false })
    .withConfig({ recursionLimit: RECURSION_LIMIT });
}
