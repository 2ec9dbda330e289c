/** Requests a minute, by key or by address. */
import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { HttpError } from '../error-reply.ts';
import { contextOf } from '../request-context.ts';
import type { ApiKey } from './api-key.ts';

const MINUTE = 60_000;
/** Of an address that has no key, where there are keys: enough for mistakes, too few to guess. */
const KEYLESS = 60;

/** Middleware, after `identify`. The counts stand in memory, a process each. */
export function limitRate(keys: readonly ApiKey[], requestsPerMinute: number | undefined): RequestHandler {
  const limitOf = (response: Response): number | undefined => {
    const { key } = contextOf(response);
    if (key) return key.requestsPerMinute ?? requestsPerMinute;
    return keys.length > 0 ? Math.min(KEYLESS, requestsPerMinute ?? KEYLESS) : requestsPerMinute;
  };
  return rateLimit({
    windowMs: MINUTE,
    limit: (_request: Request, response: Response) => limitOf(response) ?? 1,
    skip: (_request, response) => limitOf(response) === undefined,
    keyGenerator: (request, response) => {
      const { key } = contextOf(response);
      return key ? `key ${key.name}` : ipKeyGenerator(request.ip ?? '');
    },
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    validate: false,
    handler: (_request, response, next) => {
      const message = 'too many requests in a minute; wait as long as Retry-After says';
      // Set by the middleware; an error reply would otherwise lose it.
      const wait = String(response.getHeader('Retry-After') ?? MINUTE / 1000);
      next(new HttpError({ status: 429, code: 'too-many-requests', message }, { 'Retry-After': wait }));
    },
  });
}
