/** Lines of a file of any size, in bounded memory, with the bytes consumed: the base of the line formats. */
import { createLineDecoder } from './encoding.ts';
import { type TextBytesOptions, textBytesOf } from './text-bytes.ts';

/** A line longer than this is an error of the file, not of the reader: it would not fit in memory with its neighbours. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

export interface Line {
  /** From 1. */
  number: number;
  /** Without its line end; undefined where the line is over `MAX_LINE_BYTES` and was passed over. */
  text: string | undefined;
  /** Of the file, up to the end of what was read with the line. */
  bytes: number;
}

const NEWLINE = 0x0a;

export async function* linesOf(
  path: string,
  { signal, onNote = () => {} }: TextBytesOptions = {},
): AsyncGenerator<Line> {
  const decode = createLineDecoder(onNote);
  let parts: Buffer[] = [];
  let held = 0;
  let position = 0;
  let number = 0;
  let overlong = false;
  const take = (): Line => {
    number++;
    let text = overlong ? undefined : decode(parts.length === 1 ? parts[0]! : Buffer.concat(parts));
    if (text?.endsWith('\r')) text = text.slice(0, -1);
    parts = [];
    held = 0;
    overlong = false;
    return { number, text, bytes: position };
  };
  for await (const { chunk, bytes } of textBytesOf(path, { signal, onNote })) {
    const before = bytes - chunk.length;
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      if (!overlong) parts.push(chunk.subarray(start, end));
      start = end + 1;
      position = Math.max(position, Math.min(bytes, before + start));
      yield take();
    }
    const rest = chunk.length - start;
    position = bytes;
    held += rest;
    if (held > MAX_LINE_BYTES) {
      overlong = true;
      parts = [];
    } else if (rest > 0 && !overlong) parts.push(chunk.subarray(start));
  }
  if (held > 0) yield take();
}
