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
import type { PagePart } from './page-part.ts';
import { findReports, sendReport } from './page-reports.ts';

/** A question that the page offers to ask. */
export interface PageExample {
  question: string;
  /** `data:image/png;base64,...` */
  image?: string;
}

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

const NOT_BUILT = 'r1-router: ask with POST /v1/ask; for the page run `npm run build` in the package\n';

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
  const { directory = builtPage(), authorize = (_request, _response, next) => next(), reports } = options;
  const router = express.Router();
  router.get('/', shielded, sendPage(directory));
  if (directory !== undefined) {
    const settings = { immutable: true, maxAge: '1y', index: false, redirect: false } as const;
    router.use('/assets', shielded, express.static(join(directory, 'assets'), settings));
  }
  router.get('/page.json', shielded, sendSettings(options));
  if (reports !== undefined) {
    router.get('/v1/reports', shielded, authorize, async (_request, response) => {
      response.set('Cache-Control', 'no-store').json({ reports: await findReports(reports) });
    });
    router.get('/reports/:address', shielded, sendReport(reports));
  }
  return router;
}

/** Undefined where only bundled code is left of the package. */
function builtPage(): string | undefined {
  try {
    return packageFile('dist', 'server', 'ui');
  } catch {
    return undefined;
  }
}

function sendPage(directory: string | undefined): RequestHandler {
  return (request, response) => {
    if (directory === undefined || !existsSync(join(directory, 'index.html'))) {
      response.type('text/plain').send(NOT_BUILT);
      return;
    }
    const [path = '', query] = request.originalUrl.split('?');
    // The page asks for everything relative to where it is.
    if (path.endsWith('/')) response.set('Cache-Control', 'no-cache').sendFile('index.html', { root: directory });
    else response.redirect(308, `${request.baseUrl}/${query === undefined ? '' : `?${query}`}`);
  };
}

function sendSettings({ policies = () => [], offers, reports, examples: makeExamples }: PageOptions): RequestHandler {
  let examples: Promise<readonly PageExample[]> | undefined;
  return async (_request, response) => {
    // A page without examples is better than none.
    examples ??= makeExamples?.().catch(() => []) ?? Promise.resolve([]);
    const settings = { policies: policies(), offers, examples: await examples, reports: reports !== undefined };
    response.set('Cache-Control', 'no-store').json(settings);
  };
}
