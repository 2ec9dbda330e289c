/** What the server knows of a request while it is served: its id, whose it is, and the signal that ends its work. */
import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { ApiKey } from './admission/api-key.ts';
import { type ErrorReply, errorReply, HttpError } from './error-reply.ts';
import { describeError, logEntry } from './log.ts';
import type { RouterServerOptions } from './options.ts';
import { parentTrace } from './tracing.ts';

export interface RequestContext {
  requestId: string;
  /** The key that was sent, where it is one of the server's. */
  key?: ApiKey;
  /** Whose runs and threads these are: the name of the key; empty where no keys are asked for. */
  owner: string;
  /** The client is gone. */
  left: AbortSignal;
  /** The client is gone or the server goes down. */
  signal: AbortSignal;
  /** The route as it is written, for log and metrics. */
  route?: string;
  runId?: string;
  /** Headers of the trace that the run belongs below, where they are accepted. */
  trace?: Record<string, string>;
  /** How a failure is told, where a face has a shape of its own. */
  errorBody?: (reply: ErrorReply) => unknown;
  /** What the request was answered with, where it failed. */
  error?: unknown;
  /** Gives back what the request holds; each may be called at any time, and again. */
  releasePlace(): void;
  releaseBody(): void;
}

const nothing = () => {};

export function contextOf({ locals }: Response): RequestContext {
  return (locals as { r1Router: RequestContext }).r1Router;
}

/** What a client is told of a failure, in the shape of its face. */
export function errorBodyOf(reply: ErrorReply, context: RequestContext | undefined): unknown {
  const { code, message } = reply;
  return context?.errorBody ? context.errorBody(reply) : { error: { code, message } };
}

/** What is wrong with a run that a shutdown ended. */
export const SHUTTING_DOWN = new HttpError(
  { status: 503, code: 'shutting-down', message: 'the server is shutting down; try again later' },
  { 'Retry-After': '5', Connection: 'close' },
);

/** The first middleware: opens the context, and writes the log when the response is out. */
export function openContext(
  options: Pick<RouterServerOptions, 'signal' | 'acceptTraces' | 'log'>,
  onEnd: (context: RequestContext, response: Response, milliseconds: number) => void,
): RequestHandler {
  return (request, response, next) => {
    const given = request.get('x-request-id') ?? '';
    const requestId = /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
    const leaving = new AbortController();
    const began = performance.now();
    const context: RequestContext = {
      requestId,
      owner: '',
      left: leaving.signal,
      signal: options.signal ? AbortSignal.any([leaving.signal, options.signal]) : leaving.signal,
      releasePlace: nothing,
      releaseBody: nothing,
    };
    const trace = options.acceptTraces ? parentTrace(request.headers) : undefined;
    if (trace) context.trace = trace;
    response.locals.r1Router = context;
    response.set('X-Request-Id', requestId);
    response.once('close', () => {
      if (!response.writableFinished) leaving.abort(new Error('the client left'));
      context.releaseBody();
      context.releasePlace();
      const milliseconds = performance.now() - began;
      onEnd(context, response, milliseconds);
      options.log?.(
        logEntry(response.statusCode >= 500 ? 'error' : 'info', 'request', {
          requestId,
          ...(context.runId !== undefined && { runId: context.runId }),
          method: request.method,
          route: context.route ?? 'none',
          status: response.statusCode,
          ms: Math.round(milliseconds),
          ...(context.key && { key: context.key.name }),
          ...(context.left.aborted && { left: true }),
          ...(context.error !== undefined && { code: errorReply(context.error).code }),
        }),
      );
    });
    next();
  };
}

/** Failures that are not the client's, for those who run the server. */
export function reportError(
  { log, onError }: Pick<RouterServerOptions, 'log' | 'onError'>,
  error: unknown,
  context?: RequestContext,
): void {
  log?.(
    logEntry('error', 'error', {
      ...(context && { requestId: context.requestId }),
      ...(context?.runId !== undefined && { runId: context.runId }),
      error: describeError(error),
    }),
  );
  if (onError) onError(error);
  else if (!log) console.error(error);
}
