/**
 * The end of a command under LangSmith tracing. Traces are sent in the background and tried again for minutes where the server
 * does not answer; a command that has answered must not hang that long, so the wait is bounded.
 */
import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds: one question leaves few traces, an evaluation may leave thousands. */
const WAIT_MS: Readonly<Record<string, number>> = { ask: 5_000, demo: 5_000 };
const LONGEST_WAIT_MS = 60_000;
const VARIABLES = ['LANGSMITH_TRACING', 'LANGSMITH_TRACING_V2', 'LANGCHAIN_TRACING_V2', 'LANGCHAIN_TRACING'] as const;

/** Resolves to false where traces are still waiting to be sent when the time is up. */
export async function tracesSent(command = ''): Promise<boolean> {
  if (!VARIABLES.some((name) => process.env[name] === 'true')) return true;
  const { awaitAllCallbacks } = await import('@langchain/core/callbacks/promises');
  const given = new AbortController();
  const late = pause(WAIT_MS[command] ?? LONGEST_WAIT_MS, false, { signal: given.signal }).catch(() => false);
  const sent = await Promise.race([awaitAllCallbacks().then(() => true), late]);
  given.abort();
  return sent;
}
