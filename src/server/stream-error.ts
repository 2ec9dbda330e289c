/** A failure of a run whose events are on their way already, so that no status can tell it. */
import type { Response } from 'express';
import { errorReply } from './error-reply.ts';
import type { RouterServerOptions } from './options.ts';
import { contextOf, errorBodyOf, reportError, SHUTTING_DOWN } from './request-context.ts';

/** Tells the client as the last event, and whoever runs the server where the fault is neither the client's nor a shutdown's. */
export function sendStreamError(response: Response, error: unknown, options: RouterServerOptions): void {
  const context = contextOf(response);
  const stopping = options.signal?.aborted === true;
  const reply = errorReply(stopping ? SHUTTING_DOWN : error);
  context.error = error;
  if (reply.status >= 500 && !stopping && !context.left.aborted) reportError(options, error, context);
  if (response.destroyed) return;
  // A face with a shape of its own, as OpenAI's, has events without names.
  const name = context.errorBody ? '' : 'event: error\n';
  response.write(`${name}data: ${JSON.stringify(errorBodyOf(reply, context))}\n\n`);
}
