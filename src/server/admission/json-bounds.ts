/**
 * How deep and how rich a JSON text is, told from its bytes before it is parsed: a parser spends seconds and gigabytes on a text
 * of a few megabytes that is nothing but brackets. Says nothing about whether the text is valid.
 */
import { HttpError } from '../error-reply.ts';

const JSON_DEPTH_LIMIT = 32;
const JSON_VALUE_LIMIT = 50_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** Throws 400 `body-too-complex`. */
export function checkJsonBounds(
  bytes: Buffer,
  { depthLimit = JSON_DEPTH_LIMIT, valueLimit = JSON_VALUE_LIMIT } = {},
): void {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === 0x5b || byte === 0x7b) {
      values++;
      if (++depth > depthLimit) throw tooComplex(`nested more than ${depthLimit} deep`);
    } else if (byte === 0x5d || byte === 0x7d) depth--;
    else if (byte === COMMA) values++;
    if (values > valueLimit) throw tooComplex(`more than ${valueLimit} values`);
  }
}

/** Long strings (images) are skipped by a native search. */
function endOfString(bytes: Buffer, start: number): number {
  let end = bytes.indexOf(QUOTE, start + 1);
  while (end >= 0) {
    let slashes = 0;
    while (bytes[end - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
    end = bytes.indexOf(QUOTE, end + 1);
  }
  return bytes.length;
}

function tooComplex(what: string): HttpError {
  return new HttpError({
    status: 400,
    code: 'body-too-complex',
    message: `body: ${what}; send a flatter and shorter object`,
  });
}
