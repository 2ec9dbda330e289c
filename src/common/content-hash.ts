/**
 * Content addresses: SHA-256 over the canonical JSON (RFC 8785) of a value, or over raw bytes. Two values with the same
 * fields have the same hash whatever the order in which the fields were written.
 */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** Lower-case hex SHA-256 of the bytes (a string is hashed as UTF-8). */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** RFC 8785 text of a JSON value. Fields that are `undefined` are left out. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('canonicalJson: the value has no JSON form');
  return text;
}

export function contentHash(value: unknown): string {
  return sha256(canonicalJson(value));
}
