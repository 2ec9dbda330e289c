/** Keys as middleware: whose a request is, and whether it may go on. */
import type { RequestHandler } from 'express';
import { sha256 } from '../../common/content-hash.ts';
import { HttpError } from '../error-reply.ts';
import { contextOf } from '../request-context.ts';
import type { ApiKey } from './api-key.ts';

/** Middleware: whose the request is, where it says so. Refuses nothing. */
export function identify(keys: readonly ApiKey[]): RequestHandler {
  const byHash = new Map(keys.map((key) => [key.sha256, key]));
  return (request, response, next) => {
    const [, given] = /^Bearer +(\S+) *$/i.exec(request.get('authorization') ?? '') ?? [];
    // Looking up a hash takes no less time for a key that is nearly right.
    const key = given === undefined ? undefined : byHash.get(sha256(given));
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
