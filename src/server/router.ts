/**
 * The router over HTTP, as an Express 5 router to be mounted anywhere: `POST /v1/ask` as JSON or as server-sent events, and
 * `GET /healthz`. A run ends when its client leaves. What it does not do: TLS, sessions, accounts; a proxy in front does.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { userError } from '../common/errors.ts';
import { readDataUrl } from '../config/check-image.ts';
import { suggestion } from '../config/suggest.ts';
import type { RouterEvent } from '../graph/events.ts';
import type { RouterConfig, RouterGraph } from '../graph/graph.ts';
import type { ImageStore } from '../graph/image-store.ts';
import type { Budgets } from '../graph/run-state.ts';
import type { RunKeeper } from '../graph/runs/kept-runs.ts';
import type { StepRecord } from '../graph/step-record.ts';
import { streamRouter } from '../graph/stream.ts';
import { type AskRequest, parseAskRequest } from './ask-request.ts';
import { errorHandler, errorReply, HttpError, methodNotAllowed } from './error-reply.ts';
import { openEventStream } from './event-stream.ts';
import { createRunSlots } from './run-slots.ts';

export interface RouterServerOptions {
  /** Answers every request that names no policy. */
  graph: RouterGraph;
  /** What a request may name as its `policy`. None by default. */
  policies?: Readonly<Record<string, RouterGraph>>;
  /** The image store of the graphs. Without it questions with an image are refused. */
  images?: ImageStore;
  /** Clients must send `Authorization: Bearer <apiKey>`; `/healthz` stays open. */
  apiKey?: string;
  /** Runs at once. Default 8: a run in flight holds little memory, but all share one thread. */
  concurrency?: number;
  /** Runs that may wait for a place; beyond it 503 with `Retry-After`. Default 64. */
  queue?: number;
  /** Bytes of a request's body. Default 15 MB, which holds the largest image in base64. */
  bodyLimit?: number;
  /** Steps a request may ask for at most. */
  maxSteps?: number;
  /** Seed of requests that give none. Default 0. */
  seed?: number | string;
  /** Keeps every run, to learn from. */
  keeper?: RunKeeper;
  /** Limits of every run. */
  budgets?: Budgets;
  /** Milliseconds between the comments that keep an event stream open. Default 15,000. */
  heartbeatMs?: number;
  /** Ends every run, for a shutdown. */
  signal?: AbortSignal;
  /** Hears of failures that are not the client's; default: `console.error`. */
  onError?: (error: unknown) => void;
}

const BODY_LIMIT = 15 * 1024 * 1024;

/** What is wrong with a run that a shutdown ended. */
const SHUTTING_DOWN = new HttpError(
  { status: 503, code: 'shutting-down', message: 'the server is shutting down; try again later' },
  { 'Retry-After': '5', Connection: 'close' },
);

/**
 * ```ts
 * const app = express();
 * app.use('/router', createRouterRouter({ graph, images }));
 * ```
 */
export function createRouterRouter(options: RouterServerOptions): Router {
  const { apiKey, concurrency = 8, queue = 64, bodyLimit = BODY_LIMIT, onError = console.error } = options;
  const slots = createRunSlots({ concurrency, queue });
  const router = express.Router();

  const health: RequestHandler = (_request, response) => {
    const { running, waiting } = slots;
    response.set('Cache-Control', 'no-store').json({ status: 'ok', running, waiting });
  };
  router.route('/healthz').get(health).all(methodNotAllowed('GET'));

  const ask: RequestHandler = async (request, response) => {
    const asked = parseAskRequest(request.body);
    const run = beginRun(asked, options);
    const leaving = new AbortController();
    response.once('close', () => leaving.abort(new Error('the client left')));
    const signal = AbortSignal.any([leaving.signal, ...(options.signal ? [options.signal] : [])]);
    let release = () => {};
    try {
      release = await slots.acquire(signal);
      const events = await run(signal);
      const reply = request.accepts(['application/json', 'text/event-stream']) === 'text/event-stream';
      await (reply ? sendEvents : sendAnswer)(events, response, { ...options, onError, signal });
    } catch (error) {
      if (leaving.signal.aborted) return; // nobody listens any more
      throw options.signal?.aborted ? SHUTTING_DOWN : error;
    } finally {
      release();
    }
  };
  const body = [requireJson, express.json({ limit: bodyLimit, type: 'application/json' })];
  router
    .route('/v1/ask')
    .post(requireKey(apiKey), acceptable, ...body, ask)
    .all(methodNotAllowed('POST'));

  router.use(errorHandler(onError));
  return router;
}

type StartRun = (signal: AbortSignal) => Promise<AsyncGenerator<RouterEvent>>;

/** Checks what can be checked before a place is taken. */
function beginRun(asked: AskRequest, options: RouterServerOptions): StartRun {
  const { graph, policies = {}, images, maxSteps, budgets, keeper } = options;
  const { question, image, seed = options.seed, runId, policy, includeTrace } = asked;
  const chosen = policy === undefined ? graph : Object.hasOwn(policies, policy) ? policies[policy] : undefined;
  if (chosen === undefined) {
    const hint = suggestion(policy ?? '', Object.keys(policies));
    throw userError('unknown-policy', `policy: unknown policy "${policy?.slice(0, 100)}"; ${hint}`);
  }
  if (image !== undefined && images === undefined) {
    throw userError('no-images', 'image: this server takes no images; ask without one');
  }
  if (maxSteps !== undefined && asked.maxSteps !== undefined && asked.maxSteps > maxSteps) {
    throw userError('invalid-request', `maxSteps: at most ${maxSteps} on this server`);
  }
  const context: NonNullable<RouterConfig['context']> = {
    ...(seed !== undefined && { seed }),
    ...(runId !== undefined && { runId }),
    ...((includeTrace || keeper) && { includeTrace: true }),
    ...((asked.maxSteps ?? maxSteps) !== undefined && { maxSteps: asked.maxSteps ?? maxSteps }),
    ...(budgets && { budgets }),
  };
  return async (signal) => {
    const hash = image && (await images?.put((await readDataUrl(image)).bytes));
    const run = streamRouter(chosen, { question, ...(hash && { image: hash }) }, { signal, context });
    return keeper ? keeper.keep(run, { image: hash, showTrace: includeTrace }) : run;
  };
}

interface ReplyOptions extends RouterServerOptions {
  onError: (error: unknown) => void;
  signal: AbortSignal;
}

/** The end of the run as one object: the answer with its steps. */
async function sendAnswer(events: AsyncGenerator<RouterEvent>, response: Response): Promise<void> {
  const steps: StepRecord[] = [];
  for await (const event of events) {
    if (event.type === 'step-end') steps.push(event.record);
    if (event.type !== 'answer-end') continue;
    const { type: _type, ...answer } = event;
    response.set('Cache-Control', 'no-store').json({ ...answer, steps });
  }
}

/**
 * The stream opens with the first event, so that input the graph refuses still gets its status. A later failure is an `error`
 * event with the body an error reply would have.
 */
async function sendEvents(
  events: AsyncGenerator<RouterEvent>,
  response: Response,
  { heartbeatMs = 15_000, onError, signal, signal: stopping }: ReplyOptions,
): Promise<void> {
  const first = await events.next();
  const stream = openEventStream(response, { heartbeatMs, signal });
  try {
    for (let next = first; !next.done; next = await events.next()) {
      const event = next.value;
      await stream.send({ event: event.type, ...('id' in event && { id: event.id }), data: event });
    }
  } catch (error) {
    if (!response.destroyed) {
      const { status, code, message } = errorReply(stopping.aborted ? SHUTTING_DOWN : error);
      if (status >= 500 && !stopping.aborted) onError(error);
      response.write(`event: error\ndata: ${JSON.stringify({ error: { code, message } })}\n\n`);
    }
  } finally {
    await events.return(undefined);
    stream.end();
  }
}

function requireKey(apiKey: string | undefined): RequestHandler {
  if (apiKey === undefined) return (_request, _response, next) => next();
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(apiKey);
  return (request, _response, next) => {
    const [, given] = /^Bearer +(\S+) *$/i.exec(request.get('authorization') ?? '') ?? [];
    // Digests are of equal length, so that comparing takes the same time whatever was sent.
    if (given !== undefined && timingSafeEqual(digest(given), expected)) return next();
    const message = `Authorization: ${given === undefined ? 'missing' : 'wrong key'}; send "Bearer <API key>"`;
    throw new HttpError({ status: 401, code: 'unauthorized', message }, { 'WWW-Authenticate': 'Bearer' });
  };
}

const acceptable: RequestHandler = (request: Request, _response, next) => {
  if (request.accepts(['application/json', 'text/event-stream'])) return next();
  const message = 'Accept: only application/json and text/event-stream are spoken here';
  throw new HttpError({ status: 406, code: 'not-acceptable', message });
};

const requireJson: RequestHandler = (request, _response, next) => {
  if (request.is('application/json')) return next();
  const message = 'Content-Type: send the body as application/json';
  throw new HttpError({ status: 415, code: 'unsupported-media-type', message });
};
