/**
 * Trying again: exponential backoff with jitter from a seed, never sooner than the server's `retry-after`, for a window long enough
 * that a server which restarts is waited for. An address where nothing has answered yet is more likely mistyped than restarting,
 * and given up soon.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { keyedRandom, type Random } from '../../../common/random.ts';
import { isQdrantError, isTransient } from './errors.ts';

export interface RetryOptions {
  /** Milliseconds from the first failure of a call to its last attempt; default 60,000. A server of 100,000 points restarts in 20 s. */
  window?: number;
  /** The same while nothing has answered at the address yet and it cannot be reached; default 1,000. */
  contactWindow?: number;
  /** Attempts in all; default as many as the window holds. */
  attempts?: number;
  /** Milliseconds before the second attempt, doubled each time up to 5,000; default 200. */
  firstDelay?: number;
  /** Longest wait in milliseconds, also for the server's `retry-after`; default 30,000. */
  longestDelay?: number;
  /** Of the jitter; default 0. */
  seed?: number;
  signal?: AbortSignal;
  /** Called before each wait. */
  onRetry?: (retry: { attempt: number; delay: number; error: unknown }) => void;
  /** Called once for a call that has waited for a second and goes on waiting, up to `seconds` in all. Default: a process warning. */
  onWait?: (wait: { error: unknown; seconds: number }) => void;
}

export type Retry = <T>(work: () => Promise<T>) => Promise<T>;

const RETRY_WINDOW = 60_000;
const LONGEST_BACKOFF = 5_000;
const QUIET = 1_000;

export function createRetry({
  window = RETRY_WINDOW,
  contactWindow = 1_000,
  attempts = Number.POSITIVE_INFINITY,
  firstDelay = 200,
  longestDelay = 30_000,
  seed = 0,
  signal,
  onRetry,
  onWait = warnOfWait,
}: RetryOptions = {}): Retry {
  const random: Random = keyedRandom('qdrant-retry', seed);
  let contacted = false;
  return async (work) => {
    let failedAt: number | undefined;
    let told = false;
    for (let attempt = 1; ; attempt++) {
      try {
        signal?.throwIfAborted();
        const result = await work();
        contacted = true;
        return result;
      } catch (error) {
        if (isQdrantError(error) && error.status !== undefined) contacted = true;
        if (attempt >= attempts || !isTransient(error)) throw error;
        failedAt ??= performance.now();
        const silent = !contacted && isQdrantError(error) && error.code === 'qdrant-unreachable';
        const whole = silent ? Math.min(window, contactWindow) : window;
        const left = whole - (performance.now() - failedAt);
        if (left <= 0) throw error;
        const backoff = Math.min(firstDelay * 2 ** (attempt - 1), LONGEST_BACKOFF) * (0.5 + random.next());
        const asked = (isQdrantError(error) ? (error.retryAfter ?? 0) : 0) * 1000;
        const delay = Math.min(Math.max(backoff, asked), longestDelay, left);
        if (!told && whole - left + delay >= QUIET && left > delay) {
          told = true;
          onWait({ error, seconds: Math.round(whole / 1000) });
        }
        onRetry?.({ attempt, delay, error });
        await sleep(delay, undefined, signal ? { signal } : undefined);
      }
    }
  };
}

function warnOfWait({ error, seconds }: { error: unknown; seconds: number }): void {
  const reason = error instanceof Error ? error.message.split(';')[0]! : 'Qdrant does not answer';
  process.emitWarning(`${reason}; trying again for ${seconds} s`, { code: 'R1_ROUTER_QDRANT_WAIT' });
}
