/**
 * The judge itself: it must refuse what is wrong, or the HTTP tests prove nothing.
 */
import { describe, expect, it } from 'vitest';
import { loadOpenApiValidator } from './openapi-validator.ts';

const validator = loadOpenApiValidator();
if (!validator) console.info('skipped: the OpenAPI file of Qdrant is not on this machine');

describe.skipIf(!validator)('the OpenAPI validator', () => {
  const none = new URLSearchParams();
  const judge = (body: unknown, path = '/collections/c/points/query', method = 'POST') =>
    validator!.request(method, path, none, body);

  it.each([
    [{ query: [1, 2], using: 'dense', limit: 3 }],
    [{ query: { indices: [1], values: [0.5] }, using: 'words' }],
    [
      {
        prefetch: [{ query: 5 }],
        query: { rrf: { k: 3, weights: [1] } },
        filter: { must: [{ key: 'a', match: { any: [1] } }] },
      },
    ],
  ])('takes %j', (body) => expect(judge(body)).toBeUndefined());

  it.each([
    [{ query: [1, 2], usnig: 'dense' }],
    [{ query: { indices: [1], valeus: [0.5] } }],
    [{ query: [1, 2], limit: 'ten' }],
    [{ query: { fusion: 'sum' } }],
    [{ query: [1], filter: { must: [{ key: 'a', mtach: { value: 1 } }] } }],
    [{ query: [1], filter: 5 }],
  ])('refuses %j', (body) => expect(judge(body)).toMatch(/request body/));

  it('refuses unknown operations and query parameters', () => {
    expect(judge({}, '/collections/c/points/search')).toMatch(/no operation/);
    expect(
      validator!.request('PUT', '/collections/c/points', new URLSearchParams('wiat=true'), { points: [] }),
    ).toMatch(/wiat/);
  });

  it('refuses wrong responses', () => {
    const envelope = (result: unknown) => ({ result, status: 'ok', time: 0 });
    const path = '/collections/c/points/query';
    expect(validator!.response('POST', path, envelope({ points: [{ id: 1, version: 0, score: 1 }] }))).toBeUndefined();
    expect(validator!.response('POST', path, envelope({ points: [{ id: 1, score: 1 }] }))).toMatch(/version/);
    expect(validator!.response('POST', path, envelope([]))).toMatch(/response body/);
  });
});
