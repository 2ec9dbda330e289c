/**
 * The end of a command under LangSmith tracing. Traces are sent in the background and tried again for minutes where the server
 * does not answer; a command that has answered must not hang that long, so the wait is bounded.
 */
import { setTimeout as pause } from 'node:timers/promises';

const WAIT_MS = 5_000;
const VARIABLES = ['LANGSMITH_TRACING', 'LANGSMITH_TRACING_V2', 'LANGCHAIN_TRACING_V2', 'LANGCHAIN_TRACING'] as const;

/** Resolves to false where traces are still waiting to be sent when the time is up. */
export async function tracesSent({ waitMs = WAIT_MS }: { waitMs?: number } = {}): Promise<boolean> {
  if (!VARIABLES.some((name) => process.env[name] === 'true')) return true;
  const { awaitAllCallbacks } = await import('@langchain/core/callbacks/promises');
  const given = new AbortController();
  const late = pause(waitMs, false, { signal: given.signal }).catch(() => false);
  const sent = await Promise.race([awaitAllCallbacks().then(() => true), late]);
  given.abort();
  return sent;
}
