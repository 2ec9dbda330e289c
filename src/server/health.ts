/** Whether the process lives (`/healthz`) and whether it can answer (`/readyz`); neither asks for a key, neither tells anything. */
import type { RequestHandler } from 'express';
import { startDeadline, withAbort } from '../common/abort.ts';
import type { RunSlots } from './admission/run-slots.ts';
import type { RouterServerOptions } from './options.ts';
import { reportError } from './request-context.ts';

export function health(slots: RunSlots): RequestHandler {
  return (_request, response) => {
    const { running, waiting } = slots;
    response.set('Cache-Control', 'no-store').json({ status: 'ok', running, waiting });
  };
}

const READY_TIMEOUT_MS = 3_000;
const ASKED_AGAIN_MS = 1_000;

export function readiness(options: RouterServerOptions): RequestHandler {
  let last: { at: number; ready: Promise<boolean> } | undefined;
  const isReady = (): Promise<boolean> => {
    if (last && performance.now() - last.at < ASKED_AGAIN_MS) return last.ready;
    last = { at: performance.now(), ready: askParts(options) };
    return last.ready;
  };
  return async (_request, response) => {
    response.set('Cache-Control', 'no-store');
    if (options.signal?.aborted) response.status(503).json({ status: 'shutting-down' });
    else if (await isReady()) response.json({ status: 'ready' });
    else response.status(503).json({ status: 'not-ready' });
  };
}

async function askParts(options: RouterServerOptions): Promise<boolean> {
  const { ready } = options;
  if (!ready) return true;
  const deadline = startDeadline(READY_TIMEOUT_MS, options.signal);
  try {
    await withAbort(() => ready(deadline.signal), deadline.signal);
    return true;
  } catch (error) {
    reportError(options, error);
    return false;
  } finally {
    deadline.clear();
  }
}
