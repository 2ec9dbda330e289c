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
import { mcp } from './mcp/mcp.ts';
import { createMetrics } from './metrics.ts';
import { chatCompletions, models, openAiErrors } from './openai/chat-completions.ts';
import { openApiDocument } from './openapi/document.ts';
import { docsPage } from './openapi/page.ts';
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
  const { corsOrigins = [] } = options;
  const keys = keysOf(options);
  const parts = createParts(options);
  const { slots, metrics } = parts;
  const router = express.Router();

  router.use(openContext(options, metrics.onRequest));
  router.use(['/v1/models', '/v1/chat'], openAiErrors);
  add(router, '/healthz', { get: [health(slots)] });
  add(router, '/readyz', { get: [readiness(options)] });
  if (corsOrigins.length > 0) router.use(allowOrigins(corsOrigins));
  router.use(
    ['/v1', '/mcp', '/metrics'],
    checkOrigin(corsOrigins),
    identify(keys),
    limitRate(keys, options.requestsPerMinute),
    requireKey(keys),
  );
  addFaces(router, options, parts);
  router.use(errorHandler(options));
  return router;
}

/** What the faces share. */
function createParts(options: RouterServerOptions) {
  const { concurrency = DEFAULTS.concurrency, queue = DEFAULTS.queue, runsKept = DEFAULTS.runsKept } = options;
  const slots = createRunSlots({ concurrency, queue });
  const log = createRunLog({ kept: runsKept });
  const pixels = createSharedBudget(options.pixelLimit ?? DEFAULTS.pixelLimit);
  const bytes = createSharedBudget(options.bodyBytesInFlight ?? DEFAULTS.bodyBytesInFlight);
  const metrics = createMetrics({ slots, bytes, pixels });
  const runner = createRunner({ options, log, pixels, onEnd: metrics.onRun });
  return { slots, log, bytes, metrics, runner };
}

function addFaces(
  router: Router,
  options: RouterServerOptions,
  { slots, log, bytes, metrics, runner }: ReturnType<typeof createParts>,
): void {
  const { bodyLimit: limit = DEFAULTS.bodyLimit, bodyTimeoutMs: timeoutMs = DEFAULTS.bodyTimeoutMs } = options;
  const limits = { limit, timeoutMs, budget: bytes };
  const json = readJson(limits);
  const place = takePlace(slots, options.signal);

  add(router, '/v1/ask', { post: [acceptable, place, readAskBody(limits), ask(runner, log, options)] });
  add(router, '/v1/search', { post: [place, json, searchKnowledgeBase(options)] });
  add(router, '/v1/knowledge-bases', { get: [listKnowledgeBases(options)] });
  add(router, '/v1/knowledge-bases/:name/images/*file', { get: [showPicture(options)] });
  add(router, '/v1/images/:hash', { get: [showQuestionImage(options)] });
  add(router, '/v1/documents', { post: [takeDocuments(options)] });
  add(router, '/v1/runs', { get: [listRuns(log)] });
  add(router, '/v1/runs/:runId', { get: [showRun(log)] });
  add(router, '/v1/runs/:runId/events', { get: [followRun(log, options)] });
  add(router, '/v1/runs/:runId/feedback', { post: [json, takeFeedback(log, options)] });

  const { list, show } = models(options);
  add(router, '/v1/models', { get: [list] });
  add(router, '/v1/models/*model', { get: [show] });
  add(router, '/v1/chat/completions', { post: [place, json, chatCompletions(runner, options)] });
  if (options.mcp !== false) add(router, '/mcp', { post: [place, json, mcp(runner, options)] });
  if (options.metrics !== false) add(router, '/metrics', { get: [metrics.handler] });

  // Made when somebody wants it.
  let made: ReturnType<typeof openApiDocument> | undefined;
  const document = () => {
    made ??= openApiDocument(options);
    return made;
  };
  add(router, '/openapi.json', { get: [(_request, response) => void response.json(document())] });
  add(router, '/docs', { get: [docsPage(document)] });
}

/** A path with its methods; any other is told which there are. */
function add(router: Router, path: string, handlers: { get?: RequestHandler[]; post?: RequestHandler[] }): void {
  const route = router.route(path);
  const named: RequestHandler = (_request, response, next) => {
    contextOf(response).route = path;
    next();
  };
  if (handlers.get) route.get(named, ...handlers.get);
  if (handlers.post) route.post(named, ...handlers.post);
  route.all(methodNotAllowed(...Object.keys(handlers).map((method) => method.toUpperCase())));
}
