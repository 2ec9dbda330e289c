import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, contentHash, sha256 } from '../../src/common/content-hash.ts';

describe('canonicalJson', () => {
  it('writes what a reference implementation of RFC 8785 writes', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value: unknown = JSON.parse(text);
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
      { seed: 8785, numRuns: 300 },
    );
    const odd = {
      b: [undefined, -0, 1e21, 1e-7, 'é\u2028"\\'],
      a: undefined,
      '\u{1F600}': null,
      ﬀ: true,
      d: new Date(0),
    };
    expect(canonicalJson(odd)).toBe(canonicalize(odd));
  });

  it('refuses what has no JSON form, and escapes half a surrogate pair', () => {
    expect(() => canonicalJson(undefined)).toThrow(/no JSON form/);
    expect(() => canonicalJson({ a: Number.NaN })).toThrow(/NaN is no number of JSON/);
    expect(canonicalJson({ text: 'a\ud800b' })).toBe('{"text":"a\\ud800b"}');
  });

  it('hashes the same fields to the same hash, whatever their order', () => {
    expect(contentHash({ a: 1, b: [2] })).toBe(contentHash({ b: [2], a: 1 }));
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha256(new Uint8Array())).toBe(sha256(''));
  });
});
