/**
 * What a document carries besides its text, as plain JSON: it travels from ingest through the store to the citation, into
 * records, events and traces. And its link, which ends up in somebody's browser.
 */
import { z } from 'zod';

/** A JSON object, e.g. `{ "source": "handbook.pdf", "loc": { "pageNumber": 3 } }`. */
export type Metadata = Record<string, unknown>;

const DEEPEST = 32;

/** Whether JSON can hold the value as it is: no functions, dates, undefined, bigints or numbers that are not finite. */
function isJson(value: unknown, depth = 0): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth >= DEEPEST) return false;
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((item) => isJson(item, depth + 1));
}

export const MetadataSchema = z
  .record(z.string(), z.unknown())
  .refine((value) => isJson(value), `must be plain JSON, at most ${DEEPEST} levels deep`);

/** What a browser would run or show in place of a page. */
const SCRIPT = /^(javascript|vbscript|data):/i;

/** Browsers drop spaces and control characters from an address before they read its scheme. */
export function isLink(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant
  return text.trim() !== '' && !SCRIPT.test(text.replace(/[\u0000-\u0020\u007f-\u009f]/g, ''));
}

/** The address of a page, or the path of a file. */
export const LinkSchema = z
  .string()
  .max(4096)
  .refine(isLink, 'must be the address of a page or the path of a file, not a script');
