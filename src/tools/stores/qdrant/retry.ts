/**
 * Trying again: exponential backoff with jitter from a seed, never sooner than the server's `retry-after`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { keyedRandom, type Random } from '../../../common/random.ts';
import { isQdrantError, isTransient } from './errors.ts';

export interface RetryOptions {
  /** Attempts in all; default 6. */
  attempts?: number;
  /** Milliseconds before the second attempt, doubled each time; default 200. */
  firstDelay?: number;
  /** Longest wait in milliseconds, also for the server's `retry-after`; default 30,000. */
  longestDelay?: number;
  /** Of the jitter; default 0. */
  seed?: number;
  signal?: AbortSignal;
  /** Called before each wait. */
  onRetry?: (retry: { attempt: number; delay: number; error: unknown }) => void;
}

export type Retry = <T>(work: () => Promise<T>) => Promise<T>;

export function createRetry({
  attempts = 6,
  firstDelay = 200,
  longestDelay = 30_000,
  seed = 0,
  signal,
  onRetry,
}: RetryOptions = {}): Retry {
  const random: Random = keyedRandom('qdrant-retry', seed);
  return async (work) => {
    for (let attempt = 1; ; attempt++) {
      try {
        signal?.throwIfAborted();
        return await work();
      } catch (error) {
        if (attempt >= attempts || !isTransient(error)) throw error;
        const backoff = firstDelay * 2 ** (attempt - 1) * (0.5 + random.next());
        const asked = (isQdrantError(error) ? (error.retryAfter ?? 0) : 0) * 1000;
        const delay = Math.min(Math.max(backoff, asked), longestDelay);
        onRetry?.({ attempt, delay, error });
        await sleep(delay, undefined, signal ? { signal } : undefined);
      }
    }
  };
}
