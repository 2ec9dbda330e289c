/** Keys as middleware: whose a request is, and whether it may go on. */
import type { RequestHandler } from 'express';
import { HttpError } from '../error-reply.ts';
import { contextOf } from '../request-context.ts';
import { type ApiKey, keyFinder } from './api-key.ts';

/** Middleware: whose the request is, where it says so. Refuses nothing. */
export function identify(keys: readonly ApiKey[]): RequestHandler {
  const keyOf = keyFinder(keys);
  return (request, response, next) => {
    const key = keyOf(request.get('authorization'));
    if (key) Object.assign(contextOf(response), { key, owner: key.name });
    next();
  };
}

/** Middleware: refuses whoever has no key, where there are keys. */
export function requireKey(keys: readonly ApiKey[]): RequestHandler {
  return (request, response, next) => {
    if (keys.length === 0 || contextOf(response).key) return next();
    const missing = request.get('authorization') === undefined;
    const message = `Authorization: ${missing ? 'missing' : 'wrong key'}; send "Bearer <API key>"`;
    throw new HttpError({ status: 401, code: 'unauthorized', message }, { 'WWW-Authenticate': 'Bearer' });
  };
}
