/** Failures into replies, and those that are the server's own fault into its log. */
import type { ErrorRequestHandler, Response } from 'express';
import { errorReply, HttpError } from './error-reply.ts';
import type { RouterServerOptions } from './options.ts';
import { contextOf, errorBodyOf, type RequestContext, reportError } from './request-context.ts';

function sendError(response: Response, error: unknown): void {
  const reply = errorReply(error);
  const context = contextOf(response) as RequestContext | undefined;
  if (error instanceof HttpError) response.set(error.headers);
  response.status(reply.status).json(errorBodyOf(reply, context));
}

/** The last middleware. Whoever runs the server hears of everything that is its own fault. */
export function errorHandler(options: Pick<RouterServerOptions, 'log' | 'onError'>): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    const context = contextOf(response) as RequestContext | undefined;
    if (context) context.error = error;
    if (errorReply(error).status >= 500 && !isRefusal(error)) reportError(options, error, context);
    if (response.headersSent) response.destroy();
    else if (!context?.left.aborted) sendError(response, error);
  };
}

/** An overload or a shutdown is no fault. */
const isRefusal = (error: unknown): boolean => error instanceof HttpError;
