/**
 * The router, top to bottom:
 *
 *     begin -> decide -> retrieve -> read -> decide ... -> conclude
 *
 * `decide` asks the policy for a sub-question and a knowledge base, or to stop; `retrieve` searches; `read` draws an
 * intermediate answer from the passages; `conclude` answers from the evidence or abstains. A search that finds nothing goes
 * straight back to `decide`, and a limit reached goes straight on to `conclude`. What each node does is written in
 * `steps/`; here stands only who follows whom. Nodes say with commands where the run goes next: an edge would cost a tenth of a
 * millisecond a step and write the whole state into every trace once more. What somebody edits between two nodes is followed all
 * the same (`edited-state.ts`).
 */
import type { RunnableConfig } from '@langchain/core/runnables';
import {
  type BaseCheckpointSaver,
  Command,
  END,
  type LangGraphRunnableConfig,
  START,
  StateGraph,
  type StateSchema,
} from '@langchain/langgraph';
import { z } from 'zod';
import { giveWay } from '../common/give-way.ts';
import { followEdits } from './edited-state.ts';
import type { RouterEvent } from './events.ts';
import { type RouterGraphOptions, type RouterParts, resolveOptions } from './options.ts';
import { streamOnly } from './public-fields.ts';
import { identifyRuns } from './run-id.ts';
import {
  describedOnly,
  describedState,
  MAXIMUM_STEPS,
  type RouterContext,
  RouterContextSchema,
  type RouterInput,
  RouterInputSchema,
  type RouterOutput,
  RouterOutputSchema,
  RouterStateSchema,
  type RunState,
  type RunUpdate,
} from './run-state.ts';
import { upgradedFields, upgradeRunState } from './run-state-migration.ts';
import { begin } from './steps/begin.ts';
import { conclude } from './steps/conclude.ts';
import { decide } from './steps/decide.ts';
import type { Move, StepFunction, StepName } from './steps/move.ts';
import { read } from './steps/read.ts';
import { retrieve } from './steps/retrieve.ts';
import type { StreamOf } from './stream-chunks.ts';
import { nodeTracePolicy } from './tracing/trace-view.ts';

export interface RouterConfig extends RunnableConfig {
  context?: RouterContext;
}

/**
 * The calls as they are meant to be typed: LangGraph's own inference makes every key of the context required and drops the
 * records' types.
 */
export interface RouterCalls<Input = RouterInput, Output = RouterOutput> {
  invoke(input: Input | null, config?: RouterConfig): Promise<Output>;
  batch(
    inputs: Input[],
    config?: RouterConfig | RouterConfig[],
    options?: { maxConcurrency?: number; returnExceptions?: false },
  ): Promise<Output[]>;
  stream: StreamOf<Input | null>;
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
  return compileRouter(resolveOptions(options), options) as RouterGraph;
}

/** What an agent adds to the graph: it hears messages and tells what happens in messages. */
export interface Dialogue {
  state: StateSchema<never>;
  input: StateSchema<never>;
  output: StateSchema<never>;
  /** What the messages ask, before the run begins. */
  hear(state: RunState): Promise<Partial<RunState>>;
  /** What a node adds to its update. */
  tell(step: StepName, state: RunState, update: RunUpdate, config: RunnableConfig): Promise<Record<string, unknown>>;
}

export interface CompileOptions {
  /** Default `r1-router`. */
  name?: string;
  checkpointer?: BaseCheckpointSaver;
  dialogue?: Dialogue;
}

export function compileRouter(parts: RouterParts, { name = 'r1-router', checkpointer, dialogue }: CompileOptions = {}) {
  const names = parts.cards.map((card) => card.name);
  const node = (step: StepName, run: StepFunction) => {
    return async (given: RunState, config: LangGraphRunnableConfig) => {
      const emit = (event: RouterEvent) => config.writer?.(event);
      // Many runs share one thread with everything else that the process does.
      await giveWay();
      config.signal?.throwIfAborted();
      const known = upgradeRunState(given, names);
      const state = step === 'begin' && dialogue ? { ...known, ...(await dialogue.hear(known)) } : known;
      const { update, next } = inTime(await run(state, parts, { signal: config.signal, config, emit }), state, config);
      const told = await dialogue?.tell(step, state, update, config);
      const upgraded = known === given ? {} : upgradedFields(known);
      const written = { ...upgraded, ...update, ...told };
      return next === undefined ? written : new Command({ update: written, goto: next });
    };
  };

  const tracePolicy = nodeTracePolicy;
  const schemas = dialogue ?? {
    state: RouterStateSchema,
    input: describedState(RouterInputSchema),
    output: describedState(RouterOutputSchema),
  };
  const builder = new StateGraph({
    state: schemas.state as typeof RouterStateSchema,
    input: schemas.input as typeof RouterStateSchema,
    output: schemas.output as typeof RouterStateSchema,
    context: describedOnly(RouterContextSchema),
  });
  const compiled = describeToServers(builder, schemas)
    .addNode('begin', node('begin', begin), { ends: ['decide', 'conclude'], tracePolicy })
    .addNode('decide', node('decide', decide), { ends: ['retrieve', 'conclude'], tracePolicy })
    .addNode('retrieve', node('retrieve', retrieve), { ends: ['read', 'decide', 'conclude'], tracePolicy })
    .addNode('read', node('read', read), { ends: ['decide', 'conclude'], tracePolicy })
    .addNode('conclude', node('conclude', conclude), { tracePolicy })
    .addEdge(START, 'begin')
    .addEdge('conclude', END)
    .compile({ name, checkpointer })
    .withConfig({
      recursionLimit: RECURSION_LIMIT,
      metadata: { policy: parts.policy.name, policyVersion: parts.policy.version },
    });
  return followEdits(identifyRuns(streamOnly(compiled, publicFields(schemas))));
}

function publicFields({ input, output }: DescribedSchemas): string[] {
  return [...new Set([input, output].flatMap(({ fields }) => Object.keys(fields as object)))];
}

/** What is asked of the schemas: how they describe themselves. */
interface DescribedSchemas {
  state: { getJsonSchema(): unknown };
  input: { fields: unknown };
  output: { fields: unknown };
}

/**
 * The development server tells of a context only where no schema of the graph is a StateSchema. So it is shown zod schemas that say
 * the same; that of the state has no fields of its own, so that nothing is checked twice.
 */
function describeToServers<Builder extends object>(builder: Builder, schemas: DescribedSchemas): Builder {
  const { properties } = schemas.state.getJsonSchema() as { properties?: Record<string, unknown> };
  return Object.assign(builder, {
    _schemaRuntimeDefinition: z.object({}).meta({ properties }),
    _inputRuntimeDefinition: z.object(schemas.input.fields as Record<string, z.ZodType>),
    _outputRuntimeDefinition: z.object(schemas.output.fields as Record<string, z.ZodType>),
  });
}

/** Supersteps that a whole step takes, the conclusion after it, and the one with which LangGraph sees that all is done. */
const STEP_AND_CONCLUSION = 5;

/**
 * As a node of another graph the run has that graph's recursion limit (25 where nothing else is said), which ends it with an error
 * and no answer; so it concludes while it can.
 */
function inTime(move: Move, { run }: Partial<RunState>, config: LangGraphRunnableConfig): Move {
  const step = config.metadata?.langgraph_step;
  const { recursionLimit } = config;
  if (typeof step !== 'number' || recursionLimit === undefined) return move;
  const { update, next } = move;
  // On a thread the count goes on from the run before.
  const firstStep = update.run ? step : (run?.firstStep ?? 1);
  const marked = update.run ? { ...update, run: { ...update.run, firstStep } } : update;
  const left = recursionLimit - (step - firstStep + 1);
  if (next !== 'decide' || left >= STEP_AND_CONCLUSION) return { update: marked, next };
  return { update: { ...marked, stopReason: 'max-steps' }, next: 'conclude' };
}
