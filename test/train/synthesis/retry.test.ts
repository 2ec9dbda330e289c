import { describe, expect, it } from 'vitest';
import { userError } from '../../../src/common/errors.ts';
import { garbage, retryAfterMs, withRetries } from '../../../src/train/synthesis/retry.ts';

const quick = { firstPauseMs: 1, timeoutMs: 50 };
const httpError = (status: number, headers: Record<string, string> = {}) =>
  Object.assign(new Error(`status ${status}`), { status, headers });

describe('a teacher that fails for a while', () => {
  it('is asked again, each kind of failure counted', async () => {
    const failures: unknown[] = [
      httpError(429, { 'Retry-After': '0' }),
      garbage('no JSON'),
      httpError(503),
      new Error('socket hang up'),
    ];
    const tried = await withRetries(async (_signal, spend) => {
      // What failed was paid for as well.
      spend({ input: 10, output: 1 });
      const failure = failures.shift();
      if (failure) throw failure;
      return 'said';
    }, quick);
    expect(tried).toEqual({
      result: 'said',
      troubles: { timeout: 0, 'rate-limit': 1, garbage: 1, failure: 2 },
      tokens: { input: 50, output: 5 },
    });
  });

  it('is given up where every try fails, as a result and no crash', async () => {
    const tried = await withRetries(async () => Promise.reject(httpError(500)), { ...quick, attempts: 3 });
    expect(tried).toMatchObject({ trouble: 'failure', error: 'status 500', troubles: { failure: 3 } });
  });

  it('times out though it does not listen', async () => {
    let calls = 0;
    const tried = await withRetries(() => (calls++ === 0 ? new Promise(() => {}) : Promise.resolve(7)), quick);
    expect(tried).toMatchObject({ result: 7, troubles: { timeout: 1 } });
  });

  it('waits as long as the server says', async () => {
    const began = performance.now();
    let calls = 0;
    await withRetries(async () => {
      if (calls++ === 0) throw httpError(429, { 'retry-after': '0.2' });
    }, quick);
    expect(performance.now() - began).toBeGreaterThan(190);
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(retryAfterMs(httpError(429, { 'Retry-After': 'Thu, 01 Jan 2026 00:00:30 GMT' }), now)).toBe(30_000);
    expect(retryAfterMs({ response: { headers: new Headers({ 'retry-after': '2' }) } })).toBe(2000);
    expect(retryAfterMs(new Error('no header'))).toBeUndefined();
  });

  it('does not ask again where no second try can help', async () => {
    let calls = 0;
    const refused = withRetries(async () => {
      calls++;
      throw httpError(401);
    }, quick);
    await expect(refused).rejects.toThrow('status 401');
    await expect(withRetries(async () => Promise.reject(userError('x', 'wrong')), quick)).rejects.toThrow('wrong');
    expect(calls).toBe(1);
  });

  it('ends at once when interrupted', async () => {
    const controller = new AbortController();
    const call = withRetries(
      async () => {
        controller.abort(new Error('interrupted'));
        throw httpError(500);
      },
      { ...quick, signal: controller.signal },
    );
    await expect(call).rejects.toThrow('interrupted');
  });
});
