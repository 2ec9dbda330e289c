/**
 * The bytes of a text file of any size as UTF-8 or something that keeps ASCII: what is in two or four bytes a character is changed to
 * UTF-8 on the way, and a byte order mark is left out.
 */
import { createReadStream } from 'node:fs';
import { createWideDecoder, wideEncodingOf } from './wide-text.ts';

export interface TextBytes {
  chunk: Buffer;
  /** Bytes of the file read up to the end of the chunk. */
  bytes: number;
}

export interface TextBytesOptions {
  signal?: AbortSignal;
  onNote?: (message: string) => void;
}

export async function* textBytesOf(path: string, { signal, onNote }: TextBytesOptions = {}): AsyncGenerator<TextBytes> {
  let bytes = 0;
  let first = true;
  let wide: ReturnType<typeof createWideDecoder> | undefined;
  for await (const data of createReadStream(path, { highWaterMark: 1 << 18, signal })) {
    let chunk = data as Buffer;
    bytes += chunk.length;
    if (first) {
      first = false;
      const encoding = wideEncodingOf(chunk);
      if (encoding) {
        wide = createWideDecoder(encoding);
        onNote?.(`read as ${encoding.toUpperCase()}`);
      } else if (chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) chunk = chunk.subarray(3);
    }
    yield { chunk: wide ? Buffer.from(wide(chunk)) : chunk, bytes };
  }
  if (wide) yield { chunk: Buffer.from(wide()), bytes };
}
