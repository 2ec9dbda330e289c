/**
 * Runs of the server in traces of LangSmith. By the ordinary environment variables each run is a trace of its own, under the id that
 * the answer names. Here stands what a server adds: a run below the trace of whoever asks, and what people say of a run.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import type { Callbacks } from '@langchain/core/callbacks/manager';
import { type FeedbackSenderOptions, feedbackSender } from '../graph/tracing/langsmith-feedback.ts';
import type { RouterServerOptions } from './options.ts';

/** A dotted order: the time and the id of each run on the way down, e.g. `20260101T120000000000Z01890a5d-...`. */
const STEP = '\\d{8}T\\d{12}Z[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const DOTTED_ORDER = new RegExp(`^${STEP}(?:\\.${STEP})*$`);

/** `langsmith-trace` and `baggage`, as clients of LangSmith send them. */
export function parentTrace({
  'langsmith-trace': trace,
  baggage,
}: IncomingHttpHeaders): Record<string, string> | undefined {
  const isTrace = typeof trace === 'string' && trace.length <= 4_000 && DOTTED_ORDER.test(trace);
  if (!isTrace) return undefined;
  const isBaggage = typeof baggage === 'string' && baggage.length <= 8_000;
  return { 'langsmith-trace': trace, ...(isBaggage && { baggage }) };
}

/** What makes a run a child of that trace, beside what else listens to it. */
export async function callbacksBelow(
  headers: Record<string, string>,
  others: readonly BaseCallbackHandler[] = [],
): Promise<Callbacks | undefined> {
  const [{ RunTree }, { CallbackManager }, { LangChainTracer }] = await Promise.all([
    import('langsmith/run_trees'),
    import('@langchain/core/callbacks/manager'),
    import('@langchain/core/tracers/tracer_langchain'),
  ]);
  const parent = RunTree.fromHeaders(headers);
  if (!parent) return undefined;
  const tracer = new LangChainTracer({ projectName: parent.project_name });
  tracer.updateFromRunTree(parent);
  const callbacks = new CallbackManager(parent.id);
  for (const handler of [tracer, ...others.filter(({ name }) => name !== tracer.name)])
    callbacks.addHandler(handler, true);
  return callbacks;
}

/** Whether the environment asks for traces. */
export function isTracing(environment: NodeJS.ProcessEnv = process.env): boolean {
  return [environment.LANGSMITH_TRACING, environment.LANGSMITH_TRACING_V2, environment.LANGCHAIN_TRACING_V2].includes(
    'true',
  );
}

/**
 * For `onFeedback`: what people say of a run becomes feedback of its trace, under the key `user`. `project` is the one that the runs
 * are in, by default as the environment says; `null` where `acceptTraces` lets runs into projects of others.
 */
export function langsmithFeedback(options: FeedbackSenderOptions = {}): NonNullable<RouterServerOptions['onFeedback']> {
  const send = feedbackSender(options);
  return ({ runId, score, comment }) => send({ runId, key: 'user', score, ...(comment !== undefined && { comment }) });
}
