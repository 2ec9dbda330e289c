/** Waiting that can be left: for work that takes an AbortSignal but may not heed it. */

/**
 * The result of `work`, or a rejection with the signal's reason as soon as it aborts. The work itself is not stopped unless it
 * heeds the signal too; what it comes to after the abort is dropped.
 */
export async function withAbort<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work();
  signal.throwIfAborted();
  let leave = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

interface Deadline {
  /** Aborts when the time is up or the outer signal does. */
  readonly signal: AbortSignal;
  /** True when it was the time that ran out. */
  readonly expired: boolean;
  /** Must be called, so that neither timer nor listener outlives the work. */
  clear(): void;
}

/** A time limit joined with an outer signal. Unlike `AbortSignal.timeout` it leaves no timer behind: searches are many. */
export function startDeadline(milliseconds: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  let expired = false;
  const forward = () => controller.abort(outer?.reason);
  const timer = setTimeout(() => {
    expired = true;
    controller.abort(new DOMException(`no answer within ${milliseconds} ms`, 'TimeoutError'));
  }, milliseconds);
  if (outer?.aborted) forward();
  else outer?.addEventListener('abort', forward, { once: true });
  return {
    signal: controller.signal,
    get expired() {
      return expired;
    },
    clear() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', forward);
    },
  };
}
