/**
 * Content addresses: SHA-256 over the canonical JSON (RFC 8785) of a value, or over raw bytes. Two values with the same
 * fields have the same hash whatever the order in which the fields were written.
 */
import { hash } from 'node:crypto';

/** Lower-case hex SHA-256 of the bytes (a string is hashed as UTF-8). */
export function sha256(bytes: Uint8Array | string): string {
  return hash('sha256', bytes);
}

/**
 * RFC 8785 text of a JSON value: keys in the order of their UTF-16 code units, nothing between the tokens. Fields that are
 * `undefined` are left out. Half a surrogate pair, which RFC 8785 refuses, is escaped as JSON does: passages hold what they hold.
 */
export function canonicalJson(value: unknown): string {
  const text = canonical(value);
  if (text === undefined) throw new TypeError('canonicalJson: the value has no JSON form');
  return text;
}

export function contentHash(value: unknown): string {
  return sha256(canonicalJson(value));
}

function canonical(value: unknown): string | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new TypeError(`canonicalJson: ${value} is no number of JSON`);
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    let list = '[';
    for (let index = 0; index < value.length; index++) {
      if (index > 0) list += ',';
      list += canonical(value[index]) ?? 'null';
    }
    return `${list}]`;
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') return canonical(value.toJSON());
  const fields = value as Record<string, unknown>;
  let text = '';
  for (const key of Object.keys(fields).sort()) {
    const field = canonical(fields[key]);
    if (field === undefined) continue;
    text += text === '' ? '{' : ',';
    text += JSON.stringify(key);
    text += ':';
    text += field;
  }
  return text === '' ? '{}' : `${text}}`;
}
