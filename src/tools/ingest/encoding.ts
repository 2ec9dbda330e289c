/**
 * Bytes of a text file to text, as browsers do it (WHATWG): a byte order mark first, then what the file declares, then UTF-8 where the
 * bytes are valid, else a guess from the bytes. Whatever is not UTF-8 comes with words that say how it was read.
 */
import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { guessEncoding, isDamagedUtf8 } from './guess-encoding.ts';
import { createWideDecoder, wideEncodingOf } from './wide-text.ts';

export interface DecodedText {
  text: string;
  /** How it was read, where that is not UTF-8 pure and simple. */
  note?: string;
}

const DAMAGED = 'damaged UTF-8: what is no character is shown as \ufffd';

/** The decoder for a label of the Encoding Standard; undefined for one it does not know. */
function decoderOf(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label.trim());
  } catch {
    return undefined;
  }
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
  if (wide) {
    const decode = createWideDecoder(wide);
    return { text: decode(bytes) + decode(), note: `read as ${wide.toUpperCase()}` };
  }
  const wanted = declaredEncoding(declared);
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  if (wanted !== undefined && wanted !== 'utf-8' && !marked) {
    return { text: new TextDecoder(wanted).decode(bytes), note: `read as ${wanted}, which the file declares` };
  }
  if (isUtf8(bytes)) return { text: new TextDecoder().decode(bytes) };
  if (marked || isDamagedUtf8(bytes)) return { text: new TextDecoder().decode(bytes), note: DAMAGED };
  const guess = guessEncoding(bytes);
  const why = wanted === 'utf-8' ? 'it declares UTF-8 and is not' : 'it is not UTF-8 and declares nothing';
  return { text: new TextDecoder(guess).decode(bytes), note: `read as ${guess}, a guess: ${why}` };
}

const NEWLINE = 0x0a;

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let from = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
    lines.push(bytes.subarray(from, end + 1));
    from = end + 1;
  }
  return [...lines, bytes.subarray(from)];
}

/**
 * Decodes a file piece by piece, each a whole number of lines in UTF-8 or an encoding that keeps ASCII. The guess is made at the first
 * piece with lines that are not UTF-8, by those lines, and holds for every such line after it.
 */
export function createLineDecoder(onNote: (message: string) => void): (bytes: Buffer) => string {
  let other: TextDecoder | undefined;
  let damaged = false;
  return (bytes) => {
    if (isUtf8(bytes)) return bytes.toString('utf8');
    const lines = linesOf(bytes).map((line) => ({ line, valid: isUtf8(line) || isDamagedUtf8(line) }));
    const foreign = lines.filter(({ valid }) => !valid).map(({ line }) => line);
    if (!other && foreign.length > 0) {
      const guess = guessEncoding(Buffer.concat(foreign));
      other = new TextDecoder(guess);
      onNote(`lines that are not UTF-8 were read as ${guess}, a guess`);
    }
    if (!damaged && foreign.length === 0) {
      damaged = true;
      onNote(DAMAGED);
    }
    return lines.map(({ line, valid }) => (valid ? line.toString('utf8') : other!.decode(line))).join('');
  };
}
