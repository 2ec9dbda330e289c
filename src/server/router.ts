/**
 * The router over HTTP, as an Express 5 router to be mounted anywhere: which request goes where, and what it must pass first. A
 * run ends when its client leaves. What it does not do: TLS, sessions, accounts; a proxy in front does.
 */
import express, { type RequestHandler, type Router } from 'express';
import { keysOf } from './admission/api-key.ts';
import { readJson } from './admission/body.ts';
import { identify, requireKey } from './admission/keys.ts';
import { allowOrigins, checkOrigin } from './admission/origins.ts';
import { takePlace } from './admission/places.ts';
import { limitRate } from './admission/rate-limit.ts';
import { createRunSlots } from './admission/run-slots.ts';
import { createSharedBudget } from './admission/shared-budget.ts';
import { acceptable, ask } from './ask/ask.ts';
import { readAskBody } from './ask/ask-body.ts';
import { createRunner } from './ask/run.ts';
import { takeDocuments } from './documents.ts';
import { errorHandler } from './error-handler.ts';
import { methodNotAllowed } from './error-reply.ts';
import { health, readiness } from './health.ts';
import { listKnowledgeBases, searchKnowledgeBase, showPicture, showQuestionImage } from './knowledge-bases.ts';
import { DEFAULTS, type RouterServerOptions } from './options.ts';
import { contextOf, openContext } from './request-context.ts';
import { createRunLog } from './runs/run-log.ts';
import { followRun, listRuns, showRun, takeFeedback } from './runs/runs.ts';

export type { RouterServerOptions } from './options.ts';

/**
 * ```ts
 * const app = express();
 * app.use('/router', createRouterRouter({ graph, images }));
 * ```
 */
export function createRouterRouter(options: RouterServerOptions): Router {
  const { concurrency = DEFAULTS.concurrency, queue = DEFAULTS.queue, runsKept = DEFAULTS.runsKept } = options;
  const { bodyLimit = DEFAULTS.bodyLimit, bodyTimeoutMs = DEFAULTS.bodyTimeoutMs, corsOrigins = [] } = options;
  const keys = keysOf(options);
  const slots = createRunSlots({ concurrency, queue });
  const log = createRunLog({ kept: runsKept });
  const pixels = createSharedBudget(options.pixelLimit ?? DEFAULTS.pixelLimit);
  const bytes = createSharedBudget(options.bodyBytesInFlight ?? DEFAULTS.bodyBytesInFlight);
  const runner = createRunner({ options, log, pixels });

  const limits = { limit: bodyLimit, timeoutMs: bodyTimeoutMs, budget: bytes };
  const json = readJson(limits);
  const place = takePlace(slots, options.signal);
  const router = express.Router();
  const named: RequestHandler = (request, response, next) => {
    contextOf(response).route = (request.route as { path?: string } | undefined)?.path;
    next();
  };
  const route = (path: string, handlers: { get?: RequestHandler[]; post?: RequestHandler[] }) => {
    const added = router.route(path);
    if (handlers.get) added.get(named, ...handlers.get);
    if (handlers.post) added.post(named, ...handlers.post);
    added.all(methodNotAllowed(...Object.keys(handlers).map((method) => method.toUpperCase())));
  };

  router.use(openContext(options, () => {}));
  route('/healthz', { get: [health(slots)] });
  route('/readyz', { get: [readiness(options)] });
  if (corsOrigins.length > 0) router.use(allowOrigins(corsOrigins));
  router.use(
    '/v1',
    checkOrigin(corsOrigins),
    identify(keys),
    limitRate(keys, options.requestsPerMinute),
    requireKey(keys),
  );

  route('/v1/ask', { post: [acceptable, place, readAskBody(limits), ask(runner, log, options)] });
  route('/v1/search', { post: [place, json, searchKnowledgeBase(options)] });
  route('/v1/knowledge-bases', { get: [listKnowledgeBases(options)] });
  route('/v1/knowledge-bases/:name/images/*file', { get: [showPicture(options)] });
  route('/v1/images/:hash', { get: [showQuestionImage(options)] });
  route('/v1/documents', { post: [takeDocuments(options)] });
  route('/v1/runs', { get: [listRuns(log)] });
  route('/v1/runs/:runId', { get: [showRun(log)] });
  route('/v1/runs/:runId/events', { get: [followRun(log, options)] });
  route('/v1/runs/:runId/feedback', { post: [json, takeFeedback(log, options)] });

  router.use(errorHandler(options));
  return router;
}
