/**
 * Compacted postings as bytes: a header of four counts, then the arrays one after the other, little-endian 32-bit words.
 */
import type { SparseRun } from '../index/sparse-index.ts';

const HEADER_WORDS = 4;
const FORMAT = 1;

export function encodeRun(run: SparseRun, slots: Uint32Array): Uint8Array {
  const words = new Uint32Array(
    HEADER_WORDS + run.tokens.length + run.offsets.length + run.slots.length * 2 + slots.length,
  );
  words.set([FORMAT, run.tokens.length, run.slots.length, slots.length]);
  let at = HEADER_WORDS;
  const weights = new Uint32Array(run.weights.buffer, run.weights.byteOffset, run.weights.length);
  for (const part of [run.tokens, run.offsets, run.slots, weights, slots]) {
    words.set(part, at);
    at += part.length;
  }
  return new Uint8Array(words.buffer);
}

/** Undefined where the bytes are missing or cut: the caller then builds from the rows. */
export function decodeRun(parts: readonly Uint8Array[]): { run: SparseRun; slots: Uint32Array } | undefined {
  const length = parts.reduce((total, part) => total + part.length, 0);
  if (length < HEADER_WORDS * 4 || length % 4 !== 0) return undefined;
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  const [format, tokens, entries, slots] = new Uint32Array(bytes.buffer, 0, HEADER_WORDS) as unknown as number[];
  if (format !== FORMAT || tokens === undefined || entries === undefined || slots === undefined) return undefined;
  if (length !== (HEADER_WORDS + tokens + (tokens + 1) + entries * 2 + slots) * 4) return undefined;
  let at = HEADER_WORDS * 4;
  const words = (count: number): Uint32Array => {
    const part = new Uint32Array(bytes.buffer, at, count);
    at += count * 4;
    return part;
  };
  const run = { tokens: words(tokens), offsets: words(tokens + 1), slots: words(entries) };
  const weights = new Float32Array(bytes.buffer, at, entries);
  at += entries * 4;
  return { run: { ...run, weights }, slots: words(slots) };
}
