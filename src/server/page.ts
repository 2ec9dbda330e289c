/**
 * The page that shows a run, as an Express router beside the one of the API: static files that the build made, with a policy under
 * which a browser runs nothing else, and `page.json`, which tells the page what this server offers. Every address is relative, so
 * that page and API may be mounted below any path. What needs a key stays behind it: the page itself holds nothing.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type RequestHandler, type Router } from 'express';
import helmet from 'helmet';
import { packageFile } from '../common/package-files.ts';
import { HttpError } from './error-reply.ts';
import { findReports, sendReport } from './page-reports.ts';

/** A question that the page offers to ask. */
export interface PageExample {
  question: string;
  /** `data:image/png;base64,...` */
  image?: string;
}

/** What the page can do beside asking, each by a path of the API. */
export type PagePart =
  | 'knowledge-bases'
  | 'search'
  | 'passage-pictures'
  | 'question-pictures'
  | 'documents'
  | 'runs'
  | 'run-events'
  | 'feedback';

export interface PageOptions {
  /** What a request may name as its `policy`, whenever the page is opened. */
  policies?: () => readonly string[];
  /** What this server's API has; the page shows no more. Without it the page finds out by asking. */
  offers?: readonly PagePart[];
  /** Called once, when the page is first opened. */
  examples?: () => Promise<readonly PageExample[]>;
  /** Folder whose HTML files, as `train` and `eval` write them, the page lists. */
  reports?: string;
  /** Guards the list of reports, as the API is guarded. */
  authorize?: RequestHandler;
  /** Where the built page lies. Default: in the package. */
  directory?: string;
}

/** Nothing inline, nothing from elsewhere; pictures may also come as data. */
const pageHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'"],
      'img-src': ["'self'", 'data:', 'blob:'],
      'font-src': ["'self'"],
      'connect-src': ["'self'"],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
      'frame-ancestors': ["'none'"],
      'require-trusted-types-for': ["'script'"],
      'trusted-types': ["'none'"],
    },
  },
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
});

const shielded: RequestHandler = (request, response, next) => {
  // Browsers complain of these two wherever the page comes over plain HTTP from another machine.
  response.removeHeader('Cross-Origin-Opener-Policy');
  response.removeHeader('Origin-Agent-Cluster');
  pageHeaders(request, response, next);
};

/**
 * ```ts
 * app.use('/router', createRouterRouter({ graph, images }), createPageRouter());
 * ```
 */
export function createPageRouter(options: PageOptions = {}): Router {
  const { directory = packageFile('dist', 'server', 'ui'), authorize = (_request, _response, next) => next() } =
    options;
  const router = express.Router();

  const page: RequestHandler = (request, response) => {
    if (!existsSync(join(directory, 'index.html'))) throw notBuilt;
    const [path = '', query] = request.originalUrl.split('?');
    // The page asks for everything relative to where it is.
    if (!path.endsWith('/'))
      return response.redirect(308, `${request.baseUrl}/${query === undefined ? '' : `?${query}`}`);
    response.set('Cache-Control', 'no-cache').sendFile('index.html', { root: directory });
  };
  router.get('/', shielded, page);
  router.use(
    '/assets',
    shielded,
    express.static(join(directory, 'assets'), { immutable: true, maxAge: '1y', index: false, redirect: false }),
  );

  let examples: Promise<readonly PageExample[]> | undefined;
  router.get('/page.json', shielded, async (_request, response) => {
    examples ??= options.examples?.() ?? Promise.resolve([]);
    const { policies = () => [], offers, reports } = options;
    response
      .set('Cache-Control', 'no-store')
      .json({ policies: policies(), offers, examples: await examples, reports: reports !== undefined });
  });

  if (options.reports !== undefined) {
    const { reports } = options;
    router.get('/v1/reports', shielded, authorize, async (_request, response) => {
      response.set('Cache-Control', 'no-store').json({ reports: await findReports(reports) });
    });
    router.get('/reports/:address', shielded, sendReport(reports));
  }
  return router;
}

const notBuilt = new HttpError({
  status: 404,
  code: 'page-missing',
  message: 'the page is not built; run `npm run build` in the package',
});
