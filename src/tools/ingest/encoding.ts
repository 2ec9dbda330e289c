/**
 * Bytes of a text file to text, as browsers do it (WHATWG): a byte order mark first, then what the file declares, then UTF-8 where the
 * bytes are valid, else a guess from the bytes. Whatever is not UTF-8 comes with words that say how it was read.
 */
import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { analyse } from 'chardet';

export interface DecodedText {
  text: string;
  /** How it was read, where that is not UTF-8 pure and simple. */
  note?: string;
}

/** As much as a guess needs. */
const SAMPLE_BYTES = 256 * 1024;
/** Of high bytes that stand alone between ASCII: letters with accents in a Latin alphabet. */
const LATIN_SHARE = 0.8;
/** Below it the guesser's opinion on which Latin alphabet is noise. */
const SURE = 60;

/** The decoder for a label of the Encoding Standard; undefined for one it does not know. */
function decoderOf(label: string, { fatal = false } = {}): TextDecoder | undefined {
  try {
    return new TextDecoder(label.trim(), { fatal });
  } catch {
    return undefined;
  }
}

/** By the byte order mark, or by the zeros of ASCII in two bytes a character. */
export function wideEncodingOf(head: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
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

/** The high bytes with some of what is around them. */
function sampleOf(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte >= 0x80);
  const from = Math.max(0, Math.min(first - 1024, bytes.length - SAMPLE_BYTES));
  return bytes.subarray(from, from + SAMPLE_BYTES);
}

function latinShare(bytes: Uint8Array): number {
  let high = 0;
  let alone = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at]! < 0x80) continue;
    high++;
    if ((bytes[at - 1] ?? 0) < 0x80 && (bytes[at + 1] ?? 0) < 0x80) alone++;
  }
  return high === 0 ? 1 : alone / high;
}

/** A name of the Encoding Standard for bytes that are not UTF-8. Never fails: windows-1252 takes every byte. */
export function guessEncoding(bytes: Uint8Array): string {
  const sample = sampleOf(bytes);
  const candidates = analyse(sample).flatMap(({ name, confidence }) => {
    const decoder = /^(?:utf|ascii|iso-2022)/i.test(name) ? undefined : decoderOf(name, { fatal: true });
    if (!decoder) return [];
    try {
      // A sample may end inside a character.
      decoder.decode(sample, { stream: true });
    } catch {
      return [];
    }
    return [{ encoding: decoder.encoding, confidence }];
  });
  const best = candidates[0];
  if (!best) return 'windows-1252';
  const latin = candidates.find(({ encoding }) => encoding === 'windows-1252')?.confidence ?? 0;
  if (latinShare(sample) >= LATIN_SHARE && (best.confidence < SURE || best.confidence <= latin)) return 'windows-1252';
  return best.encoding;
}

/** What a declaration means: one of UTF-16 stands in bytes of ASCII, so it is none. */
function declaredEncoding(label: string | undefined): string | undefined {
  const encoding = label === undefined ? undefined : decoderOf(label)?.encoding;
  if (encoding === undefined || encoding.startsWith('utf-16')) return undefined;
  return encoding === 'x-user-defined' ? 'windows-1252' : encoding;
}

/** The text of a whole file. `declared` is the label its own markup gives. */
export function decodeText(bytes: Uint8Array, declared?: string): DecodedText {
  const wide = wideEncodingOf(bytes);
  if (wide) return { text: new TextDecoder(wide).decode(bytes), note: `read as ${wide.toUpperCase()}` };
  const wanted = declaredEncoding(declared);
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  if (wanted !== undefined && wanted !== 'utf-8' && !marked) {
    return { text: new TextDecoder(wanted).decode(bytes), note: `read as ${wanted}, which the file declares` };
  }
  if (isUtf8(bytes)) return { text: new TextDecoder().decode(bytes) };
  if (marked)
    return { text: new TextDecoder().decode(bytes), note: 'damaged UTF-8: what is no character is shown as \ufffd' };
  const guess = guessEncoding(bytes);
  const why = wanted === 'utf-8' ? 'it declares UTF-8 and is not' : 'it is not UTF-8 and declares nothing';
  return { text: new TextDecoder(guess).decode(bytes), note: `read as ${guess}, a guess: ${why}` };
}

/**
 * Decodes a file piece by piece, each a whole number of lines in UTF-8 or an encoding that keeps ASCII. The guess is made at the first
 * line that is not UTF-8 and holds for every such line after it.
 */
export function createLineDecoder(onNote: (message: string) => void): (bytes: Buffer) => string {
  let other: TextDecoder | undefined;
  const line = (bytes: Buffer): string => {
    if (isUtf8(bytes)) return bytes.toString('utf8');
    return other!.decode(bytes);
  };
  return (bytes) => {
    if (isUtf8(bytes)) return bytes.toString('utf8');
    if (!other) {
      const guess = guessEncoding(bytes);
      other = new TextDecoder(guess);
      onNote(`lines that are not UTF-8 were read as ${guess}, a guess`);
    }
    let text = '';
    let from = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, from)) {
      text += line(bytes.subarray(from, end + 1));
      from = end + 1;
    }
    return text + line(bytes.subarray(from));
  };
}
