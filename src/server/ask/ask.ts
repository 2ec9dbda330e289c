/** `POST /v1/ask`: a question as JSON or as a form with a picture, the run as JSON or as server-sent events. */
import type { Request, RequestHandler, Response } from 'express';
import { HttpError } from '../error-reply.ts';
import { openEventStream } from '../event-stream.ts';
import { DEFAULTS, type RouterServerOptions } from '../options.ts';
import { contextOf, type RequestContext, SHUTTING_DOWN } from '../request-context.ts';
import type { LoggedRun, RunLog } from '../runs/run-log.ts';
import { sendStreamError } from '../stream-error.ts';
import { parseAskRequest } from './ask-request.ts';
import type { Runner } from './run.ts';

export const acceptable: RequestHandler = (request, _response, next) => {
  if (request.accepts(['application/json', 'text/event-stream'])) return next();
  const message = 'Accept: only application/json and text/event-stream are spoken here';
  throw new HttpError({ status: 406, code: 'not-acceptable', message });
};

export const wantsEvents = (request: Request): boolean =>
  request.accepts(['application/json', 'text/event-stream']) === 'text/event-stream';

export function ask(runner: Runner, log: RunLog, options: RouterServerOptions): RequestHandler {
  return async (request, response) => {
    const context = contextOf(response);
    try {
      const asked = parseAskRequest(request.body);
      const lastEventId = request.get('last-event-id') || undefined;
      // Whoever comes back is told the rest of what goes on already.
      const known = lastEventId === undefined ? undefined : findRun(log, context, lastEventId, asked.runId);
      if (known) context.releasePlace();
      const run = known ?? (await runner.start(asked, context));
      context.runId = run.runId;
      const from = known ? placeAfter(run, lastEventId) : 0;
      if (wantsEvents(request)) await sendEvents(run, from, response, options);
      else await sendAnswer(run, response);
    } catch (error) {
      if (context.left.aborted) return; // nobody listens any more
      throw options.signal?.aborted ? SHUTTING_DOWN : error;
    }
  };
}

function findRun(log: RunLog, { owner }: RequestContext, eventId: string, runId?: string): LoggedRun | undefined {
  return runId === undefined ? log.findByEvent(owner, eventId) : log.find(owner, runId);
}

/**
 * Several events of a step have one id, so it is only known that the first of them has been heard: those after it come (again).
 */
export function placeAfter({ events }: LoggedRun, lastEventId: string | undefined): number {
  if (lastEventId === undefined || lastEventId === '') return 0;
  return events.findIndex((event) => 'id' in event && event.id === lastEventId) + 1;
}

/** The end of the run as one object: the answer with its steps. */
async function sendAnswer(run: LoggedRun, response: Response): Promise<void> {
  for await (const _event of run.follow(0, contextOf(response).signal));
  response.set('Cache-Control', 'no-store').json(run.output());
}

/**
 * The stream opens with the first event, so that input the graph refuses still gets its status. A later failure is an `error`
 * event with the body an error reply would have. With `begins` it opens at once: what became of a run is no fault of the request.
 */
export async function sendEvents(
  run: LoggedRun,
  from: number,
  response: Response,
  options: RouterServerOptions,
  { begins = false }: { begins?: boolean } = {},
): Promise<void> {
  const { signal } = contextOf(response);
  const events = run.follow(from, signal);
  const first = begins ? undefined : await events.next();
  const stream = openEventStream(response, { heartbeatMs: options.heartbeatMs ?? DEFAULTS.heartbeatMs, signal });
  try {
    for (let next = first ?? (await events.next()); !next.done; next = await events.next()) {
      const event = next.value;
      await stream.send({ event: event.type, ...('id' in event && { id: event.id }), data: event });
    }
  } catch (error) {
    sendStreamError(response, error, options);
  } finally {
    stream.end();
  }
}
