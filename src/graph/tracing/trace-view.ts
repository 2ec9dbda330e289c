/**
 * What a tracer is sent of a node's run: what it was about and what came of it. The whole state, with every passage of every
 * step, would be sent over and over; the passages stand once, in the retriever's run.
 */
import type { TracePolicy } from '@langchain/core/tracers/tracer_langchain';
import type { PendingStep, RunState } from '../run-state.ts';
import { passagesInTurn } from '../steps/searching.ts';

type Payload = Record<string, unknown>;

/** The state, shortened. */
export function viewOfState(state: Partial<RunState>): Payload {
  const { question, run, steps, findings, conversation, pending } = state;
  const history = findings?.map(({ passages: _p, reading: _r, thought: _t, ...entry }) => entry);
  return {
    question,
    image: run?.image ?? state.image,
    ...(conversation?.length && { conversation }),
    ...(steps && { step: steps.length }),
    ...(history?.length && { history }),
    ...(pending && viewOfPending(pending)),
  };
}

/** What a step function changed, shortened, and where the run goes next. */
export function viewOfMove(update: Partial<RunState>, next: unknown): Payload {
  const { pending, steps, answer, citations, stopReason, usage } = update;
  return {
    ...(pending && viewOfPending(pending)),
    ...(pending === null && steps?.length && { record: steps.at(-1) }),
    ...(answer !== undefined && citations?.length && { answer, citations }),
    ...(stopReason && { stopReason }),
    ...(usage && { usage }),
    next,
  };
}

/** For the nodes of the graph, whose output is a command; the last one's is what it changed. */
export const nodeTracePolicy: TracePolicy = {
  processInputs: viewOfState,
  processOutputs: (output) =>
    'goto' in output ? viewOfMove(output.update ?? {}, output.goto) : viewOfMove(output, null),
};

function viewOfPending({
  decision,
  thought,
  attempts,
  fallback,
  probes,
  searches,
  outcome,
  error,
}: PendingStep): Payload {
  const invalid = attempts.filter((attempt) => attempt.invalid !== undefined);
  const passages = passagesInTurn(searches).map(({ passage: { knowledgeBase, id } }) => `${knowledgeBase}: ${id}`);
  return {
    decision,
    ...(thought !== undefined && { thought }),
    ...(invalid.length > 0 && { invalid }),
    ...(fallback && { fallback }),
    ...(probes.length > 0 && { probes }),
    ...(outcome !== 'none' && { outcome }),
    ...(error !== undefined && { error }),
    ...(passages.length > 0 && { passages }),
  };
}
