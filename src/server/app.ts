/** The router as a whole Express 5 app: the mountable router, security headers, and JSON for every other path. */
import express, { type Express } from 'express';
import helmet from 'helmet';
import { errorHandler, notFound } from './error-reply.ts';
import { createRouterRouter, type RouterServerOptions } from './router.ts';

export function createRouterApp(options: RouterServerOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag'); // no answer is cached
  // Nothing here is a page: a browser may load nothing from it, and frame it nowhere.
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
