/** `GET /`: the page that shows the steps, where it was built, else one line that says what this is. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import { packageFile } from '../common/package-files.ts';

/** Where the package's build puts the page. */
export const builtPage = (): string => packageFile('dist', 'server', 'ui');

/** The page loads what this server serves, and pictures that it made itself. */
const pagePolicy: RequestHandler = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'self'"],
      'img-src': ["'self'", 'data:', 'blob:'],
      'style-src': ["'self'", "'unsafe-inline'"],
      'object-src': ["'none'"],
      'base-uri': ["'none'"],
      'form-action': ["'self'"],
      'frame-ancestors': ["'none'"],
    },
  },
});

export function servePage(folder: string = builtPage()): Router {
  const router = Router();
  if (!existsSync(join(folder, 'index.html'))) {
    router.get('/', (_request, response) => {
      response.type('text/plain').send('r1-router: ask with POST /v1/ask; /openapi.json describes the rest\n');
    });
    return router;
  }
  router.use(pagePolicy);
  const hashed = /[.-][\w-]{8,}\.\w+$/;
  router.use(
    express.static(folder, {
      index: 'index.html',
      redirect: false,
      setHeaders: (response, path) => {
        response.setHeader('Cache-Control', hashed.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    }),
  );
  return router;
}
