/** The router as a whole Express 5 app: the mountable router, the page, security headers, and JSON for every other path. */
import express, { type Express } from 'express';
import helmet from 'helmet';
import { errorHandler, notFound } from './error-reply.ts';
import { createPageRouter, type PageOptions } from './page.ts';
import { createRouterRouter, type RouterServerOptions, requireKey } from './router.ts';

export interface RouterAppOptions extends RouterServerOptions {
  /** The page at `/`; false: none. */
  page?: PageOptions | false;
}

export function createRouterApp(options: RouterAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag'); // no answer is cached
  if (options.page !== false) {
    const policies = () => Object.keys(options.policies ?? {});
    app.use(createPageRouter({ policies, offers: [], authorize: requireKey(options.apiKey), ...options.page }));
  }
  // Nothing of the API is a page: a browser may load nothing from it, and frame it nowhere.
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
      },
    }),
  );
  app.use(createRouterRouter(options));
  app.use(notFound);
  app.use(errorHandler(options.onError ?? console.error));
  return app;
}
