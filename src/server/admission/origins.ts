/**
 * Which names and which pages the server answers to. A page of another site can make a browser ask a server on the same machine,
 * by a name of its own that points here (DNS rebinding) or by a form; neither may reach a server that asks for no key.
 */
import cors from 'cors';
import type { Request, RequestHandler } from 'express';
import { HttpError } from '../error-reply.ts';

const LOCAL_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

const isLoopback = (address = ''): boolean => address === '::1' || /^(?:::ffff:)?127\./.test(address);

/** Middleware: on a loopback address only known names are served. */
export function checkHost(allowed: readonly string[] = []): RequestHandler {
  const known = new Set([...LOCAL_NAMES, ...allowed.map((name) => name.toLowerCase())]);
  return (request, _response, next) => {
    const host = request.headers.host ?? '';
    const name = host.replace(/:\d*$/, '').toLowerCase();
    if (!isLoopback(request.socket.localAddress) || known.has(name) || name.endsWith('.localhost')) return next();
    throw new HttpError({
      status: 403,
      code: 'host-not-allowed',
      message: 'Host: this server is not known by that name; ask it as localhost, or allow the name',
    });
  };
}

/** Middleware: a browser's request that changes something must come from a page of this server or of an allowed origin. */
export function checkOrigin(allowed: readonly string[] = []): RequestHandler {
  return (request, _response, next) => {
    const origin = request.get('origin');
    if (origin === undefined || request.method === 'GET' || request.method === 'HEAD') return next();
    if (allowed.includes('*') || allowed.includes(origin) || isOwn(origin, request)) return next();
    throw new HttpError({
      status: 403,
      code: 'origin-not-allowed',
      message: 'Origin: pages of this origin may not ask this server; allow it with --cors-origin',
    });
  };
}

function isOwn(origin: string, request: Request): boolean {
  return URL.canParse(origin) && new URL(origin).host === request.headers.host;
}

/** Middleware: tells browsers which pages may read the answers. */
export function allowOrigins(allowed: readonly string[]): RequestHandler {
  return cors({
    origin: allowed.includes('*') ? '*' : [...allowed],
    methods: ['GET', 'POST', 'DELETE'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'Last-Event-ID',
      'Mcp-Protocol-Version',
      'Mcp-Session-Id',
      'X-Request-Id',
    ],
    exposedHeaders: ['Mcp-Session-Id', 'Retry-After', 'X-Request-Id'],
    maxAge: 600,
  });
}
