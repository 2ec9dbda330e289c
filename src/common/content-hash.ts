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
  for (const [key, written] of keysOf(fields)) {
    const field = canonical(fields[key]);
    if (field === undefined) continue;
    text += text === '' ? '{' : ',';
    text += written;
    text += field;
  }
  return text === '' ? '{}' : `${text}}`;
}

/** Of objects with the same keys in the same order: these keys sorted, each as it is written. */
const sortedKeys = new Map<string, [key: string, written: string][]>();
const REMEMBERED = 1000;

function keysOf(fields: Record<string, unknown>): [key: string, written: string][] {
  const keys = Object.keys(fields);
  const shape = keys.join('\n');
  const known = sortedKeys.get(shape);
  if (known?.length === keys.length) return known;
  const sorted = keys.sort().map((key): [string, string] => [key, `${JSON.stringify(key)}:`]);
  if (sortedKeys.size < REMEMBERED && !keys.some((key) => key.includes('\n'))) sortedKeys.set(shape, sorted);
  return sorted;
}
