/** The router as a whole Express 5 app: the mountable router, security headers, the page, and JSON for every other path. */
import express, { type Express } from 'express';
import helmet from 'helmet';
import { keysOf } from './admission/api-key.ts';
import { checkHost } from './admission/origins.ts';
import { errorHandler } from './error-handler.ts';
import { notFound } from './error-reply.ts';
import { createPageRouter, type PageOptions } from './page.ts';
import type { PagePart } from './page-part.ts';
import { createRouterRouter, type RouterServerOptions } from './router.ts';

export interface RouterAppOptions extends RouterServerOptions {
  /** The page at `/`; false: none. */
  page?: PageOptions | false;
}

/** The router as an Express app of its own: the API, the page, security headers, and errors as JSON. */
export function createRouterApp(options: RouterAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag'); // no answer is cached
  // What is no page may load nothing in a browser, and is framed nowhere.
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
      },
    }),
  );
  // A key keeps strangers out by itself.
  if (keysOf(options).length === 0) app.use(checkHost(options.allowedHosts));
  app.use(createRouterRouter(options));
  if (options.page !== false) {
    // Below `/v1` the router has asked for the key already.
    const policies = () => Object.keys(options.policies ?? {});
    app.use(createPageRouter({ policies, offers: offered(options), ...options.page }));
  }
  app.use(notFound);
  app.use(errorHandler(options));
  return app;
}

/** What the page can do beside asking. */
function offered({ knowledgeBases, pictures, images, documents }: RouterServerOptions): PagePart[] {
  return [
    'runs',
    'run-events',
    'feedback',
    ...(knowledgeBases ? (['knowledge-bases', 'search'] as const) : []),
    ...(pictures ? (['passage-pictures'] as const) : []),
    ...(images ? (['question-pictures'] as const) : []),
    ...(documents ? (['documents'] as const) : []),
  ];
}
