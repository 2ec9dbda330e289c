/**
 * Who may ask, and how much. The server knows its keys by their SHA-256 alone, so that neither its memory nor its configuration
 * gives one away; a key must be random and long, for a hash without salt hides nothing else.
 */
import { z } from 'zod';
import { sha256 } from '../../common/content-hash.ts';
import { BudgetsSchema, MAXIMUM_STEPS } from '../../graph/run-state.ts';

export const ApiKeySchema = z.strictObject({
  /** Stands in the log and in metrics. Runs and threads belong to it. */
  name: z.string().regex(/^[\w.-]{1,64}$/, 'choose 1 to 64 letters, digits, dots, dashes and underscores'),
  /** Of the key, in lower-case hex: `printf %s "$KEY" | sha256sum`. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'give the SHA-256 of the key, 64 lower-case hex digits'),
  requestsPerMinute: z.number().int().positive().optional(),
  /** Its runs at once. */
  concurrency: z.number().int().positive().optional(),
  /** Steps that its requests may ask for. */
  maxSteps: z.number().int().min(1).max(MAXIMUM_STEPS).optional(),
  budgets: BudgetsSchema.optional(),
});
export type ApiKey = z.infer<typeof ApiKeySchema>;

/** Finds the key of an `Authorization` header; undefined where it names none of these. */
export function keyFinder(keys: readonly ApiKey[]): (authorization: string | undefined) => ApiKey | undefined {
  const byHash = new Map(keys.map((key) => [key.sha256, key]));
  return (authorization = '') => {
    const [, given] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
    // Looking up a hash takes no less time for a key that is nearly right.
    return given === undefined ? undefined : byHash.get(sha256(given));
  };
}

/** The keys of the options as one list; a single key is named `default`. */
export function keysOf({ apiKey, apiKeys = [] }: { apiKey?: string; apiKeys?: readonly ApiKey[] }): readonly ApiKey[] {
  return apiKey === undefined ? apiKeys : [{ name: 'default', sha256: sha256(apiKey) }, ...apiKeys];
}
