/**
 * A guess at the encoding of bytes that are not UTF-8 and declare nothing: by statistics of letters (jschardet), of which those are left
 * out by which a text would be one that nobody writes, and Western Europe's before another that is hardly more likely.
 */
import { TextDecoder } from 'node:util';
import { packageRequire } from '../../common/package-files.ts';

/** As much as a guess needs. */
const SAMPLE_BYTES = 64 * 1024;

/** jschardet's names that are also those of the Encoding Standard. */
const PLAIN =
  `windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 iso-8859-2
iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 koi8-r koi8-u ibm866 gb18030 big5 euc-jp`.split(/\s+/);
const CANDIDATES = new Map([
  ...PLAIN.map((name) => [name, name] as const),
  ['maccyrillic', 'x-mac-cyrillic'],
  ['macroman', 'macintosh'],
  ['cp874', 'windows-874'],
  ['cp932', 'shift_jis'],
  ['euc_jis_2004', 'euc-jp'],
  ['cp949', 'euc-kr'],
]);
/** Of the best candidate's share, as much as is enough for windows-1252. */
const WESTERN_ENOUGH = 0.7;

interface Detected {
  encoding: string | null;
  confidence: number;
}
type DetectAll = (bytes: Uint8Array, options: { includeEncodings: string[] }) => Detected[];

/** The high bytes with some of what is around them. */
function sampleOf(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte >= 0x80);
  const from = Math.max(0, Math.min(first - 1024, bytes.length - SAMPLE_BYTES));
  return bytes.subarray(from, from + SAMPLE_BYTES);
}

const WORD = /[\p{L}\p{M}]*[^\0-\x7f][^\s\0-\x40]*/gu;
const CONTROL = /[\x80-\x9f\ufffd]/;
const LATIN = /\p{Script=Latin}/u;
const OTHER =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Thai}\p{Script=Hangul}]/u;
/** A small letter before a capital, as in KOI8 read as windows-1251. */
const SWAPPED = /\p{Ll}\p{Lu}/u;

/** Whether most words with such letters are of one script and spelt as words are. */
function isPlausible(text: string): boolean {
  if (CONTROL.test(text)) return false;
  const words = text.match(WORD) ?? [];
  const odd = words.filter((word) => (LATIN.test(word) && OTHER.test(word)) || SWAPPED.test(word));
  return odd.length * 2 <= words.length;
}

/** Undefined where the bytes are none of it. */
function decoded(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    // A sample may end inside a character.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: bytes.length === SAMPLE_BYTES });
  } catch {
    return undefined;
  }
}

/** Valid characters of several bytes, and bytes that are part of none. */
function utf8Characters(bytes: Uint8Array): { valid: number; stray: number } {
  const found = { valid: 0, stray: 0 };
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte < 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    let end = at + 1;
    while (byte >= 0xc2 && byte < 0xf5 && end < at + length && (bytes[end]! & 0xc0) === 0x80) end++;
    if (end === at + length) {
      found.valid++;
      at = end - 1;
    } else found.stray++;
  }
  return found;
}

/** So much more of it than of anything else that it can be no other. */
export function isDamagedUtf8(bytes: Uint8Array): boolean {
  const { valid, stray } = utf8Characters(sampleOf(bytes));
  return valid >= 4 && valid >= 4 * stray;
}

let detectAll: DetectAll | undefined;

/** A name of the Encoding Standard for bytes that are not UTF-8. Never fails: windows-1252 takes every byte. */
export function guessEncoding(bytes: Uint8Array): string {
  const sample = sampleOf(bytes);
  detectAll ??= (packageRequire()('jschardet') as { detectAll: DetectAll }).detectAll;
  const likely = detectAll(sample, { includeEncodings: [...CANDIDATES.keys()] }).flatMap(({ encoding, confidence }) => {
    const name = CANDIDATES.get(encoding?.toLowerCase() ?? '');
    const text = name === undefined ? undefined : decoded(sample, name);
    return name !== undefined && text !== undefined && isPlausible(text) ? [{ name, confidence }] : [];
  });
  const best = likely[0];
  const western = likely.find(({ name }) => name === 'windows-1252');
  if (!best || (western && western.confidence >= WESTERN_ENOUGH * best.confidence)) return 'windows-1252';
  return best.name;
}
