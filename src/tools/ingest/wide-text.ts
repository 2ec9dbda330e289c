/** Text in two or four bytes a character: told by its byte order mark or by its zeros, and decoded in pieces of any length. */
import { TextDecoder } from 'node:util';

export type WideEncoding = 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

/** By the byte order mark, or by the zeros of ASCII in two bytes a character. */
export function wideEncodingOf(head: Uint8Array): WideEncoding | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) {
    return head.length % 4 === 0 && head[2] === 0 && head[3] === 0 ? 'utf-32le' : 'utf-16le';
  }
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (head[0] === 0 && head[1] === 0 && head[2] === 0xfe && head[3] === 0xff) return 'utf-32be';
  const length = Math.min(head.length & ~1, 512);
  if (length < 4) return undefined;
  let even = 0;
  let odd = 0;
  for (let at = 0; at < length; at += 2) {
    if (head[at] === 0) even++;
    if (head[at + 1] === 0) odd++;
  }
  if (odd > length / 4 && even === 0) return 'utf-16le';
  if (even > length / 4 && odd === 0) return 'utf-16be';
  return undefined;
}

const HIGHEST = 0x10ffff;

/** The Encoding Standard has no UTF-32. */
function utf32Decoder(littleEndian: boolean): (bytes?: Uint8Array) => string {
  let held = Buffer.alloc(0);
  let first = true;
  return (bytes) => {
    const all = Buffer.concat([held, bytes ?? Buffer.alloc(0)]);
    let text = '';
    let at = 0;
    for (; at + 4 <= all.length; at += 4) {
      const code = littleEndian ? all.readUInt32LE(at) : all.readUInt32BE(at);
      const valid = code <= HIGHEST && (code < 0xd800 || code > 0xdfff);
      if (!first || code !== 0xfeff) text += String.fromCodePoint(valid ? code : 0xfffd);
      first = false;
    }
    held = all.subarray(at);
    if (bytes !== undefined || held.length === 0) return text;
    held = Buffer.alloc(0);
    return `${text}\ufffd`;
  };
}

/** Decodes piece by piece, without the mark; called without bytes it gives the rest. */
export function createWideDecoder(encoding: WideEncoding): (bytes?: Uint8Array) => string {
  if (encoding === 'utf-32le' || encoding === 'utf-32be') return utf32Decoder(encoding === 'utf-32le');
  const decoder = new TextDecoder(encoding);
  return (bytes) => decoder.decode(bytes, { stream: bytes !== undefined });
}
