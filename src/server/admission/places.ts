/** Places of runs as middleware: taken before the body is read, given back when the run or the response is over. */
import type { RequestHandler } from 'express';
import { HttpError } from '../error-reply.ts';
import { contextOf, SHUTTING_DOWN } from '../request-context.ts';
import type { RunSlots } from './run-slots.ts';

export function takePlace(slots: RunSlots, stopping: AbortSignal | undefined): RequestHandler {
  const runsOf = new Map<string, number>();
  return async (_request, response, next) => {
    const context = contextOf(response);
    const { key } = context;
    const under = (key && runsOf.get(key.name)) ?? 0;
    if (key?.concurrency !== undefined && under >= key.concurrency) {
      const message = `${under} requests of this key are under way; wait for one of them`;
      throw new HttpError({ status: 429, code: 'too-many-requests', message }, { 'Retry-After': '1' });
    }
    if (key) runsOf.set(key.name, under + 1);
    const leave = () => {
      if (!key) return;
      const left = (runsOf.get(key.name) ?? 1) - 1;
      if (left > 0) runsOf.set(key.name, left);
      else runsOf.delete(key.name);
    };
    try {
      const release = await slots.acquire(context.signal);
      let held = true;
      context.releasePlace = () => {
        if (!held) return;
        held = false;
        leave();
        release();
      };
    } catch (error) {
      leave();
      throw stopping?.aborted ? SHUTTING_DOWN : error;
    }
    next();
  };
}
