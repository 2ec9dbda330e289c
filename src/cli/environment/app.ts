/** The environment over HTTP: OpenEnv's routes, the tools over MCP, and rewards as a service. Sockets are in `sockets.ts`. */
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import { z } from 'zod';
import { isR1RouterError } from '../../common/errors.ts';
import { DIRECT_PROMPTS } from '../../graph/chat-model/prompts/direct-prompts.ts';
import type { ApiKey } from '../../server/admission/api-key.ts';
import { readJson } from '../../server/admission/body.ts';
import { identify, requireKey } from '../../server/admission/keys.ts';
import { checkHost, checkOrigin } from '../../server/admission/origins.ts';
import { createSharedBudget } from '../../server/admission/shared-budget.ts';
import { errorHandler } from '../../server/error-handler.ts';
import { HttpError, methodNotAllowed, notFound } from '../../server/error-reply.ts';
import type { Log } from '../../server/log.ts';
import { openContext } from '../../server/request-context.ts';
import {
  callMcp,
  observationReply,
  parseError,
  ResetSchema,
  rewardsOf,
  type Session,
  type Sessions,
  schemaReply,
  stateReply,
  stepReply,
} from '../../train/environment/index.ts';

export interface EnvironmentAppOptions {
  sessions: Sessions;
  keys: readonly ApiKey[];
  log?: Log;
  signal?: AbortSignal;
}

const BODY_LIMIT = 8 * 1024 * 1024;

export function createEnvironmentApp({ sessions, keys, log, signal }: EnvironmentAppOptions): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use(helmet());
  if (keys.length === 0) app.use(checkHost());
  app.use(openContext({ log, signal }, () => {}));
  const json = readJson({ limit: BODY_LIMIT, timeoutMs: 15_000, budget: createSharedBudget(8 * BODY_LIMIT) });
  add(app, '/health', { get: [(_request, response) => void response.json({ status: 'healthy' })] });
  app.use(checkOrigin(), identify(keys), requireKey(keys));
  add(app, '/metadata', { get: [(_request, response) => void response.json(metadata(sessions))] });
  add(app, '/schema', { get: [(_request, response) => void response.json(schemaReply())] });
  add(app, '/v1/tasks', { get: [(_request, response) => void response.json(tasks(sessions))] });
  add(app, '/reset', { post: [optionalBody(json), reset(sessions)] });
  add(app, '/step', { post: [json, step(sessions)] });
  add(app, '/state', { get: [state(sessions)] });
  add(app, '/mcp', { post: [json, mcp(sessions)] });
  add(app, '/v1/rewards', { post: [json, rewards(sessions)] });
  app.use(notFound);
  app.use(errorHandler({ log }));
  return app;
}

function metadata({ options: { tasks, graph }, count, most }: Sessions) {
  const names = graph.knowledgeBases.map(({ name }) => name).join(', ');
  return {
    name: 'r1-router',
    description: `Questions that are answered by searching ${names}, step by step`,
    version: '1',
    questions: tasks.count,
    sessions: { active: count, most },
  };
}

/** Everything that may be asked, and what every run is told first. No gold. */
function tasks({ options }: Sessions) {
  return {
    system: DIRECT_PROMPTS.toolsThatRead,
    tasks: options.tasks.all.map(({ question: { id, question, split } }) => ({ question_id: id, question, split })),
  };
}

/** OpenEnv's clients may send nothing at all. */
function optionalBody(json: RequestHandler): RequestHandler {
  return (request, response, next) => {
    if (request.get('content-length') === '0' || !request.get('content-type')) {
      request.body = {};
      return next();
    }
    return json(request, response, next);
  };
}

/** Over HTTP a session is called by its episode. */
const EpisodeSchema = z.object({ episode_id: z.string().max(255).optional() });

function reset(sessions: Sessions): RequestHandler {
  return async (request, response) => {
    const body = checked(ResetSchema, request.body);
    // An episode of before gives its place to the next.
    const known = body.episode_id == null ? undefined : sessions.find(body.episode_id);
    const session = known ?? opened(sessions);
    try {
      // Whatever it is to be called, it is found again by the session's own name.
      const observed = await session.reset({ ...body, episode_id: session.id });
      response.json(observationReply(observed, { first: true }));
    } catch (error) {
      sessions.close(session.id);
      throw error;
    }
  };
}

const StepBodySchema = EpisodeSchema.extend({ action: z.record(z.string(), z.unknown()) });

function step(sessions: Sessions): RequestHandler {
  return async (request, response) => {
    const { action, episode_id: id } = checked(StepBodySchema, request.body);
    const session = sessionOf(sessions, id);
    const reply = await stepReply(action, session, sessions);
    response.json(reply);
  };
}

function state(sessions: Sessions): RequestHandler {
  return (request: Request, response: Response) => {
    const { episode_id: id } = checked(EpisodeSchema, request.query);
    response.json(id === undefined ? { episode_id: null, step_count: 0 } : stateReply(sessionOf(sessions, id)));
  };
}

function sessionOf(sessions: Sessions, id: string | undefined): Session {
  const session = id === undefined ? undefined : sessions.find(id);
  if (session) return session;
  const message =
    id === undefined
      ? 'episode_id: missing; send the one that /reset answered with, or speak over the WebSocket /ws'
      : 'episode_id: no such episode here; it was closed, was idle for too long, or is of another server';
  throw new HttpError({ status: id === undefined ? 400 : 404, code: 'unknown-episode', message });
}

function opened(sessions: Sessions): Session {
  try {
    return sessions.open();
  } catch (error) {
    if (!isR1RouterError(error)) throw error;
    throw new HttpError({ status: 503, code: error.code, message: error.message }, { 'Retry-After': '5' });
  }
}

const SESSION_HEADER = 'Mcp-Session-Id';

function mcp(sessions: Sessions): RequestHandler {
  return async (request, response) => {
    const { body } = request as { body: unknown };
    const id = request.get(SESSION_HEADER);
    if (Array.isArray(body)) return void response.json(parseError());
    const session = id === undefined ? undefined : sessions.find(id);
    if (id !== undefined && !session) {
      throw new HttpError({
        status: 404,
        code: 'unknown-session',
        message: `${SESSION_HEADER}: no such session here; initialize again`,
      });
    }
    const onSession = (made: string) => void response.set(SESSION_HEADER, made);
    const reply = await callMcp(body, { sessions, session, onSession });
    if (reply) response.json(reply);
    else response.status(202).end();
  };
}

const rewards = (sessions: Sessions): RequestHandler => {
  return (request, response) => void response.json(rewardsOf(request.body, sessions.options));
};

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const message = `body.${issue?.path.join('.')}: ${issue?.message}; see /schema`;
  throw new HttpError({ status: 422, code: 'invalid-request', message });
}

function add(app: Express, path: string, handlers: { get?: RequestHandler[]; post?: RequestHandler[] }): void {
  const route = app.route(path);
  if (handlers.get) route.get(...handlers.get);
  if (handlers.post) route.post(...handlers.post);
  route.all(methodNotAllowed(...Object.keys(handlers).map((method) => method.toUpperCase())));
}
