/**
 * The router without LangGraph: the same step functions in a plain loop, for rollouts by the thousand. It has no threads and
 * no checkpoints; a parity test holds its records equal to the graph's. Where a tracer listens, its runs look as the graph's.
 */
import type { RunnableConfig } from '@langchain/core/runnables';
import type { RouterEvent } from './events.ts';
import { type RouterGraphOptions, resolveOptions } from './options.ts';
import type { EvidenceStep, Turn } from './policy.ts';
import { withRunId } from './run-id.ts';
import type { RouterContext, RouterInput, RouterOutput, RunState } from './run-state.ts';
import { begin } from './steps/begin.ts';
import { conclude } from './steps/conclude.ts';
import { decide } from './steps/decide.ts';
import type { Move, StepFunction, StepName } from './steps/move.ts';
import { read } from './steps/read.ts';
import { retrieve } from './steps/retrieve.ts';
import { withChainRun } from './tracing/chain-run.ts';
import { viewOfMove, viewOfState } from './tracing/trace-view.ts';

export interface DriverConfig extends RunnableConfig {
  context?: RouterContext;
  /** Earlier questions, which a thread would have kept. */
  conversation?: readonly Turn[];
  onEvent?: (event: RouterEvent) => void;
  /** Evidence the run begins with, as if its first steps had been taken: a teacher's prefix. It is neither searched nor counted. */
  prefix?: readonly EvidenceStep[];
  /** Steps after which the run concludes, whatever the policy would do next. */
  stopAfter?: number;
}

export type RouterDriver = (input: RouterInput, config?: DriverConfig) => Promise<RouterOutput>;

const STEPS: Record<StepName, StepFunction> = { begin, decide, retrieve, read, conclude };

/**
 * `const drive = driveRouter(options); const output = await drive({ question }, { context: { seed } })` gives what
 * `createRouterGraph(options).invoke(...)` gives, and throws what it throws. `checkpointer` is not used.
 */
export function driveRouter(options: RouterGraphOptions): RouterDriver {
  const parts = resolveOptions(options);
  return async (input, { conversation = [], onEvent = () => {}, prefix, stopAfter, ...config } = {}) => {
    const root = { name: 'r1-router', inputs: () => ({ ...input }), config: withRunId(config) };
    return withChainRun(root, async (config) => {
      let state = { ...input, conversation: [...conversation] } as RunState; // `begin` sets every other field
      let next: StepName | undefined = 'begin';
      while (next) {
        config.signal?.throwIfAborted();
        const name: StepName = next;
        const move: Move = await withChainRun(
          { name, inputs: () => viewOfState(state), outputs: ({ update, next }) => viewOfMove(update, next), config },
          (nested) => STEPS[name](state, parts, { signal: config.signal, config: nested, emit: onEvent }),
        );
        // Without its ledger the next step makes one that knows the prefix.
        const begun = name === 'begin' && prefix ? { findings: [...prefix], ledger: undefined } : {};
        state = { ...state, ...move.update, ...begun };
        next = move.next;
        if (next === 'decide' && stopAfter !== undefined && state.steps.length >= stopAfter) {
          state = { ...state, stopReason: 'max-steps' };
          next = 'conclude';
        }
      }
      const { runId, question, answer, citations, evidence, stopReason, usage, steps } = state;
      return { runId, question, answer, citations, evidence, stopReason: stopReason ?? 'policy', usage, steps };
    });
  };
}
