/**
 * A call of a teacher that may fail for a while: it times out, it is told to come back later, it answers with garbage. Tried again after a pause that
 * doubles, or after what the server's Retry-After says; every failure is counted, and the last one is a result and no crash.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { withAbort } from '../../common/abort.ts';
import { isR1RouterError, messageOf, modelError } from '../../common/errors.ts';
import { addTokens, noTokens, type Tokens } from './spending.ts';

export const TROUBLES = ['timeout', 'rate-limit', 'garbage', 'failure'] as const;
export type Trouble = (typeof TROUBLES)[number];
export type Troubles = Record<Trouble, number>;

export const noTroubles = (): Troubles => ({ timeout: 0, 'rate-limit': 0, garbage: 0, failure: 0 });

export interface RetryOptions {
  /** Tries in all. Default 5. */
  attempts?: number;
  /** The first pause; each later one is twice as long. Default 500. */
  firstPauseMs?: number;
  /** No pause is longer, whatever a server says. Default 60,000. */
  longestPauseMs?: number;
  /** How long one try may take. Default 120,000. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** `tokens` are those of every try that said what it took, the failed ones too. */
export type Tried<Result> =
  | { result: Result; troubles: Troubles; tokens: Tokens }
  | { error: string; trouble: Trouble; troubles: Troubles; tokens: Tokens };

/** What a reply that cannot be used throws, so that it is asked for again. */
export const garbage = (what: string) => modelError('teacher-garbage', `the teacher's reply cannot be used: ${what}`);

/** What the JSON object in a reply says. Throws `teacher-garbage` where there is none, it is torn, or it is not what was asked for. */
export function objectIn<Schema extends z.ZodType>(reply: string, schema: Schema): z.output<Schema> {
  const json = /\{[\s\S]*\}/.exec(reply)?.[0];
  if (json === undefined) throw garbage('it holds no JSON object');
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw garbage('it is not whole JSON');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw garbage(`${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}

/** Throws what no second try can mend: an abort, an error of the user, a key that is refused. */
export async function withRetries<Result>(
  call: (signal: AbortSignal, spend: (tokens: Tokens) => void) => Promise<Result>,
  { attempts = 5, firstPauseMs = 500, longestPauseMs = 60_000, timeoutMs = 120_000, signal }: RetryOptions = {},
): Promise<Tried<Result>> {
  const troubles = noTroubles();
  let tokens = noTokens();
  const spend = (more: Tokens): void => {
    tokens = addTokens(tokens, more);
  };
  for (let attempt = 0; ; attempt++) {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
      // A call that does not listen to its signal is left behind.
      const result = await withAbort(() => call(either, spend), either);
      return { result, troubles, tokens };
    } catch (error) {
      signal?.throwIfAborted();
      if (isHopeless(error)) throw error;
      const trouble = deadline.aborted ? 'timeout' : troubleOf(error);
      troubles[trouble]++;
      if (attempt + 1 >= attempts) return { error: messageOf(error).slice(0, 300), trouble, troubles, tokens };
      const pause = retryAfterMs(error) ?? firstPauseMs * 2 ** attempt;
      await sleep(Math.min(pause, longestPauseMs), undefined, { signal });
    }
  }
}

/** The error itself and what caused it, as far as that goes. */
function* chainOf(error: unknown): Generator<Record<string, unknown>> {
  for (let one = error, depth = 0; typeof one === 'object' && one !== null && depth < 6; depth++) {
    yield one as Record<string, unknown>;
    one = (one as { cause?: unknown }).cause;
  }
}

function statusOf(error: unknown): number | undefined {
  for (const one of chainOf(error)) {
    const status = one.status ?? one.statusCode ?? (one.response as { status?: unknown } | undefined)?.status;
    if (typeof status === 'number') return status;
  }
  return undefined;
}

const REFUSED: ReadonlySet<number | undefined> = new Set([400, 401, 403, 404]);

function isHopeless(error: unknown): boolean {
  return (isR1RouterError(error) && error.kind === 'user') || REFUSED.has(statusOf(error));
}

function troubleOf(error: unknown): Trouble {
  if (statusOf(error) === 429) return 'rate-limit';
  for (const { code, name } of chainOf(error)) {
    if (code === 'teacher-garbage') return 'garbage';
    if (name === 'TimeoutError' || code === 'ETIMEDOUT') return 'timeout';
  }
  return 'failure';
}

/** What the server's Retry-After asks for: seconds, or a date. */
export function retryAfterMs(error: unknown, now = Date.now()): number | undefined {
  for (const one of chainOf(error)) {
    const headers = one.headers ?? (one.response as { headers?: unknown } | undefined)?.headers;
    const value = headerOf(headers, 'retry-after');
    if (value === undefined) continue;
    const seconds = Number(value);
    const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
    if (Number.isFinite(wait)) return Math.max(0, wait);
  }
  return undefined;
}

function headerOf(headers: unknown, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  if (typeof headers !== 'object' || headers === null) return undefined;
  const entry = Object.entries(headers).find(([key]) => key.toLowerCase() === name);
  return entry === undefined ? undefined : String(entry[1]);
}
