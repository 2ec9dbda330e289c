/** Damage as files meet it, by a seed: bytes changed, cut out, doubled, put in, and ends that are missing. */
import { keyedRandom } from '../../../src/common/random.ts';

/** What formats take for their own: brackets, separators, escapes, lengths, halves of characters. */
const PIECES = [
  '<',
  '>',
  '</',
  '<![CDATA[',
  '&#x0;',
  '&',
  '"',
  "'",
  '\\',
  '\n',
  '\r',
  ',',
  ';',
  '\t',
  '|',
  '[',
  ']',
  '{',
  '}',
  '`',
  '---',
  '{{',
  '<table>',
  '<td rowspan=70000 colspan=9999>',
  'endobj',
  'stream\n',
  '/Length 99999999',
  '999999999999999999999',
  '-1',
  '\u0000',
  '\ufeff',
  '𝔘',
].map((piece) => new TextEncoder().encode(piece));
const WORDS = [
  [0xff, 0xff, 0xff, 0xff],
  [0x7f, 0xff, 0xff, 0xff],
  [0, 0, 0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xc3],
  [0x50, 0x4b, 5, 6],
];

export function mutate(whole: Uint8Array, key: string, index: number): Uint8Array {
  const random = keyedRandom(key, index);
  let bytes = whole;
  for (let edits = 1 + random.below(8); edits > 0; edits--) {
    const at = random.below(bytes.length + 1);
    const length = random.below(random.below(4) === 0 ? 400 : 16);
    const [before, piece, after] = [
      bytes.subarray(0, at),
      bytes.subarray(at, at + length),
      bytes.subarray(at + length),
    ];
    const kind = random.below(6);
    if (kind === 0) bytes = Buffer.concat([before, after]);
    else if (kind === 1) bytes = Buffer.concat([before, ...Array(1 + random.below(40)).fill(piece), after]);
    else if (kind === 2) bytes = Buffer.concat([before, random.pick(PIECES), piece, after]);
    else if (kind === 3) bytes = Buffer.concat([before, Uint8Array.from(random.pick(WORDS)), after]);
    else if (kind === 4 && random.below(4) === 0) bytes = before;
    else if (at < bytes.length) {
      bytes = Uint8Array.from(bytes);
      bytes[at] = random.below(256);
    }
  }
  return bytes;
}
