/**
 * Metadata of other people's documents as plain JSON: dates and URLs as text, long integers as their exact digits, and what JSON
 * has no word for (functions, symbols, NaN, cycles, what lies deeper than our own metadata may) left out.
 */
import type { Metadata } from '../metadata.ts';

/** Below what `MetadataSchema` takes. */
const DEEPEST = 30;

export function plainMetadata(value: unknown): Metadata | undefined {
  const plain = plainJson(value, []);
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) return undefined;
  return Object.keys(plain).length > 0 ? (plain as Metadata) : undefined;
}

function plainJson(value: unknown, above: readonly object[]): unknown {
  switch (typeof value) {
    case 'string':
      return value.toWellFormed();
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : undefined;
    case 'bigint':
      return value.toString();
    case 'object':
      return value === null ? null : plainObject(value, above);
    default:
      return undefined;
  }
}

function plainObject(value: object, above: readonly object[]): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (value instanceof URL) return value.href;
  if (above.length >= DEEPEST || above.includes(value)) return undefined;
  const inside = [...above, value];
  if (Array.isArray(value)) return value.map((item) => plainJson(item, inside) ?? null);
  if (ArrayBuffer.isView(value)) return undefined;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(
    entries
      .map(([key, item]) => [String(key), plainJson(item, inside)] as const)
      .filter(([key, item]) => item !== undefined && key !== '__proto__'),
  );
}
