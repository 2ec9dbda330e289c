/**
 * How many runs may go on at once, and how many may wait for a place. A full queue refuses at once, so that an overloaded
 * server answers quickly and clients know to come back.
 */
import { HttpError } from '../error-reply.ts';

export interface RunSlots {
  /**
   * Waits for a place, first come first served; call the result to give it back.
   * @throws HttpError 503 `overloaded` where the queue is full; the signal's reason when it aborts.
   */
  acquire(signal: AbortSignal): Promise<() => void>;
  readonly running: number;
  readonly waiting: number;
}

export function createRunSlots({ concurrency, queue }: { concurrency: number; queue: number }): RunSlots {
  const waiters: (() => void)[] = [];
  let running = 0;

  const release = () => {
    const next = waiters.shift();
    if (next) next();
    else running--;
  };
  /** A place is given back once, however often it is asked. */
  const place = () => {
    let held = true;
    return () => {
      if (held) release();
      held = false;
    };
  };

  return {
    get running() {
      return running;
    },
    get waiting() {
      return waiters.length;
    },
    async acquire(signal) {
      signal.throwIfAborted();
      if (running < concurrency) {
        running++;
        return place();
      }
      if (waiters.length >= queue) {
        const message = `${running} runs are under way and ${waiters.length} wait; try again later`;
        throw new HttpError({ status: 503, code: 'overloaded', message }, { 'Retry-After': '2' });
      }
      return new Promise((resolve, reject) => {
        const leave = () => {
          waiters.splice(waiters.indexOf(enter), 1);
          reject(signal.reason);
        };
        const enter = () => {
          signal.removeEventListener('abort', leave);
          resolve(place());
        };
        waiters.push(enter);
        signal.addEventListener('abort', leave, { once: true });
      });
    },
  };
}
