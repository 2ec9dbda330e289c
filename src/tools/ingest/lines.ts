/** Lines of a file of any size, in bounded memory, with the bytes consumed: the base of the line formats. */
import { createReadStream } from 'node:fs';

/** A line longer than this is an error of the file, not of the reader: it would not fit in memory with its neighbours. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

export interface Line {
  /** From 1. */
  number: number;
  /** Without its line end; undefined where the line is over `MAX_LINE_BYTES` and was passed over. */
  text: string | undefined;
  bytes: number;
}

const NEWLINE = 0x0a;

export async function* linesOf(path: string, signal?: AbortSignal): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let held = 0;
  let bytes = 0;
  let number = 0;
  let overlong = false;
  const take = (): Line => {
    number++;
    let text = overlong ? undefined : Buffer.concat(parts).toString('utf8');
    if (text?.endsWith('\r')) text = text.slice(0, -1);
    if (number === 1 && text?.charCodeAt(0) === 0xfeff) text = text.slice(1);
    parts = [];
    held = 0;
    overlong = false;
    return { number, text, bytes };
  };
  for await (const data of createReadStream(path, { highWaterMark: 1 << 18, signal })) {
    const chunk = data as Buffer;
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      if (!overlong) parts.push(chunk.subarray(start, end));
      bytes += end + 1 - start;
      start = end + 1;
      yield take();
    }
    const rest = chunk.length - start;
    bytes += rest;
    held += rest;
    if (held > MAX_LINE_BYTES) {
      overlong = true;
      parts = [];
    } else if (rest > 0 && !overlong) parts.push(chunk.subarray(start));
  }
  if (held > 0) yield take();
}
